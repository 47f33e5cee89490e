package dev.millrace.mapping;

import dev.millrace.contract.MappingContract;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * What became of the items that the paths in {@code rows} gave, by table: how many there were, and how many made no row of their own. Of
 * documents that could be mapped; those of rejected ones are not counted. Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class RowCounts {

    private enum Count {
        ITEMS,
        EMPTY,
        DUPLICATES
    }

    private static final int COUNTS = Count.values().length;

    private final long[] sums;
    /** Of the document at hand. */
    private final long[] ofDocument;

    private boolean isCounting = true;

    /** Nothing counted yet. */
    public RowCounts(MappingContract contract) {
        sums = new long[contract.tables().size() * COUNTS];
        ofDocument = new long[sums.length];
    }

    private RowCounts(long[] sums) {
        this.sums = sums;
        this.ofDocument = new long[sums.length];
    }

    /** These counts as they are now. */
    public RowCounts copy() {
        return new RowCounts(sums.clone());
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
        return new RowCounts(more);
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
        ofDocument[table * COUNTS + count.ordinal()]++;
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

    /** Adds what is known of a table's items: how many there were, and how many of them were left out by what. */
    public void add(int table, long items, long empty, long duplicates) {
        sums[table * COUNTS + Count.ITEMS.ordinal()] += items;
        sums[table * COUNTS + Count.EMPTY.ordinal()] += empty;
        sums[table * COUNTS + Count.DUPLICATES.ordinal()] += duplicates;
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
        return sums[table * COUNTS + count.ordinal()];
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
}
