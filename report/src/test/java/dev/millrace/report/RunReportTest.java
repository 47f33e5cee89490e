package dev.millrace.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.MappingContract;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Course;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.processing.RunSummaryJson;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RunReportTest {

    private static final Pattern ADDRESS = Pattern.compile("(?:href|src)=\"([^\"]*)\"");

    private static String html(RunSummary summary) {
        return RunReport.html(summary, "Made by a test");
    }

    private static RunSummary run(Status status) {
        return ReportFixtures.run(ReportFixtures.shop(), status, 4);
    }

    @Test
    void saysInASentenceHowTheRunEnded() {
        assertThat(html(run(Status.FINISHED)))
                .contains("<p class=\"outcome warn\">950 documents were loaded as ")
                .contains(" in 10.0 s; 50 rejected.</p>");
        assertThat(html(run(Status.FAILED)))
                .contains("<p class=\"outcome bad\">Broke before the end: 950 documents were loaded")
                .contains("the server is gone");
        assertThat(html(run(Status.STOPPED))).contains("Stopped before the end: 950 documents");
    }

    @Test
    void whatDocumentsAndNamesHoldIsTextAndNothingElse() {
        String html = html(run(Status.FAILED));

        assertThat(html)
                .doesNotContain("<script")
                .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;");
        assertThat(ADDRESS.matcher(html).results().map(address -> address.group(1)))
                .allMatch(address -> address.startsWith("#") || address.equals("data:,"));
    }

    @Test
    void drawsTheCourse() {
        String html = html(run(Status.FINISHED));

        assertThat(html)
                .contains("aria-label=\"documents a second over time, at most 100; the table behind it says the same\"")
                .contains("<th scope=\"row\">10.0 s</th><td>100</td>")
                .contains("The workers&#39; time over time, as shares")
                .contains("<td>25 %</td>", "<td>75 %</td>");
    }

    @Test
    void aRunThatCameToNothingHasAPageToo() {
        RunSummary nothing = run(Status.FAILED);
        String html = html(new RunSummary(
                nothing.run(),
                nothing.status(),
                nothing.failure(),
                nothing.documents(),
                nothing.tables(),
                nothing.times(),
                nothing.rejects(),
                new Course(List.of(), List.of()),
                null,
                nothing.setup()));

        assertThat(html)
                .contains("Nothing was looked at: the run had --unmapped allow")
                .doesNotContain("class=\"chart\"");
    }

    @Test
    void saysInWhichTablesTheRejectsOfACodeAre() {
        assertThat(html(run(Status.FINISHED))).contains("<td>orders 47, items 3</td>");
    }

    @Test
    void saysWhatARunOfAnEarlierVersionHasNotKept() {
        RunSummary run = run(Status.FINISHED);
        String html = html(new RunSummary(
                run.run(),
                run.status(),
                run.failure(),
                run.documents(),
                run.tables(),
                run.times(),
                run.rejects(),
                run.course(),
                null));

        assertThat(html)
                .contains("How the tables belong together is not known: the run is of an earlier version of Millrace")
                .contains("Nothing is known of it: the run is of an earlier version of Millrace")
                .doesNotContain("class=\"diagram\"");
    }

    @Test
    void saysWhatConditionsLeftOut() {
        assertThat(html(run(Status.FINISHED)))
                .containsPattern(
                        "<th scope=\"row\"><code>@status = (&#39;|')open(&#39;|')</code></th><td>orders</td><td class=\"number\">1</td>")
                .contains("Note that what the conditions of orders left out is not known of 3 records")
                .doesNotContain("@kept");
    }

    @Test
    void saysThatThePathsAreNotInTheLedger() {
        RunSummary run = RunSummaryJson.read(RunSummaryJson.write(run(Status.FINISHED)), null);

        assertThat(html(run)).contains("The paths are not in the ledger").contains("What could be rows");
    }

    @Test
    void pathsAreATreeOfWhichWhatIsLeftOutCanBeShownAlone() {
        String html = html(run(Status.FINISHED));

        assertThat(html)
                .contains("<label for=\"gaps-only\">Only what is neither mapped nor ignored</label>")
                .contains("<li class=\"clean\"><code>@id</code> <span class=\"state mapped\">mapped</span>")
                .contains(
                        "<summary><code>Q{urn:x/y}b0</code><span class=\"soft\"> 8 times in 7 documents; 1 unmapped</span>",
                        "<li class=\"clean\"><code>Q{urn:x/y}b1/text()</code> <span class=\"state ignored\">ignored</span>")
                .contains(
                        "<code>text()</code> <span class=\"state unmapped\">unmapped</span><span class=\"soft\"> 8 times in 7"
                                + " documents, first in d3, line 2:5</span>");
    }

    @Test
    void manyTablesAndPathsAreAPageOfSomeMegabytesAtMost() {
        MappingContract contract = ReportFixtures.tables(1_000, false);
        String html = html(ReportFixtures.run(contract, Status.FINISHED, 2_500));

        assertThat(html.length()).isLessThan(4_000_000);
    }
}
