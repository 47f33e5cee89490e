package dev.millrace.document;

import java.util.Objects;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * One XML text with its key, as a source hands it out. Immutable; the content array is shared, not copied, and must not be
 * changed by anyone.
 *
 * @param key the source's key: the key column as text, or the file name; unique within a source
 * @param content the XML text's bytes; empty when {@code unreadable} is set
 * @param decoded whether the bytes are UTF-8 that somebody else (the database) has decoded already, so that an encoding
 *     declaration in the text means nothing any more
 * @param sourceName where the document came from, for people: a table or a file path
 * @param origin the place in its source of the first character behind the lead, 1:1 unless it was cut out of a larger file
 * @param lead how many characters a splitter put in front, without line breaks: the start tags of the elements around a
 *     record, which stand elsewhere in the file; 0 for an ordinary document
 * @param numbered whether each record of it has a number in its key, an only one, too: in a file, to which more can be appended; the
 *     only record of a database's row has the row's key
 * @param unreadable why the source could not deliver the content (a NULL, too large), or null for an ordinary document;
 *     such a document is counted and rejected like any other
 */
@API(status = API.Status.STABLE, since = "0.1")
public record Document(
        String key,
        byte[] content,
        boolean decoded,
        String sourceName,
        Location origin,
        int lead,
        boolean numbered,
        @Nullable Fault unreadable) {

    private static final byte[] NOTHING = new byte[0];

    public Document {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(content, "content");
        Objects.requireNonNull(sourceName, "sourceName");
        Objects.requireNonNull(origin, "origin");
    }

    /** A document whose only record has its key. */
    public Document(
            String key,
            byte[] content,
            boolean decoded,
            String sourceName,
            Location origin,
            int lead,
            @Nullable Fault unreadable) {
        this(key, content, decoded, sourceName, origin, lead, false, unreadable);
    }

    /** This document, as a file. */
    public Document withNumberedRecords() {
        return new Document(key, content, decoded, sourceName, origin, lead, true, unreadable);
    }

    /** A document of raw bytes, whose encoding is found by byte order mark, declaration or default. */
    public static Document ofBytes(String key, byte[] content, String sourceName) {
        return new Document(key, content, false, sourceName, Location.START, 0, null);
    }

    /** A document of characters that are UTF-8 encoded here; an encoding declaration in it is ignored. */
    public static Document ofText(String key, byte[] utf8, String sourceName) {
        return new Document(key, utf8, true, sourceName, Location.START, 0, null);
    }

    /** A document that the source found but could not deliver. */
    public static Document unreadable(String key, String sourceName, Fault fault) {
        return new Document(key, NOTHING, true, sourceName, Location.START, 0, fault);
    }

    /** A place in the content as a place in the source. What a splitter put in front is said to be where the record begins. */
    public Location placeOf(Location inContent) {
        if (inContent.line() > 1) {
            return inContent.within(origin);
        }
        return new Location(1, Math.max(1, inContent.column() - lead)).within(origin);
    }
}
