package dev.millrace.contract;

import java.util.Arrays;

/** A contract's text by its lines: offsets, and the lines and columns that problems name. YAML breaks lines at LF, CR and CRLF. */
final class TextLines {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final String text;
    private final String file;
    private final int start;
    private final int[] starts;
    /** Where the characters of two chars begin. */
    private final int[] pairs;
    /** Byte order marks within the text, which have no column. */
    private final int[] marks;

    TextLines(String text, String file) {
        this.text = text;
        this.file = file;
        start = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
        Offsets lines = new Offsets();
        Offsets wide = new Offsets();
        Offsets invisible = new Offsets();
        lines.add(start);
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r' && !text.startsWith("\n", i + 1)) {
                lines.add(i + 1);
            } else if (Character.isHighSurrogate(c) && Character.charCount(text.codePointAt(i)) == 2) {
                wide.add(i++);
            } else if (c == BYTE_ORDER_MARK) {
                invisible.add(i);
            }
        }
        starts = lines.toArray();
        pairs = wide.toArray();
        marks = invisible.toArray();
    }

    /** Offsets that are found one after the other. */
    private static final class Offsets {

        private int[] found = new int[16];
        private int size;

        void add(int offset) {
            found = size == found.length ? Arrays.copyOf(found, 2 * size) : found;
            found[size++] = offset;
        }

        int[] toArray() {
            return Arrays.copyOf(found, size);
        }
    }

    String text() {
        return text;
    }

    /** Where the text begins behind its byte order mark. */
    int start() {
        return start;
    }

    /** The offset of a character that the parser has counted: in characters, without the byte order mark. */
    int offset(int characters) {
        int low = 0;
        int high = pairs.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (pairs[middle] - start - middle < characters) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return start + characters + low;
    }

    int lineStart(int offset) {
        return starts[line(offset)];
    }

    /** Where the line's break is, or the end of the text. */
    int lineEnd(int offset) {
        int i = offset;
        while (i < text.length() && text.charAt(i) != '\n' && text.charAt(i) != '\r') {
            i++;
        }
        return i;
    }

    /** Where the next line begins, or the end of the text. */
    int nextLine(int offset) {
        int line = line(offset);
        return line + 1 < starts.length ? starts[line + 1] : text.length();
    }

    /** The place without the line break that may be in front of it. */
    int beforeBreak(int offset) {
        int i = offset;
        if (i > start && text.charAt(i - 1) == '\n') {
            i--;
        }
        boolean carriage = i > start && text.charAt(i - 1) == '\r';
        return carriage ? i - 1 : i;
    }

    /** How the text breaks its lines: as it does first. */
    String lineBreak() {
        int end = lineEnd(start);
        if (end == text.length()) {
            return "\n";
        }
        return text.startsWith("\r\n", end) ? "\r\n" : text.substring(end, end + 1);
    }

    Span span(int from, int to) {
        return new Span(from, to, position(from), position(to));
    }

    Position position(int offset) {
        int line = line(offset);
        int from = starts[line];
        int unseen = before(pairs, offset) - before(pairs, from) + before(marks, offset) - before(marks, from);
        return new Position(file, line + 1, offset - from - unseen + 1);
    }

    private static int before(int[] offsets, int offset) {
        int found = Arrays.binarySearch(offsets, offset);
        return found < 0 ? -found - 1 : found;
    }

    /** The offset of a line and a column; the nearest that there is. */
    int offset(int line, int column) {
        int i = starts[Math.max(0, Math.min(line, starts.length) - 1)];
        int end = lineEnd(i);
        for (int left = column - 1; left > 0 && i < end; left--) {
            i += Character.charCount(text.codePointAt(i));
        }
        return Math.min(i, end);
    }

    private int line(int offset) {
        int found = Arrays.binarySearch(starts, offset);
        return found < 0 ? Math.max(0, -found - 2) : found;
    }
}
