package dev.millrace.report;

import dev.millrace.coverage.CoverageReport;
import dev.millrace.coverage.CoverageReport.Condition;
import dev.millrace.coverage.FirstMet;
import dev.millrace.coverage.PathState;
import dev.millrace.mapping.Collapses;
import dev.millrace.mapping.RowConditions;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is said of coverage, on screens and pages alike. Texts of documents are as the documents have them, with control characters too. */
public final class CoverageWords {

    private CoverageWords() {}

    /** Such as {@code 44 are mapped, 10 ignored and nothing left out}. */
    public static String states(CoverageReport report) {
        long unmapped = report.paths(PathState.UNMAPPED);
        return Amounts.count(report.paths(PathState.MAPPED)) + (report.paths(PathState.MAPPED) == 1 ? " is" : " are")
                + " mapped, " + Amounts.count(report.paths(PathState.IGNORED)) + " ignored and "
                + (unmapped == 0 ? "nothing left out" : Amounts.count(unmapped) + " neither");
    }

    /** What is not known, as there are too many paths. */
    public static String beyond(CoverageReport report) {
        return "the documents have so many paths that not all are told apart: " + Amounts.count(report.beyond())
                + " elements, attributes and texts belong to none of those that are";
    }

    /** Which path of a table a condition is of: the table's name, and more where the table has more than one path with conditions. */
    public static String place(CoverageReport.Table table, Condition condition) {
        boolean several =
                table.conditions().stream().mapToInt(Condition::set).distinct().count() > 1;
        if (!several) {
            return table.name();
        }
        return table.name() + (condition.set() == RowConditions.NESTED ? ", nested" : ", set " + condition.set());
    }

    /** Of which tables it is not known what conditions left out; a sentence for each. */
    public static List<String> untold(CoverageReport report) {
        return report.tables().stream()
                .filter(table -> table.untold() > 0)
                .map(table -> "what the conditions of " + table.name() + " left out is not known of "
                        + Amounts.count(table.untold(), "record")
                        + ", as counting it took too many steps or met an error")
                .toList();
    }

    /** Where something was met first; empty where it was not noted. */
    public static String place(@Nullable FirstMet first) {
        return first == null ? "" : first.document() + (first.location() == null ? "" : ", line " + first.location());
    }

    /** How many texts became one value, and which, as far as that may be shown. */
    public static String merged(Collapses.Merged merged) {
        String value = merged.isNull() ? " to NULL" : merged.value() == null ? "" : " to \"" + merged.value() + '"';
        String some = merged.some().isEmpty()
                ? ""
                : merged.some().stream().map(text -> '"' + text + '"').collect(Collectors.joining(", ", " (", ""))
                        + (merged.texts() > merged.some().size() ? " …)" : ")");
        return Amounts.count(merged.texts(), "text") + value + some + "; first in " + merged.document();
    }
}
