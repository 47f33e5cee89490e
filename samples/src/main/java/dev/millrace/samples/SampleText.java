package dev.millrace.samples;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** XML being written as UTF-8, element by element, indented by two blanks a level. Not thread-safe. */
final class SampleText {

    private byte[] bytes;
    private int size;

    SampleText(int capacity) {
        bytes = new byte[capacity];
    }

    /** Ends the line and begins a start tag at a level. */
    SampleText open(int level, String name) {
        indent(level);
        return add('<').ascii(name);
    }

    SampleText attribute(String name, long value) {
        return attribute(name, Long.toString(value));
    }

    /** Adds an attribute to the start tag. Characters are escaped where XML asks for it, é as a character reference. */
    SampleText attribute(String name, String value) {
        add(' ').ascii(name).add('=').add('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '&' -> ascii("&amp;");
                case '<' -> ascii("&lt;");
                case '"' -> ascii("&quot;");
                case '\n' -> ascii("&#10;");
                case 'é' -> ascii("&#xE9;");
                default -> {
                    if (c < 0x80) {
                        add(c);
                    } else {
                        raw(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
                    }
                }
            }
        }
        return add('"');
    }

    /** Adds money, such as 1250 cents as 12.50. */
    SampleText money(String name, long cents) {
        return attribute(name, amount(cents));
    }

    static String amount(long cents) {
        long fraction = cents % 100;
        return cents / 100 + (fraction < 10 ? ".0" : ".") + fraction;
    }

    /** Ends an empty element. */
    SampleText end() {
        return add('/').add('>');
    }

    /** Ends a start tag. */
    SampleText content() {
        return add('>');
    }

    SampleText close(int level, String name) {
        indent(level);
        return add('<').add('/').ascii(name).add('>');
    }

    SampleText ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            add(text.charAt(i));
        }
        return this;
    }

    SampleText raw(byte[] more) {
        reserve(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
        return this;
    }

    int size() {
        return size;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void indent(int level) {
        add('\n');
        for (int i = 0; i < level; i++) {
            add(' ').add(' ');
        }
    }

    private SampleText add(char ascii) {
        reserve(1);
        bytes[size++] = (byte) ascii;
        return this;
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
