package dev.millrace.mapping;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    /**
     * What was counted of one document, in little memory: there is one for each that is on its way.
     *
     * @param filled how many rows have a value, by column of the contract, counted through all tables
     * @param changes the column and the policy of each value that a policy made
     */
    @API(status = API.Status.INTERNAL)
    public record OfDocument(int[] filled, int[] changes) {}

    private final int[] firstColumns;
    private final long[] filled;
    /** By column of the contract and policy, as {@link #change} puts them together. */
    private final long[] changed;

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
        changed = new long[columns << POLICY_BITS];
    }

    /** What {@link Row#changes} has for a column of the row. */
    static int change(int column, Policy policy) {
        return column << POLICY_BITS | policy.ordinal();
    }

    /** The policy of what {@link #change} has put together. */
    static Policy policy(int change) {
        return Policy.ALL.get(change & (1 << POLICY_BITS) - 1);
    }

    /** The policies that made the value of a column of a row; mostly none. */
    @API(status = API.Status.INTERNAL)
    public static List<Policy> policies(Row row, int column) {
        List<Policy> policies = new ArrayList<>();
        int[] changes = row.changes();
        if (changes != null) {
            for (int change : changes) {
                Policy policy = policy(change);
                if (change >> POLICY_BITS == column && !policies.contains(policy)) {
                    policies.add(policy);
                }
            }
        }
        return policies;
    }

    /** The counts of a document's rows, by table index; they are not added. */
    @API(status = API.Status.INTERNAL)
    public OfDocument of(List<List<Row>> rows) {
        int[] columns = new int[filled.length];
        int[] changes = new int[changesOf(rows)];
        int at = 0;
        for (int t = 0; t < firstColumns.length; t++) {
            int first = firstColumns[t];
            for (Row row : rows.get(t)) {
                Object[] values = row.values();
                for (int c = 0; c < values.length; c++) {
                    if (values[c] != null) {
                        columns[first + c]++;
                    }
                }
                int[] ofRow = row.changes();
                if (ofRow != null) {
                    for (int change : ofRow) {
                        changes[at++] = change + (first << POLICY_BITS);
                    }
                }
            }
        }
        return new OfDocument(columns, changes);
    }

    private static int changesOf(List<List<Row>> rows) {
        int changes = 0;
        for (List<Row> table : rows) {
            for (Row row : table) {
                int[] ofRow = row.changes();
                changes += ofRow == null ? 0 : ofRow.length;
            }
        }
        return changes;
    }

    /** Adds a document's rows, by table index. */
    public void add(List<List<Row>> rows) {
        add(of(rows));
    }

    /** Adds what was counted of a document, for the same contract. */
    @API(status = API.Status.INTERNAL)
    public void add(OfDocument document) {
        int[] its = document.filled;
        for (int i = 0; i < its.length; i++) {
            filled[i] += its[i];
        }
        for (int change : document.changes) {
            changed[change]++;
        }
    }

    /** Adds what was counted elsewhere, for the same contract. */
    public void add(CellCounts other) {
        for (int i = 0; i < filled.length; i++) {
            filled[i] += other.filled[i];
        }
        for (int i = 0; i < changed.length; i++) {
            changed[i] += other.changed[i];
        }
    }

    /** All that was counted, for {@link #addNumbers} on another machine. */
    @API(status = API.Status.INTERNAL)
    public long[] numbers() {
        long[] numbers = Arrays.copyOf(filled, filled.length + changed.length);
        System.arraycopy(changed, 0, numbers, filled.length, changed.length);
        return numbers;
    }

    /** Adds what {@link #numbers} has given, of the same contract. */
    @API(status = API.Status.INTERNAL)
    public void addNumbers(long[] numbers) {
        for (int i = 0; i < filled.length; i++) {
            filled[i] += numbers[i];
        }
        for (int i = 0; i < changed.length; i++) {
            changed[i] += numbers[filled.length + i];
        }
    }

    /** How many rows have a value in a column. */
    public long filled(int table, int column) {
        return filled[firstColumns[table] + column];
    }

    /** How many rows have a value in a column that is not its default. */
    public long given(int table, int column) {
        return filled(table, column) - changed(table, column, Policy.DEFAULT);
    }

    /** By the setting's name in the contract, in how many rows each policy made a column's value; those that made none are left out. */
    public Map<String, Long> changes(int table, int column) {
        Map<String, Long> changes = new LinkedHashMap<>();
        for (Policy policy : Policy.ALL) {
            long count = changed(table, column, policy);
            if (count > 0) {
                changes.put(policy.key(), count);
            }
        }
        return changes;
    }

    /** In how many rows a policy made a column's value. */
    public long changed(int table, int column, Policy policy) {
        return changed[change(firstColumns[table] + column, policy)];
    }
}
