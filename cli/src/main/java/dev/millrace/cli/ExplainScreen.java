package dev.millrace.cli;

import dev.millrace.cli.TextTable.Align;
import dev.millrace.cli.TextTable.Fit;
import dev.millrace.explain.Explanation;
import dev.millrace.explain.Explanation.Cell;
import dev.millrace.explain.Explanation.Condition;
import dev.millrace.explain.Explanation.Found;
import dev.millrace.explain.Explanation.Named;
import dev.millrace.explain.Explanation.Row;
import dev.millrace.explain.Explanation.RowFate;
import dev.millrace.explain.Explanation.Spot;
import dev.millrace.explain.Explanation.Step;
import dev.millrace.explain.Explanation.Table;
import dev.millrace.explain.Explanation.Why;
import dev.millrace.report.Amounts;
import java.util.ArrayList;
import java.util.List;

/** What {@code explain} shows on a screen. */
final class ExplainScreen {

    private static final int LABEL = 12;
    private static final int LEAST_VALUE = 20;

    private final Explanation explanation;
    private final boolean oneRow;
    private final int width;
    private final List<String> lines = new ArrayList<>();

    private ExplainScreen(Explanation explanation, boolean oneRow, int width) {
        this.explanation = explanation;
        this.oneRow = oneRow;
        this.width = width;
    }

    /**
     * @param oneRow whether a row was asked for, so that the others are of no interest
     * @param width columns that the lines may have
     */
    static List<String> lines(Explanation explanation, boolean oneRow, int width) {
        ExplainScreen screen = new ExplainScreen(explanation, oneRow, width);
        screen.add();
        return screen.lines;
    }

    private void add() {
        words(ExplainWords.ending(explanation), 0);
        if (explanation.fault() != null) {
            words("  " + ExplainWords.fault(explanation.fault()), 2);
        }
        if (explanation.why() != null) {
            why(explanation.why(), 2);
        }
        Row rejected = explanation.rejected();
        if (rejected != null) {
            row(rejected);
        }
        boolean mapped = explanation.tables().stream().anyMatch(Table::reached);
        if (!mapped) {
            return;
        }
        if (!oneRow) {
            lines.add("");
            tables();
        }
        for (Table table : explanation.tables()) {
            table(table);
        }
    }

    private void tables() {
        TextTable counts = new TextTable()
                .column("table", Align.LEFT)
                .column("candidates", Align.RIGHT, Fit.WHOLE)
                .column("rows", Align.RIGHT, Fit.WHOLE)
                .column("left out", Align.LEFT, Fit.WRAP);
        for (Table table : explanation.tables()) {
            counts.row(
                    table.name(),
                    Amounts.count(table.candidates()),
                    Amounts.count(table.count(RowFate.KEPT)),
                    ExplainWords.leftOut(table));
        }
        lines.addAll(counts.lines("", width));
    }

    private void table(Table table) {
        List<Row> shown = table.rows().stream()
                .filter(row -> !row.equals(explanation.rejected()))
                .toList();
        boolean withCells =
                oneRow || shown.stream().anyMatch(row -> !row.cells().isEmpty());
        if (withCells) {
            shown.forEach(this::row);
        } else if (!shown.isEmpty()) {
            lines.add("");
            words(table.name() + ", " + table.place(), 0);
            rows(shown);
        } else if (table.candidates() == 0) {
            lines.add("");
            words(table.name() + ", " + table.place() + ": no row", 0);
            ExplainWords.noCandidate(table).forEach(line -> words("  " + line, 4));
        }
        if (table.more() > 0) {
            words("  and " + Amounts.count(table.more(), "more row") + " (--rows)", 2);
        }
        table.notes().forEach(note -> words("  not known: " + note, 4));
    }

