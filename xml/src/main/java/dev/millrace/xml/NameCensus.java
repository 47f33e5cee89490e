package dev.millrace.xml;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Counts the distinct names that a tokenizer has met, up to a bound. Aalto's table of names, which all readers of a factory
 * share, is never emptied and slows down steeply with many names. With this count, a reader can stop in time.
 */
final class NameCensus {

    /** Beyond this Aalto becomes slow. */
    static final int MOST = 16_000;

    private final @Nullable String[] locals = new String[1 << 15];
    private final String[] prefixes = new String[1 << 15];

    /** The slot of the name that came after the one of this slot: documents repeat themselves, and so a look suffices. */
    private final short[] following = new short[1 << 15];

    private int last;
    private int count;

    /** Takes note of a name; returns whether there are too many now. */
    boolean add(String prefix, String local) {
        int expected = following[last];
        if (local.equals(locals[expected]) && prefix.equals(prefixes[expected])) {
            last = expected;
            return false;
        }
        return lookUp(prefix, local);
    }

    private boolean lookUp(String prefix, String local) {
        int mask = locals.length - 1;
        int hash = local.hashCode() * 31 + prefix.hashCode();
        int slot = (hash ^ hash >>> 15) & mask;
        for (String known = locals[slot]; known != null; known = locals[slot]) {
            if (known.equals(local) && prefixes[slot].equals(prefix)) {
                follow(slot);
                return false;
            }
            slot = slot + 1 & mask;
        }
        if (count >= MOST) {
            return true;
        }
        locals[slot] = local;
        prefixes[slot] = prefix;
        count++;
        follow(slot);
        return false;
    }

    private void follow(int slot) {
        following[last] = (short) slot;
        last = slot;
    }

    int count() {
        return count;
    }

    void clear() {
        Arrays.fill(locals, null);
        Arrays.fill(prefixes, null);
        last = 0;
        count = 0;
    }
}
