package dev.millrace.xml;

import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.document.Location;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a text's XML declaration says, read from bytes whose ASCII part is plain. It is read leniently, since the tokenizer
 * checks it again: what cannot be read is taken as not there.
 *
 * @param encoding the declared encoding, or null
 * @param version11 whether it says {@code version="1.1"}
 * @param from where the encoding's pseudo-attribute begins
 * @param to where it ends
 */
record XmlDeclaration(@Nullable String encoding, boolean version11, int from, int to) {

    /** How many bytes are looked at. */
    static final int LONGEST = 512;

    private static final String USUAL_ENCODING = "encoding=\"UTF-8\"";

    /** What nearly all documents begin with, and need not be taken to pieces for. */
    private static final byte[] USUAL =
            ("<?xml version=\"1.0\" " + USUAL_ENCODING + "?>").getBytes(StandardCharsets.ISO_8859_1);

    private static final int USUAL_TO = USUAL.length - "?>".length();
    private static final int USUAL_FROM = USUAL_TO - USUAL_ENCODING.length();

    private static final XmlDeclaration NONE = new XmlDeclaration(null, false, 0, 0);

    /**
     * @param start where the text begins
     * @throws FaultException when there is a declaration that is not read to its end here, so that it may say anything
     */
    static XmlDeclaration of(byte[] content, int start) throws FaultException {
        int behind = start + USUAL.length;
        return behind <= content.length && Arrays.equals(content, start, behind, USUAL, 0, USUAL.length)
                ? new XmlDeclaration("UTF-8", false, start + USUAL_FROM, start + USUAL_TO)
                : read(content, start);
    }

    private static XmlDeclaration read(byte[] content, int start) throws FaultException {
        if (start < content.length && isSpace(content[start])) {
            refuseBehindSpace(content, start);
        }
        if (content.length - start < 6
                || content[start] != '<'
                || content[start + 1] != '?'
                || content[start + 2] != 'x'
                || content[start + 3] != 'm'
                || content[start + 4] != 'l'
                || !isSpace(content[start + 5])) {
            return NONE;
        }
        int length = Math.min(content.length - start, LONGEST);
        // One character for each byte, so that indexes are offsets.
        String head = new String(content, start, length, StandardCharsets.ISO_8859_1);
        int end = head.indexOf("?>");
        if (end < 0 && length == LONGEST) {
            throw new FaultException(Fault.at(
                    FaultCode.ENCODING,
                    Location.START,
                    "the XML declaration does not end within " + LONGEST
                            + " bytes, so the encoding it declares is not known; shorten it"));
        }
        String encoding = null;
        boolean versioned = false;
        boolean version11 = false;
        int from = 0;
        int to = 0;
        int at = 5;
        while (true) {
            int equals = head.indexOf('=', at);
            int open = equals < 0 ? -1 : skipSpace(head, equals + 1);
            int close = open < 0 || open >= length ? -1 : head.indexOf(head.charAt(open), open + 1);
            if (close < 0 || (end >= 0 && close > end)) {
                return new XmlDeclaration(encoding, version11, from, to);
            }
            String name = head.substring(at, equals).strip();
            String value = head.substring(open + 1, close);
            if (name.equals("encoding")) {
                if (!versioned || !standsAlone(head, at, close + 1)) {
                    // Not blanked, so that the tokenizer sees what is wrong.
                    return NONE;
                }
                encoding = value;
                from = start + skipSpace(head, at);
                to = start + close + 1;
            } else if (name.equals("version")) {
                versioned = true;
                version11 = value.equals("1.1");
            }
            at = close + 1;
        }
    }

    /** No parser takes a declaration that is not at the very beginning, and what hides it are mostly blank lines. */
    private static void refuseBehindSpace(byte[] content, int start) throws FaultException {
        int lines = 0;
        int column = 1;
        int at = start;
        while (at < content.length && isSpace(content[at])) {
            boolean newLine = content[at] == '\n' || content[at] == '\r' && !isAt(content, at + 1, "\n");
            lines += newLine ? 1 : 0;
            column = newLine ? 1 : column + 1;
            at++;
        }
        if (isAt(content, at, "<?xml") && at + 5 < content.length && isSpace(content[at + 5])) {
            throw new FaultException(Fault.at(
                    FaultCode.NOT_WELL_FORMED,
                    new Location(lines + 1, column),
                    (lines == 0 ? "white space stands" : lines == 1 ? "a line stands" : lines + " lines stand")
                            + " before the XML declaration, whose place is the very beginning; take "
                            + (lines > 1 ? "them" : "it") + " away"));
        }
    }

    private static boolean isAt(byte[] content, int at, String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            if (at + i >= content.length || content[at + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The content with the encoding blanked if it is another than UTF-8: every other byte keeps its place. */
    byte[] withoutForeignEncoding(byte[] content) {
        if (encoding == null || isUtf8()) {
            return content;
        }
        byte[] copy = content.clone();
        Arrays.fill(copy, from, to, (byte) ' ');
        return copy;
    }

    boolean isUtf8() {
        return "UTF-8".equals(encoding) || "UTF-8".equalsIgnoreCase(encoding);
    }

    /** Whether white space stands before, and white space or the declaration's end after. */
    private static boolean standsAlone(String text, int from, int to) {
        return isSpace((byte) text.charAt(from))
                && to < text.length()
                && (text.charAt(to) == '?' || isSpace((byte) text.charAt(to)));
    }

    private static int skipSpace(String text, int from) {
        int at = from;
        while (at < text.length() && isSpace((byte) text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\n' || b == '\r';
    }
}
