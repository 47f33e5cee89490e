package dev.millrace.cli;

import dev.millrace.document.Fault;
import dev.millrace.explain.Explanation;
import dev.millrace.explain.Explanation.Answer;
import dev.millrace.explain.Explanation.Cell;
import dev.millrace.explain.Explanation.Condition;
import dev.millrace.explain.Explanation.Ending;
import dev.millrace.explain.Explanation.Find;
import dev.millrace.explain.Explanation.Named;
import dev.millrace.explain.Explanation.Row;
import dev.millrace.explain.Explanation.RowFate;
import dev.millrace.explain.Explanation.Spot;
import dev.millrace.explain.Explanation.Step;
import dev.millrace.explain.Explanation.Table;
import dev.millrace.explain.Explanation.Why;
import dev.millrace.mapping.MappingTrace;
import dev.millrace.report.Amounts;
import dev.millrace.xml.path.PathExpression.Evaluator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The sentences of an explanation for people, on the screen and in a page. */
final class ExplainWords {

    /** Characters of a value that are shown; JSON has all of them. */
    private static final int MOST_CHARACTERS = 400;

    private ExplainWords() {}

    /** What becomes of the document, in a sentence. */
    static String ending(Explanation explanation) {
        String document = "document " + explanation.document() + " of " + explanation.source() + ": ";
        return document
                + switch (explanation.ending()) {
                    case MAPPED -> "mapped by contract " + explanation.contract();
                    case UNSELECTED -> "not selected by contract " + explanation.contract();
                    case REJECTED -> {
                        Fault fault = explanation.fault();
                        yield "rejected"
                                + (fault == null ? "" : " [" + fault.code().word() + "]");
                    }
                };
    }

    /** Where a fault is, and what it is. */
    static String fault(Fault fault) {
        StringBuilder text = new StringBuilder();
        if (fault.table() != null) {
            text.append(fault.table())
                    .append(fault.column() == null ? "" : "." + fault.column())
                    .append(", ");
        }
        if (fault.location() != null) {
            text.append("line ").append(fault.location());
        }
        return text + (text.isEmpty() ? "" : ": ") + fault.message();
    }

    /** {@code loan, row 2, key 4712}. */
    static String row(Row row) {
        return row.table() + ", row " + Amounts.count(row.number()) + (row.key() == null ? "" : ", key " + row.key());
    }

    static String fate(Row row, Ending ending) {
        return switch (row.fate()) {
            case KEPT -> ending == Ending.MAPPED ? "stored" : "not stored, since its document is rejected";
            case CONDITION, EMPTY, DUPLICATE, REPLACED -> "left out";
            case REJECTED -> "rejects its document";
        };
    }

    /** The same with the reason, on one line. */
    static String fateAndWhy(Row row, Ending ending) {
        Why why = row.why();
        if (why == null) {
            return fate(row, ending);
        }
        Condition failed = why.failed();
        return fate(row, ending) + " by " + why.rule() + (failed == null ? "" : ": " + failed(failed));
    }

    /** {@code @status = 'A' is false (@status: B)}. */
    static String failed(Condition condition) {
        if (isPosition(condition)) {
            return condition(condition) + " takes another one";
        }
        return condition.text() + " is false"
                + (condition.operands().isEmpty()
                        ? ""
                        : condition.operands().stream()
                                .map(ExplainWords::named)
                                .collect(Collectors.joining(", ", " (", ")")));
    }

    /** A condition as it is written; one that is a position with the brackets that tell it. */
    static String condition(Condition condition) {
        return isPosition(condition) ? "[" + condition.text() + "]" : condition.text();
    }

    private static boolean isPosition(Condition condition) {
        return condition.text().matches("[0-9]+|last\\(\\)");
    }

    static String named(Named named) {
        return named.name() + ": " + (named.value() == null ? "nothing" : quoted(named.value()));
    }

    static String answer(Answer answer) {
        return switch (answer) {
            case TRUE -> "true";
            case FALSE -> "false";
            case NOT_ASKED -> "not asked";
        };
    }

    /** How many are left out, by what; empty for none. */
    static String leftOut(Table table) {
        List<String> parts = new ArrayList<>();
        for (RowFate fate : RowFate.values()) {
            long count = table.count(fate);
            if (count > 0 && fate != RowFate.KEPT) {
                parts.add(Amounts.count(count) + " "
                        + switch (fate) {
                            case CONDITION -> "by a condition";
                            case EMPTY -> "by skip-empty";
                            case DUPLICATE -> "by distinct";
                            case REPLACED -> "by distinct, replaced";
                            case REJECTED -> "rejected";
                            case KEPT -> "";
                        });
            }
        }
        return String.join(", ", parts);
    }

