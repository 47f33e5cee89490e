package dev.millrace.mapping;

import dev.millrace.contract.MappingContract;
import dev.millrace.mapping.RowConditions.Sieve;
import dev.millrace.xml.path.EvaluationContext;
import dev.millrace.xml.path.EvaluationException;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What became of the items that the paths in {@code rows} gave, by table: how many there were, how many made no row of their own, and how
 * many there would have been without the conditions of the paths. Of documents that could be mapped; those of rejected ones are not
 * counted. Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class RowCounts {

    private enum Count {
        ITEMS,
        EMPTY,
        DUPLICATES,
        UNTOLD
    }

    private static final int COUNTS = Count.values().length;

    private final RowConditions conditions;

    /** Where counts of conditions begin: behind those of tables. */
    private final int firstOfConditions;

    private final long[] sums;
    /** Of the document at hand. */
    private final long[] ofDocument;

    private boolean isCounting = true;

    /** Nothing counted yet. */
    public RowCounts(MappingContract contract) {
        this(new RowConditions(contract), contract.tables().size());
    }

    /** Nothing counted yet, of so many tables. */
    private RowCounts(RowConditions conditions, int tables) {
        this(conditions, new long[tables * COUNTS + conditions.count()]);
    }

    private RowCounts(RowConditions conditions, long[] sums) {
        this.conditions = conditions;
        this.firstOfConditions = sums.length - conditions.count();
        this.sums = sums;
        this.ofDocument = new long[sums.length];
    }

    /** Others for the same contract, with nothing counted. */
    public RowCounts another() {
        return new RowCounts(conditions, new long[sums.length]);
    }

    /** These counts as they are now. */
    public RowCounts copy() {
        return new RowCounts(conditions, sums.clone());
    }

    /** Takes the counts of another, for the same contract, in place of these. */
    public void setTo(RowCounts other) {
        System.arraycopy(other.sums, 0, sums, 0, sums.length);
    }

    /** What was counted since there were only those of a {@link #copy}. */
    public RowCounts since(RowCounts earlier) {
        long[] more = sums.clone();
        for (int i = 0; i < more.length; i++) {
            more[i] -= earlier.sums[i];
        }
        return new RowCounts(conditions, more);
    }

    void noteItem(int table) {
        note(table, Count.ITEMS);
    }

    void noteEmpty(int table) {
        note(table, Count.EMPTY);
    }

    void noteDuplicate(int table) {
        note(table, Count.DUPLICATES);
    }

    private void note(int table, Count count) {
        ofDocument[place(table, count)]++;
    }

    private static int place(int table, Count count) {
        return table * COUNTS + count.ordinal();
    }

    /**
     * Notes what the conditions of a path have left out, which is asked for here: beside the mapping, with steps that are not the
     * record's own. Where an evaluation fails or takes too many steps, nothing is told of what conditions left out of the table in this
     * record.
     *
     * @param set the number of the row set, from 1; or {@link RowConditions#NESTED}
     * @param from the item that the path was evaluated from
     * @param found how many items it gave
     */
    void noteLeftOut(int table, int set, EvaluationContext context, Object from, long found) {
        Sieve sieve = conditions.sieve(table, set);
        if (sieve == null || !isCounting || ofDocument[place(table, Count.UNTOLD)] > 0) {
            return;
        }
        try {
            EvaluationContext beside = context.lookingOnFrom(from);
            int last = sieve.steps().size() - 1;
            long left = sieve.steps().get(0).count(beside);
            for (int step = 0; left != found; step++) {
                long then = step == last ? found : sieve.steps().get(step + 1).count(beside);
                if (then > left) {
                    // No item of the path can be told to be left out by a condition.
                    noteUntold(table);
                    return;
                }
                ofDocument[firstOfConditions + sieve.conditions().get(step)] += left - then;
                left = then;
            }
        } catch (EvaluationException e) {
            noteUntold(table);
        }
    }

    private void noteUntold(int table) {
        Arrays.fill(
                ofDocument,
                firstOfConditions + conditions.first(table),
                firstOfConditions + conditions.first(table + 1),
                0);
        note(table, Count.UNTOLD);
    }

    /** Whether documents are counted: not those that were counted before, and are tried again. */
    public void countFromNowOn(boolean counting) {
        isCounting = counting;
    }

    /** The document at hand is mapped. */
    void keep() {
        if (!isCounting) {
            return;
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] += ofDocument[i];
        }
    }

    /** A document begins. */
    void begin() {
        Arrays.fill(ofDocument, 0);
    }

    /** Adds what was counted elsewhere, for the same contract. */
    public void add(RowCounts other) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += other.sums[i];
        }
    }

    /** Adds what is known of a table, but for its conditions: {@link #items}, {@link #empty}, {@link #duplicates}, {@link #untold}. */
    public void add(int table, long items, long empty, long duplicates, long untold) {
        sums[place(table, Count.ITEMS)] += items;
        sums[place(table, Count.EMPTY)] += empty;
        sums[place(table, Count.DUPLICATES)] += duplicates;
        sums[place(table, Count.UNTOLD)] += untold;
    }

    /** Writes the counts, for {@link #read}. */
    public void write(DataOutput out) throws IOException {
        for (long sum : sums) {
            out.writeLong(sum);
        }
    }

    /** Takes the counts of another, for the same contract, in place of these. */
    public void read(DataInput in) throws IOException {
        for (int i = 0; i < sums.length; i++) {
            sums[i] = in.readLong();
        }
    }

    private long get(int table, Count count) {
        return sums[place(table, count)];
    }

    /** How many items the table's paths gave, in all rows of its parent; where it has no path, rows of its parent or records. */
    public long items(int table) {
        return get(table, Count.ITEMS);
    }

    /** How many of them {@code skip-empty} left out. */
    public long empty(int table) {
        return get(table, Count.EMPTY);
    }

    /** In how many rows another row of the same values took its place, or has its place already, by {@code distinct}. */
    public long duplicates(int table) {
        return get(table, Count.DUPLICATES);
    }

    /** How many rows there are. */
    public long rows(int table) {
        return items(table) - empty(table) - duplicates(table);
    }

    /**
     * The conditions of the table's paths that can be taken apart, of each row set in the order of its path, those of {@code nested} at the
     * end.
     */
    @API(status = API.Status.INTERNAL)
    public List<RowConditions.Condition> conditions(int table) {
        return conditions.of(table);
    }

    /**
     * How many items a condition left out that those before it did not.
     *
     * @param condition its index in {@link #conditions}
     */
    public long leftOut(int table, int condition) {
        return sums[firstOfConditions + conditions.first(table) + condition];
    }

    /** Of how many records it is not known what the table's conditions left out, as counting it took too many steps or met an error. */
    public long untold(int table) {
        return get(table, Count.UNTOLD);
    }
}
