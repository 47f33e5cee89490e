package dev.millrace.discovery;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** A set of well-mixed numbers, in eight to sixteen bytes each. Not thread-safe. */
final class HashSetOfLongs {

    private long[] slots = new long[64];
    private int size;
    private boolean hasZero;

    /** Returns whether it is new. */
    boolean add(long value) {
        if (value == 0) {
            boolean isNew = !hasZero;
            hasZero = true;
            return isNew;
        }
        if (size * 4L > slots.length * 3L) {
            grow();
        }
        int index = (int) value & slots.length - 1;
        while (slots[index] != 0) {
            if (slots[index] == value) {
                return false;
            }
            index = index + 1 & slots.length - 1;
        }
        slots[index] = value;
        size++;
        return true;
    }

    int size() {
        return size + (hasZero ? 1 : 0);
    }

    boolean contains(long value) {
        if (value == 0) {
            return hasZero;
        }
        int index = (int) value & slots.length - 1;
        while (slots[index] != 0) {
            if (slots[index] == value) {
                return true;
            }
            index = index + 1 & slots.length - 1;
        }
        return false;
    }

    /** Returns whether all of them are new. */
    boolean addAll(HashSetOfLongs others) {
        boolean areNew = !others.hasZero || add(0);
        for (long value : others.slots) {
            if (value != 0) {
                areNew &= add(value);
            }
        }
        return areNew;
    }

    /** How many of these the others have, too. */
    int countIn(HashSetOfLongs others) {
        int common = hasZero && others.hasZero ? 1 : 0;
        for (long value : slots) {
            common += value != 0 && others.contains(value) ? 1 : 0;
        }
        return common;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(size());
        if (hasZero) {
            out.writeLong(0);
        }
        for (long value : slots) {
            if (value != 0) {
                out.writeLong(value);
            }
        }
    }

    static HashSetOfLongs read(DataInput in) throws IOException {
        HashSetOfLongs read = new HashSetOfLongs();
        for (int left = in.readInt(); left > 0; left--) {
            read.add(in.readLong());
        }
        return read;
    }

    private void grow() {
        long[] old = slots;
        slots = new long[old.length * 2];
        size = 0;
        for (long value : old) {
            if (value != 0) {
                add(value);
            }
        }
    }
}
