package dev.millrace.mapping;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How many distinct values there are, in bounded memory: exactly up to a number of them, beyond that estimated by the smallest hashes (bottom-k
 * sketch; Beyer et al., "On synopses for distinct-value estimation", SIGMOD 2007). Does not depend on the order of the values. Not thread-safe.
 */
final class DistinctSketch {

    private final int most;
    // Sorted, unsigned.
    private long[] hashes = new long[2];
    private int size;
    private boolean isFull;

    /** @param most how many are counted exactly */
    DistinctSketch(int most) {
        this.most = most;
    }

    /** @param hash of a value, well mixed */
    void add(long hash) {
        if (size == most && Long.compareUnsigned(hash, hashes[size - 1]) > 0) {
            isFull = true;
            return;
        }
        int index = find(hashes, size, hash);
        if (index >= 0) {
            return;
        }
        int place = -index - 1;
        if (size == most) {
            isFull = true;
            size--;
        } else if (size == hashes.length) {
            hashes = Arrays.copyOf(hashes, Math.min(most, 2 * size));
        }
        System.arraycopy(hashes, place, hashes, place + 1, size - place);
        hashes[place] = hash;
        size++;
    }

    void add(DistinctSketch other) {
        isFull |= other.isFull;
        for (int i = 0; i < other.size; i++) {
            add(other.hashes[i]);
        }
    }

    void write(DataOutput out) throws IOException {
        out.writeBoolean(isFull);
        out.writeInt(size);
        for (int i = 0; i < size; i++) {
            out.writeLong(hashes[i]);
        }
    }

    /** Adds one that was written. */
    void add(DataInput in) throws IOException {
        isFull |= in.readBoolean();
        for (int left = in.readInt(); left > 0; left--) {
            add(in.readLong());
        }
    }

    boolean isExact() {
        return !isFull;
    }

    long count() {
        if (!isFull) {
            return size;
        }
        return Math.max(size, Math.round((size - 1) / share(hashes[size - 1])));
    }

    /** Which share of all hashes is not larger than this one. */
    static double share(long hash) {
        return ((hash >>> 11) + 1) * 0x1.0p-53;
    }

    /** Where a hash is among the first of some that are sorted; negative as {@link Arrays#binarySearch} where it is not. */
    static int find(long[] sorted, int size, long hash) {
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            int order = Long.compareUnsigned(sorted[middle], hash);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }
}
