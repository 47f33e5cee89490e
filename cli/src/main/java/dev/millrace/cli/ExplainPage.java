package dev.millrace.cli;

import dev.millrace.explain.Explanation;
import dev.millrace.explain.Explanation.Cell;
import dev.millrace.explain.Explanation.Condition;
import dev.millrace.explain.Explanation.Ending;
import dev.millrace.explain.Explanation.Found;
import dev.millrace.explain.Explanation.Named;
import dev.millrace.explain.Explanation.Row;
import dev.millrace.explain.Explanation.RowFate;
import dev.millrace.explain.Explanation.Spot;
import dev.millrace.explain.Explanation.Step;
import dev.millrace.explain.Explanation.Table;
import dev.millrace.explain.Explanation.Why;
import dev.millrace.report.Amounts;
import dev.millrace.report.HtmlWriter;
import dev.millrace.report.Page;
import java.util.List;
import java.util.function.Consumer;

/** What {@code explain --format html} writes: one page that needs no other file, no script and no network. */
final class ExplainPage {

    private static final String STYLE = """
            .steps tbody th { width: 7rem; font-weight: 400; color: var(--soft); }
            .steps code, .spot code { white-space: pre-wrap; background: var(--panel); padding: 0 0.2rem; }
            .wide td:last-child { width: 50%; }
            .of { font-weight: 400; font-size: 0.875rem; color: var(--soft); }
            """;

    private final Explanation explanation;
    private final Page page;
    private int sections;

    private ExplainPage(Explanation explanation) {
        this.explanation = explanation;
        page = Page.titled(explanation.document() + ", explained")
                .style(STYLE)
                .lead(this::lead)
                .foot("Made by " + Version.ofProgram());
    }

    /** @param oneRow whether a row was asked for, so that the others are of no interest */
    static String write(Explanation explanation, boolean oneRow) {
        ExplainPage page = new ExplainPage(explanation);
        page.add(oneRow);
        return page.page.html();
    }

    private void add(boolean oneRow) {
        Row rejected = explanation.rejected();
        if (rejected != null) {
            row(rejected);
        }
        if (explanation.tables().stream().anyMatch(Table::reached)) {
            if (!oneRow) {
                section("Tables", this::tables);
            }
            explanation.tables().forEach(table -> table(table, oneRow));
        }
    }

    private void section(String heading, Consumer<HtmlWriter> content) {
        sections++;
        page.section("part-" + sections, heading, content);
    }

    private void lead(HtmlWriter out) {
        out.element("p", ExplainWords.ending(explanation)).line();
        if (explanation.fault() != null) {
            out.element("p", ExplainWords.fault(explanation.fault()), "class", "bad")
                    .line();
        }
        Why why = explanation.why();
        if (why != null) {
            steps(out, "Why", () -> why(out, why));
        }
    }

    private void tables(HtmlWriter out) {
        out.table(
                "What became of the rows of each table",
                explanation.tables().size(),
                List.of("Table", "Candidates", "Rows", "Left out"));
        for (Table table : explanation.tables()) {
            out.open("tr").element("th", table.name(), "scope", "row");
            out.element("td", Amounts.count(table.candidates()), "class", "number");
            out.element("td", Amounts.count(table.count(RowFate.KEPT)), "class", "number");
            out.element("td", ExplainWords.leftOut(table)).close().line();
        }
        out.closeTable();
    }

    private void table(Table table, boolean oneRow) {
        List<Row> shown = table.rows().stream()
                .filter(row -> !row.equals(explanation.rejected()))
                .toList();
        boolean withCells =
                oneRow || shown.stream().anyMatch(row -> !row.cells().isEmpty());
        if (withCells) {
            shown.forEach(this::row);
        }
        boolean more = table.more() > 0 || !table.notes().isEmpty();
        if (!withCells || more) {
            section(withCells ? table.name() + ", what else there is" : table.name(), out -> {
                if (!withCells) {
                    out.element("p", "" + table.place(), "class", "soft").line();
                    rows(out, table, shown);
                }
                if (table.more() > 0) {
                    out.element("p", "and " + Amounts.count(table.more(), "more row"))
                            .line();
                }
                table.notes()
                        .forEach(note -> out.element("p", "not known: " + note).line());
            });
        }
    }