    private void rows(List<Row> rows) {
        TextTable list = new TextTable()
                .column("row", Align.RIGHT, Fit.WHOLE)
                .column("key", Align.LEFT)
                .column("line", Align.LEFT, Fit.WHOLE)
                .column("what becomes of it", Align.LEFT, Fit.WRAP);
        for (Row row : rows) {
            list.row(
                    Amounts.count(row.number()),
                    row.key() == null ? "" : row.key(),
                    row.spot().place() == null ? "" : row.spot().place().toString(),
                    ExplainWords.fateAndWhy(row, explanation.ending()));
        }
        lines.addAll(list.lines("  ", width));
    }

    private void row(Row row) {
        lines.add("");
        words(ExplainWords.row(row) + ": " + ExplainWords.fate(row, explanation.ending()), 2);
        spot(row.spot(), "  ");
        if (row.why() != null) {
            why(row.why(), 2);
        }
        row.cells().forEach(cell -> cell(cell, row));
    }

    private void spot(Spot spot, String indent) {
        String place = ExplainWords.place(spot);
        String text = place + (place.isEmpty() || spot.snippet().isEmpty() ? "" : "  ") + spot.snippet();
        if (!text.isEmpty()) {
            lines.add(indent + TextTable.cut(TextTable.printable(text), width - indent.length()));
        }
    }

    private void why(Why why, int indent) {
        labelled(indent, "by", why.rule() + ", " + why.place());
        if (!why.message().isEmpty()) {
            labelled(indent, "because", why.message());
        }
        for (Condition condition : why.conditions()) {
            labelled(indent, ExplainWords.answer(condition.answer()), ExplainWords.condition(condition));
            for (Named operand : condition.operands()) {
                labelled(indent, "", ExplainWords.named(operand));
            }
        }
        if (why.other() != null) {
            labelled(indent, "instead", spotText(why.other()));
        }
    }

    private void cell(Cell cell, Row row) {
        lines.add("");
        words(
                "  " + cell.column() + (cell.fault() ? ": rejected" : " = " + ExplainWords.value(cell.value())) + "   "
                        + cell.type() + ", " + cell.place(),
                4);
        labelled(4, cell.origin().kind().equals("path") ? "path" : "from", ExplainWords.origin(cell));
        for (Named variable : cell.variables()) {
            labelled(4, "", ExplainWords.named(variable) + (variable.place() == null ? "" : ", " + variable.place()));
        }
        for (Found found : cell.found()) {
            Spot spot = found.spot();
            String place = spot == null ? "" : ", " + ExplainWords.place(spot);
            labelled(4, "found", found.node() + place + ": " + ExplainWords.quoted(found.value()));
            if (spot != null && !spot.snippet().isEmpty() && !spot.equals(row.spot())) {
                spot(new Spot(null, spot.snippet()), " ".repeat(4 + LABEL));
            }
        }
        if (cell.moreFound() > 0) {
            labelled(4, "", "and " + Amounts.count(cell.moreFound(), "more item"));
        }
        if (cell.found().isEmpty() && cell.origin().kind().equals("path")) {
            labelled(4, "found", "nothing");
        }
        for (Step step : ExplainWords.stepsBefore(cell)) {
            labelled(4, ExplainWords.step(step), ExplainWords.made(step, cell));
        }
        if (!cell.fault()) {
            labelled(4, ExplainWords.end(row, explanation.ending()), ExplainWords.end(cell));
        }
    }

    private static String spotText(Spot spot) {
        return ExplainWords.place(spot) + (spot.snippet().isEmpty() ? "" : "  " + spot.snippet());
    }

    /** A label, and a text that goes on in lines below itself. */
    private void labelled(int indent, String label, String text) {
        int left = indent + LABEL;
        int room = Math.max(LEAST_VALUE, width - left);
        String next = " ".repeat(indent) + label + " ".repeat(Math.max(1, LABEL - label.length()));
        for (String line : Paragraph.wrap(TextTable.printable(text), room, 0)) {
            lines.add((next + TextTable.cut(line, room)).stripTrailing());
            next = " ".repeat(left);
        }
    }

    private void words(String text, int hanging) {
        lines.addAll(Paragraph.wrap(TextTable.printable(text), width, hanging));
    }
}
