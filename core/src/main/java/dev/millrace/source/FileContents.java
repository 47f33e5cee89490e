package dev.millrace.source;

import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.xml.XmlLimits;
import io.airlift.compress.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The XML texts in one file: itself, what it is when expanded, or the *.xml entries of an archive. Nothing is ever written;
 * an entry's name is only a key. Archives in archives are not opened. Not thread-safe.
 */
abstract class FileContents implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(FileContents.class);

    private final String key;
    private final String name;

    private FileContents(String key, String name) {
        this.key = key;
        this.name = name;
    }

    /**
     * @param key the document's key, unless the text is split
     * @param name for people
     * @param content to be read before the next text is asked for
     * @param size bytes, or -1 when that is not known before
     * @param fault why there is no content, or null
     */
    record Text(
            String key,
            String name,
            InputStream content,
            long size,
            @Nullable Fault fault) {}

    /** What the end of a file's name says about it. */
    private enum Form {
        ZIP(true, ".zip"),
        TAR(true, ".tar"),
        TAR_GZIP(true, ".tar.gz", ".tgz"),
        TAR_ZSTANDARD(true, ".tar.zst", ".tzst"),
        GZIP(false, ".gz"),
        ZSTANDARD(false, ".zst"),
        PLAIN(false, "");

        final boolean archive;
        private final String[] endings;

        Form(boolean archive, String... endings) {
            this.archive = archive;
            this.endings = endings;
        }

        static Form of(Path file) {
            return of(String.valueOf(file.getFileName()));
        }

        static Form of(String file) {
            String name = file.toLowerCase(Locale.ROOT);
            for (Form form : values()) {
                for (String ending : form.endings) {
                    if (name.endsWith(ending)) {
                        return form;
                    }
                }
            }
            return PLAIN;
        }
    }

    static boolean isZip(Path file) {
        return Form.of(file) == Form.ZIP;
    }

    static boolean isArchive(Path file) {
        return Form.of(file).archive;
    }

    static FileContents ofStream(String key, String name, InputStream in) {
        return new Single(key, name, in, -1);
    }

    /**
     * @param among whether the file is one of several, so that the keys of its entries need its name
     * @param pipe what is to be read where the file is a pipe, or null
     * @param read is told how many bytes of the file were read; not of a zip archive, which is not read from front to end
     */
    static FileContents of(
            FileWalk.Found file, boolean among, XmlLimits limits, @Nullable InputStream pipe, LongConsumer read)
            throws IOException {
        String key = file.name();
        String name = file.path().toString();
        Form form = Form.of(file.path());
        if (form == Form.ZIP) {
            if (pipe != null) {
                throw new IOException("a zip archive is read by its end first, which a pipe does not have");
            }
            return new Zip(key, name, among, new ZipFile(file.path().toFile()), Files.size(file.path()), limits);
        }
        InputStream raw = pipe != null ? pipe : new Counted(Files.newInputStream(file.path()), read);
        return over(form, key, name, among, limits, raw, pipe != null ? -1 : Files.size(file.path()));
    }

    /**
     * The texts of a stream that is named as a file is.
     *
     * @param among as in {@link #of}
     * @param raw what the file holds; is closed with this, or where this cannot be made
     * @param size bytes of it
     * @throws IOException also for a zip archive, which is read by its end first
     */
    static FileContents ofStream(String key, String name, boolean among, XmlLimits limits, InputStream raw, long size)
            throws IOException {
        Form form = Form.of(key);
        if (form == Form.ZIP) {
            raw.close();
            throw new IOException("a zip archive is read by its end first, which a stream does not have");
        }
        return over(form, key, name, among, limits, raw, size);
    }

    private static FileContents over(
            Form form, String key, String name, boolean among, XmlLimits limits, InputStream raw, long size)
            throws IOException {
        try {
            if (form == Form.PLAIN) {
                return new Single(key, name, raw, size);
            }
            Expansion expansion = new Expansion(limits);
            InputStream in = new BufferedInputStream(expansion.compressed(raw), 1 << 16);
            InputStream expanded = switch (form) {
                case GZIP, TAR_GZIP ->
                    expansion.expanded(GzipCompressorInputStream.builder()
                            .setInputStream(in)
                            .setDecompressConcatenated(true)
                            .get());
                case ZSTANDARD, TAR_ZSTANDARD -> expansion.expanded(new Guarded(new ZstdInputStream(in)));
                case ZIP, TAR, PLAIN -> in;
            };
            return form.archive ? new Tar(key, name, among, expanded) : new Single(key, name, expanded, -1);
        } catch (IOException e) {
            raw.close();
            throw e;
        } catch (RuntimeException e) {
            raw.close();
            throw damaged(e);
        }
    }

    /**
     * The next text; null at the end.
     *
     * @throws IOException when the rest cannot be read
     */
    abstract @Nullable Text next() throws IOException;

    /** What is left of the file, where it cannot be read on. */
    String key() {
        return key;
    }

    String name() {
        return name;
    }

    @Override
    public final void close() {
        try {
            release();
        } catch (IOException e) {
            LOG.debug("{} could not be closed", name, e);
        }
    }

    abstract void release() throws IOException;

    /** Tells how much is read of a file. */
    private static final class Counted extends FilterInputStream {
        private final LongConsumer counter;

        Counted(InputStream in, LongConsumer counter) {
            super(in);
            this.counter = counter;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            counter.accept(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            counter.accept(Math.max(0, count));
            return count;
        }

        @Override
        public long skip(long most) throws IOException {
            long count = super.skip(most);
            counter.accept(count);
            return count;
        }
    }

    /** A file that is one text. */
    private static final class Single extends FileContents {

        private final InputStream in;
        private final long size;
        private boolean given;

        Single(String key, String name, InputStream in, long size) {
            super(key, name);
            this.in = in;
            this.size = size;
        }

        @Override
        @Nullable
        Text next() {
            if (given) {
                return null;
            }
            given = true;
            return new Text(key(), name(), in, size, null);
        }

        @Override
        void release() throws IOException {
            in.close();
        }
    }

    /** What archives have in common: the names of entries. */
    private abstract static class Archive extends FileContents {

        private final boolean among;
        private long passedOver;

        Archive(String key, String name, boolean among) {
            super(key, name);
            this.among = among;
        }

        /** Whether an entry is wanted: a file of XML. */
        final boolean wants(String entry, boolean file) {
            boolean wanted = file && entry.toLowerCase(Locale.ROOT).endsWith(".xml");
            passedOver += wanted ? 0 : 1;
            return wanted;
        }

        final Text text(String entry, InputStream content, long size) {
            return new Text(among ? key() + "!" + entry : entry, name() + "!" + entry, content, size, null);
        }

        /** An entry that cannot be read, though what follows can. */
        final Text rejected(String entry, String reason) {
            return new Text(
                    among ? key() + "!" + entry : entry,
                    name() + "!" + entry,
                    InputStream.nullInputStream(),
                    0,
                    Fault.of(FaultCode.UNREADABLE, "the entry cannot be read: " + reason));
        }

        final void logEnd() {
            LOG.debug("{}: {} entries that are no *.xml files were passed over", name(), passedOver);
        }
    }

    /** Entries one after the other. */
    private static final class Tar extends Archive {

        private final Tape tape;

        Tar(String key, String name, boolean among, InputStream in) {
            super(key, name, among);
            tape = new Tape(in);
        }

        @Override
        @Nullable
        Text next() throws IOException {
            boolean nameless = false;
            for (TarArchiveEntry entry = nextEntry(); entry != null; entry = nextEntry()) {
                if (tape.oversized) {
                    tape.oversized = false;
                    nameless = true;
                } else if (nameless && !entry.isDirectory()) {
                    return rejected(
                            entry.getName(),
                            "its name, or what the archive says about it, has more than " + Tape.LONGEST_DESCRIPTION
                                    + " bytes");
                } else if (wants(entry.getName(), !entry.isDirectory())) {
                    String reason = noFile(entry);
                    return reason != null
                            ? rejected(entry.getName(), reason)
                            : text(entry.getName(), new Entry(tape), entry.getRealSize());
                }
            }
            logEnd();
            if (!tape.ended) {
                throw new IOException("it is cut off: its end mark is missing");
            }
            return null;
        }

        /** Why an entry is not one that holds a text; null if it is. */
        private @Nullable String noFile(TarArchiveEntry entry) {
            if (entry.isLink()) {
                return "it is a hard link to another entry of the archive; put the file itself into it";
            }
            if (entry.isSymbolicLink()) {
                return "it is a symbolic link; put the file itself into the archive";
            }
            if (entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
                return "it is a device or a pipe, no file";
            }
            return tape.canReadEntryData(entry)
                    ? null
                    : "it is stored in a form that is not known here, such as sparse";
        }

        private @Nullable TarArchiveEntry nextEntry() throws IOException {
            try {
                return tape.getNextEntry();
            } catch (RuntimeException e) {
                throw damaged(e);
            }
        }

        @Override
        void release() throws IOException {
            tape.close();
        }
    }

    /** Remembers whether the end was marked, which tells a whole archive from one that was cut between entries. */
    private static final class Tape extends TarArchiveInputStream {

        /** Bytes of a name or of extended attributes: they are held in memory. */
        private static final int LONGEST_DESCRIPTION = 1 << 16;

        private static final int TYPE = 156;
        private static final int SIZE = 124;
        private static final int SIZE_LENGTH = 12;

        private boolean ended;
        /** Whether the entry that was found last only describes the next one, by more bytes than are read. */
        private boolean oversized;

        Tape(InputStream in) {
            super(in, "UTF-8");
        }

        @Override
        protected boolean isEOFRecord(byte[] block) {
            boolean end = super.isEOFRecord(block);
            ended |= end && block != null;
            if (!end && block != null && "LKxg".indexOf(block[TYPE]) >= 0 && size(block) > LONGEST_DESCRIPTION) {
                // An ordinary file is passed over, and takes no memory.
                block[TYPE] = '0';
                oversized = true;
            }
            return end;
        }

        private static long size(byte[] block) {
            try {
                return TarUtils.parseOctalOrBinary(block, SIZE, SIZE_LENGTH);
            } catch (IllegalArgumentException damaged) {
                return 0;
            }
        }
    }

    /** Entries in the order of the archive's directory, without which a zip file is not to be trusted. */
    private static final class Zip extends Archive {

        private final ZipFile file;
        private final Iterator<? extends ZipEntry> entries;
        private final Expansion expansion;
        /** Bytes of the file that no entry was said to have yet: entries may share theirs, and each counts once. */
        private long unclaimed;

        Zip(String key, String name, boolean among, ZipFile file, long size, XmlLimits limits) {
            super(key, name, among);
            this.file = file;
            unclaimed = size;
            entries = file.entries().asIterator();
            expansion = new Expansion(limits);
        }

        @Override
        @Nullable
        Text next() throws IOException {
            while (entries.hasNext()) {
                ZipEntry entry = entries.next();
                if (wants(entry.getName(), !entry.isDirectory())) {
                    long claimed = Math.min(unclaimed, Math.max(0, entry.getCompressedSize()));
                    unclaimed -= claimed;
                    expansion.addCompressed(claimed);
                    InputStream content = new CheckedEntry(file.getInputStream(entry), entry);
                    return text(entry.getName(), expansion.expanded(content), entry.getSize());
                }
            }
            logEnd();
            return null;
        }

        @Override
        void release() throws IOException {
            file.close();
        }
    }

    /** Compares an entry's checksum when all of it has been read. */
    private static final class CheckedEntry extends FilterInputStream {

        private final CRC32 checksum;
        private final long expected;

        CheckedEntry(InputStream in, ZipEntry entry) {
            this(in, entry.getCrc(), new CRC32());
        }

        private CheckedEntry(InputStream in, long expected, CRC32 checksum) {
            super(new CheckedInputStream(in, checksum));
            this.checksum = checksum;
            this.expected = expected;
        }

        @Override
        public int read() throws IOException {
            return checked(super.read());
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return checked(super.read(bytes, offset, length));
        }

        private int checked(int read) throws IOException {
            if (read < 0 && expected >= 0 && checksum.getValue() != expected) {
                throw new IOException("its checksum is wrong, so it is damaged");
            }
            return read;
        }
    }

    /** Damaged data makes some libraries throw unchecked. */
    private static class Guarded extends FilterInputStream {

        Guarded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (RuntimeException e) {
                throw damaged(e);
            }
        }
    }

    /** An entry's content, whose end is not that of the archive. */
    private static final class Entry extends Guarded {

        Entry(InputStream archive) {
            super(archive);
        }

        @Override
        public void close() {
            // The archive is closed when all of its entries have been read.
        }
    }

    private static IOException damaged(RuntimeException cause) {
        String message = String.valueOf(cause.getMessage());
        return new IOException(
                message.contains("Window size too large")
                        ? "it was compressed with a larger window than is read here (8 MB); compress it again without"
                                + " --long and --ultra"
                        : "its data is damaged",
                cause);
    }
}
