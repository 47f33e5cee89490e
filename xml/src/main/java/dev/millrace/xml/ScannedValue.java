package dev.millrace.xml;

import dev.millrace.document.FaultException;
import dev.millrace.xml.Characters.Context;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Scanner} tells its observer: pieces of its text that were checked, and are decoded when they are asked for.
 * Filled again for each value; not thread-safe.
 */
final class ScannedValue implements PathObserver.Value {

    private final Characters characters;
    private int[] starts = new int[4];
    private int[] ends = new int[4];
    private int[] found = new int[4];
    private Context[] contexts = new Context[4];
    private int count;
    private @Nullable String decoded;

    ScannedValue(Characters characters) {
        this.characters = characters;
    }

    boolean isEmpty() {
        return count == 0;
    }

    void clear() {
        count = 0;
        decoded = null;
    }

    /**
     * Adds a piece, unless it is empty.
     *
     * @param special what {@link Characters#found()} said of it
     */
    void add(int from, int to, int special, Context context) {
        if (from == to) {
            return;
        }
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, count * 2);
            ends = Arrays.copyOf(ends, count * 2);
            found = Arrays.copyOf(found, count * 2);
            contexts = Arrays.copyOf(contexts, count * 2);
        }
        starts[count] = from;
        ends[count] = to;
        found[count] = special;
        contexts[count++] = context;
    }

    @Override
    public String text() {
        String text = decoded;
        if (text == null) {
            text = count == 1 ? piece(0) : joined();
            decoded = text;
        }
        return text;
    }

    @Override
    public boolean isBlank() {
        for (int i = 0; i < count; i++) {
            if (Characters.hasReference(found[i])) {
                return Characters.isBlank(text());
            }
            if (!characters.isBlank(starts[i], ends[i])) {
                return false;
            }
        }
        return true;
    }

    private String joined() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(piece(i));
        }
        return text.toString();
    }

    private String piece(int index) {
        try {
            return characters.decode(starts[index], ends[index], found[index], contexts[index]);
        } catch (FaultException e) {
            throw new IllegalStateException("characters were not checked before they were told", e);
        }
    }
}
