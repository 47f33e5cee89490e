package dev.millrace.source;

import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.document.Location;
import dev.millrace.xml.RecordFinder;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.TextPosition;
import dev.millrace.xml.Utf8;
import dev.millrace.xml.Utf8Stream;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser.Doctype;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one XML text of any size at its records while it is read, so that many workers can parse it. Each record becomes a
 * document of its own: the start tags of the elements around it, the record's bytes, the end tags. Memory is bounded by the
 * largest record that the limits allow. Used for one file after the other; not
 * thread-safe.
 *
 * <p>Only what stands around records is really parsed here, by {@link RecordFinder}. Within a record the scan looks for
 * nothing but its end: the end tag of its name, counting elements of that name within. In well-formed XML a {@code <} opens
 * markup unless it stands in a comment, a CDATA section or an instruction; so nothing else has to be told apart. What is
 * wrong within a record is found by the worker that parses it, and costs that record alone.
 *
 * <p>A record whose start tag is wrong is rejected alone too, where no doubt is left that it is a record's. What else is
 * wrong around records ends the file: the rest of it is one unreadable document. Records have the keys {@code KEY#1}, {@code KEY#2} and
 * so on, an only one, too: a second one may be appended to the file.
 */
final class RecordSplitter {

    private static final int BUFFER = 1 << 18;
    private static final byte[] COMMENT = ascii("<!--");
    private static final byte[] COMMENT_END = ascii("-->");
    private static final byte[] CDATA = ascii("<![CDATA[");
    private static final byte[] CDATA_END = ascii("]]>");
    private static final byte[] INSTRUCTION_END = ascii("?>");
    private static final byte[] DOCTYPE = ascii("<!DOCTYPE");
    /** Bytes that tell what a markup is. */
    private static final int LONGEST_OPENING = CDATA.length;
    /** A buffer that has grown beyond this many times its size is given back. */
    private static final int MOST_KEPT = 16;

    private static final int LARGEST_BUFFER = Integer.MAX_VALUE - (1 << 20);

    private final Doctype doctype;
    private final XmlLimits limits;
    private final RecordFinder finder;
    /** The place of the byte at {@link #kept}. */
    private final TextPosition position = new TextPosition();
    /** The text before the document element, for a file that turns out to have a DOCTYPE. */
    private final ByteArrayOutputStream prolog = new ByteArrayOutputStream();

    private final int bufferSize;
    private String key = "";
    private String sourceName = "";
    private InputStream in = InputStream.nullInputStream();
    private @Nullable Utf8Stream text;
    private byte[] buffer;
    /** What stands before this in the buffer is done with. */
    private int kept;
    /** How far the scan is; may be moved by whatever reads on. */
    private int at;
    /** The end of what has been read. */
    private int limit;

    private boolean inRecord;
    /** Bytes of the record that are gone already, because it is too large. */
    private long dropped;

    private long records;
    private boolean markupSeen;
    private boolean ended;
    private @Nullable IOException broken;

    RecordSplitter(RecordPath record, Doctype doctype, XmlLimits limits) {
        this(record, doctype, limits, BUFFER);
    }

    RecordSplitter(RecordPath record, Doctype doctype, XmlLimits limits, int bufferSize) {
        this.doctype = doctype;
        this.limits = limits;
        this.bufferSize = bufferSize;
        finder = new RecordFinder(record, limits);
        buffer = new byte[bufferSize];
    }

    /**
     * Begins a file.
     *
     * @param content is not closed here
     */
    void start(String newKey, String newSourceName, InputStream content) {
        key = newKey;
        sourceName = newSourceName;
        in = content;
        text = null;
        finder.start();
        position.start();
        prolog.reset();
        kept = 0;
        at = 0;
        limit = 0;
        inRecord = false;
        dropped = 0;
        records = 0;
        markupSeen = false;
        ended = false;
        broken = null;
    }

    /** The next record, or an unreadable document that stands for the rest of the file; null at the end. */
    @Nullable
    Document next() {
        if (ended) {
            return null;
        }
        try {
            Document found = scan();
            ended |= found == null;
            return found;
        } catch (FaultException e) {
            ended = true;
            return unreadable(e.fault());
        } catch (IOException e) {
            ended = true;
            Location location = position.location(buffer, kept, limit);
            return unreadable(ReadFault.of("the rest of the file", e).withLocation(location));
        }
    }

    private @Nullable Document scan() throws IOException, FaultException {
        if (text == null) {
            text = new Utf8Stream(in);
            if (text.isVersion11()) {
                return whole();
            }
        }
        while (skipTo('<')) {
            markupSeen = true;
            passText(at);
            require(LONGEST_OPENING);
            if (isAt(DOCTYPE, at) && !finder.isRootSeen()) {
                if (doctype == Doctype.INTERNAL) {
                    return whole();
                }
                throw new FaultException(RecordFinder.doctype().withLocation(position.location()));
            }
            if (!skipOpaque()) {
                at++;
                if (skipTag()) {
                    Fault wrong = null;
                    boolean isRecord;
                    try {
                        isRecord = finder.take(buffer, kept, at, position);
                    } catch (FaultException e) {
                        if (!finder.takeAsRecord(buffer, kept, at)) {
                            throw e;
                        }
                        isRecord = true;
                        wrong = e.fault();
                    }
                    if (isRecord) {
                        return record(wrong);
                    }
                    drop(at);
                }
            }
            pass(at);
        }
        checkRead();
        passText(at);
        return end();
    }

    /**
     * Cuts out the record whose start tag has just been passed.
     *
     * @param wrong what is wrong with the tag, or null
     */
    private Document record(@Nullable Fault wrong) throws IOException, FaultException {
        int nameEnd = kept + 1;
        while (!endsName(buffer[nameEnd])) {
            nameEnd++;
        }
        byte[] name = Arrays.copyOfRange(buffer, kept + 1, nameEnd);
        Location origin = position.location();
        inRecord = true;
        if (buffer[at - 2] != '/' && !skipRecord(name)) {
            checkRead();
            throw new FaultException(Fault.at(
                    FaultCode.NOT_WELL_FORMED,
                    origin,
                    "the file ends within the record that begins here: it is cut off, or an end tag is missing or"
                            + " misspelt"));
        }
        inRecord = false;
        records++;
        Document document =
                wrong == null ? document(origin) : Document.unreadable(key + "#" + records, sourceName, wrong);
        dropped = 0;
        drop(at);
        finder.endRecord(new String(name, StandardCharsets.UTF_8));
        if (buffer.length > MOST_KEPT * (long) bufferSize && limit - kept <= bufferSize) {
            // A very large record is over.
            buffer = Arrays.copyOf(Arrays.copyOfRange(buffer, kept, limit), bufferSize);
            limit -= kept;
            at -= kept;
            kept = 0;
        }
        return document;
    }

    private Document document(Location origin) {
        String startTags = finder.startTags();
        byte[] before = startTags.getBytes(StandardCharsets.UTF_8);
        byte[] after = finder.endTags().getBytes(StandardCharsets.UTF_8);
        int length = at - kept;
        long size = dropped + before.length + length + after.length;
        String recordKey = key + "#" + records;
        if (dropped > 0 || size > limits.documentBytes()) {
            return Document.unreadable(
                    recordKey, sourceName, ReadFault.tooLarge(size, limits).withLocation(origin));
        }
        byte[] content = new byte[(int) size];
        System.arraycopy(before, 0, content, 0, before.length);
        System.arraycopy(buffer, kept, content, before.length, length);
        System.arraycopy(after, 0, content, before.length + length, after.length);
        int lead = startTags.codePointCount(0, startTags.length());
        return new Document(recordKey, content, true, sourceName, origin, lead, null);
    }

    /** Goes behind the end tag of the record; false if there is none. */
    private boolean skipRecord(byte[] name) throws FaultException {
        int nested = 1;
        int lookAhead = Math.max(LONGEST_OPENING, name.length + 3);
        while (skipTo('<')) {
            require(lookAhead);
            if (skipOpaque()) {
                continue;
            }
            boolean end = at + 1 < limit && buffer[at + 1] == '/';
            at += end ? 2 : 1;
            if (isAt(name, at) && at + name.length < limit && endsName(buffer[at + name.length])) {
                at += name.length;
                if (!skipTag()) {
                    return false;
                }
                if (end) {
                    nested--;
                } else if (buffer[at - 2] != '/') {
                    nested++;
                }
                if (nested == 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Goes over a comment, a CDATA section or an instruction, in which a {@code <} means nothing; false if here is none. */
    private boolean skipOpaque() throws FaultException {
        byte first = at + 1 < limit ? buffer[at + 1] : 0;
        if (first != '!' && first != '?') {
            return false;
        }
        if (isAt(COMMENT, at)) {
            at += COMMENT.length;
            skipPast(COMMENT_END);
        } else if (isAt(CDATA, at)) {
            at += CDATA.length;
            skipPast(CDATA_END);
        } else if (first == '?') {
            at += 2;
            skipPast(INSTRUCTION_END);
        } else {
            return false;
        }
        return true;
    }

    /** Goes behind the end of an opaque piece, or to the end of the text. */
    private void skipPast(byte[] end) throws FaultException {
        do {
            for (; at + end.length <= limit; at++) {
                if (buffer[at] == end[0] && isAt(end, at)) {
                    at += end.length;
                    return;
                }
            }
            if (!inRecord) {
                pass(endOfWholeCharacters());
            }
        } while (more());
        at = limit;
    }

    /** Goes behind the {@code >} of a tag; false if the text ends before. */
    private boolean skipTag() throws FaultException {
        byte quote = 0;
        do {
            while (at < limit) {
                byte b = buffer[at++];
                if (quote != 0) {
                    quote = b == quote ? 0 : quote;
                } else if (b == '>') {
                    return true;
                } else if (b == '"' || b == '\'') {
                    quote = b;
                }
            }
        } while (more());
        return false;
    }

    /** Goes to the next byte of this value; false if there is none, and then to the end of the text. */
    private boolean skipTo(char wanted) throws FaultException {
        do {
            byte[] bytes = buffer;
            int end = limit;
            int i = at;
            while (i < end && bytes[i] != wanted) {
                i++;
            }
            at = i;
            if (i < end) {
                return true;
            }
            if (!inRecord) {
                passText(endOfWholeCharacters());
            }
        } while (more());
        return false;
    }

    /** Sees to it that this many bytes are there to be looked at, or all that are left. */
    private void require(int bytes) throws FaultException {
        boolean more = true;
        while (limit - at < bytes && more) {
            more = more();
        }
    }

    /** Outside of records, nothing but tags need be kept; but a character may not be whole yet. */
    private int endOfWholeCharacters() {
        return Utf8.endOfWholeCharacters(buffer, kept, at);
    }

    /** Is done with what stands between records. */
    private void pass(int to) throws FaultException {
        collectProlog(to);
        finder.take(buffer, kept, to, position);
        drop(to);
    }

    /** As {@link #pass}, for what is no markup. */
    private void passText(int to) throws FaultException {
        collectProlog(to);
        finder.takeText(buffer, kept, to, position);
        drop(to);
    }

    private void collectProlog(int to) {
        if (doctype == Doctype.INTERNAL && !finder.isRootSeen() && prolog.size() <= limits.documentBytes()) {
            prolog.write(buffer, kept, to - kept);
        }
    }

    private void drop(int to) {
        position.advance(buffer, kept, to);
        kept = to;
    }

    /** Reads on; false at the end. */
    private boolean more() throws FaultException {
        if (limit == buffer.length) {
            makeRoom();
        }
        if (broken != null) {
            return false;
        }
        try {
            int read = Objects.requireNonNull(text).read(buffer, limit, buffer.length - limit);
            limit += Math.max(0, read);
            return read >= 0;
        } catch (IOException e) {
            broken = e;
            return false;
        }
    }

    /** Tells an end of the text from a failure: that is not one before what had been read is used. */
    private void checkRead() throws IOException {
        if (broken != null) {
            throw broken;
        }
    }

    private void makeRoom() throws FaultException {
        if (dropped > 0 || limit - kept > limits.documentBytes() || limit - kept > LARGEST_BUFFER) {
            if (!inRecord) {
                throw new FaultException(Fault.at(
                        FaultCode.DOCUMENT_TOO_LARGE,
                        position.location(),
                        "a tag here has more bytes than a document may have: " + limits.documentBytes()));
            }
            dropped += at - kept;
            drop(at);
        }
        if (kept > 0) {
            System.arraycopy(buffer, kept, buffer, 0, limit - kept);
            limit -= kept;
            at -= kept;
            kept = 0;
        } else {
            buffer = Arrays.copyOf(buffer, (int) Math.min(2L * buffer.length, LARGEST_BUFFER + bufferSize));
        }
    }

    /** The whole text as one document: what is declared in front of the document element holds for each record. */
    private Document whole() throws IOException {
        ended = true;
        prolog.write(buffer, kept, limit - kept);
        long room = Math.max(0, Math.min(limits.documentBytes() + 1, LARGEST_BUFFER) - prolog.size());
        prolog.write(Objects.requireNonNull(text).readNBytes((int) room));
        if (prolog.size() > limits.documentBytes()) {
            return Document.unreadable(key, sourceName, ReadFault.tooLarge(prolog.size(), limits));
        }
        return Document.ofText(key, prolog.toByteArray(), sourceName).withNumberedRecords();
    }

    private @Nullable Document end() throws FaultException {
        if (!markupSeen) {
            throw new FaultException(Fault.of(FaultCode.NO_CONTENT, "the file holds nothing but white space"));
        }
        finder.end(position);
        if (records == 0) {
            throw new FaultException(Fault.of(
                    FaultCode.NO_RECORD,
                    "the document holds no element that document.record matches; correct document.record or leave the"
                            + " document out"));
        }
        return null;
    }

    private Document unreadable(Fault fault) {
        // Where nothing of the file can be used, it is the file that is rejected.
        return Document.unreadable(records == 0 ? key : key + "#" + (records + 1), sourceName, fault);
    }

    private boolean isAt(byte[] wanted, int from) {
        return from + wanted.length <= limit
                && buffer[from] == wanted[0]
                && Arrays.equals(buffer, from, from + wanted.length, wanted, 0, wanted.length);
    }

    private static boolean endsName(byte b) {
        return b == '>' || b == '/' || b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
