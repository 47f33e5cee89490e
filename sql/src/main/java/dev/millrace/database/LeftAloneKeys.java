package dev.millrace.database;

import dev.millrace.document.Sha256;
import java.nio.ByteBuffer;

/**
 * The keys of documents that a run has met and left as they are in the target. A second document of such a key would take the first one's
 * place, and the first one the second's in the next run. 64 bits are kept of a key, and of no more than {@value #MOST} keys, so that
 * memory does not grow with the source. Thread-safe.
 */
final class LeftAloneKeys {
    /** 16 MB, as half of the places are empty. */
    static final int MOST = 1 << 20;

    private static final int FIRST_PLACES = 1 << 10;

    /** 0 where a place is empty. */
    private long[] places = new long[FIRST_PLACES];

    private int size;

    /** Whether it has been added. */
    synchronized boolean contains(String key) {
        long hash = hash(key);
        return places[place(hash)] == hash;
    }

    /** False if it was added before. With {@link #MOST} keys, others are not kept. */
    synchronized boolean add(String key) {
        long hash = hash(key);
        int place = place(hash);
        if (places[place] == hash) {
            return false;
        }
        if (size < MOST) {
            places[place] = hash;
            if (++size * 2 > places.length) {
                grow();
            }
        }
        return true;
    }

    private void grow() {
        long[] before = places;
        places = new long[2 * before.length];
        for (long hash : before) {
            if (hash != 0) {
                places[place(hash)] = hash;
            }
        }
    }

    /** Where a hash is, or is to be. */
    private int place(long hash) {
        int place = (int) hash & places.length - 1;
        while (places[place] != 0 && places[place] != hash) {
            place = place + 1 & places.length - 1;
        }
        return place;
    }

    private static long hash(String key) {
        long hash = ByteBuffer.wrap(Sha256.of(key)).getLong();
        return hash == 0 ? 1 : hash;
    }
}
