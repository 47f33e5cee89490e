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
import java.util.List;

/** What {@code explain --format html} writes: one page that needs no other file, no script and no network. */
final class ExplainPage {

    private static final String STYLE = """
            :root { color-scheme: light dark; --line: #ccc; --soft: #555; --ok: #176b2c; --out: #8a4b00; --bad: #b00020; --code: #f3f3f3 }
            @media (prefers-color-scheme: dark) {
              :root { --line: #444; --soft: #aaa; --ok: #7bd88f; --out: #ffb454; --bad: #ff7b8a; --code: #222 }
            }
            body { font: 1rem/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
            h1 { font-size: 1.4rem; overflow-wrap: anywhere } h2 { font-size: 1.2rem; margin-top: 2.5rem } h3 { font-size: 1rem; margin-bottom: 0 }
            table { border-collapse: collapse; width: 100% }
            th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line) }
            th[scope=row] { font-weight: normal; color: var(--soft); white-space: nowrap; width: 7rem }
            td { overflow-wrap: anywhere }
            code, pre { font-family: ui-monospace, monospace; background: var(--code); white-space: pre-wrap; overflow-wrap: anywhere }
            code { padding: 0 .2rem } pre { margin: .2rem 0; padding: .3rem .5rem }
            .number { text-align: right } .soft { color: var(--soft) }
            .stored { color: var(--ok) } .left-out { color: var(--out) } .rejected { color: var(--bad) }
            @media print { body { max-width: none; margin: 0 } section { break-inside: avoid } }
            """;

    private final Explanation explanation;
    private final StringBuilder page = new StringBuilder();

    private ExplainPage(Explanation explanation) {
        this.explanation = explanation;
    }

    /** @param oneRow whether a row was asked for, so that the others are of no interest */
    static String write(Explanation explanation, boolean oneRow) {
        ExplainPage page = new ExplainPage(explanation);
        page.add(oneRow);
        return page.page.toString();
    }

