package dev.millrace.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Contracts for tests. */
final class Contracts {

    static final String FILE = "c.yaml";

    private Contracts() {}

    /** A contract of the test resources. */
    static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Contracts.class.getResourceAsStream("/contract/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /** A contract with these tables; the first of their lines is line 4 of the file. */
    static String withTables(String tables) {
        return "contract: 1\nname: test\ntables:\n" + tables.indent(2);
    }

    /** A contract with one table {@code t} that has these columns besides its key; the first of their lines is line 7, at column 5. */
    static String withColumns(String columns) {
        return withTables("t:\n columns:\n  id: { path: \"@ID\", type: bigint, key: true }\n" + columns.indent(2));
    }

    static MappingContract read(String text) throws ContractException {
        return ContractReader.read(text, FILE).contract();
    }

    /** What is told about a contract, warnings included: one line each, without the file's name. */
    static List<String> problems(String text) {
        List<ContractProblem> problems;
        try {
            problems = ContractReader.read(text, FILE).warnings();
        } catch (ContractException fault) {
            problems = fault.problems();
        }
        return problems.stream()
                .map(problem -> problem.toString().substring(FILE.length() + 1))
                .toList();
    }
}
