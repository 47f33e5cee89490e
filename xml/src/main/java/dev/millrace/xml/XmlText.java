package dev.millrace.xml;

import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.document.Location;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A document's text as UTF-8, whatever encoding it came in: found by byte order mark, by declaration, or UTF-8 by default
 * (XML 1.0, §4.3.3 and appendix F). Bytes that are UTF-8 already are not copied, and it is
 * their reader who checks them.
 */
final class XmlText {

    static final XmlText EMPTY = new XmlText(new byte[0], 0, false);

    private static final int CHUNK = 8192;

    private final byte[] bytes;
    private final int start;
    private final boolean version11;

    /**
     * @param bytes UTF-8; an encoding declaration in it names UTF-8 or is blanked
     * @param start where the text begins, after a byte order mark
     * @param version11 whether the text declares XML 1.1
     */
    private XmlText(byte[] bytes, int start, boolean version11) {
        this.bytes = bytes;
        this.start = start;
        this.version11 = version11;
    }

    /**
     * @param fallback the encoding of bytes that tell none and are not UTF-8, or null when they are rejected
     * @throws FaultException when the encoding is unknown, or is another than UTF-8 and the bytes are not what it says
     */
    static XmlText of(Document document, @Nullable Charset fallback) throws FaultException {
        byte[] content = document.content();
        if (!document.decoded()) {
            XmlEncoding encoding = XmlEncoding.of(content);
            if (!encoding.isUtf8()) {
                return transcoded(document, encoding);
            }
        }
        int mark = XmlEncoding.markLength(content);
        XmlDeclaration declaration = XmlDeclaration.of(content, mark);
        byte[] utf8 = declaration.withoutForeignEncoding(content);
        boolean tellsNone = !document.decoded() && mark == 0 && declaration.encoding() == null;
        if (fallback != null && tellsNone && Utf8.firstMalformed(utf8, mark) >= 0) {
            return transcoded(document, new XmlEncoding(fallback, 0));
        }
        return new XmlText(utf8, mark, declaration.version11());
    }

    /** Checks that all bytes are UTF-8, for a reader that does not do so strictly itself. */
    void checkUtf8() throws FaultException {
        int malformed = Utf8.firstMalformed(bytes, start);
        if (malformed >= 0) {
            throw notUtf8(malformed);
        }
    }

    byte[] bytes() {
        return bytes;
    }

    int start() {
        return start;
    }

    /** The byte at an index; 0, which is no character of XML, behind the end. */
    byte byteAt(int index) {
        return EightBytes.byteAt(bytes, index);
    }

