package dev.millrace.cli;

import dev.millrace.contract.ContractDifference;
import dev.millrace.contract.ContractDifference.Kind;
import dev.millrace.contract.ContractDifference.Subject;
import dev.millrace.database.SchemaChange;
import dev.millrace.report.Amounts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What {@code diff} shows. Where statements were asked for, all else is in comments of SQL, so that the whole is a script. */
final class DiffScreen {

    private static final String COMMENT = "-- ";
    private static final int HANGING = 6;

    /** The title of what is of no table, or of several. */
    private static final String CONTRACT = "contract";

    private final DiffReport report;
    private final int width;
    private final String prefix;
    private final List<String> lines = new ArrayList<>();

    private DiffScreen(DiffReport report, int width) {
        this.report = report;
        this.prefix = report.target() == null ? "" : COMMENT;
        this.width = width;
    }

    static List<String> lines(DiffReport report, int width) {
        DiffScreen screen = new DiffScreen(report, width);
        screen.add();
        return screen.lines;
    }

    private void add() {
        List<ContractDifference> differences = report.differences();
        if (differences.isEmpty()) {
            boolean written = !report.before().hash().equals(report.after().hash());
            words(
                    report.oldFile() + " and " + report.newFile() + " mean the same"
                            + (written ? ", though they are not written alike." : "."),
                    0);
        } else {
            words(
                    report.oldFile() + " and " + report.newFile() + ": "
                            + Amounts.count(differences.size(), "difference"),
                    0);
            sections(differences).forEach((title, groups) -> {
                line("");
                words(title, 0);
                groups.forEach(this::group);
            });
            line("");
            words(report.advice(), 0);
        }
        DiffTarget target = report.target();
        if (target != null) {
            changes(target);
        }
    }

    /** What one line of defaults does to many columns is told once. */
    private static Map<String, List<List<ContractDifference>>> sections(List<ContractDifference> differences) {
        Map<List<Object>, List<ContractDifference>> groups = new LinkedHashMap<>();
        for (ContractDifference each : differences) {
            List<Object> key = each.isShared()
                    ? List.of(
                            each.kind(),
                            String.valueOf(each.subject().setting()),
                            String.valueOf(each.before().value()),
                            String.valueOf(each.after().value()))
                    : List.of(each);
            groups.computeIfAbsent(key, absent -> new ArrayList<>()).add(each);
        }
        Map<String, List<List<ContractDifference>>> sections = new LinkedHashMap<>();
        if (groups.values().stream().anyMatch(group -> title(group).equals(CONTRACT))) {
            sections.put(CONTRACT, new ArrayList<>());
        }
        for (List<ContractDifference> group : groups.values()) {
            sections.computeIfAbsent(title(group), absent -> new ArrayList<>()).add(group);
        }
        return sections;
    }

    private static String title(List<ContractDifference> group) {
        Set<String> tables = new LinkedHashSet<>();
        for (ContractDifference each : group) {
            String table = each.subject().table();
            tables.add(table == null ? CONTRACT : "table " + table);
        }
        return tables.size() == 1 ? tables.iterator().next() : CONTRACT;
    }

    private void group(List<ContractDifference> group) {
        ContractDifference first = group.get(0);
        String sign = first.kind() == Kind.ADDED ? "+" : first.kind() == Kind.REMOVED ? "-" : "~";
        words("  " + sign + " " + first.describe(what(group)), HANGING);
        if (group.size() > 1) {
            boolean ofOne = !title(group).equals(CONTRACT);
            words(
                    "      "
                            + String.join(
                                    ", ",
                                    group.stream()
                                            .map(each -> name(each.subject(), ofOne))
                                            .toList()),
                    HANGING);
        }
        words("      " + first.before().position() + " → " + first.after().position(), HANGING);
    }

    private static String what(List<ContractDifference> group) {
        Subject subject = group.get(0).subject();
        if (group.size() > 1) {
            return Amounts.count(group.size(), "column") + ": " + subject.setting();
        }
        String words = subject.inWords(false);
        return words.isEmpty() ? "it" : words;
    }

    private static String name(Subject subject, boolean ofOneTable) {
        return (ofOneTable ? "" : subject.table() + ".") + subject.column();
    }

    private void changes(DiffTarget target) {
        line("");
        String there = target.url() == null ? "the tables of " + report.oldFile() : "the tables of " + target.url();
        if (target.changes().isEmpty()) {
            words(Character.toUpperCase(there.charAt(0)) + there.substring(1) + " fit " + report.newFile() + ".", 0);
            return;
        }
        words(
                "What makes " + there + " fit " + report.newFile() + ", for " + target.dialect()
                        + (target.isInPlace() ? ":" : ", as far as statements do it in place:"),
                0);
        for (SchemaChange change : target.changes()) {
            lines.add("");
            String words = change.words().replaceAll("\\R", " ");
            if (!words.isEmpty()) {
                words(words, 0);
            }
            if (change.statement() != null) {
                lines.add(change.statement() + ";");
            }
        }
    }

    private void words(String text, int hanging) {
        String printable = TextTable.printable(text);
        Paragraph.wrap(printable, width - prefix.length(), hanging).forEach(this::line);
    }

    private void line(String text) {
        lines.add((prefix + text).stripTrailing());
    }
}
