package dev.millrace.coverage;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.coverage.CoverageReport.Condition;
import dev.millrace.mapping.RowCounts;
import dev.millrace.xml.Name;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What was counted of documents that runs have settled, in a form that can be kept and added up over runs: it holds for every contract. What a
 * contract makes of a path is not in it, so that {@link #report} can say what another text of the contract makes of the same documents. Nor
 * are texts that became one value, whose sketches cannot be added up without the values.
 *
 * <p>Names in a namespace are written {@code Q{uri}name}, whatever prefixes the contract has; {@code *} stands for many names.
 *
 * @param documents how many documents were counted
 * @param beyond how many elements, attributes and texts of them are counted under no path
 * @param paths each distinct path that was met, once for each kind
 * @param tables what became of what could be rows, by the tables' names at that time
 */
public record SettledCoverage(long documents, long beyond, List<Path> paths, List<Table> tables) {

    /** Nothing. */
    public static final SettledCoverage NONE = new SettledCoverage(0, 0, List.of(), List.of());

    /**
     * A path.
     *
     * @param path that of a text is its element's
     * @param documents in how many documents it was met; empty where nobody knows
     * @param first where it was met first; null where nobody noted it
     */
    public record Path(
            String path,
            PathKind kind,
            OptionalLong documents,
            long occurrences,
            @Nullable FirstMet first) {}

    /**
     * The items of a table.
     *
     * @param items how many there were
     * @param empty how many {@code skip-empty} left out
     * @param duplicates how many {@code distinct} left out
     * @param conditions what has left out items before they were counted, as the contract had it at that time; none that has left out none
     * @param untold of how many records it is not known what conditions left out
     */
    public record Table(String name, long items, long empty, long duplicates, List<Condition> conditions, long untold) {

        public Table {
            conditions = List.copyOf(conditions);
        }

        private boolean isEmpty() {
            return items == 0 && conditions.isEmpty() && untold == 0;
        }
    }

    public SettledCoverage {
        paths = List.copyOf(paths);
        tables = List.copyOf(tables);
    }

    static SettledCoverage of(Coverage coverage) {
        PathCoverage counted = coverage.paths();
        if (counted.settledDocuments() == 0) {
            return NONE;
        }
        // Several paths that stand for many names are written alike.
        Map<List<Object>, Path> paths = new LinkedHashMap<>();
        add(counted.top(), "", paths);
        List<Table> tables = new ArrayList<>();
        RowCounts rows = coverage.rows().since(coverage.unsettledRows());
        for (TableMapping table : coverage.contract().tables()) {
            int t = table.index();
            Table settled = new Table(
                    table.name(),
                    rows.items(t),
                    rows.empty(t),
                    rows.duplicates(t),
                    CoverageReport.conditions(t, rows).stream()
                            .filter(condition -> condition.leftOut() > 0)
                            .toList(),
                    rows.untold(t));
            if (!settled.isEmpty()) {
                tables.add(settled);
            }
        }
        return new SettledCoverage(
                counted.settledDocuments(), counted.settledBeyond(), List.copyOf(paths.values()), tables);
    }

    private static void add(CoveredPath element, String around, Map<List<Object>, Path> paths) {
        for (CoveredPath each : element.content()) {
            String path = each.kind() == PathKind.TEXT ? around : around + '/' + step(each);
            if (each.settledOccurrences() > 0) {
                Path settled = new Path(
                        path, each.kind(), each.settledDocuments(), each.settledOccurrences(), each.firstMet());
                paths.merge(List.of(path, each.kind()), settled, SettledCoverage::sum);
            }
            add(each, path, paths);
        }
    }

    private static Path sum(Path one, Path other) {
        FirstMet first = other.first != null && other.first.isBefore(one.first) ? other.first : one.first;
        return new Path(one.path, one.kind, OptionalLong.empty(), one.occurrences + other.occurrences, first);
    }

    private static String step(CoveredPath path) {
        Name name = path.name();
        String written = name.namespace().isEmpty()
                ? name.local()
                : "Q{" + name.namespace().replaceAll("[\\\\{}]", "\\\\$0") + "}" + name.local();
        return path.kind() == PathKind.ATTRIBUTE ? '@' + written : written;
    }

    /** What a contract makes of these documents, and what it leaves out. */
    public CoverageReport report(MappingContract contract) {
        Coverage coverage = new Coverage(contract);
        coverage.paths().countDocuments(documents, beyond);
        for (Path path : paths) {
            restore(path, coverage.paths());
        }
        Map<String, Table> byName = new HashMap<>();
        tables.forEach(table -> byName.put(table.name, table));
        for (TableMapping mapping : contract.tables()) {
            Table table = byName.get(mapping.name());
            if (table != null) {
                coverage.rows().add(mapping.index(), table.items, table.empty, table.duplicates, table.untold);
            }
        }
        CoverageReport report = coverage.report();
        return report.with(report.tables().stream()
                .map(table -> {
                    Table counted = byName.get(table.name());
                    return counted == null ? table : table.with(conditions(table.conditions(), counted.conditions));
                })
                .toList());
    }

    /** What was counted of the contract's conditions, and behind them those that it does not have any more. */
    private static List<Condition> conditions(List<Condition> ofContract, List<Condition> counted) {
        List<Condition> older = new ArrayList<>(counted);
        List<Condition> all = new ArrayList<>();
        for (Condition condition : ofContract) {
            Condition its = older.stream()
                    .filter(each -> each.set() == condition.set() && each.text().equals(condition.text()))
                    .findFirst()
                    .orElse(condition);
            older.remove(its);
            all.add(its);
        }
        all.addAll(older);
        return all;
    }

    private static void restore(Path counted, PathCoverage into) {
        CoveredPath path = into.top();
        int at = 0;
        String text = counted.path;
        while (at < text.length()) {
            // Behind the slash.
            int start = at + 1;
            boolean attribute = text.charAt(start) == '@';
            int end = endOfStep(text, start);
            Name name = name(text.substring(attribute ? start + 1 : start, end));
            CoveredPath next = attribute ? into.attribute(path, name) : into.child(path, name);
            if (next == null) {
                into.countDocuments(0, counted.occurrences);
                return;
            }
            path = next.current();
            at = end;
        }
        CoveredPath found = counted.kind == PathKind.TEXT ? into.text(path) : path;
        found.count(counted.occurrences, counted.documents.orElse(0), counted.first);
    }

    /** Where the next step begins, or the text ends; a slash in a namespace is none. */
    private static int endOfStep(String text, int start) {
        boolean inNamespace = false;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '{' || c == '}') {
                inNamespace = c == '{';
            } else if (c == '/' && !inNamespace) {
                return i;
            }
        }
        return text.length();
    }

    private static Name name(String step) {
        if (!step.startsWith("Q{")) {
            return Name.of(step);
        }
        int end = step.lastIndexOf('}');
        return new Name(step.substring(2, end).replaceAll("\\\\(.)", "$1"), "", step.substring(end + 1));
    }
}
