package dev.millrace.report;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableShape;
import dev.millrace.coverage.CoverageReport;
import dev.millrace.coverage.FirstMet;
import dev.millrace.coverage.PathKind;
import dev.millrace.coverage.PathState;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Location;
import dev.millrace.document.Reject;
import dev.millrace.document.Skips;
import dev.millrace.mapping.Collapses;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Cells;
import dev.millrace.processing.RunSummary.Course;
import dev.millrace.processing.RunSummary.Documents;
import dev.millrace.processing.RunSummary.Job;
import dev.millrace.processing.RunSummary.Moment;
import dev.millrace.processing.RunSummary.Rejects;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.processing.RunSummary.Tables;
import dev.millrace.processing.RunSummary.Times;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

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

    /** A run of a contract, with so many elements that hold a text in its coverage, each fifth an attribute as well. */
    static RunSummary run(MappingContract contract, Status status, int elements) {
        Map<String, Long> rows = new LinkedHashMap<>();
        contract.tables().forEach(table -> rows.put(table.name(), 1_000L * table.index()));
        List<Moment> moments = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            moments.add(
                    new Moment(0.5 * i, 50L * i, 500L * i, 100_000L * i, Map.of("parse", 0.1 * i, "load", 0.3 * i)));
        }
        String evil = "<script>alert('x')</script>&\"";
        List<CoverageReport.Path> covered = new ArrayList<>();
        covered.add(path("/a", PathKind.ELEMENT, PathState.STRUCTURE, 0));
        covered.add(path("/a/@id", PathKind.ATTRIBUTE, PathState.MAPPED, 1));
        for (int i = 0; i < elements; i++) {
            String parent = "/a/Q{urn:x/y}b" + i;
            covered.add(path(parent, PathKind.ELEMENT, PathState.STRUCTURE, 1));
            if (i % 5 == 0) {
                covered.add(path(parent + "/@n", PathKind.ATTRIBUTE, PathState.MAPPED, 2));
            }
            covered.add(path(parent, PathKind.TEXT, i % 3 == 0 ? PathState.UNMAPPED : PathState.IGNORED, 2));
        }
        return new RunSummary(
                new RunSummary.Run(
                        "20240501-120000-0a1b2c",
                        new Job(contract.name(), "0a1b", "in " + evil, "jdbc:h2:mem:x", false),
                        Instant.parse("2024-05-01T12:00:00Z"),
                        2,
                        3),
                status,
                status == Status.FINISHED ? "" : "the server is gone " + evil,
                new Documents(1_000, 950, 0, 50, new Skips(0, 0, 0, 0, 0), 0, "", 0),
                new Tables(rows, Map.of(), Map.of(), true, new Cells(List.of(), Map.of(), Map.of()), null),
                new Times(10, 2_000_000, Map.of("parse", 2.0, "load", 6.0), "database load", 1),
                new Rejects(
                        List.of(new Reject(
                                "17" + evil,
                                new Fault(
                                        FaultCode.VALUE_TOO_LONG,
                                        "orders",
                                        "buyer",
                                        "@buyer",
                                        new Location(12, 31),
                                        "60 characters " + evil))),
                        Map.of("value-too-long", 50L),
                        Map.of("orders", Map.of("value-too-long", 47L), "items", Map.of("value-too-long", 3L))),
                new Course(List.of(Map.of("parse", 1.0, "load", 3.0), Map.of("parse", 1.0, "load", 3.0)), moments),
                new CoverageReport(
                        1_000,
                        0,
                        Map.of(PathState.MAPPED, 1L, PathState.UNMAPPED, (elements + 2L) / 3),
                        covered,
                        List.of(),
                        List.of(new CoverageReport.Table(
                                "orders",
                                OptionalLong.of(9),
                                8,
                                1,
                                2,
                                5,
                                List.of(
                                        new CoverageReport.Condition(1, "@status = 'open'", 1),
                                        new CoverageReport.Condition(1, "@kept", 0)),
                                3)),
                        List.of(new Collapses.Column(
                                "orders",
                                "kind",
                                5,
                                4,
                                3,
                                true,
                                Map.of("trim", 5L),
                                List.of(new Collapses.Merged(false, evil, 2, 3, "d4", List.of(evil)))))),
                new RunSummary.Setup(TableShape.of(contract), Map.of("--limit", "7"), Map.of("Java", "17")));
    }

    private static CoverageReport.Path path(String path, PathKind kind, PathState state, int depth) {
        FirstMet first = state == PathState.UNMAPPED ? new FirstMet(3, "d3", new Location(2, 5)) : null;
        return new CoverageReport.Path(path, kind, state, depth, OptionalLong.of(7), 8, first);
    }
}
