package dev.millrace.cli;

import dev.millrace.cli.TextTable.Align;
import dev.millrace.report.Amounts;
import dev.millrace.verification.Manifest;
import dev.millrace.verification.ManifestReport;
import dev.millrace.verification.ManifestReport.Compared;
import dev.millrace.verification.ManifestReport.TableResult;
import dev.millrace.verification.ManifestReport.Verdict;
import java.util.ArrayList;
import java.util.List;

/** Shows people whether a target is what a run left: the same as in its JSON. */
final class ManifestScreen {

    private static final String INDENT = "  ";
    private static final int SHOWN_DIGITS = 16;

    private final ManifestReport report;
    private final int width;
    private final List<String> lines = new ArrayList<>();

    private ManifestScreen(ManifestReport report, int width) {
        this.report = report;
        this.width = width;
    }

    static List<String> lines(ManifestReport report, int width) {
        ManifestScreen screen = new ManifestScreen(report, width);
        screen.addHeadline();
        screen.addDocuments();
        screen.addTables();
        screen.addNotes();
        return screen.lines;
    }

    private void addHeadline() {
        Manifest manifest = report.manifest();
        String asLeft = "as run " + TextTable.printable(manifest.runId()) + ", which ended at "
                + Amounts.moment(manifest.endedAt()) + ", left them";
        long different = different();
        String tables = Amounts.count(report.tables().size(), "table");
        long rows = report.tables().stream()
                .mapToLong(table -> table.rows().found().count())
                .sum();
        String result = different > 0
                ? Amounts.count(different) + " of " + tables + (different == 1 ? " is not " : " are not ") + asLeft
                : "all " + Amounts.count(rows, "row") + " of " + tables + " are " + asLeft
                        + (report.isEqual() ? "" : ", but the ledger's documents are not");
        add(manifest.contract() + ": verified: " + result + " (" + Amounts.duration(report.seconds()) + ")");
    }

    private long different() {
        return report.tables().stream()
                .filter(table -> table.rows().verdict() != Verdict.EQUAL)
                .count();
    }

    private void addDocuments() {
        Compared documents = report.documents();
        lines.add("");
        add("Documents  " + Amounts.count(documents.found().count()) + " loaded, says the ledger: "
                + switch (documents.verdict()) {
                    case EQUAL -> "the same as then";
                    case CHANGED -> "as many as then, but others, or with other texts";
                    case MORE, FEWER -> difference(documents) + " than then";
                });
    }

    private void addTables() {
        TextTable tables = new TextTable()
                .column("Table", Align.LEFT)
                .column("Rows", Align.RIGHT)
                .column("Then", Align.RIGHT)
                .column("Verdict", Align.LEFT)
                .column("Checksum", Align.LEFT);
        for (TableResult table : report.tables()) {
            Compared rows = table.rows();
            tables.row(
                    table.name(),
                    Amounts.count(rows.found().count()),
                    Amounts.count(rows.expected().count()),
                    switch (rows.verdict()) {
                        case EQUAL -> "equal";
                        case CHANGED -> "changed";
                        case MORE, FEWER -> difference(rows);
                    },
                    rows.found().checksum().substring(0, SHOWN_DIGITS) + (rows.verdict() == Verdict.EQUAL ? "" : " ≠"));
        }
        lines.add("");
        lines.addAll(tables.lines(INDENT, width));
    }

    private static String difference(Compared rows) {
        long more = rows.found().count() - rows.expected().count();
        return Amounts.count(Math.abs(more)) + (more > 0 ? " more" : " fewer");
    }

    private void addNotes() {
        for (TableResult table : report.tables()) {
            if (!table.excluded().isEmpty()) {
                add(INDENT + table.name() + " without " + String.join(", ", table.excluded()) + ": a run's id or time");
            }
        }
        if (different() > 0) {
            lines.add("");
            add("Which rows differ is told by verify with --from SOURCE in place of --manifest.");
        }
    }

    private void add(String text) {
        lines.addAll(Paragraph.wrap(text, width, INDENT.length()));
    }
}
