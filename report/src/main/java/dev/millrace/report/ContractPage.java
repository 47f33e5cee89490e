package dev.millrace.report;

import dev.millrace.contract.CodeTable;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.Column;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A contract as a page for people who want to know what is in the tables, and where it comes from. Used once. */
final class ContractPage {

    /** From here on, a list of the tables leads to them. */
    private static final int TABLES_TO_LIST = 4;

    private final MappingContract contract;
    private final ContractWords words;
    private final Map<String, String> tableIds = new HashMap<>();
    private final Map<String, String> codeIds = new HashMap<>();

    ContractPage(MappingContract contract) {
        this.contract = contract;
        words = new ContractWords(contract);
        contract.tables().forEach(table -> tableIds.put(table.name(), id("table", table.name(), tableIds)));
        words.codeTables().forEach(codes -> codeIds.put(codes.name(), id("codes", codes.name(), codeIds)));
    }

    String html(String madeBy) {
        Page page = Page.titled(contract.name())
                .lead(this::lead)
                .section("documents", "Documents", out -> sentences(out, words.documents()))
                .section(
                        "diagram",
                        "Diagram",
                        out -> EntityDiagram.of(contract)
                                .linked(table -> "#" + tableIds.get(table))
                                .write(out))
                .section("tables", "Tables", this::tables);
        if (!words.codeTables().isEmpty()) {
            page.section("codes", "Code tables", this::codes);
        }
        return page.foot(madeBy).html();
    }

    private void lead(HtmlWriter out) {
        described(out, contract.description());
        long columns = contract.tables().stream()
                .mapToLong(table -> table.columns().size())
                .sum();
        out.element(
                        "p",
                        Amounts.count(contract.tables().size(), "table") + " with " + Amounts.count(columns, "column")
                                + ", filled from XML documents.",
                        "class",
                        "soft")
                .line();
    }

    private static void described(HtmlWriter out, @Nullable String description) {
        if (description != null) {
            out.element("p", description, "class", "lines").line();
        }
    }

    private void sentences(HtmlWriter out, List<Sentence> sentences) {
        sentences.forEach(
                sentence -> out.element("p", p -> sentence(p, sentence)).line());
    }

    private void paragraph(HtmlWriter out, List<Sentence> sentences) {
        out.open("p");
        for (int i = 0; i < sentences.size(); i++) {
            out.text(i == 0 ? "" : " ");
            sentence(out, sentences.get(i));
        }
        out.close().line();
    }

    private void sentence(HtmlWriter out, Sentence sentence) {
        for (Sentence.Part part : sentence.parts()) {
            switch (part.kind()) {
                case WORDS -> out.text(part.text());
                case CODE -> out.element("code", part.text());
                case TABLE -> out.element("a", part.text(), "href", "#" + tableIds.get(part.text()));
                case CODES -> out.element("a", part.text(), "href", "#" + codeIds.get(part.text()));
            }
        }
    }

    private void tables(HtmlWriter out) {
        if (contract.tables().size() >= TABLES_TO_LIST) {
            out.open("ul", "class", "index").line();
            for (TableMapping table : contract.tables()) {
                out.element("li", li -> li.element("a", table.name(), "href", "#" + tableIds.get(table.name())))
                        .line();
            }
            out.close().line();
        }
        contract.tables().forEach(table -> table(out, table));
    }

    private void table(HtmlWriter out, TableMapping table) {
        out.open("div", "class", "later").line();
        out.element("h3", table.name(), "id", tableIds.get(table.name())).line();
        described(out, table.description());
        paragraph(out, words.rows(table));
        paragraph(out, words.keys(table));
        out.open("table", "class", "columns", "role", "table").line();
        out.element("caption", "Columns of " + table.name()).line();
        out.open("thead", "role", "rowgroup").open("tr", "role", "row");
        for (String heading : List.of("Column", "What it is", "Where it comes from")) {
            out.element("th", heading, "scope", "col", "role", "columnheader");
        }
        out.close().close().line();
        out.open("tbody", "role", "rowgroup").line();
        for (int i = 0; i < table.columns().size(); i++) {
            column(out, table, i);
        }
        out.close().line().close().line().close().line();
    }

    private void column(HtmlWriter out, TableMapping table, int index) {
        Column column = table.columns().get(index);
        out.open("tr", "role", "row");
        out.open("th", "scope", "row", "role", "rowheader");
        out.element("p", p -> p.element("code", column.name()));
        out.element("p", p -> p.element("code", column.type().toString()), "class", "soft");
        out.close();
        out.open("td", "role", "cell");
        if (column.key() || !column.nullable()) {
            out.open("p");
            if (column.key()) {
                out.element("span", "key", "class", "mark").text(" ");
            }
            if (!column.nullable()) {
                out.element("span", "always there", "class", "mark");
            }
            out.close();
        }
        if (column.description() != null) {
            out.element("p", column.description(), "class", "lines");
        }
        List<Sentence> rules = words.rules(table, index);
        if (!rules.isEmpty()) {
            out.element(
                    "ul",
                    list -> rules.forEach(rule -> list.element("li", li -> sentence(li, rule))),
                    "class",
                    "rules soft");
        }
        out.close();
        out.element(
                "td",
                td -> words.sources(table, index).forEach(source -> td.element("p", p -> sentence(p, source))),
                "role",
                "cell");
        out.close().line();
    }

    private void codes(HtmlWriter out) {
        for (CodeTable codes : words.codeTables()) {
            out.open("div", "class", "later").line();
            out.element("h3", codes.name(), "id", codeIds.get(codes.name())).line();
            paragraph(out, ContractWords.codes(codes));
            out.open("table", "class", "narrow").line();
            out.element("caption", "Codes of " + codes.name()).line();
            out.open("thead").open("tr");
            out.element("th", "In the document", "scope", "col").element("th", "In the table", "scope", "col");
            out.close().close().line();
            out.open("tbody").line();
            codes.entries().forEach((text, code) -> {
                out.open("tr");
                out.element(
                        "th",
                        th -> {
                            if (text.isEmpty()) {
                                th.text("nothing");
                            } else {
                                th.element("code", text);
                            }
                        },
                        "scope",
                        "row");
                out.element("td", td -> {
                    if (code == null) {
                        td.text("NULL");
                    } else {
                        td.element("code", code);
                    }
                });
                out.close().line();
            });
            out.close().line().close().line().close().line();
        }
    }

    /** The name where it can be one, with a number where that would be another's, too. */
    private static String id(String kind, String name, Map<String, String> taken) {
        String wanted = kind + "-" + name.replaceAll("[^\\p{L}\\p{N}_-]", "-");
        String id = wanted;
        for (int number = 2; taken.containsValue(id); number++) {
            id = wanted + "--" + number;
        }
        return id;
    }
}
