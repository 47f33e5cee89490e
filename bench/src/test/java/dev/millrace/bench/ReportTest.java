package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    private static final Contestant MILLRACE = MillraceRun.of(2);
    private static final Contestant FLOOR = FloorRun.ofFiles(2);

    private final Report report = new Report(DocumentSet.SMALL, 1_000, 2_000_000);

    @TempDir
    private Path directory;

    @Test
    void showsMediansAsRatios() {
        for (double seconds : List.of(30, 11, 12)) {
            report.add(MILLRACE, new Lap(seconds, 20, 40, 300));
        }
        report.add(FLOOR, new Lap(10, 15, 30, 100));

        assertThat(report.text())
                .contains("| millrace, 2 workers | 1.20 | 1.00 | 12.0 | 5,000 | 20.0 | 40.0 | 300 |")
                .contains("| floor run, 2 connections | 1.00 | 0.83 | 10.0 | 6,000 | 15.0 | 30.0 | 100 |");
    }

    @Test
    void showsNoRatioToOneThatDidNotRun() {
        report.add(MILLRACE, new Lap(12, 20, 40, 300));

        assertThat(report.text()).contains("| millrace, 2 workers | – | 1.00 |");
    }

    @Test
    void doesNotCountOneWithOtherRows() {
        report.add(MILLRACE, new Lap(12, 20, 40, 300));
        report.add(FLOOR, new Lap(1, 1, 1, 1));
        report.disqualify(FLOOR, "other rows");

        assertThat(report.text())
                .contains("| millrace, 2 workers | – |")
                .doesNotContain("| floor run")
                .contains("Does not count: floor run, 2 connections, other rows.");
    }

    @Test
    void takesTheMiddleOfAnEvenNumberOfLaps() {
        assertThat(Report.median(List.of(new Lap(4, 0, 0, 0), new Lap(1, 0, 0, 0)), Lap::seconds))
                .isEqualTo(2.5);
    }

    @Test
    void writesBetweenTheMarksOfAPage() throws IOException {
        Path page = directory.resolve("page.md");
        Files.writeString(page, "before\n" + Report.BEGIN + "\nold\n" + Report.END + "\nafter\n");

        Report.write(page, "new\n\n");

        assertThat(page).hasContent("before\n" + Report.BEGIN + "\nnew\n" + Report.END + "\nafter\n");
    }

    @Test
    void refusesAPageWithoutMarks() throws IOException {
        Path page = Files.writeString(directory.resolve("page.md"), "nothing here\n");

        assertThatThrownBy(() -> Report.write(page, "new")).hasMessageContaining("has no " + Report.BEGIN);
    }
}
