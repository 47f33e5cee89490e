package dev.millrace.source;

import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.document.Location;
import dev.millrace.xml.Projection;
import dev.millrace.xml.RecordFinder;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.TextPosition;
import dev.millrace.xml.Utf8;
import dev.millrace.xml.Utf8Stream;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser;
import dev.millrace.xml.XmlParser.Doctype;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one XML text of any size at its records while it is read, so that many workers can parse it. Each record becomes a
 * document of its own: the start tags of the elements around it, the record's bytes, the end tags. Memory is bounded by the
 * largest record that the limits allow. Used for one file after the other; not
 * thread-safe.
 *
 * <p>Only what is around records is really parsed here, by {@link RecordFinder}. Within a record the scan looks for
 * nothing but its end: the end tag of its name, counting elements of that name within. Tags, comments, CDATA sections and
 * instructions are told apart for that, and nothing else. What is wrong within a record is found by the worker that parses it,
 * and costs that record alone.
 *
 * <p>Damage must not hide the record's end: a {@code <} within a tag shows that the tag is damaged ({@link #skipTagWithin}), and
 * a comment, CDATA section or instruction that was never ended is told from one that holds tags ({@link #skipRecord}). A well-formed
 * file is cut exactly where a parser of all of it would cut it; one that is not is never cut within what such a parser skips.
 *
 * <p>A record whose start tag is wrong is rejected alone too, where no doubt is left that it is a record's. What else is
 * wrong around records ends the file: the rest of it is one unreadable document. Records have the keys {@code KEY#1}, {@code KEY#2} and
 * so on, an only one, too: a second one may be appended to the file.
 */
final class RecordSplitter {

    private static final int BUFFER = 1 << 18;
    private static final byte[] NOTHING = {};
    private static final byte[] DOCTYPE = ascii("<!DOCTYPE");
    /** Bytes that tell what a markup is. */
    private static final int LONGEST_OPENING = DOCTYPE.length;
    /** How far behind a {@code <} in a value the value's end is looked for. */
    private static final int LONGEST_DAMAGED_VALUE = 1 << 16;
    /** How often a file's bytes may be looked at again for the sake of damaged records; and how many bytes are free. */
    private static final int MOST_LOOKS = 8;

    private static final int FREE_LOOKS = 1 << 24;
    /** Openings in a record that are thought about. */
    private static final int MOST_DOUBTFUL = 16;

    private static final int NONE = -1;

    /** Start tags around records up to this many bytes are repeated as often as there are records. */
    private static final int FREE_START_TAGS = 1 << 12;
    /** How many times the file's size larger ones may come to, beyond {@link XmlLimits#FREE_EXPANSION}. */
    private static final int MOST_REPEATED = 16;
    /** A buffer that has grown beyond this many times its size is given back. */
    private static final int MOST_KEPT = 16;

    /** Within a tag, and outside of its values: where a value begins, or the tag ends. */
    private static final boolean[] ENDS_RUN_OF_TAG = new boolean[1 << Byte.SIZE];

    static {
        for (char character : new char[] {'<', '>', '"', '\''}) {
            ENDS_RUN_OF_TAG[character] = true;
        }
    }

    private static final int LARGEST_BUFFER = Integer.MAX_VALUE - (1 << 20);

    /** Markup in which a {@code <} means nothing. */
    private enum Opaque {
        COMMENT("<!--", "-->"),
        CDATA("<![CDATA[", "]]>"),
        INSTRUCTION("<?", "?>");

        final byte[] opening;
        final byte[] end;

        Opaque(String opening, String end) {
            this.opening = ascii(opening);
            this.end = ascii(end);
        }
    }

    /**
     * An opaque piece that may be none.
     *
     * @param place behind its opening, counted from the record's start
     * @param nested open elements of the record's name there
     */
    private record Doubt(int place, int nested) {}

    private final Doctype doctype;
    private final XmlLimits limits;
    private final RecordFinder finder;
    /** Null while nobody is told. */
    private RecordFinder.@Nullable Around around;

    private final RecordPath recordPath;
    /** The place of the byte at {@link #kept}. */
    private final TextPosition position = new TextPosition();
    /** The text before the document element, for a file that turns out to have a DOCTYPE. */
    private ByteArrayOutputStream prolog = new ByteArrayOutputStream();

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
    /** Whether it is too large for the memory, and not for the limits. */
    private boolean outOfMemory;
    /** Whether the record was cut out otherwise than it is marked up, because it is damaged. */
    private boolean damaged;
    /** What may not be what it seems. */
    private final List<Doubt> doubtful = new ArrayList<>();
    /** The places behind openings in the record that are taken for text, counted from the record's start. */
    private final Set<Integer> asText = new HashSet<>();
    /** From which byte of the file on nothing of a kind ends any more. */
    private final Map<Opaque, Long> neverEnded = new EnumMap<>(Opaque.class);
    /** Whether this is but a look at what may be the record, of which nothing may be dropped. */
    private boolean looking;
    /** Bytes that were looked at again. */
    private long again;
    /** Bytes of the file. */
    private long taken;
    /** Looks whether a doubtful record is well-formed; null until there is one. */
    private @Nullable XmlParser judge;

    private long records;
    /** Bytes of large start tags that were repeated so far. */
    private long repeated;
    /** Attributes of the tag that was passed last. */
    private int attributes;

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
        recordPath = record;
        finder = new RecordFinder(record, limits);
        buffer = new byte[bufferSize];
    }

    /** Has what is around the records told from now on, while it is read. */
    void tell(RecordFinder.Around to) {
        around = to;
        finder.tell(to);
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
        if (around != null) {
            around.startFile(newKey);
        }
        position.start();
        prolog.reset();
        kept = 0;
        at = 0;
        limit = 0;
        inRecord = false;
        dropped = 0;
        outOfMemory = false;
        damaged = false;
        looking = false;
        neverEnded.clear();
        again = 0;
        taken = 0;
        repeated = 0;
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
        } catch (OutOfMemoryError e) {
            // Where it does not come from a record's size alone, nothing is known of where the next one begins.
            ended = true;
            buffer = NOTHING;
            prolog = new ByteArrayOutputStream();
            buffer = new byte[bufferSize];
            return unreadable(Fault.outOfMemory());
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
                        if (attributes > limits.attributes()) {
                            // Before a tokenizer compares each with all others.
                            throw RecordFinder.tooManyAttributes(attributes, limits, position.location());
                        }
                        isRecord = finder.take(buffer, kept, at, position);
                    } catch (FaultException e) {
                        repeat(finder.startTags().length());
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
        damaged = false;
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
        if (damaged && document.unreadable() == null && faultOf(document) == null) {
            // It was cut out otherwise than it is marked up, and must not pass for a whole one.
            document = Document.unreadable(
                    document.key(),
                    sourceName,
                    Fault.at(FaultCode.NOT_WELL_FORMED, origin, "it cannot be told where the record ends"));
        }
        dropped = 0;
        outOfMemory = false;
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

    private Document document(Location origin) throws FaultException {
        String startTags = finder.startTags();
        byte[] before = startTags.getBytes(StandardCharsets.UTF_8);
        byte[] after = finder.endTags().getBytes(StandardCharsets.UTF_8);
        int length = at - kept;
        long size = dropped + before.length + length + after.length;
        String recordKey = key + "#" + records;
        if (outOfMemory) {
            return Document.unreadable(
                    recordKey, sourceName, Fault.outOfMemory().withLocation(origin));
        }
        if (dropped > 0 || size > limits.documentBytes()) {
            return Document.unreadable(
                    recordKey, sourceName, ReadFault.tooLarge(size, limits).withLocation(origin));
        }
        repeat(before.length);
        byte[] content;
        try {
            content = new byte[(int) size];
        } catch (OutOfMemoryError e) {
            return Document.unreadable(
                    recordKey, sourceName, Fault.outOfMemory().withLocation(origin));
        }
        System.arraycopy(before, 0, content, 0, before.length);
        System.arraycopy(buffer, kept, content, before.length, length);
        System.arraycopy(after, 0, content, before.length + length, after.length);
        int lead = startTags.codePointCount(0, startTags.length());
        return new Document(recordKey, content, true, sourceName, origin, lead, null);
    }

    /** What stands around records is read again with each of them. Where it is large, that must be in proportion to the file. */
    private void repeat(int bytes) throws FaultException {
        repeated += Math.max(0, bytes - FREE_START_TAGS);
        if (repeated - XmlLimits.FREE_EXPANSION > MOST_REPEATED * taken) {
            throw new FaultException(Fault.at(
                    FaultCode.VALUE_TOO_LARGE,
                    position.location(),
                    "the start tags around the records have " + bytes
                            + " bytes, too many to be read again with each of so"
                            + " many records; shorten their attributes, or split the file"));
        }
    }

    /**
     * Goes behind the end tag of the record; false if there is none. A CDATA section or instruction may be one that was never ended,
     * which takes further records for its text, up to the end of a piece of their own: see {@link #isDoubtful}. If the record's tags do
     * not fit together as the file is marked up, but do where its opening is taken for text, that is how the record is cut out.
     */
    private boolean skipRecord(byte[] name) throws FaultException {
        int nested = 1;
        int lookAhead = Math.max(LONGEST_OPENING, name.length + 3);
        doubtful.clear();
        asText.clear();
        while (true) {
            if (nested > 0 && skipTo('<')) {
                skipSoundTags(name[0]);
                require(lookAhead);
                Opaque opaque = opaque();
                if (opaque == null) {
                    nested += levels(name);
                    continue;
                }
                int behind = at - kept + opaque.opening.length;
                if (isDoubtful(opaque, name, lookAhead) && doubtful.size() < MOST_DOUBTFUL) {
                    doubtful.add(new Doubt(behind, nested));
                }
                continue;
            }
            Doubt mistaken = doubtful.isEmpty() || dropped > 0 ? null : mistaken(nested == 0);
            if (mistaken == null) {
                return nested == 0;
            }
            asText.add(mistaken.place());
            goBack(mistaken.place());
            nested = mistaken.nested();
            doubtful.clear();
        }
    }

    /** The doubtful piece whose opening is to be taken for text; null if the record is as it is marked up. */
    private @Nullable Doubt mistaken(boolean ended) throws FaultException {
        if (ended ? isBalanced(NONE) : !isWholeFile()) {
            return null;
        }
        // Those before the one that was not ended are what they seem to be, and those behind it are another record's.
        for (int i = doubtful.size() - 1; i >= 0; i--) {
            if (isBalanced(doubtful.get(i).place())) {
                return doubtful.get(i);
            }
        }
        return null;
    }

    /**
     * Whether each end tag of the record is that of the element that is open.
     *
     * @param text the place behind the opening of an opaque piece that is taken for text, too
     */
    private boolean isBalanced(int text) throws FaultException {
        int end = at - kept;
        List<byte[]> open = new ArrayList<>();
        boolean fits = true;
        boolean tooDeep = false;
        at = kept;
        looking = true;
        while (fits && skipTo('<')) {
            require(LONGEST_OPENING);
            Opaque opaque = opaque();
            if (opaque != null) {
                int behind = at - kept + opaque.opening.length;
                at += opaque.opening.length;
                if (behind != text && !asText.contains(behind) && !isNeverEnded(opaque)) {
                    skipPast(opaque.end);
                }
                continue;
            }
            boolean endTag = at + 1 < limit && buffer[at + 1] == '/';
            at += endTag ? 2 : 1;
            if (at == limit || !beginsName(buffer[at])) {
                continue;
            }
            int length = 1;
            while (peek(length) != 0 && !endsName(peek(length))) {
                length++;
            }
            byte[] name = Arrays.copyOfRange(buffer, at, at + length);
            boolean empty = skipTagWithin() && buffer[at - 2] == '/';
            if (endTag) {
                fits = Arrays.equals(open.remove(open.size() - 1), name);
                if (open.isEmpty()) {
                    break;
                }
            } else if (!empty) {
                tooDeep |= open.size() == limits.depth();
                fits = !tooDeep;
                open.add(name);
            }
        }
        looking = false;
        lookAgain(at - kept);
        at = kept + end;
        // What is nested too deep is rejected in any case, and nothing is known about the rest of it.
        return tooDeep ? text == NONE : fits && open.isEmpty();
    }

    /**
     * Goes from the {@code <} that is here to the first one that may matter: over tags whose names begin otherwise than the record's, as
     * long as no {@code <} is within them, and over the text behind each. Nearly all of a file is passed here.
     */
    private void skipSoundTags(byte first) {
        byte[] bytes = buffer;
        int end = limit;
        int next = at;
        while (next < end - 3) {
            int name = bytes[next + 1] == '/' ? next + 2 : next + 1;
            if (bytes[name] == first || !beginsName(bytes[name])) {
                break;
            }
            int i = behindSoundTag(bytes, name, end);
            if (i == NONE) {
                break;
            }
            while (i < end && bytes[i] != '<') {
                i++;
            }
            if (i == end) {
                break;
            }
            next = i;
        }
        at = next;
    }

    /** The place behind the tag's end; {@link #NONE} if a {@code <} comes first, or the end of the bytes. */
    private static int behindSoundTag(byte[] bytes, int from, int end) {
        int i = from;
        while (i < end) {
            byte b = bytes[i++];
            if (ENDS_RUN_OF_TAG[b & 0xFF]) {
                if (b == '>') {
                    return i;
                }
                if (b == '<') {
                    return NONE;
                }
                while (i < end && bytes[i] != b && bytes[i] != '<') {
                    i++;
                }
                if (i == end || bytes[i] == '<') {
                    return NONE;
                }
                i++;
            }
        }
        return NONE;
    }

    /** Goes behind a tag within the record; returns by how much it changes the number of open elements of the record's name. */
    private int levels(byte[] name) throws FaultException {
        boolean end = at + 1 < limit && buffer[at + 1] == '/';
        at += end ? 2 : 1;
        if (at < limit && !beginsName(buffer[at])) {
            return 0;
        }
        boolean same = isTag(name, at);
        boolean empty = skipTagWithin() && buffer[at - 2] == '/';
        return !same ? 0 : end ? -1 : empty ? 0 : 1;
    }

    /**
     * Goes behind an opaque piece within the record. What cannot be one is passed over by its opening alone: what never ends, though
     * the file does as it should; and a comment that hides a tag of the record's name and the opening of another comment behind it,
     * which no comment may hold.
     *
     * @return whether it hides such a tag, and the opening of another piece of its kind behind it, whose end may be the one found
     */
    private boolean isDoubtful(Opaque opaque, byte[] name, int lookAhead) throws FaultException {
        int behind = at - kept + opaque.opening.length;
        at += opaque.opening.length;
        if (isNeverEnded(opaque)) {
            damaged = true;
            return false;
        }
        boolean hides = false;
        boolean opened = false;
        byte last = opaque.end[0];
        do {
            while (at < limit) {
                byte[] bytes = buffer;
                int i = at;
                while (i < limit && bytes[i] != last && bytes[i] != '<') {
                    i++;
                }
                at = i;
                if (i < limit) {
                    byte b = bytes[i];
                    require(lookAhead);
                    if (isAt(opaque.end, at)) {
                        at += opaque.end.length;
                        if (opened && opaque == Opaque.COMMENT && dropped == 0) {
                            asText.add(behind);
                            goBack(behind);
                            return false;
                        }
                        return opened;
                    }
                    if (b == '<') {
                        hides |= isTag(name, at + 1 < limit && buffer[at + 1] == '/' ? at + 2 : at + 1);
                        opened |= hides && isAt(opaque.opening, at);
                    }
                    at++;
                }
            }
        } while (more());
        if (dropped == 0 && isWholeFile()) {
            neverEnded.put(opaque, taken - (limit - kept - behind));
            goBack(behind);
        }
        return false;
    }

    private boolean isNeverEnded(Opaque opaque) {
        Long from = neverEnded.get(opaque);
        return from != null && taken - (limit - at) >= from;
    }

    /**
     * Goes on within a record that is damaged, from a place where the markup was mistaken.
     *
     * @param place counted from the record's start
     */
    private void goBack(int place) throws FaultException {
        lookAgain(at - kept - place);
        at = kept + place;
        damaged = true;
    }

    /** Takes note of work that is done twice, so that a hostile file cannot have it done for ever. */
    private void lookAgain(int bytes) throws FaultException {
        again += bytes;
        if (again - FREE_LOOKS > MOST_LOOKS * taken) {
            throw new FaultException(Fault.at(
                    FaultCode.NOT_WELL_FORMED,
                    position.location(),
                    "comments, CDATA sections or instructions are not ended in so many records that no more of them is told"
                            + " apart; correct the file"));
        }
    }

    /**
     * Whether the text, all of which has been read, ends as a whole file does. One that was cut off may have been so within a
     * comment, and that is not to be taken for text.
     */
    private boolean isWholeFile() {
        int end = limit;
        while (end > kept && isSpace(buffer[end - 1])) {
            end--;
        }
        if (broken != null || end == kept || buffer[--end] != '>') {
            return false;
        }
        while (end > kept && isSpace(buffer[end - 1])) {
            end--;
        }
        byte[] root = finder.rootName().getBytes(StandardCharsets.UTF_8);
        int from = end - root.length;
        return from - 2 >= kept && buffer[from - 2] == '<' && buffer[from - 1] == '/' && isAt(root, from);
    }

    private @Nullable Fault faultOf(Document document) {
        if (judge == null) {
            judge = new XmlParser(Projection.builder(recordPath).build(), Doctype.REJECT, limits);
        }
        try {
            judge.parse(document);
            return null;
        } catch (FaultException e) {
            return e.fault();
        }
    }

    /**
     * Goes behind the {@code >} of a tag within the record. Where a {@code <} comes first, the tag is damaged: either a value holds
     * it, or the tag, or a value, was never ended, and other markup begins. It is a value's if the value's closing quote is found
     * behind it, and goes with what follows.
     *
     * @return false where other markup begins, or the text ends
     */
    private boolean skipTagWithin() throws FaultException {
        do {
            byte[] bytes = buffer;
            int end = limit;
            int i = at;
            while (i < end) {
                byte b = bytes[i];
                if (b > '>') {
                    // Letters, which is what most of a tag is made of.
                    i++;
                } else if (b == '>') {
                    at = i + 1;
                    return true;
                } else if (b == '<') {
                    at = i;
                    return false;
                } else {
                    i++;
                    if (b == '"' || b == '\'') {
                        while (i < end && bytes[i] != b && bytes[i] != '<') {
                            i++;
                        }
                        at = i;
                        if (!skipValue(b)) {
                            return false;
                        }
                        bytes = buffer;
                        end = limit;
                        i = at;
                    }
                }
            }
            at = i;
        } while (more());
        return false;
    }

    /** Goes behind the quote that ends a value, or to where other markup begins, and then returns false. */
    private boolean skipValue(byte quote) throws FaultException {
        do {
            while (at < limit) {
                byte b = buffer[at];
                if (b == '<') {
                    int length = restOfValue(quote);
                    at += length;
                    return length > 0;
                }
                at++;
                if (b == quote) {
                    return true;
                }
            }
        } while (more());
        return false;
    }

    /** How many bytes belong to the value that holds this {@code <}, its closing quote among them; 0 if it is none of a value. */
    private int restOfValue(byte quote) throws FaultException {
        int end = 1;
        while (peek(end) != quote) {
            if (++end > LONGEST_DAMAGED_VALUE || peek(end) == 0) {
                return 0;
            }
        }
        int before = end - 1;
        while (isSpace(peek(before))) {
            before--;
        }
        return peek(before) != '=' && isBehindValue(end + 1) ? end + 1 : 0;
    }

    /** Whether what comes at an offset can follow a value: the tag's end, or a further attribute. */
    private boolean isBehindValue(int offset) throws FaultException {
        int next = behindSpace(offset);
        if (peek(next) == '>' || peek(next) == '/' && peek(next + 1) == '>') {
            return true;
        }
        if (next == offset || !beginsName(peek(next))) {
            return false;
        }
        while (!endsName(peek(next)) && peek(next) != '=' && peek(next) != 0 && next - offset < LONGEST_DAMAGED_VALUE) {
            next++;
        }
        next = behindSpace(next);
        if (peek(next) != '=') {
            return false;
        }
        next = behindSpace(next + 1);
        return peek(next) == '"' || peek(next) == '\'';
    }

    private int behindSpace(int offset) throws FaultException {
        int next = offset;
        while (isSpace(peek(next)) && next - offset < LONGEST_DAMAGED_VALUE) {
            next++;
        }
        return next;
    }

    /** A byte ahead, counted from here; 0 behind the end. */
    private byte peek(int offset) throws FaultException {
        require(offset + 1);
        return at + offset < limit ? buffer[at + offset] : 0;
    }

    /** Goes over an opaque piece around records; false if here is none. */
    private boolean skipOpaque() throws FaultException {
        Opaque opaque = opaque();
        if (opaque == null) {
            return false;
        }
        at += opaque.opening.length;
        skipPast(opaque.end);
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

    /** The opaque piece that begins here, or null. */
    private @Nullable Opaque opaque() {
        byte next = at + 1 < limit ? buffer[at + 1] : 0;
        if (next == '?') {
            return Opaque.INSTRUCTION;
        }
        return next != '!'
                ? null
                : isAt(Opaque.COMMENT.opening, at)
                        ? Opaque.COMMENT
                        : isAt(Opaque.CDATA.opening, at) ? Opaque.CDATA : null;
    }

    /** Goes behind the {@code >} of a tag around records, or of a record's start tag; false if the text ends before. */
    private boolean skipTag() throws FaultException {
        byte quote = 0;
        attributes = 0;
        do {
            while (at < limit) {
                byte b = buffer[at++];
                if (quote != 0) {
                    if (b == quote) {
                        quote = 0;
                        attributes++;
                    }
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

    /** Hands on what is between records. */
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
        if (looking && limit - kept > limits.documentBytes()) {
            return false;
        }
        if (limit == buffer.length) {
            makeRoom();
        }
        if (broken != null) {
            return false;
        }
        try {
            int read = Objects.requireNonNull(text).read(buffer, limit, buffer.length - limit);
            limit += Math.max(0, read);
            taken += Math.max(0, read);
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
            dropWithinRecord();
        }
        if (kept == 0) {
            try {
                buffer = Arrays.copyOf(buffer, (int) Math.min(2L * buffer.length, LARGEST_BUFFER + bufferSize));
                return;
            } catch (OutOfMemoryError e) {
                if (!inRecord || looking || at == 0) {
                    throw e;
                }
                outOfMemory = true;
                dropWithinRecord();
            }
        }
        System.arraycopy(buffer, kept, buffer, 0, limit - kept);
        limit -= kept;
        at -= kept;
        kept = 0;
    }

    /** The record is passed over, and only its end is looked for. */
    private void dropWithinRecord() {
        dropped += at - kept;
        drop(at);
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
            throw new FaultException(XmlParser.noRecord(finder.root()));
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

    /** Whether the name of a record's tag stands here. */
    private boolean isTag(byte[] name, int from) {
        return isAt(name, from) && from + name.length < limit && endsName(buffer[from + name.length]);
    }

    private static boolean beginsName(byte b) {
        return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_' || b == ':' || b < 0;
    }

    private static boolean endsName(byte b) {
        return b == '>' || b == '/' || b == '<' || isSpace(b);
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
