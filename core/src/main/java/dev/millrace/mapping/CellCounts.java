package dev.millrace.mapping;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apiguardian.api.API;

/**
 * How many values each column of a contract got, and how many of them a policy of the contract made: what was rounded, cut, left out or
 * filled in. Counted of rows that are stored, so not of those that {@code distinct} or {@code skip-empty} leaves out. Not thread-safe.
 *
 * <pre>
 * CellCounts cells = new CellCounts(contract);
 * cells.add(mapped.rows());
 * long rounded = cells.changed(table.index(), column, Policy.SCALE);
 * </pre>
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class CellCounts {

    /** A setting of a column that made its value another one than the document's, by its name in the contract. */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public enum Policy {
        /** Some of several items were left out. A join leaves out none. */
        SEVERAL,
        /** The text meant that there is no value. */
        NULLS,
        /** The element had xsi:nil. */
        NIL,
        /** The code table did not have the text. */
        OTHERWISE,
        /** A date without a day was given one. */
        PARTIAL,
        /** A time was taken for one of the contract's zone, or turned to it. */
        ZONE,
        /** A value that is not of the type was left out. */
        INVALID,
        /** A text was cut, or left out because it is too long. */
        OVERFLOW,
        /** A number or time was rounded, or left out because it has too many digits. */
        SCALE,
        /** There was no value, and the default took its place. */
        DEFAULT;

        static final List<Policy> ALL = List.of(values());

        /** The setting's name in the contract. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int POLICY_BITS = 4;

    private final int[] firstColumns;
    private final long[] filled;
    /** By column of the contract, counted through all tables: how many by policy. */
    private final Map<Integer, long[]> changed = new TreeMap<>();

    /** Nothing counted yet. */
    public CellCounts(MappingContract contract) {
        List<TableMapping> tables = contract.tables();
        firstColumns = new int[tables.size()];
        int columns = 0;
        for (int t = 0; t < firstColumns.length; t++) {
            firstColumns[t] = columns;
            columns += tables.get(t).columns().size();
        }
        filled = new long[columns];
    }

    private CellCounts(int[] firstColumns, int columns) {
        this.firstColumns = firstColumns;
        this.filled = new long[columns];
    }

    /** The counts of one document alone, for the same contract. */
    public CellCounts of(List<List<Row>> rows) {
        CellCounts counts = new CellCounts(firstColumns, filled.length);
        counts.add(rows);
        return counts;
    }

    /** What {@link Row#changes} has for a column of the row. */
    static int change(int column, Policy policy) {
        return column << POLICY_BITS | policy.ordinal();
    }

    /** Adds a document's rows, by table index. */
    public void add(List<List<Row>> rows) {
        for (int t = 0; t < firstColumns.length; t++) {
            int first = firstColumns[t];
            for (Row row : rows.get(t)) {
                Object[] values = row.values();
                for (int c = 0; c < values.length; c++) {
                    if (values[c] != null) {
                        filled[first + c]++;
                    }
                }
                int[] changes = row.changes();
                if (changes != null) {
                    for (int change : changes) {
                        int column = first + (change >> POLICY_BITS);
                        policies(column)[change & (1 << POLICY_BITS) - 1]++;
                    }
                }
            }
        }
    }

    /** Adds what was counted elsewhere, for the same contract. */
    public void add(CellCounts other) {
        for (int i = 0; i < filled.length; i++) {
            filled[i] += other.filled[i];
        }
        other.changed.forEach((column, counts) -> {
            long[] sums = policies(column);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += counts[i];
            }
        });
    }

    private long[] policies(int column) {
        return changed.computeIfAbsent(column, unseen -> new long[Policy.ALL.size()]);
    }

    /** How many rows have a value in a column. */
    public long filled(int table, int column) {
        return filled[firstColumns[table] + column];
    }

    /** In how many rows a policy made a column's value. */
    public long changed(int table, int column, Policy policy) {
        long[] counts = changed.get(firstColumns[table] + column);
        return counts == null ? 0 : counts[policy.ordinal()];
    }
}
