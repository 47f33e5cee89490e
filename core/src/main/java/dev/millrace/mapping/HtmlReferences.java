package dev.millrace.mapping;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Decodes the character references of HTML in texts whose producers escaped them twice: {@code &amp;} and all other names,
 * those of old also without the semicolon ({@code &copy=1}), {@code &#38;} and {@code &#x26;}. What is no reference stays as
 * it is. Wrong numbers are read as the HTML standard says: 128 to 159 as Windows-1252, others as U+FFFD or as nothing.
 */
@SuppressWarnings("EscapedEntity") // the references themselves are meant
final class HtmlReferences {

    private static final int LONGEST_NAME = 31;
    private static final int REPLACEMENT = 0xFFFD;
    private static final int NOTHING = -1;

    /** What the numbers from 128 mean. */
    private static final String WINDOWS_1252 =
            "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152"
                    + "\u008D\u017D\u008F\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

    /** Loaded when the first text has something to decode. */
    private static final class Names {

        /** Names that need their semicolon have it. */
        static final Map<String, String> CHARACTERS = read();

        private static Map<String, String> read() {
            Map<String, String> characters = new HashMap<>(4096);
            try (InputStream in = Objects.requireNonNull(
                            HtmlReferences.class.getResourceAsStream("html-references.txt"), "html-references.txt");
                    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (!line.startsWith("#")) {
                        String[] words = line.split(" ", -1);
                        StringBuilder text = new StringBuilder();
                        for (int i = 1; i < words.length; i++) {
                            text.appendCodePoint(Integer.parseInt(words[i], 16));
                        }
                        characters.put(words[0], text.toString());
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Map.copyOf(characters);
        }
    }

    private final String text;
    private final StringBuilder decoded;
    private int at;

    private HtmlReferences(String text) {
        this.text = text;
        decoded = new StringBuilder(text.length());
    }

    /** The text with its references decoded, once: the same object where there is none. */
    static String decode(String text) {
        return text.indexOf('&') < 0 ? text : new HtmlReferences(text).decode();
    }

    private String decode() {
        for (int next = text.indexOf('&'); next >= 0; next = text.indexOf('&', at)) {
            decoded.append(text, at, next);
            at = next + 1;
            if (!(isAt(at, '#') ? number() : name())) {
                decoded.append('&');
            }
        }
        return decoded.append(text, at, text.length()).toString();
    }

    /** Decodes a number behind the ampersand; false if there is none. */
    private boolean number() {
        boolean hexadecimal = isAt(at + 1, 'x') || isAt(at + 1, 'X');
        int base = hexadecimal ? 16 : 10;
        int from = at + (hexadecimal ? 2 : 1);
        int end = from;
        int code = 0;
        while (end < text.length() && text.charAt(end) < 0x80 && Character.digit(text.charAt(end), base) >= 0) {
            code = Math.min(Character.MAX_CODE_POINT + 1, code * base + Character.digit(text.charAt(end), base));
            end++;
        }
        if (end == from) {
            return false;
        }
        int character = character(code);
        if (character != NOTHING) {
            decoded.appendCodePoint(character);
        }
        at = isAt(end, ';') ? end + 1 : end;
        return true;
    }

    private static int character(int code) {
        if (code == 0 || code > Character.MAX_CODE_POINT || code >= 0xD800 && code <= 0xDFFF) {
            return REPLACEMENT;
        }
        if (code >= 0x80 && code <= 0x9F) {
            return WINDOWS_1252.charAt(code - 0x80);
        }
        boolean control = code < ' ' && code != '\t' && code != '\n' && code != '\f' && code != '\r' || code == 0x7F;
        boolean noCharacter = code >= 0xFDD0 && code <= 0xFDEF || (code & 0xFFFE) == 0xFFFE;
        return control || noCharacter ? NOTHING : code;
    }

    /** Decodes a name behind the ampersand, the longest that is one; false if there is none. */
    private boolean name() {
        int end = at;
        while (end < text.length() && end - at < LONGEST_NAME && isNameCharacter(text.charAt(end))) {
            end++;
        }
        if (isAt(end, ';')) {
            String characters = Names.CHARACTERS.get(text.substring(at, end + 1));
            if (characters != null) {
                return found(characters, end + 1);
            }
        }
        for (int i = end; i > at + 1; i--) {
            String characters = Names.CHARACTERS.get(text.substring(at, i));
            if (characters != null) {
                return found(characters, isAt(i, ';') ? i + 1 : i);
            }
        }
        return false;
    }

    private boolean found(String characters, int end) {
        decoded.append(characters);
        at = end;
        return true;
    }

    private boolean isAt(int index, char c) {
        return index < text.length() && text.charAt(index) == c;
    }

    private static boolean isNameCharacter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }
}
