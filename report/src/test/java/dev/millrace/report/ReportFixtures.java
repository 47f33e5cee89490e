package dev.millrace.report;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Contracts and files for tests. */
final class ReportFixtures {

    static final CatalogueNames NAMES = new CatalogueNames("shop", "sales", "warehouse", "postgres://warehouse:5432");

    private ReportFixtures() {}

    static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(ReportFixtures.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    static MappingContract shop() {
        return contract(resource("golden/contract.yaml"));
    }

    static MappingContract contract(String text) {
        try {
            return ContractReader.read(text, "contract.yaml").contract();
        } catch (ContractException broken) {
            throw new IllegalArgumentException(broken);
        }
    }

    /** A contract with so many tables: all below one, or each below the one before. */
    static MappingContract tables(int count, boolean deep) {
        StringBuilder text = new StringBuilder("""
                contract: 1
                name: many
                tables:
                  t0:
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                """);
        for (int i = 1; i < count; i++) {
            text.append("""
                      tN:
                        parent: tP
                        ROWS
                        columns:
                          text: { path: text, type: varchar(20) }
                    """.replace("tN", "t" + i)
                    .replace("tP", "t" + (deep ? i - 1 : 0))
                    .replace("ROWS", deep ? "rows: ." : "rows: item")
                    .indent(2)
                    .replaceFirst("^  ", ""));
        }
        return contract(text.toString());
    }
}
