package dev.millrace.xml;

import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.document.Location;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;

/**
 * The encoding that a text's first bytes tell: by byte order mark, by declaration, or UTF-8 by default (XML 1.0, §4.3.3 and
 * appendix F).
 *
 * @param charset the encoding
 * @param skipped the length of the byte order mark
 */
record XmlEncoding(Charset charset, int skipped) {

    /** How many bytes must be known: a declaration in four bytes a character, with its byte order mark. */
    static final int HEAD = 4 * XmlDeclaration.LONGEST + 4;

    private static final Charset EBCDIC = Charset.forName("IBM037");
    private static final Charset UTF_32BE = Charset.forName("UTF-32BE");
    private static final Charset UTF_32LE = Charset.forName("UTF-32LE");

    /**
     * @param content the text, or its first {@link #HEAD} bytes
     * @throws FaultException when the encoding is unknown, or is declared to be what the bytes cannot be
     */
    static XmlEncoding of(byte[] content) throws FaultException {
        int mark = markLength(content);
        String declared = XmlDeclaration.of(content, mark).encoding();
        if (declared != null) {
            if (declared.equalsIgnoreCase("UTF-8")) {
                return new XmlEncoding(StandardCharsets.UTF_8, mark);
            }
            Charset charset = charset(declared);
            if (mark > 0 || isWide(charset)) {
                throw contradiction(mark > 0 ? "begin with the byte order mark of UTF-8" : "are not", declared);
            }
            return new XmlEncoding(charset, 0);
        }
        for (Signature signature : Signature.values()) {
            if (signature.begins(content)) {
                return checked(content, signature);
            }
        }
        return new XmlEncoding(StandardCharsets.UTF_8, mark);
    }

    /** The length of the byte order mark of UTF-8, 0 if there is none. */
    static int markLength(byte[] content) {
        return startsWith(content, 0xEF, 0xBB, 0xBF) ? 3 : 0;
    }

    boolean isUtf8() {
        return charset.equals(StandardCharsets.UTF_8);
    }

    /** What the first bytes tell where no declaration can be read byte by byte (XML 1.0, appendix F). */
    private enum Signature {
        UTF_32BE_MARK(UTF_32BE, 4, 0x00, 0x00, 0xFE, 0xFF),
        UTF_32LE_MARK(UTF_32LE, 4, 0xFF, 0xFE, 0x00, 0x00),
        UTF_16BE_MARK(StandardCharsets.UTF_16BE, 2, 0xFE, 0xFF),
        UTF_16LE_MARK(StandardCharsets.UTF_16LE, 2, 0xFF, 0xFE),
        UTF_32BE_TAG(UTF_32BE, 0, 0x00, 0x00, 0x00, '<'),
        UTF_32LE_TAG(UTF_32LE, 0, '<', 0x00, 0x00, 0x00),
        UTF_16BE_TAG(StandardCharsets.UTF_16BE, 0, 0x00, '<'),
        UTF_16LE_TAG(StandardCharsets.UTF_16LE, 0, '<', 0x00),
        EBCDIC_DECLARATION(EBCDIC, 0, 0x4C, 0x6F, 0xA7, 0x94);

        final Charset charset;
        final int skipped;
        private final int[] bytes;

        Signature(Charset charset, int skipped, int... bytes) {
            this.charset = charset;
            this.skipped = skipped;
            this.bytes = bytes;
        }

        boolean begins(byte[] content) {
            return startsWith(content, bytes);
        }
    }

    /** What a declaration in wide characters or EBCDIC says, which must go with what the bytes are. */
    private static XmlEncoding checked(byte[] content, Signature signature) throws FaultException {
        int length = Math.min(content.length, HEAD) - signature.skipped;
        byte[] head =
                new String(content, signature.skipped, length, signature.charset).getBytes(StandardCharsets.UTF_8);
        String declared = XmlDeclaration.of(head, 0).encoding();
        Charset charset = signature.charset;
        if (declared != null && charset.equals(EBCDIC)) {
            // All EBCDIC code pages agree on the characters of a declaration.
            charset = charset(declared);
        } else if (declared != null && !sameWidth(charset, declared)) {
            throw contradiction("are " + charset.name(), declared);
        }
        return new XmlEncoding(charset, signature.skipped);
    }

    private static Charset charset(String name) throws FaultException {
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new FaultException(Fault.at(
                    FaultCode.ENCODING,
                    Location.START,
                    "the text declares an encoding that is not known here"
                            + (e instanceof UnsupportedCharsetException && name.length() <= 40 ? ": " + name : "")
                            + "; convert the text to UTF-8"));
        }
    }

    private static FaultException contradiction(String found, String declared) {
        return new FaultException(Fault.at(
                FaultCode.ENCODING,
                Location.START,
                "the text declares the encoding " + declared + ", but its bytes " + found
                        + ("are not".equals(found) ? " in it" : "") + "; correct the declaration"));
    }

    private static boolean isWide(Charset charset) {
        return charset.name().startsWith("UTF-16") || charset.name().startsWith("UTF-32");
    }

    private static boolean sameWidth(Charset charset, String declared) throws FaultException {
        String upper = declared.toUpperCase(Locale.ROOT);
        if (upper.equals("ISO-10646-UCS-2") || upper.equals("UCS-2")) {
            return charset.name().startsWith("UTF-16");
        }
        if (upper.equals("ISO-10646-UCS-4") || upper.equals("UCS-4")) {
            return charset.name().startsWith("UTF-32");
        }
        Charset named = charset(declared);
        return named.name().equals("UTF-16")
                ? charset.name().startsWith("UTF-16")
                : named.name().equals("UTF-32") ? charset.name().startsWith("UTF-32") : named.equals(charset);
    }

    private static boolean startsWith(byte[] content, int... signature) {
        if (content.length < signature.length) {
            return false;
        }
        for (int i = 0; i < signature.length; i++) {
            if ((content[i] & 0xFF) != signature[i]) {
                return false;
            }
        }
        return true;
    }
}
