package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Location;
import dev.millrace.document.Reject;
import dev.millrace.document.Skips;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Cells;
import dev.millrace.processing.RunSummary.Course;
import dev.millrace.processing.RunSummary.Documents;
import dev.millrace.processing.RunSummary.FewerRows;
import dev.millrace.processing.RunSummary.Job;
import dev.millrace.processing.RunSummary.Rejects;
import dev.millrace.processing.RunSummary.Run;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.processing.RunSummary.Tables;
import dev.millrace.processing.RunSummary.Times;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SummaryScreenTest {

    @Test
    void showsTheWholeRunInEightyColumns() {
        assertThat(String.join("\n", SummaryScreen.lines(summary(Status.FINISHED), 80)))
                .isEqualTo("""
                        loans: finished with 3 rejects after 12.3 s (run 20240501-120000-0a1b2c)

                        Documents     750 read: 740 loaded, 3 rejected, 13 skipped
                        Skipped       4 loaded before, 2 rejected earlier, 1 left alone: no run has
                                      loaded or rejected them, 6 not for the contract (document.select)
                        Contract      2 of those loaded before were loaded when it had another text
                        Rows missing  150 of 200 documents looked at have 5 rows, and the ledger says
                                      1,234; empty: contact_base
                        Replaced      2 of the loaded: text, contract or rows have changed
                        Deleted       4 that the source no longer has
                        Forgotten     3 documents at the beginning: their tables are empty
                        Speed         3,611 documents/minute, 1.0 MB/s (12.3 MB read)
                        Connections   5: 1 reader + 4 workers
                        Foreign keys  implied by the contract, not checked row by row
                        Retries       1
                        Bottleneck    database load: workers waited 71 % of their time on it

                          Table           Rows  Loaded by
                          ------------  ------  -----------
                          app_base         740  copy-binary
                          contact_base  12,345  copy-binary
                          all 2         13,085
                          5 rows of contact_base were left out: others have their keys (on-duplicate)
                          no value at all: address, app_base.rate, app_base.purpose
                          values made by settings of the contract: 3 scale, 1,200 default (by column
                          with --summary)

                          Time of workers  Seconds  Share
                          ---------------  -------  -----
                          read wait         0.50 s    4 %  █
                          parse             2.00 s   17 %  ████
                          load              9.50 s   79 %  ███████████████████

                        Rejects by code
                                2  value-too-long: a text is longer than the column
                                   first: document 17, contact_base.first_name, line 12:31: 60
                                          characters – expected at most 50
                                   in: address 1, contact_base 1
                                1  no-content: the source holds no XML for this key (NULL or blank)
                                   first: document 18: NULL""");
    }

    @Test
    void fitsIntoFiftyColumns() {
        assertThat(SummaryScreen.lines(summary(Status.FAILED), 50))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(50));
    }

    @Test
    void saysHowARunEnded() {
        assertThat(SummaryScreen.lines(summary(Status.FAILED), 80).get(0)).startsWith("loans: broke after 12.3 s");
        assertThat(SummaryScreen.lines(summary(Status.STOPPED), 80).get(0)).startsWith("loans: stopped after 12.3 s");
    }

    @Test
    void exitCodesTellHowARunEnded() {
        assertThat(ExitCode.of(summary(Status.FINISHED), ExitCode.NOT_INTERRUPTED))
                .isEqualTo(3);
        assertThat(ExitCode.of(summary(Status.FAILED), ExitCode.NOT_INTERRUPTED))
                .isEqualTo(1);
        assertThat(ExitCode.of(summary(Status.STOPPED), ExitCode.NOT_INTERRUPTED))
                .isEqualTo(1);
        assertThat(ExitCode.of(summary(Status.STOPPED), ExitCode.INTERRUPTED)).isEqualTo(130);
    }

    private static RunSummary summary(Status status) {
        Map<String, Long> rows = new LinkedHashMap<>();
        rows.put("app_base", 740L);
        rows.put("contact_base", 12_345L);
        Map<String, Double> stages = new LinkedHashMap<>();
        stages.put("read_wait", 0.5);
        stages.put("parse", 2.0);
        stages.put("load_wait", 8.0);
        stages.put("load", 9.5);
        List<Reject> rejects = List.of(
                new Reject(
                        "17",
                        new Fault(
                                FaultCode.VALUE_TOO_LONG,
                                "contact_base",
                                "first_name",
                                "@first_name",
                                new Location(12, 31),
                                "60 characters – expected at most 50")),
                new Reject("18", Fault.of(FaultCode.NO_CONTENT, "NULL")));
        return new RunSummary(
                new Run(
                        "20240501-120000-0a1b2c",
                        new Job("loans", "0a1b", "in", "jdbc:h2:mem:x", false),
                        Instant.parse("2024-05-01T12:00:00Z"),
                        4,
                        5),
                status,
                "",
                new Documents(750, 740, 2, 3, new Skips(4, 2, 2, 1, 6), 4, "", 3),
                new Tables(
                        rows,
                        Map.of("contact_base", 5L),
                        Map.of("app_base", "copy-binary", "contact_base", "copy-binary"),
                        true,
                        new Cells(
                                List.of("address"),
                                Map.of("app_base", List.of("rate", "purpose")),
                                Map.of("app_base", Map.of("income", Map.of("scale", 3L, "default", 1200L)))),
                        new FewerRows(200, 150, 1_234, 5, List.of("contact_base"))),
                new Times(12.34567, 12_345_678, stages, "database load: workers waited 71 % of their time on it", 1),
                new Rejects(
                        rejects,
                        Map.of("no-content", 1L, "value-too-long", 2L),
                        Map.of(
                                "contact_base", Map.of("value-too-long", 1L),
                                "address", Map.of("value-too-long", 1L))),
                Course.NONE,
                null);
    }
}
