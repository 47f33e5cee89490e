package dev.millrace.xml;

import dev.millrace.document.Location;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Counts lines and columns of a UTF-8 text while it passes by, in any pieces. Not thread-safe. */
public final class TextPosition {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;

    private long line = 1;
    private long column = 1;
    private boolean afterReturn;

    /** Begins another text. */
    public void start() {
        line = 1;
        column = 1;
        afterReturn = false;
    }

    /** The place behind what has passed by. */
    public Location location() {
        return new Location((int) Math.min(line, Integer.MAX_VALUE), (int) Math.min(column, Integer.MAX_VALUE));
    }

    /** The place behind some further bytes, which do not pass by yet. */
    public Location location(byte[] bytes, int from, int to) {
        TextPosition ahead = new TextPosition();
        ahead.line = line;
        ahead.column = column;
        ahead.afterReturn = afterReturn;
        ahead.advance(bytes, from, to);
        return ahead.location();
    }

    /** Takes the next bytes: from {@code from} up to, without, {@code to}. */
    public void advance(byte[] bytes, int from, int to) {
        int at = from;
        int lineStart = from;
        while (at < to) {
            while (at + Long.BYTES <= to && !holdsBreak((long) LONGS.get(bytes, at))) {
                at += Long.BYTES;
            }
            int stop = Math.min(at + Long.BYTES, to);
            for (; at < stop; at++) {
                byte b = bytes[at];
                if (b == '\n' || b == '\r') {
                    boolean second = b == '\n' && (at > from ? bytes[at - 1] == '\r' : afterReturn);
                    line += second ? 0 : 1;
                    column = 1;
                    lineStart = at + 1;
                }
            }
        }
        column += Utf8.count(bytes, lineStart, to);
        if (to > from) {
            afterReturn = bytes[to - 1] == '\r';
        }
    }

    private static boolean holdsBreak(long word) {
        long feeds = word ^ ONES * '\n';
        long returns = word ^ ONES * '\r';
        return ((feeds - ONES & ~feeds | returns - ONES & ~returns) & HIGH) != 0;
    }
}