    private void add(boolean oneRow) {
        page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append(
                        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
                .append("<title>")
                .append(escaped(explanation.document()))
                .append(", explained by Millrace</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n<main>\n");
        element("h1", ExplainWords.ending(explanation));
        if (explanation.fault() != null) {
            page.append("<p class=\"rejected\">")
                    .append(escaped(ExplainWords.fault(explanation.fault())))
                    .append("</p>\n");
        }
        if (explanation.why() != null) {
            page.append("<table>\n");
            why(explanation.why());
            page.append("</table>\n");
        }
        Row rejected = explanation.rejected();
        if (rejected != null) {
            row(rejected);
        }
        if (explanation.tables().stream().anyMatch(Table::reached)) {
            if (!oneRow) {
                tables();
            }
            explanation.tables().forEach(table -> table(table, oneRow));
        }
        page.append("</main>\n</body>\n</html>\n");
    }

    private void tables() {
        page.append("<h2>Tables</h2>\n<table>\n");
        header("table", "candidates", "rows", "left out");
        for (Table table : explanation.tables()) {
            page.append("<tr>");
            element("td", table.name());
            page.append("<td class=\"number\">")
                    .append(Amounts.count(table.candidates()))
                    .append("</td><td class=\"number\">")
                    .append(Amounts.count(table.count(RowFate.KEPT)))
                    .append("</td>");
            element("td", ExplainWords.leftOut(table));
            page.append("</tr>\n");
        }
        page.append("</table>\n");
    }

    private void table(Table table, boolean oneRow) {
        List<Row> shown = table.rows().stream()
                .filter(row -> !row.equals(explanation.rejected()))
                .toList();
        if (oneRow || shown.stream().anyMatch(row -> !row.cells().isEmpty())) {
            shown.forEach(this::row);
        } else {
            page.append("<section>\n");
            element("h2", table.name());
            element("p", table.place().toString());
            if (!shown.isEmpty()) {
                rows(shown);
            } else if (table.candidates() == 0) {
                page.append("<p>no row</p>\n<ul>\n");
                ExplainWords.noCandidate(table).forEach(line -> element("li", line));
                page.append("</ul>\n");
            }
            page.append("</section>\n");
        }
        if (table.more() > 0) {
            element("p", "and " + Amounts.count(table.more(), "more row"));
        }
        table.notes().forEach(note -> element("p", "not known: " + note));
    }

    private void rows(List<Row> rows) {
        page.append("<table>\n");
        header("row", "key", "line", "what becomes of it");
        for (Row row : rows) {
            page.append("<tr>");
            element("td", Amounts.count(row.number()));
            element("td", row.key() == null ? "" : row.key());
            element("td", row.spot().place() == null ? "" : row.spot().place().toString());
            page.append("<td class=\"").append(look(row)).append("\">");
            page.append(escaped(ExplainWords.fateAndWhy(row, explanation.ending())))
                    .append("</td></tr>\n");
        }
        page.append("</table>\n");
    }

    private void row(Row row) {
        page.append("<section>\n<h2>")
                .append(escaped(ExplainWords.row(row)))
                .append(": <span class=\"")
                .append(look(row))
                .append("\">")
                .append(escaped(ExplainWords.fate(row, explanation.ending())))
                .append("</span></h2>\n");
        spot(row.spot());
        if (row.why() != null) {
            page.append("<table>\n");
            why(row.why());
            page.append("</table>\n");
        }
        row.cells().forEach(cell -> cell(cell, row));
        page.append("</section>\n");
    }

    private String look(Row row) {
        return switch (row.fate()) {
            case KEPT -> explanation.ending() == Ending.MAPPED ? "stored" : "left-out";
            case CONDITION, EMPTY, DUPLICATE, REPLACED -> "left-out";
            case REJECTED -> "rejected";
        };
    }

    private void why(Why why) {
        labelled("by", escaped(why.rule() + ", " + why.place()));
        if (!why.message().isEmpty()) {
            labelled("because", escaped(why.message()));
        }
        for (Condition condition : why.conditions()) {
            StringBuilder text = new StringBuilder(code(ExplainWords.condition(condition)));
            for (Named operand : condition.operands()) {
                text.append("<br>").append(escaped(ExplainWords.named(operand)));
            }
            labelled(ExplainWords.answer(condition.answer()), text.toString());
        }
        if (why.other() != null) {
            labelled("instead", spotText(why.other()));
        }
    }

    private void cell(Cell cell, Row row) {
        page.append("<h3>")
                .append(escaped(cell.column()))
                .append(" <span class=\"soft\">")
                .append(escaped(cell.type() + ", " + cell.place()))
                .append("</span></h3>\n<table>\n");
        boolean path = cell.origin().kind().equals("path");
        labelled(path ? "path" : "from", path ? code(ExplainWords.origin(cell)) : escaped(ExplainWords.origin(cell)));
        for (Named variable : cell.variables()) {
            labelled("variable", escaped(ExplainWords.named(variable)));
        }
        for (Found found : cell.found()) {
            labelled(
                    "found",
                    escaped(found.node()) + " " + code(ExplainWords.quoted(found.value()))
                            + (found.spot() == null || found.spot().equals(row.spot())
                                    ? ""
                                    : "<br>" + spotText(found.spot())));
        }
        if (cell.moreFound() > 0) {
            labelled("", escaped("and " + Amounts.count(cell.moreFound(), "more item")));
        }
        if (path && cell.found().isEmpty()) {
            labelled("found", "nothing");
        }
        for (Step step : ExplainWords.stepsBefore(cell)) {
            labelled(ExplainWords.step(step), code(ExplainWords.made(step, cell)));
        }
        labelled(
                cell.fault() ? "rejected" : ExplainWords.end(row, explanation.ending()),
                cell.fault() ? "" : "<strong>" + code(ExplainWords.end(cell)) + "</strong>");
        page.append("</table>\n");
    }

    private void spot(Spot spot) {
        if (spot.place() != null || !spot.snippet().isEmpty()) {
            page.append("<p>").append(spotText(spot)).append("</p>\n");
        }
    }

    private static String spotText(Spot spot) {
        return escaped(ExplainWords.place(spot)) + (spot.snippet().isEmpty() ? "" : " " + code(spot.snippet()));
    }

    private void header(String... titles) {
        page.append("<tr>");
        for (String title : titles) {
            page.append("<th scope=\"col\">").append(escaped(title)).append("</th>");
        }
        page.append("</tr>\n");
    }

    /** @param content as the page has it */
    private void labelled(String label, String content) {
        page.append("<tr><th scope=\"row\">")
                .append(escaped(label))
                .append("</th><td>")
                .append(content)
                .append("</td></tr>\n");
    }

    private void element(String name, String text) {
        page.append('<')
                .append(name)
                .append('>')
                .append(escaped(text))
                .append("</")
                .append(name)
                .append(">\n");
    }

    private static String code(String text) {
        return "<code>" + escaped(text) + "</code>";
    }

    private static String escaped(String text) {
        return TextTable.printable(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
