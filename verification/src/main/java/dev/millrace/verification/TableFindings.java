package dev.millrace.verification;

import dev.millrace.verification.RowMerge.Group;
import dev.millrace.verification.VerificationReport.ColumnDifference;
import dev.millrace.verification.VerificationReport.Difference;
import dev.millrace.verification.VerificationReport.Differences;
import dev.millrace.verification.VerificationReport.Kind;
import dev.millrace.verification.VerificationReport.Rows;
import dev.millrace.verification.VerificationReport.TableReport;
import dev.millrace.verification.VerificationReport.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Judges the groups of one table's merge and keeps the first differences. */
final class TableFindings {

    private final ComparedTable table;
    private final int listed;
    private final boolean showValues;

    private long keys;
    private long missing;
    private long extra;
    private long different;
    private final Map<String, Long> columns = new LinkedHashMap<>();
    private final List<Difference> differences = new ArrayList<>();

    TableFindings(ComparedTable table, int listed, boolean showValues) {
        this.table = table;
        this.listed = listed;
        this.showValues = showValues;
    }

    void add(Group group) {
        if (table.shared()) {
            addShared(group);
        } else {
            addOwn(group);
        }
    }

    /** Rows of the source that have no equal are paired with rows of the target that have none. */
    private void addOwn(Group group) {
        long pairs = Math.min(group.expected().count(), group.found().count());
        for (int i = 0; i < Math.min(pairs, RowMerge.KEPT); i++) {
            different(group.expected().rows().get(i), group.found().rows().get(i));
        }
        different += pairs;
        for (int i = (int) Math.min(pairs, RowMerge.KEPT);
                i < group.expected().rows().size();
                i++) {
            list(Kind.MISSING, group.expected().rows().get(i), null);
        }
        missing += group.expected().count() - pairs;
        for (int i = (int) Math.min(pairs, RowMerge.KEPT);
                i < group.found().rows().size();
                i++) {
            extra(group, group.found().rows().get(i));
        }
        extra += group.found().count() - pairs;
    }

    /** Of a key that documents share, the target holds one row, and it is that of one of them. */
    private void addShared(Group group) {
        boolean isExpected = group.expected().count() > 0 || group.matched() > 0;
        long found = group.found().count() + group.matched();
        if (isExpected) {
            keys++;
        }
        if (isExpected && found == 0) {
            missing++;
            list(Kind.MISSING, group.expected().rows().get(0), null);
            return;
        }
        long tooMany = isExpected ? found - 1 : found;
        boolean wrong = isExpected && group.matched() == 0;
        if (wrong) {
            different++;
            different(nearest(group), group.found().rows().get(0));
        }
        extra += tooMany;
        for (int i = wrong ? 1 : 0; i < group.found().rows().size() && i < tooMany + (wrong ? 1 : 0); i++) {
            extra(group, group.found().rows().get(i));
        }
        if (tooMany > group.found().count() && group.match() != null) {
            list(Kind.DOUBLED, group.match(), null);
        }
    }

    /** The candidate with the fewest columns that differ from what is there. */
    private static SortedRow nearest(Group group) {
        SortedRow found = group.found().rows().get(0);
        SortedRow nearest = group.expected().rows().get(0);
        for (SortedRow candidate : group.expected().rows()) {
            if (candidate.differingColumns(found).length < nearest.differingColumns(found).length) {
                nearest = candidate;
            }
        }
        return nearest;
    }

    private void extra(Group group, SortedRow found) {
        SortedRow match = group.match();
        if (match != null && match.compareRow(found) == 0) {
            list(Kind.DOUBLED, match, null);
        } else {
            list(Kind.EXTRA, found, null);
        }
    }

    private void different(SortedRow expected, SortedRow found) {
        for (int column : expected.differingColumns(found)) {
            columns.merge(table.columns().get(column).name(), 1L, Long::sum);
        }
        list(Kind.DIFFERENT, expected, found);
    }

    private void list(Kind kind, SortedRow row, @Nullable SortedRow found) {
        if (differences.size() >= listed) {
            return;
        }
        List<Value> key = new ArrayList<>();
        for (int i = 0; i < table.keyColumns(); i++) {
            key.add(new Value(table.columns().get(i).name(), showValues ? row.show(i) : null));
        }
        List<ColumnDifference> differing = new ArrayList<>();
        if (found != null) {
            for (int column : row.differingColumns(found)) {
                String expectedText = row.show(column);
                String foundText = found.show(column);
                differing.add(new ColumnDifference(
                        table.columns().get(column).name(),
                        showValues ? expectedText : null,
                        showValues ? foundText : null,
                        expectedText == null,
                        foundText == null));
            }
        }
        differences.add(new Difference(kind, row.document(), key, differing));
    }

    TableReport report(TableSums expected, TableSums found) {
        TableSums.Total source = expected.total();
        TableSums.Total target = found.total();
        return new TableReport(
                table.name(),
                table.shared() ? new Rows(keys, "") : new Rows(source.rows(), source.checksum()),
                new Rows(target.rows(), target.checksum()),
                new Differences(missing, extra, different, columns, differences),
                table.excluded(),
                table.shared());
    }
}