    boolean isAt(String ascii, int index) {
        for (int i = 0; i < ascii.length(); i++) {
            if (byteAt(index + i) != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    FaultException notUtf8(int offset) {
        return new FaultException(notOf(StandardCharsets.UTF_8, location(offset)));
    }

    /** The fault of text that is not well-formed; where it has ended already, because it ends. */
    FaultException notWellFormed(int offset, String message) {
        return new FaultException(Fault.at(
                FaultCode.NOT_WELL_FORMED,
                location(offset),
                offset < bytes.length
                        ? message
                        : "the text ends too early: it is cut off, or an end tag is missing or misspelt"));
    }

    boolean version11() {
        return version11;
    }

    /** The line and column of a byte, within the document. */
    Location location(int offset) {
        int line = 1;
        int column = 1;
        int end = Math.min(offset, bytes.length);
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            if (b == '\n' || (b == '\r' && (i + 1 == bytes.length || bytes[i + 1] != '\n'))) {
                line++;
                column = 1;
            } else if ((b & 0xC0) != 0x80) {
                // Bytes that continue a character do not count.
                column++;
            }
        }
        return new Location(line, column);
    }

    /**
     * How many characters stand before a byte, white space at the beginning left aside. CR LF is one, as it is to every reader
     * of XML.
     */
    private int charactersBefore(int offset) {
        int count = 0;
        for (int i = start; i < offset; i++) {
            byte b = bytes[i];
            boolean space = b == ' ' || b == '\t' || b == '\n' || b == '\r';
            boolean continues = (b & 0xC0) == 0x80 || b == '\n' && bytes[i - 1] == '\r';
            if (!continues && (count > 0 || !space)) {
                count++;
            }
        }
        return count;
    }

    /** Checks how many characters stand before the document element. */
    void checkProlog(int offset, int most) throws FaultException {
        int length = most == TextRules.ANY_PROLOG ? 0 : charactersBefore(offset);
        if (length > most) {
            throw new FaultException(Fault.at(
                    FaultCode.PROLOG_TOO_LONG,
                    location(offset),
                    length + " characters stand before the document element, but the contract allows " + most
                            + "; remove them, or raise document.prolog"));
        }
    }

    /** The text from a byte on, to the end of its line or for so many characters. */
    String restOfLine(int offset, int most) {
        int end = offset;
        for (int characters = 0; end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r'; end++) {
            if ((bytes[end] & 0xC0) != 0x80 && characters++ == most) {
                break;
            }
        }
        return new String(bytes, offset, end - offset, StandardCharsets.UTF_8).stripTrailing();
    }

    /** The byte at which the n-th UTF-16 unit of the text begins. */
    int offsetOfUnit(long unit) {
        int at = start;
        for (long units = 0; units < unit && at < bytes.length; at++) {
            int lead = bytes[at] & 0xFF;
            // A character of four bytes is two units, and each other lead is one.
            units += lead >= 0xF0 ? 2 : 1;
            while (at + 1 < bytes.length && (bytes[at + 1] & 0xC0) == 0x80) {
                at++;
            }
        }
        return at;
    }

    /** The document type declaration with its internal subset; "" if there is none. */
    String doctype() {
        return new String(bytes, doctypeBegin(), doctypeLength(), StandardCharsets.UTF_8);
    }

    /** The bytes of the document type declaration with its internal subset; 0 if there is none. */
    int doctypeLength() {
        int begin = doctypeBegin();
        boolean subset = false;
        int at = begin;
        while (at < bytes.length && (subset || bytes[at] != '>')) {
            subset = bytes[at] == '[' || subset && bytes[at] != ']';
            at = behindOpaque(at);
        }
        return at - begin;
    }

    /** Where the document type declaration begins; the end of the text if there is none. */
    private int doctypeBegin() {
        int begin = start;
        while (begin < bytes.length && !isAt("<!DOCTYPE", begin)) {
            if (bytes[begin] == '<' && !isAt("<!--", begin) && !isAt("<?", begin)) {
                return bytes.length;
            }
            begin = behindOpaque(begin);
        }
        return begin;
    }

    /** Behind a comment, an instruction or a literal that begins here, or else behind this byte. */
    private int behindOpaque(int at) {
        String end =
                isAt("<!--", at) ? "-->" : isAt("<?", at) ? "?>" : isAt("'", at) ? "'" : isAt("\"", at) ? "\"" : "";
        int behind = at + (end.length() == 3 ? 4 : 1);
        while (!end.isEmpty() && behind < bytes.length && !isAt(end, behind)) {
            behind++;
        }
        return Math.min(bytes.length, behind + end.length());
    }

    private static XmlText transcoded(Document document, XmlEncoding encoding) throws FaultException {
        byte[] utf8 = decode(document, encoding.skipped(), encoding.charset());
        XmlDeclaration declaration = XmlDeclaration.of(utf8, 0);
        return new XmlText(declaration.withoutForeignEncoding(utf8), 0, declaration.version11());
    }

    private static byte[] decode(Document document, int skipped, Charset charset) throws FaultException {
        byte[] content = document.content();
        CharsetDecoder decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
        ByteBuffer in = ByteBuffer.wrap(content, skipped, content.length - skipped);
        CharBuffer chars = CharBuffer.allocate(CHUNK);
        ByteBuffer out = ByteBuffer.allocate(CHUNK * 3);
        ByteArrayOutputStream utf8 = new ByteArrayOutputStream(content.length + content.length / 8);
        boolean flushed = false;
        while (!flushed) {
            CoderResult result = decoder.decode(in, chars, true);
            if (result.isUnderflow()) {
                flushed = decoder.flush(chars).isUnderflow();
            }
            chars.flip();
            boolean whole = !encoder.encode(chars, out, flushed).isError();
            chars.compact();
            utf8.write(out.array(), 0, out.position());
            out.clear();
            if (result.isError() || !whole) {
                XmlText before = new XmlText(utf8.toByteArray(), 0, false);
                throw new FaultException(notOf(charset, document.placeOf(before.location(before.bytes.length))));
            }
        }
        return utf8.toByteArray();
    }

    /** The fault of bytes that are no character of an encoding. */
    static Fault notOf(Charset charset, @Nullable Location location) {
        return Fault.at(
                FaultCode.ENCODING,
                location,
                "the bytes here are no character of " + charset.name()
                        + "; correct the text or the encoding that it declares");
    }
}
