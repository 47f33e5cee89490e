package dev.millrace.summary;

import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Location;
import dev.millrace.summary.DocumentTeller.Manner;
import dev.millrace.xml.Name;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a set of documents holds: every distinct path, with how often it was met and with which values. Its size depends on the number of
 * distinct paths alone, and not on that of documents.
 *
 * <p>Summaries are a commutative monoid: {@link #add} makes one of two, it does not matter in which order, and one of no documents changes
 * nothing. So any number of workers can each make one, and what they have together is what one alone would have.
 *
 * <p>Filled by a {@link PathCollector}. Not thread-safe.
 */
public final class PathSummary {

    /** Distinct paths that there may be, unless somebody says otherwise. */
    public static final int MOST_PATHS = 20_000;

    private final PathNode top = new PathNode(Name.of(""), false, null);
    private final PathCounter paths;
    private final int most;
    private long documents;
    private long bytes;
    private long largest;
    private long withDoctype;
    private long ofGuessedEncoding;
    private final Map<FaultCode, Broken> broken = new EnumMap<>(FaultCode.class);

    /**
     * Documents that could not be read, all for one reason.
     *
     * @param count how many they are
     * @param document the key of the first, in the order of keys
     * @param fault what is wrong with that one
     */
    public record Broken(long count, String document, Fault fault) {

        private Broken and(Broken other) {
            Broken first = document.compareTo(other.document) <= 0 ? this : other;
            return new Broken(count + other.count, first.document, first.fault);
        }

        private void write(DataOutput out) throws IOException {
            out.writeLong(count);
            Bytes.writeText(out, document);
            Bytes.writeText(out, fault.code().name());
            Bytes.writeText(out, fault.table());
            Bytes.writeText(out, fault.column());
            Bytes.writeText(out, fault.path());
            Location place = fault.location();
            out.writeInt(place == null ? 0 : place.line());
            out.writeInt(place == null ? 0 : place.column());
            Bytes.writeText(out, fault.message());
        }

        private static Broken read(DataInput in) throws IOException {
            long count = in.readLong();
            String document = Bytes.readText(in);
            FaultCode code = FaultCode.valueOf(Bytes.readText(in));
            String table = Bytes.readTextOrNull(in);
            String column = Bytes.readTextOrNull(in);
            String path = Bytes.readTextOrNull(in);
            int line = in.readInt();
            int character = in.readInt();
            Location place = line == 0 ? null : new Location(line, character);
            return new Broken(count, document, new Fault(code, table, column, path, place, Bytes.readText(in)));
        }
    }

    /** An empty one, of {@link #MOST_PATHS} at most. */
    public PathSummary() {
        this(MOST_PATHS);
    }

    /** @param most distinct paths that there may be; more are a {@link TooManyPathsException} */
    public PathSummary(int most) {
        this.most = most;
        paths = new PathCounter(top, most);
    }

    PathCounter counter() {
        return paths;
    }

    /** A document was read to its end. */
    void read(long itsBytes, Manner manner) {
        documents++;
        bytes += itsBytes;
        largest = Math.max(largest, itsBytes);
        withDoctype += manner.hasDoctype() ? 1 : 0;
        ofGuessedEncoding += manner.isGuessed() ? 1 : 0;
    }

    void broken(String document, Fault fault) {
        broken.merge(fault.code(), new Broken(1, document, fault), Broken::and);
    }

    /**
     * Takes in all that the other has; it is not changed.
     *
     * @throws TooManyPathsException when both have too many together
     */
    public void add(PathSummary other) {
        documents += other.documents;
        bytes += other.bytes;
        largest = Math.max(largest, other.largest);
        withDoctype += other.withDoctype;
        ofGuessedEncoding += other.ofGuessedEncoding;
        other.broken.forEach((code, some) -> broken.merge(code, some, Broken::and));
        top.add(other.top, paths);
    }

    /** All that it has, compressed, for another process of the same version of Millrace. {@link #ofBytes} makes it of them again. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
            Bytes.writeText(out, null);
            out.writeInt(most);
            out.writeLong(documents);
            out.writeLong(this.bytes);
            out.writeLong(largest);
            out.writeLong(withDoctype);
            out.writeLong(ofGuessedEncoding);
            out.writeInt(broken.size());
            for (Broken some : broken.values()) {
                some.write(out);
            }
            top.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] toBytes(TooManyPathsException tooMany) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
            Bytes.writeText(out, tooMany.near());
            out.writeInt(tooMany.most());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * @param bytes of {@link #toBytes}
     * @throws TooManyPathsException when they stand for one
     */
    public static PathSummary ofBytes(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(
                new BufferedInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes))))) {
            String near = Bytes.readTextOrNull(in);
            if (near != null) {
                throw new TooManyPathsException(in.readInt(), near);
            }
            PathSummary read = new PathSummary(in.readInt());
            read.documents = in.readLong();
            read.bytes = in.readLong();
            read.largest = in.readLong();
            read.withDoctype = in.readLong();
            read.ofGuessedEncoding = in.readLong();
            for (int left = in.readInt(); left > 0; left--) {
                Broken some = Broken.read(in);
                read.broken.put(some.fault.code(), some);
            }
            read.top.read(in);
            read.paths.begin();
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException("no summary of this version of Millrace", e);
        }
    }

    /** Documents that were read to their end, or as far as one of many records could be. */
    public long documents() {
        return documents;
    }

    /** Bytes of their texts. */
    public long bytes() {
        return bytes;
    }

    /** Bytes of the largest of them. */
    public long largest() {
        return largest;
    }

    /** How many of them declare a DOCTYPE. */
    public long withDoctype() {
        return withDoctype;
    }

    /** How many of them tell no encoding, are not UTF-8, and were read as windows-1252. */
    public long ofGuessedEncoding() {
        return ofGuessedEncoding;
    }

    /** Documents that could not be read, by reason. They count for nothing else. */
    public Map<FaultCode, Broken> broken() {
        return Map.copyOf(broken);
    }

    /** How many documents could not be read. */
    public long unread() {
        return broken.values().stream().mapToLong(Broken::count).sum();
    }

    /** The document node: its children are the document elements. */
    public PathNode top() {
        return top;
    }

    /** How many distinct paths there are, of elements and attributes. */
    public int paths() {
        return top.paths() - 1;
    }

    /** How many distinct paths there may be. */
    public int mostPaths() {
        return most;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PathSummary that
                && documents == that.documents
                && bytes == that.bytes
                && largest == that.largest
                && withDoctype == that.withDoctype
                && ofGuessedEncoding == that.ofGuessedEncoding
                && broken.equals(that.broken)
                && top.sameAs(that.top);
    }

    @Override
    public int hashCode() {
        return Objects.hash(documents, bytes, largest);
    }

    @Override
    public String toString() {
        return documents + " documents, " + paths() + " paths";
    }
}
