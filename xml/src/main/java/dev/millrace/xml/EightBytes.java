package dev.millrace.xml;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks at eight bytes at once, held in a long, the first in the lowest bits. Each test gives marks: of a byte that passes,
 * the highest bit. The lowest mark is always right; those above it may be wrong, for a subtraction may have borrowed there, or an addition carried.
 */
final class EightBytes {

    static final long ONES = 0x0101010101010101L;
    static final long HIGH = 0x8080808080808080L;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private EightBytes() {}

    /** The eight bytes from an index on, with zeros for those behind the array's end. */
    static long at(byte[] bytes, int index) {
        // Written as the handle's own check is, so that Java makes but one of the two.
        return index < bytes.length - (Long.BYTES - 1) ? (long) LONGS.get(bytes, index) : lastOf(bytes, index);
    }

    private static long lastOf(byte[] bytes, int index) {
        long word = 0;
        for (int i = bytes.length - 1; i >= index; i--) {
            word = word << Byte.SIZE | bytes[i] & 0xFF;
        }
        return word;
    }

    /** The byte at an index; 0, which is no character of XML, behind the end. */
    static byte byteAt(byte[] bytes, int index) {
        return index < bytes.length ? bytes[index] : 0;
    }

    /** A word of eight times one ASCII character. */
    static long each(char ascii) {
        return ONES * ascii;
    }

    /** Marks control characters, all that is not ASCII, and three ASCII characters, each given as {@link #each}. */
    static long unusualOr(long word, long one, long two, long three) {
        return (word | word - each(' ') | (word ^ one) - ONES | (word ^ two) - ONES | (word ^ three) - ONES) & HIGH;
    }

    /** Marks what is neither a space nor a control character. */
    static long beyondSpace(long word) {
        return (word | word + ONES * (0x7F - ' ')) & HIGH;
    }

    /**
     * Marks what ends a name: white space and control characters, {@code / < = > ?}. Other characters that no name holds are
     * met when the name is looked at for the first time.
     */
    static long endsOfName(long word) {
        // The four from < to > and ? differ in their two lowest bits only.
        long signs = (word | ONES * 3) ^ each('?');
        long slashes = word ^ each('/');
        return (word - each('!') | signs - ONES | slashes - ONES) & ~word & HIGH;
    }

    /** Whether a byte ends a name, as {@link #endsOfName} says. */
    static boolean endsName(byte b) {
        return b == '=' || b == '>' || b == '/' || b <= ' ' && b >= 0 || b == '<' || b == '?';
    }

    /** The index, from 0 to 7, of the first byte marked; 8 if none is. */
    static int first(long marks) {
        return Long.numberOfTrailingZeros(marks) >>> 3;
    }
}
