package dev.millrace.coverage;

import dev.millrace.contract.TableMapping;
import dev.millrace.mapping.Collapses;
import dev.millrace.mapping.ReachedPaths.RowItem;
import dev.millrace.mapping.RowConditions;
import dev.millrace.mapping.RowCounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What a contract makes of documents, and what it leaves out, as data.
 *
 * @param documents documents that were read to their end; a record that was cut out of a large file is one of them
 * @param beyond how many elements, attributes and texts are counted under no path, as there are more than {@link PathCoverage#MOST_PATHS}
 * @param states how many paths have each of the states; those that none has are 0
 * @param paths each path, an element before what is in it
 * @param gaps what is unmapped: the outermost paths of which nothing is mapped or ignored
 * @param tables what became of what could be rows, in the order of the contract
 * @param collapses columns with values that are not just what documents say, and which texts became one, in the order of the contract
 * @param absent what the contract ignores and no document has, as the contract has it
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record CoverageReport(
        long documents,
        long beyond,
        Map<PathState, Long> states,
        List<Path> paths,
        List<Gap> gaps,
        List<Table> tables,
        List<Collapses.Column> collapses,
        List<String> absent) {

    /** Of which nobody looked whether all has been met that the contract ignores. */
    public CoverageReport(
            long documents,
            long beyond,
            Map<PathState, Long> states,
            List<Path> paths,
            List<Gap> gaps,
            List<Table> tables,
            List<Collapses.Column> collapses) {
        this(documents, beyond, states, paths, gaps, tables, collapses, List.of());
    }

    /**
     * A path.
     *
     * @param path as the contract would write it: with its prefixes; the text of an element has the element's path
     * @param depth how many elements are around it
     * @param documents in how many documents it was met; empty where names are not told apart, so that nobody knows
     * @param occurrences how often it was met
     * @param first where it was met first; null where it is not unmapped, or nobody looked
     */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public record Path(
            String path,
            PathKind kind,
            PathState state,
            int depth,
            OptionalLong documents,
            long occurrences,
            @Nullable FirstMet first) {}

    /**
     * What is unmapped: a path, or an element with all that is in it.
     *
     * @param path as in {@link Path}
     * @param paths how many unmapped paths that are; at least 1
     * @param documents in how many documents the path was met; empty where nobody knows
     * @param occurrences how often it was met
     * @param first where something unmapped of it was met first; null where nobody looked
     */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public record Gap(
            String path,
            PathKind kind,
            int paths,
            OptionalLong documents,
            long occurrences,
            @Nullable FirstMet first) {}

    /**
     * What became of what could be rows of a table.
     *
     * @param elements how many elements the names in {@code rows} lead to, in all documents; empty where it does not lead to elements by
     *     names alone. More than {@code items} are those that predicates leave out, and those in documents that were not mapped
     * @param items how many items {@code rows} gave, in documents that were mapped
     * @param empty how many of them {@code skip-empty} left out
     * @param duplicates how many of them {@code distinct} left out
     * @param rows how many are left
     * @param conditions of {@code rows} and {@code nested}, with what they left out before there were items; in the order of the contract.
     *     None of a path that cannot be taken apart
     * @param untold of how many records it is not known what these conditions left out, as counting it took too many steps or met an error
     */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public record Table(
            String name,
            OptionalLong elements,
            long items,
            long empty,
            long duplicates,
            long rows,
            List<Condition> conditions,
            long untold) {

        public Table {
            conditions = List.copyOf(conditions);
        }

        /** Those of the conditions that left something out. */
        public List<Condition> effective() {
            return conditions.stream()
                    .filter(condition -> condition.leftOut() > 0)
                    .toList();
        }

        /** The same with other conditions. */
        Table with(List<Condition> others) {
            return new Table(name, elements, items, empty, duplicates, rows, others, untold);
        }
    }

    /**
     * A condition of a path that makes rows.
     *
     * @param set which of the table's row sets it is of, from 1; 0 for {@code nested}
     * @param text as the contract has it; of one with more than a thousand characters the beginning
     * @param leftOut how many items it left out that the conditions before it did not, in documents that were mapped
     */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public record Condition(int set, String text, long leftOut) {}

    /** The same with other tables. */
    CoverageReport with(List<Table> otherTables) {
        return new CoverageReport(documents, beyond, states, paths, gaps, otherTables, collapses, absent);
    }

    /** How many paths have a state. */
    public long paths(PathState state) {
        return states.getOrDefault(state, 0L);
    }

    static CoverageReport of(Coverage coverage) {
        PathText text = new PathText(coverage.contract());
        List<Path> paths = new ArrayList<>();
        Map<PathState, Long> states = new EnumMap<>(PathState.class);
        for (PathState state : PathState.values()) {
            states.put(state, 0L);
        }
        long[] elements = new long[coverage.contract().tables().size()];
        coverage.paths().forEach(path -> {
            states.merge(path.state(), 1L, Long::sum);
            paths.add(new Path(
                    text.of(path),
                    path.kind(),
                    path.state(),
                    depth(path),
                    path.documents(),
                    path.occurrences(),
                    path.first()));
            if (path.kind() == PathKind.ELEMENT) {
                Arrays.stream(path.spot().rowItems().stream()
                                .mapToInt(RowItem::table)
                                .distinct()
                                .toArray())
                        .forEach(table -> elements[table] += path.occurrences());
            }
        });
        List<Gap> gaps = coverage.paths().gaps().stream()
                .map(gap -> new Gap(
                        text.of(gap.path()),
                        gap.path().kind(),
                        gap.paths(),
                        gap.path().documents(),
                        gap.path().occurrences(),
                        gap.first()))
                .toList();
        List<Table> tables = coverage.contract().tables().stream()
                .map(table -> table(table, elements[table.index()], coverage.rows()))
                .toList();
        return new CoverageReport(
                coverage.paths().documents(),
                coverage.paths().beyond(),
                states,
                paths,
                gaps,
                tables,
                coverage.collapses().columns(),
                AbsentPaths.of(coverage));
    }

    private static Table table(TableMapping table, long elements, RowCounts counts) {
        int t = table.index();
        boolean byNames = elements >= counts.items(t);
        return new Table(
                table.name(),
                byNames ? OptionalLong.of(elements) : OptionalLong.empty(),
                counts.items(t),
                counts.empty(t),
                counts.duplicates(t),
                counts.rows(t),
                conditions(t, counts),
                counts.untold(t));
    }

    /** What the conditions of a table left out. */
    static List<Condition> conditions(int table, RowCounts counts) {
        List<RowConditions.Condition> all = counts.conditions(table);
        return IntStream.range(0, all.size())
                .mapToObj(i -> new Condition(all.get(i).set(), all.get(i).text(), counts.leftOut(table, i)))
                .toList();
    }

    private static int depth(CoveredPath path) {
        int depth = 0;
        for (CoveredPath around = path.parent(); around != null && around.parent() != null; around = around.parent()) {
            depth++;
        }
        return depth;
    }
}
