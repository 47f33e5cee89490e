package dev.millrace.xml;

import dev.millrace.document.FaultException;
import java.nio.charset.StandardCharsets;

/**
 * The characters between the markup of a text: checks them (XML 1.0, §2.2, §2.4, §3.3.3, §4.1), and decodes those that
 * are wanted. Whatever is not wanted costs the check only, of eight bytes at once. Used for one text after the other; not
 * thread-safe.
 */
final class Characters {

    /** What characters are part of: what of them has to be rewritten when they are decoded, as bits of {@link #found}. */
    enum Context {
        TEXT(Characters.RETURN | Characters.REFERENCE),
        ATTRIBUTE(Characters.RETURN | Characters.REFERENCE | Characters.BREAK),
        LITERAL(Characters.RETURN);

        private final int rewritten;

        Context(int rewritten) {
            this.rewritten = rewritten;
        }
    }

    private static final int MULTIBYTE = 1;
    private static final int RETURN = 2;
    private static final int BREAK = 4;
    private static final int REFERENCE = 8;

    private static final String[] ENTITIES = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
    private static final String ENTITY_CHARACTERS = "&<>\"'";

    private static final long LESS = EightBytes.each('<');
    private static final long AMPERSAND = EightBytes.each('&');
    private static final long BRACKET = EightBytes.each(']');

    private XmlText text = XmlText.EMPTY;
    private byte[] bytes = text.bytes();
    private int found;
    private int referred;

    /** Where values are rewritten, unless they are longer. */
    private final byte[] scratch = new byte[1 << 10];

    void start(XmlText next) {
        text = next;
        bytes = next.bytes();
    }

    /** What is special about the characters checked last, for {@link #decode}. */
    int found() {
        return found;
    }

    /** The index of the {@code <} that ends the text beginning at an index. */
    int endOfText(int from) throws FaultException {
        found = 0;
        // Mostly a line break and an indentation.
        int at = byteAt(from) == '\n' ? from + 1 : from;
        while (true) {
            at = find(at, LESS, AMPERSAND, BRACKET);
            switch (byteAt(at)) {
                case '<' -> {
                    return at;
                }
                case '&' -> at = behindReference(at);
                case ']' -> {
                    if (byteAt(at + 1) == ']' && byteAt(at + 2) == '>') {
                        throw text.notWellFormed(at, "']]>' stands in text; write ']]&gt;'");
                    }
                    at++;
                }
                default -> at = behindUnusual(at);
            }
        }
    }

    /** The index of the quote that ends the attribute value beginning at an index. */
    int endOfValue(int from, byte quote) throws FaultException {
        found = 0;
        long quotes = EightBytes.ONES * quote;
        int at = from;
        while (true) {
            at = find(at, quotes, AMPERSAND, LESS);
            byte b = byteAt(at);
            if (b == quote) {
                return at;
            } else if (b == '&') {
                at = behindReference(at);
            } else if (b == '<') {
                throw text.notWellFormed(
                        at, "'<' stands in the value of an attribute; write '&lt;', or close the value");
            } else {
                at = behindUnusual(at);
            }
        }
    }

    /** The index of the first of the characters that end a comment, a CDATA section or an instruction. */
    int endOfLiteral(int from, String end) throws FaultException {
        found = 0;
        byte first = (byte) end.charAt(0);
        long firsts = EightBytes.ONES * first;
        int at = from;
        while (true) {
            at = find(at, firsts, firsts, firsts);
            if (byteAt(at) != first) {
                at = behindUnusual(at);
            } else if (text.isAt(end, at)) {
                return at;
            } else {
                at++;
            }
        }
    }

