package dev.millrace.trial;

import dev.millrace.mapping.Row;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows of a table that have the key of a row of another document. Keeps a hash of 64 bits of each key; two different keys have
 * the same once in billions of billions.
 *
 * <p><b>Memory is bounded.</b> When there are too many keys, those stay whose hash begins with a 0, later with two, and so on: half of
 * them, a quarter. Of each key that stays all rows have been met, in whatever order, so that what is found depends on the documents alone,
 * and not on who has read which. Not thread-safe.
 */
final class RepeatedKeys {

    /** Longer names of documents are cut: this is for people. */
    private static final int LONGEST_NAME = 200;

    /** What a repeated key takes of the room, in keys. */
    private static final int WEIGHT = 4;

    private static final int FEW = 64;
    private static final long NONE = Long.MAX_VALUE;

    /** The rows of a key that has several. */
    private static final class Rows {
        long first;
        String document;
        /** The first row of another document. */
        long second;

        @Nullable
        String otherDocument;

        long inFirst;
        long all;

        Rows(long first, String document) {
            this.first = first;
            this.document = document;
            second = NONE;
            inFirst = 1;
            all = 1;
        }

        void add(Rows other) {
            all += other.all;
            if (other.first == first) {
                inFirst += other.inFirst;
                second(other.second, other.otherDocument);
            } else if (other.first > first) {
                second(other.first, other.document);
            } else {
                long position = first;
                String its = document;
                first = other.first;
                document = other.document;
                inFirst = other.inFirst;
                second(position, its);
                second(other.second, other.otherDocument);
            }
        }

        private void second(long position, @Nullable String its) {
            if (position < second) {
                second = position;
                otherDocument = its;
            }
        }
    }

    private final int most;
    /** By slot: the hash of a key, 0 for none; the document of its first row. */
    private long[] hashes = new long[FEW];

    private long[] firsts = new long[FEW];
    private @Nullable String[] documents = new String[FEW];
    private int size;
    private final Map<Long, Rows> repeated = new HashMap<>();
    /** Zeros that a hash begins with, or else its key is not kept. */
    private int zeros;

    /** @param most keys to keep */
    RepeatedKeys(int most) {
        this.most = Math.max(most, 1);
    }

    /** @param document which of all documents has the row, in their order */
    void add(Row row, List<Integer> key, long document, String name) {
        long hash = hash(row, key);
        if (Long.numberOfLeadingZeros(hash) >= zeros) {
            add(hash, new Rows(document, shortened(name)), false);
        }
    }

    private void add(long hash, Rows rows, boolean several) {
        int slot = slot(hash);
        if (hashes[slot] == 0) {
            hashes[slot] = hash;
            firsts[slot] = rows.first;
            documents[slot] = rows.document;
            size++;
            if (several) {
                repeated.put(hash, rows);
            }
            if (size * 4L > hashes.length * 3L) {
                rebuild(hashes.length * 2);
            }
        } else {
            Rows known = repeated.get(hash);
            if (known == null) {
                known = new Rows(firsts[slot], name(slot));
                repeated.put(hash, known);
            }
            known.add(rows);
            firsts[slot] = known.first;
            documents[slot] = known.document;
        }
        while (size + (WEIGHT - 1L) * repeated.size() > most && zeros < Long.SIZE - 1) {
            raise(zeros + 1);
        }
    }

    private String name(int slot) {
        String name = documents[slot];
        return name == null ? "" : name;
    }

    private int slot(long hash) {
        int slot = (int) hash & (hashes.length - 1);
        while (hashes[slot] != 0 && hashes[slot] != hash) {
            slot = (slot + 1) & (hashes.length - 1);
        }
        return slot;
    }

    private void raise(int toZeros) {
        zeros = toZeros;
        repeated.keySet().removeIf(hash -> Long.numberOfLeadingZeros(hash) < zeros);
        rebuild(hashes.length);
    }

    private void rebuild(int slots) {
        long[] oldHashes = hashes;
        long[] oldFirsts = firsts;
        @Nullable String[] oldDocuments = documents;
        hashes = new long[slots];
        firsts = new long[slots];
        documents = new String[slots];
        size = 0;
        for (int i = 0; i < oldHashes.length; i++) {
            if (oldHashes[i] != 0 && Long.numberOfLeadingZeros(oldHashes[i]) >= zeros) {
                int slot = slot(oldHashes[i]);
                hashes[slot] = oldHashes[i];
                firsts[slot] = oldFirsts[i];
                documents[slot] = oldDocuments[i];
                size++;
            }
        }
    }

    /** Takes in what another has met, which is not to be used any more. */
    void add(RepeatedKeys other) {
        if (other.zeros > zeros) {
            raise(other.zeros);
        }
        for (int i = 0; i < other.hashes.length; i++) {
            long hash = other.hashes[i];
            if (hash != 0 && Long.numberOfLeadingZeros(hash) >= zeros) {
                Rows several = other.repeated.get(hash);
                add(hash, several != null ? several : new Rows(other.firsts[i], other.name(i)), several != null);
            }
        }
    }

    /** Of so many keys one was looked at: 1 for all of them. */
    long oneIn() {
        return 1L << zeros;
    }

    /** How many rows have the key of a row of an earlier document. */
    long rows() {
        return repeated.values().stream()
                .mapToLong(rows -> rows.all - rows.inFirst)
                .sum();
    }

    /** The documents of the first such row and of the one that it repeats, the latter first; empty if there are none. */
    List<String> first() {
        Rows first = null;
        for (Rows rows : repeated.values()) {
            boolean earlier = first == null
                    || rows.second < first.second
                    || rows.second == first.second && rows.first < first.first;
            if (rows.second != NONE && earlier) {
                first = rows;
            }
        }
        return first == null || first.otherDocument == null ? List.of() : List.of(first.document, first.otherDocument);
    }

    private static String shortened(String name) {
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "…";
    }

    // Hashes

    private static long hash(Row row, List<Integer> key) {
        long hash = key.size();
        for (int column : key) {
            hash = mix(hash * 0x9E3779B97F4A7C15L + hash(row.values()[column]));
        }
        return hash == 0 ? 1 : hash;
    }

    private static long hash(@Nullable Object value) {
        if (value instanceof Long || value instanceof Integer || value instanceof Short) {
            return ((Number) value).longValue();
        }
        if (value instanceof LocalDate day) {
            return day.toEpochDay();
        }
        if (value instanceof UUID id) {
            return mix(id.getMostSignificantBits()) + id.getLeastSignificantBits();
        }
        if (value instanceof byte[] bytes) {
            long hash = 0xcbf29ce484222325L;
            for (byte each : bytes) {
                hash = (hash ^ each & 0xff) * 0x100000001b3L;
            }
            return hash;
        }
        return value == null ? Long.MIN_VALUE : hash(value.toString());
    }

    /** FNV-1a, by characters. */
    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    /** The end of MurmurHash3: each bit of the result depends on all. */
    private static long mix(long hash) {
        long mixed = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