    private void rows(HtmlWriter out, Table table, List<Row> rows) {
        if (rows.isEmpty()) {
            if (table.candidates() == 0) {
                out.element("p", "no row").line().open("ul", "class", "rules").line();
                ExplainWords.noCandidate(table)
                        .forEach(line -> out.element("li", line).line());
                out.close().line();
            }
            return;
        }
        out.table("The rows of " + table.name(), rows.size(), List.of("Row", "Key", "Line", "What becomes of it"));
        for (Row row : rows) {
            out.open("tr").element("th", Amounts.count(row.number()), "scope", "row");
            out.element("td", row.key() == null ? "" : row.key());
            out.element("td", row.spot().place() == null ? "" : "" + row.spot().place());
            out.element("td", ExplainWords.fateAndWhy(row, explanation.ending()), "class", look(row))
                    .close()
                    .line();
        }
        out.closeTable();
    }

    private void row(Row row) {
        section(ExplainWords.row(row), out -> {
            out.element("p", ExplainWords.fate(row, explanation.ending()), "class", look(row))
                    .line();
            Spot spot = row.spot();
            if (spot.place() != null || !spot.snippet().isEmpty()) {
                out.element("p", p -> spot(p, spot), "class", "spot").line();
            }
            Why why = row.why();
            if (why != null) {
                steps(out, "Why", () -> why(out, why));
            }
            row.cells().forEach(cell -> cell(out, cell, row));
        });
    }

    private String look(Row row) {
        return switch (row.fate()) {
            case KEPT -> explanation.ending() == Ending.MAPPED ? "good" : "warn";
            case CONDITION, EMPTY, DUPLICATE, REPLACED -> "warn";
            case REJECTED -> "bad";
        };
    }

    private static void why(HtmlWriter out, Why why) {
        labelled(out, "by", td -> td.text(why.rule() + ", " + why.place()));
        if (!why.message().isEmpty()) {
            labelled(out, "because", td -> td.text(why.message()));
        }
        for (Condition condition : why.conditions()) {
            labelled(out, ExplainWords.answer(condition.answer()), td -> {
                td.element("code", ExplainWords.condition(condition));
                condition.operands().forEach(operand -> td.open("br").text(ExplainWords.named(operand)));
            });
        }
        Spot other = why.other();
        if (other != null) {
            labelled(out, "instead", td -> spot(td, other));
        }
    }

    private void cell(HtmlWriter out, Cell cell, Row row) {
        out.element(
                        "h3",
                        h3 -> h3.text(cell.column() + " ")
                                .element("span", cell.type() + ", " + cell.place(), "class", "of"))
                .line();
        steps(out, "How " + cell.column() + " came to be", () -> {
            boolean path = cell.origin().kind().equals("path");
            String origin = ExplainWords.origin(cell);
            labelled(out, path ? "path" : "from", td -> td.element(path ? "code" : "span", origin));
            for (Named variable : cell.variables()) {
                labelled(out, "variable", td -> td.text(ExplainWords.named(variable)));
            }
            cell.found().forEach(found -> labelled(out, "found", td -> found(td, found, row)));
            if (cell.moreFound() > 0) {
                labelled(out, "", td -> td.text("and " + Amounts.count(cell.moreFound(), "more item")));
            }
            if (path && cell.found().isEmpty()) {
                labelled(out, "found", td -> td.text("nothing"));
            }
            for (Step step : ExplainWords.stepsBefore(cell)) {
                labelled(out, ExplainWords.step(step), td -> td.element("code", ExplainWords.made(step, cell)));
            }
            if (cell.fault()) {
                labelled(out, "rejected", td -> {});
            } else {
                String end = ExplainWords.end(cell);
                labelled(
                        out,
                        ExplainWords.end(row, explanation.ending()),
                        td -> td.element("strong", strong -> strong.element("code", end)));
            }
        });
    }

    private static void found(HtmlWriter out, Found found, Row row) {
        out.text(found.node() + " ").element("code", ExplainWords.quoted(found.value()));
        Spot spot = found.spot();
        if (spot != null && !spot.equals(row.spot())) {
            out.open("br");
            spot(out, spot);
        }
    }

    private static void spot(HtmlWriter out, Spot spot) {
        out.text(ExplainWords.place(spot));
        if (!spot.snippet().isEmpty()) {
            out.text(" ").element("code", spot.snippet());
        }
    }

    /** A table of labels and what they stand for. */
    private static void steps(HtmlWriter out, String label, Runnable rows) {
        out.open("table", "class", "steps", "aria-label", label)
                .line()
                .open("tbody")
                .line();
        rows.run();
        out.close().close().line();
    }

    private static void labelled(HtmlWriter out, String label, Consumer<HtmlWriter> content) {
        out.open("tr").element("th", label, "scope", "row").element("td", content);
        out.close().line();
    }
}