    /** Why a table has no candidate at all. */
    static List<String> noCandidate(Table table) {
        if (!table.reached()) {
            return List.of("mapping did not come to this table");
        }
        if (table.finds().isEmpty()) {
            return List.of("its parent table has no row, so nothing was looked for");
        }
        Find empty = table.finds().stream()
                .filter(find -> find.items() == 0)
                .findFirst()
                .orElse(table.finds().get(0));
        List<String> lines = new ArrayList<>();
        for (Find find : table.finds()) {
            lines.add("the path " + find.path() + " gives "
                    + (find.items() == 0 ? "nothing" : Amounts.count(find.items(), "item")));
            if (find.equals(empty)) {
                break;
            }
        }
        return lines;
    }

    /** Where a column's value comes from. */
    static String origin(Cell cell) {
        Evaluator evaluator = cell.origin().evaluator();
        return switch (cell.origin().kind()) {
            case "path" ->
                cell.origin().text()
                        + (evaluator == null ? "" : "  (" + evaluator.name().toLowerCase(Locale.ROOT) + ")");
            case "ordinal" -> "the row's position below its parent's row";
            case "none" -> "nothing: this set of the union leaves the column NULL";
            default -> cell.origin().kind() + ": " + cell.origin().text();
        };
    }

    /** The steps but the last one, where that made the value which the column has. */
    static List<Step> stepsBefore(Cell cell) {
        List<Step> steps = cell.steps();
        int last = steps.size() - 1;
        boolean same = last >= 0
                && steps.get(last).kind() == MappingTrace.Kind.CONVERTED
                && Objects.deepEquals(steps.get(last).value(), cell.value());
        return same ? steps.subList(0, last) : steps;
    }

    /** The word for a column's value in the end. */
    static String end(Row row, Ending ending) {
        return row.fate() == RowFate.KEPT && ending == Ending.MAPPED ? "stored" : "value";
    }

    /** A column's value in the end, and how it differs from the document's. */
    static String end(Cell cell) {
        if (cell.value() != null) {
            return value(cell.value()) + changed(cell);
        }
        boolean told = !cell.steps().isEmpty()
                && cell.steps().get(cell.steps().size() - 1).kind() != MappingTrace.Kind.TRIMMED;
        boolean blank = cell.found().size() == 1 && cell.found().get(0).value().isBlank();
        return "NULL" + (blank && !told ? ", as the text is empty" : "");
    }

    /** The word for a step. */
    static String step(Step step) {
        return switch (step.kind()) {
            case ITEM, STORED -> throw new IllegalArgumentException(step.kind() + " is no step of its own");
            case GIVEN -> "given";
            case CHOSEN -> "chosen";
            case JOINED -> "joined";
            case UNESCAPED -> "unescaped";
            case TRIMMED -> "trimmed";
            case NULLED -> "no value";
            case CODED -> "coded";
            case CONVERTED -> "converted";
            case LEFT_OUT -> "left out";
            case DEFAULTED -> "default";
        };
    }

    /** What a step made, and by which setting. */
    static String made(Step step, Cell cell) {
        return switch (step.kind()) {
            case NULLED ->
                step.value() == null
                        ? cell.policies().contains("nil")
                                ? "the element has xsi:nil (nil)"
                                : "all items mean that there is none (nulls)"
                        : value(step.value()) + " means that there is none (nulls)";
            case LEFT_OUT ->
                "it would be rejected with "
                        + (step.code() == null ? "a fault" : step.code().word());
            case CONVERTED -> value(step.value()) + changed(cell);
            case CODED -> value(step.value()) + coded(cell);
            case CHOSEN -> value(step.value()) + " (several)";
            default -> value(step.value());
        };
    }

    private static String coded(Cell cell) {
        return (cell.policies().contains("otherwise") ? ", as the text is none of the table's (otherwise)" : "")
                + (cell.codes() == null
                        ? ""
                        : ", codes " + cell.codes().name() + ", " + cell.codes().place());
    }

    private static String changed(Cell cell) {
        List<String> changes = new ArrayList<>();
        for (String policy : cell.policies()) {
            switch (policy) {
                case "scale" -> changes.add("rounded (scale)");
                case "overflow" -> changes.add("cut (overflow)");
                case "zone" -> changes.add("in another zone (zone)");
                case "partial" -> changes.add("day or month added (partial)");
                default -> {
                    // It has a step of its own.
                }
            }
        }
        return changes.isEmpty() ? "" : ", " + String.join(", ", changes);
    }

    /** A value as it is stored; texts in quotes. */
    static String value(@Nullable Object value) {
        return value instanceof String text ? quoted(text) : CellText.of(value);
    }

    static String quoted(String text) {
        String shown = TextTable.cut(TextTable.printable(text), MOST_CHARACTERS);
        return '"' + shown + '"';
    }

    /** {@code line 3:7}; empty where it is not known. */
    static String place(Spot spot) {
        return spot.place() == null ? "" : "line " + spot.place();
    }
}
