package dev.millrace.contract;

import java.util.Objects;
import org.apiguardian.api.API;

/**
 * A change of one piece of a text.
 *
 * @param offset where, in chars from 0
 * @param removed what is there before
 * @param inserted what is there afterwards
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record TextEdit(int offset, String removed, String inserted) {

    public TextEdit {
        Objects.requireNonNull(removed, "removed");
        Objects.requireNonNull(inserted, "inserted");
        if (offset < 0) {
            throw new IllegalArgumentException("offset is " + offset);
        }
    }

    /** Whether it changes nothing. */
    public boolean isEmpty() {
        return removed.equals(inserted);
    }

    /** The edit that undoes this one. */
    public TextEdit inverse() {
        return new TextEdit(offset, inserted, removed);
    }

    /**
     * The text after the edit.
     *
     * @throws IllegalArgumentException when the text does not hold what is to be removed at its place
     */
    public String applyTo(String text) {
        if (!text.startsWith(removed, offset)) {
            throw new IllegalArgumentException("the text holds something else at the offset " + offset);
        }
        return text.substring(0, offset) + inserted + text.substring(offset + removed.length());
    }

    /** The same edit without what it puts back as it was, at both ends. */
    TextEdit smallest() {
        int most = Math.min(removed.length(), inserted.length());
        int same = 0;
        while (same < most && removed.charAt(same) == inserted.charAt(same)) {
            same++;
        }
        int tail = 0;
        while (tail < most - same
                && removed.charAt(removed.length() - 1 - tail) == inserted.charAt(inserted.length() - 1 - tail)) {
            tail++;
        }
        // Characters that are pairs of chars stay whole.
        if (same > 0 && Character.isHighSurrogate(removed.charAt(same - 1))) {
            same--;
        }
        if (tail > 0 && Character.isLowSurrogate(removed.charAt(removed.length() - tail))) {
            tail--;
        }
        return new TextEdit(
                offset + same,
                removed.substring(same, removed.length() - tail),
                inserted.substring(same, inserted.length() - tail));
    }
}
