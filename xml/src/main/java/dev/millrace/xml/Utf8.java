package dev.millrace.xml;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The strict check of UTF-8 (Unicode 15, table 3-7). The libraries let overlong forms and characters beyond U+10FFFF pass, by
 * which a markup character could be smuggled through. Runs of ASCII cost next to nothing.
 */
public final class Utf8 {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long NOT_ASCII = 0x8080808080808080L;

    private Utf8() {}

    /** The index of the first byte that is part of no character, or -1 if all are well-formed. */
    static int firstMalformed(byte[] bytes, int from) {
        return firstMalformed(bytes, from, bytes.length);
    }

    static int firstMalformed(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end) {
            if (bytes[at] >= 0) {
                at++;
                while (at + Long.BYTES <= end && ((long) LONGS.get(bytes, at) & NOT_ASCII) == 0) {
                    at += Long.BYTES;
                }
            } else {
                int length = sequenceLength(bytes, at, end);
                if (length == 0) {
                    return at;
                }
                at += length;
            }
        }
        return -1;
    }

    /** Where the character begins that the range ends in the middle of; its end if it ends with a whole one. */
    public static int endOfWholeCharacters(byte[] bytes, int from, int end) {
        for (int at = end - 1; at >= from && at >= end - 3; at--) {
            int lead = bytes[at] & 0xFF;
            if (lead >= 0xC0) {
                int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
                return at + length > end ? at : end;
            }
            if (lead < 0x80) {
                break;
            }
        }
        return end;
    }

    /** How many characters begin in a range. */
    static long count(byte[] bytes, int from, int end) {
        long characters = (long) end - from;
        int at = from;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            long word = (long) LONGS.get(bytes, at);
            // Of each byte the bit that says: it is 10xxxxxx, and continues a character.
            characters -= Long.bitCount(word >>> 7 & ~(word >>> 6) & 0x0101010101010101L);
        }
        for (; at < end; at++) {
            characters -= (bytes[at] & 0xC0) == 0x80 ? 1 : 0;
        }
        return characters;
    }

    /** The length of the well-formed sequence of two to four bytes that begins here, 0 if there is none. */
    static int sequenceLength(byte[] bytes, int at, int end) {
        int first = bytes[at] & 0xFF;
        int second = at + 1 < end ? bytes[at + 1] & 0xFF : 0;
        if (first >= 0xC2 && first <= 0xDF) {
            return (second & 0xC0) == 0x80 ? 2 : 0;
        }
        if (first >= 0xE0 && first <= 0xEF) {
            int least = first == 0xE0 ? 0xA0 : 0x80;
            int most = first == 0xED ? 0x9F : 0xBF;
            return second >= least && second <= most && continues(bytes, at + 2, end) ? 3 : 0;
        }
        if (first >= 0xF0 && first <= 0xF4) {
            int least = first == 0xF0 ? 0x90 : 0x80;
            int most = first == 0xF4 ? 0x8F : 0xBF;
            return second >= least && second <= most && continues(bytes, at + 2, end) && continues(bytes, at + 3, end)
                    ? 4
                    : 0;
        }
        return 0;
    }

    private static boolean continues(byte[] bytes, int at, int end) {
        return at < end && (bytes[at] & 0xC0) == 0x80;
    }
}
