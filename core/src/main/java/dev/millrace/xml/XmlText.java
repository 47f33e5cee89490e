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

/**
 * A document's text as UTF-8, whatever encoding it came in: found by byte order mark, by declaration, or UTF-8 by default
 * (XML 1.0, §4.3.3 and appendix F). Bytes that are UTF-8 already are not copied, only
 * checked.
 */
final class XmlText {

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

    /** @throws FaultException when the encoding is unknown or the bytes are not what it says */
    static XmlText of(Document document) throws FaultException {
        byte[] content = document.content();
        if (!document.decoded()) {
            XmlEncoding encoding = XmlEncoding.of(content);
            if (!encoding.isUtf8()) {
                return transcoded(document, encoding);
            }
        }
        int mark = XmlEncoding.markLength(content);
        XmlDeclaration declaration = XmlDeclaration.of(content, mark);
        return checked(document, declaration.withoutForeignEncoding(content), mark, declaration);
    }

    byte[] bytes() {
        return bytes;
    }

    int start() {
        return start;
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

    private static XmlText checked(Document document, byte[] utf8, int start, XmlDeclaration declaration)
            throws FaultException {
        XmlText text = new XmlText(utf8, start, declaration.version11());
        int malformed = Utf8.firstMalformed(utf8, start);
        if (malformed >= 0) {
            throw malformed(text.location(malformed), document, StandardCharsets.UTF_8);
        }
        return text;
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
                throw malformed(before.location(before.bytes.length), document, charset);
            }
        }
        return utf8.toByteArray();
    }

    private static FaultException malformed(Location location, Document document, Charset charset) {
        return new FaultException(Fault.at(
                FaultCode.ENCODING,
                document.placeOf(location),
                "the bytes here are no character of " + charset.name()
                        + "; correct the text or the encoding that it declares"));
    }
}