    /** Decodes characters that were checked; {@code found} is what {@link #found()} said of them. */
    String decode(int from, int to, int special, Context context) throws FaultException {
        if ((special & context.rewritten) != 0) {
            return rewritten(from, to, special, context);
        }
        // Of ASCII, this is the quickest.
        return new String(
                bytes,
                from,
                to - from,
                (special & MULTIBYTE) == 0 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    /** Whether there is a reference, by what {@link #found()} said. */
    static boolean hasReference(int special) {
        return (special & REFERENCE) != 0;
    }

    /** Whether there is nothing but white space. A reference is none, even one to a space. */
    boolean isBlank(int from, int to) {
        int at = from;
        // Checked before, so that all else up to the space is white space too.
        long marks = EightBytes.beyondSpace(EightBytes.at(bytes, at));
        while (marks == 0 && at + Long.BYTES < to) {
            at += Long.BYTES;
            marks = EightBytes.beyondSpace(EightBytes.at(bytes, at));
        }
        return at + EightBytes.first(marks) >= to;
    }

    /** As {@link #isBlank(int, int)}, of characters that were decoded. */
    static boolean isBlank(CharSequence decoded) {
        for (int i = 0; i < decoded.length(); i++) {
            char c = decoded.charAt(i);
            if (c != ' ' && c != '\n' && c != '\t' && c != '\r') {
                return false;
            }
        }
        return true;
    }

    /** The next byte that is one of three, a control character, or not ASCII; behind the end of the text at the latest. */
    private int find(int from, long one, long two, long three) {
        byte[] in = bytes;
        int at = from;
        while (true) {
            long marks = EightBytes.unusualOr(EightBytes.at(in, at), one, two, three);
            if (marks != 0) {
                return at + EightBytes.first(marks);
            }
            at += Long.BYTES;
        }
    }

    /** Checks the white space or the characters beyond ASCII that are here. */
    private int behindUnusual(int at) throws FaultException {
        byte b = byteAt(at);
        if (b < 0) {
            found |= MULTIBYTE;
            return behindMultibyte(at);
        }
        if (b == '\r') {
            found |= RETURN;
        } else if (b == '\n' || b == '\t') {
            found |= BREAK;
        } else {
            throw text.notWellFormed(at, "a control character stands here, of code " + b + ", which XML has not");
        }
        return at + 1;
    }

    private int behindMultibyte(int from) throws FaultException {
        int at = from;
        while (byteAt(at) < 0) {
            int length = Utf8.sequenceLength(bytes, at, bytes.length);
            if (length == 0) {
                throw text.notUtf8(at);
            }
            // U+FFFE and U+FFFF are the only ones of UTF-8 that are no characters of XML.
            if (bytes[at] == (byte) 0xEF && bytes[at + 1] == (byte) 0xBF && (bytes[at + 2] & 0xFE) == 0xBE) {
                throw text.notWellFormed(at, "U+FFFE or U+FFFF stands here, which is no character");
            }
            at += length;
        }
        return at;
    }

    /** Checks a reference, and sets {@link #referred} to its character. */
    private int behindReference(int from) throws FaultException {
        found |= REFERENCE;
        if (byteAt(from + 1) == '#') {
            return behindCharacterReference(from);
        }
        for (int i = 0; i < ENTITIES.length; i++) {
            if (text.isAt(ENTITIES[i], from)) {
                referred = ENTITY_CHARACTERS.charAt(i);
                return from + ENTITIES[i].length();
            }
        }
        throw text.notWellFormed(
                from, "'&' stands here, but no entity that is declared; write '&amp;' for the character itself");
    }

    private int behindCharacterReference(int from) throws FaultException {
        int radix = byteAt(from + 2) == 'x' ? 16 : 10;
        int digits = radix == 16 ? from + 3 : from + 2;
        int code = 0;
        int at = digits;
        for (int digit = Character.digit(byteAt(at), radix); digit >= 0; digit = Character.digit(byteAt(at), radix)) {
            code = Math.min(code * radix + digit, Character.MAX_CODE_POINT + 1);
            at++;
        }
        if (at == digits || byteAt(at) != ';' || !isCharacter(code)) {
            throw text.notWellFormed(
                    from, "a reference to a character was expected here, as '&#65;' or '&#x41;' is one");
        }
        referred = code;
        return at + 1;
    }

    private static boolean isCharacter(int code) {
        return code >= ' ' && code < Character.MIN_SURROGATE
                || code > Character.MAX_SURROGATE && code < 0xFFFE
                || code > 0xFFFF && code <= Character.MAX_CODE_POINT
                || code == '\t'
                || code == '\n'
                || code == '\r';
    }

    /** Normalizes line ends (§2.11) and attribute values (§3.3.3), and puts in what references refer to. */
    private String rewritten(int from, int to, int special, Context context) throws FaultException {
        // A reference is never shorter than its character in UTF-8.
        byte[] out = to - from <= scratch.length ? scratch : new byte[to - from];
        int length = 0;
        boolean ascii = (special & MULTIBYTE) == 0;
        int at = from;
        while (at < to) {
            byte b = bytes[at];
            if (b == '&' && context != Context.LITERAL) {
                at = behindReference(at);
                if (referred < 0x80) {
                    out[length++] = (byte) referred;
                } else {
                    byte[] character = Character.toString(referred).getBytes(StandardCharsets.UTF_8);
                    System.arraycopy(character, 0, out, length, character.length);
                    length += character.length;
                    ascii = false;
                }
            } else if (b == '\r' || (b == '\n' || b == '\t') && context == Context.ATTRIBUTE) {
                out[length++] = (byte) (context == Context.ATTRIBUTE ? ' ' : '\n');
                at += b == '\r' && at + 1 < to && bytes[at + 1] == '\n' ? 2 : 1;
            } else {
                out[length++] = b;
                at++;
            }
        }
        return new String(out, 0, length, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    private byte byteAt(int index) {
        return EightBytes.byteAt(bytes, index);
    }
}
