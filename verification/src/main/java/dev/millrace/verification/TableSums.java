package dev.millrace.verification;

import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * For each bucket of a table's keys, how many rows there are and the sum of their hashes: the same whatever the order the
 * rows come in, and another one when a row is missing, changed, or there twice. Thread-safe, without locks.
 */
final class TableSums {

    private static final int WORDS = 3;

    private final int buckets;
    private final AtomicLongArray words;

    /**
     * The sum of all buckets.
     *
     * @param checksum 128 bits as hexadecimal digits
     */
    record Total(long rows, String checksum) {}

    TableSums(int buckets) {
        this.buckets = buckets;
        this.words = new AtomicLongArray(buckets * WORDS);
    }

    void add(int bucket, long high, long low) {
        int at = bucket * WORDS;
        words.getAndAdd(at, 1);
        words.getAndAdd(at + 1, high);
        words.getAndAdd(at + 2, low);
    }

    /** The buckets in which two tables differ. */
    BitSet differences(TableSums other) {
        BitSet different = new BitSet(buckets);
        for (int at = 0; at < buckets * WORDS; at++) {
            if (words.get(at) != other.words.get(at)) {
                different.set(at / WORDS);
            }
        }
        return different;
    }

    long rows() {
        long rows = 0;
        for (int at = 0; at < buckets * WORDS; at += WORDS) {
            rows += words.get(at);
        }
        return rows;
    }

    Total total() {
        long rows = 0;
        long high = 0;
        long low = 0;
        for (int at = 0; at < buckets * WORDS; at += WORDS) {
            rows += words.get(at);
            high += words.get(at + 1);
            low += words.get(at + 2);
        }
        return new Total(rows, CanonicalRow.hex(high, low));
    }
}
