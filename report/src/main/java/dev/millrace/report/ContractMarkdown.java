package dev.millrace.report;

import dev.millrace.contract.CodeTable;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.Column;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A contract as Markdown, with the tables of GitHub's: for a repository or a wiki. It has no links, since each of these makes others. Used once. */
final class ContractMarkdown {

    private final MappingContract contract;
    private final ContractWords words;
    private final StringBuilder text = new StringBuilder();

    ContractMarkdown(MappingContract contract) {
        this.contract = contract;
        words = new ContractWords(contract);
    }

    String markdown(String madeBy) {
        line("# " + escaped(contract.name()));
        described(contract.description());
        line("## Documents");
        paragraph(words.documents());
        line("## Tables");
        contract.tables().forEach(table -> entity(table));
        line("");
        contract.tables().forEach(this::table);
        if (!words.codeTables().isEmpty()) {
            line("## Code tables");
            words.codeTables().forEach(this::codes);
        }
        line("---");
        text.append(escaped(madeBy)).append('\n');
        return text.toString();
    }

    /** What the diagram of a page shows: a tree. */
    private void entity(TableMapping table) {
        int depth = 0;
        for (int parent = table.parent();
                parent >= 0;
                parent = contract.tables().get(parent).parent()) {
            depth++;
        }
        List<String> key = table.key().stream()
                .map(i -> code(table.columns().get(i).name()))
                .toList();
        text.append("  ".repeat(depth))
                .append("- ")
                .append(escaped(table.name()))
                .append(", key ")
                .append(String.join(", ", key))
                .append('\n');
    }

    private void table(TableMapping table) {
        line("### " + escaped(table.name()));
        described(table.description());
        List<Sentence> said = new ArrayList<>(words.rows(table));
        said.addAll(words.keys(table));
        paragraph(said);
        text.append("| Column | Type | What it is | Where it comes from |\n|---|---|---|---|\n");
        for (int i = 0; i < table.columns().size(); i++) {
            Column column = table.columns().get(i);
            List<String> what = new ArrayList<>();
            if (column.key()) {
                what.add("Key.");
            } else if (!column.nullable()) {
                what.add("Always there.");
            }
            if (column.description() != null) {
                what.add(escaped(column.description()));
            }
            words.rules(table, i).forEach(rule -> what.add(inline(rule)));
            row(
                    code(column.name()),
                    code(column.type().toString()),
                    String.join(" ", what),
                    String.join(
                            "; ",
                            words.sources(table, i).stream().map(this::inline).toList()));
        }
        line("");
    }

    private void codes(CodeTable codes) {
        line("### " + escaped(codes.name()));
        paragraph(ContractWords.codes(codes));
        text.append("| In the document | In the table |\n|---|---|\n");
        codes.entries()
                .forEach((from, to) -> row(from.isEmpty() ? "nothing" : code(from), to == null ? "NULL" : code(to)));
        line("");
    }

    /** Within a cell there are no line breaks, and a bar would end it even within code. */
    private void row(String... cells) {
        for (String cell : cells) {
            text.append("| ")
                    .append(cell.replaceAll("\\R{2,}", "<br><br>")
                            .replaceAll("\\R", " ")
                            .replace("|", "\\|"))
                    .append(' ');
        }
        text.append("|\n");
    }

    private void described(@Nullable String description) {
        if (description != null) {
            // What begins a list or a heading only does so at the beginning of a line.
            line(escaped(description).replaceAll("(?m)^(\\s*\\d*)([-+=.)])", "$1\\\\$2"));
        }
    }

    private void paragraph(List<Sentence> sentences) {
        line(String.join(" ", sentences.stream().map(this::inline).toList()));
    }

    private String inline(Sentence sentence) {
        StringBuilder written = new StringBuilder();
        for (Sentence.Part part : sentence.parts()) {
            written.append(
                    switch (part.kind()) {
                        case WORDS -> escaped(part.text());
                        case CODE, TABLE, CODES -> code(part.text());
                    });
        }
        return written.toString();
    }

    private void line(String line) {
        text.append(line).append(line.isEmpty() ? "\n" : "\n\n");
    }

    /** In as many backticks as the text does not have. */
    private static String code(String text) {
        String line = text.replaceAll("\\R", " ");
        String ticks = "`";
        while (line.contains(ticks)) {
            ticks += "`";
        }
        boolean padded = line.startsWith("`") || line.endsWith("`") || line.isBlank();
        return ticks + (padded ? " " + line + " " : line) + ticks;
    }

    /** Text that stays text. */
    private static String escaped(String text) {
        return text.replaceAll("([\\\\`*_\\[\\]<>#&~])", "\\\\$1");
    }
}
