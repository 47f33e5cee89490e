package dev.millrace.xml.path;

import java.util.Arrays;

/**
 * The items of a sequence: a buffer that is filled, read and cleared again without allocation. An item is a
 * {@link dev.millrace.xml.Node} or an atomic value (see {@link PathExpression}). Not thread-safe.
 */
public final class Items {

    private Object[] items = new Object[8];
    private int size;

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public Object get(int index) {
        return items[index];
    }

    public void add(Object item) {
        if (size == items.length) {
            items = Arrays.copyOf(items, size * 2);
        }
        items[size++] = item;
    }

    public void addAll(Items others) {
        for (int i = 0; i < others.size; i++) {
            add(others.items[i]);
        }
    }

    public void set(int index, Object item) {
        items[index] = item;
    }

    /** Forgets the items beyond the first {@code newSize}. */
    public void truncate(int newSize) {
        Arrays.fill(items, newSize, size, null);
        size = newSize;
    }

    public void clear() {
        truncate(0);
    }

    /** The items as an array of their own. */
    public Object[] toArray() {
        return Arrays.copyOf(items, size);
    }
}
