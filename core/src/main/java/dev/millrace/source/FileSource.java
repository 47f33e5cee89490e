package dev.millrace.source;

import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.xml.Projection;
import dev.millrace.xml.RecordFinder;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser.Doctype;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Documents from a file, a directory (all *.xml below it, in path order), a glob, an archive, or standard input. A document's
 * key is the file's name: relative to the directory, else to the glob's fixed part, with / as separator; in an archive the
 * name of its entry, after {@code ARCHIVE!} where the source may hold several archives.
 *
 * <p>Where {@code document.record} is not the document element, files are split at their records while they are read, of any
 * size; records have the keys {@code KEY#1}, {@code KEY#2} and so on, an only one, too. A contract whose paths reach
 * beyond the record and the elements around it needs the whole file instead.
 *
 * <p>A file that cannot be read is an unreadable document; a directory that cannot be listed breaks the source. Not
 * thread-safe.
 */
public final class FileSource implements SplitFiles {

    /** The specification that stands for standard input. */
    public static final String STANDARD_INPUT = "-";

    /** Counting more files than this would delay the run's start. */
    private static final int COUNTED_FILES = 100_000;

    /** Larger sizes have to prove themselves: an archive may say anything about its entries. */
    private static final int TRUSTED_SIZE = 16 << 20;

    private final String description;
    /** Null for standard input. */
    private final @Nullable Path root;

    private final @Nullable FilePattern pattern;
    private final XmlLimits limits;
    private final @Nullable FileWalk walk;
    /** In place of what cannot be opened; null if it could, or has been given out. */
    private @Nullable Document unreadable;

    /** Found already, to be read next; null at the end. */
    private FileWalk.@Nullable Found upcoming;

    private @Nullable FileContents contents;
    /** Standard input or a pipe; null unless it is read. */
    private volatile @Nullable StoppableInput waiting;
    /** The first text of an archive, which was looked at before it is asked for. */
    private FileContents.@Nullable Text first;

    /** What a name ends in, with what it was before it was compressed. */
    private static final Pattern ENDING = Pattern.compile("(?i:\\.xml)?\\.[A-Za-z0-9]{1,8}$");

    private volatile boolean stopped;
    private final AtomicLong bytesRead = new AtomicLong();
    /** Of the documents that have been given out. */
    private final AtomicLong bytesGiven = new AtomicLong();

    private long documentsGiven;
    /** Of all files together; 0 where that is not known, and negative where nobody has asked yet. */
    private volatile long bytesInAll = -1;
    /** Null where files are read whole. */
    private final @Nullable RecordSplitter splitter;
    /** Whether nobody knows how many records a file holds. */
    private final boolean recordsAreWithin;
    /** Whether the splitter is within a file. */
    private boolean splitting;

    /** From how many bytes on texts are for {@link #largeTexts}. */
    private int large = Integer.MAX_VALUE - 8;

    private @Nullable LargeTexts largeTexts;

    private FileSource(String description, @Nullable Path root, @Nullable FilePattern pattern, Reading reading)
            throws SourceException {
        this.description = description;
        this.root = root;
        this.pattern = pattern;
        RecordPath record = reading.projection.recordPath();
        recordsAreWithin = !record.isDocumentElement();
        splitter = !recordsAreWithin || !reading.projection.staysWithinRecords()
                ? null
                : new RecordSplitter(record, reading.doctype, reading.limits);
        this.limits = reading.limits;
        try {
            walk = root == null || pattern == null ? null : new FileWalk(root, pattern);
            upcoming = walk != null
                    ? walk.next()
                    : root == null ? null : new FileWalk.Found(root, String.valueOf(root.getFileName()), true);
        } catch (IOException broken) {
            throw SourceException.usage(description + " – cannot be listed: " + ReadFault.reason(broken));
        }
    }

    /** Reads texts that are too large to be held in memory, in place of {@link FileSource#next}. */
    @FunctionalInterface
    public interface LargeTexts {

        /**
         * A text; called by the thread that asks for documents.
         *
         * @param key the key that the document would have
         * @param name for people
         * @param content to be read within the call, and not to be closed
         */
        void read(String key, String name, InputStream content);
    }

    /** How texts are read. */
    private record Reading(Projection projection, Doctype doctype, XmlLimits limits) {}

    /**
     * @param specification a file, a directory, a glob, or {@link #STANDARD_INPUT}
     * @param projection what the contract reaches: tells where records are, and whether each can be parsed alone
     * @param doctype whether a DOCTYPE is allowed; a file that has one is never split
     */
    public static FileSource open(String specification, Projection projection, Doctype doctype, XmlLimits limits)
            throws SourceException {
        return open(specification, projection, doctype, limits, System.in);
    }

    /** A file that somebody else opens, such as one of a distributed file system. */
    public interface OpenedElsewhere {

        /** @throws IOException when it cannot be read, which is a reject of this one document */
        InputStream open() throws IOException;
    }

    /**
     * The documents of one file that somebody else opens: split, expanded and numbered as those of a file here are.
     *
     * @param key what the file's documents have as their key; its ending says whether it is compressed or an archive
     * @param name for people
     * @param size bytes of the file
     */
    public static FileSource of(
            String key,
            String name,
            long size,
            OpenedElsewhere file,
            Projection projection,
            Doctype doctype,
            XmlLimits limits)
            throws SourceException {
        FileSource source = new FileSource(name, null, null, new Reading(projection, doctype, limits));
        try {
            source.contents = FileContents.ofStream(key, name, true, limits, file.open(), size);
        } catch (IOException broken) {
            source.unreadable = Document.unreadable(key, name, ReadFault.of("the file", broken));
        }
        return source;
    }

    static FileSource open(
            String specification, Projection projection, Doctype doctype, XmlLimits limits, InputStream standardInput)
            throws SourceException {
        Reading reading = new Reading(projection, doctype, limits);
        if (specification.equals(STANDARD_INPUT)) {
            FileSource source = new FileSource("standard input", null, null, reading);
            StoppableInput input = new StoppableInput(standardInput);
            source.waiting = input;
            source.contents = FileContents.ofStream("stdin", "standard input", input);
            return source;
        }
        Path path = path(specification);
        if (path != null && Files.isDirectory(path)) {
            return notEmpty(
                    new FileSource(specification, path, FilePattern.XML, reading),
                    () -> "the directory holds no *.xml file; " + globFor(specification, path));
        }
        if (path != null && Files.exists(path)) {
            FileSource source = new FileSource(specification, path, null, reading);
            if (FileContents.isArchive(path) && Files.isRegularFile(path)) {
                source.lookIntoArchive();
            }
            return source;
        }
        if (FilePattern.firstGlobCharacter(specification) >= 0) {
            return glob(specification, reading);
        }
        throw SourceException.usage(specification
                + " – no such file or directory; expected a file, a directory, a glob in quotes, - or a jdbc: URL"
                + homeHint(specification)
                + localeHint(specification));
    }

    /**
     * Has texts of more than so many bytes read by somebody who needs no more of them than a stream. Their size is no reject then.
     *
     * @return this source
     */
    public FileSource withLargeTexts(int bytes, LargeTexts reader) {
        large = bytes;
        largeTexts = reader;
        return this;
    }

    @Override
    public void tellAround(RecordFinder.Around around) {
        if (splitter != null) {
            splitter.tell(around);
        }
    }

    @Override
    public long documentsGiven() {
        return documentsGiven;
    }

    /** The shell, which makes a folder of it, leaves it alone in quotes. */
    private static String homeHint(String specification) {
        return specification.startsWith("~")
                ? "; the ~ was not expanded, which a shell does only outside of quotes: write $HOME, or the whole path"
                : "";
    }

    /** A name that the locale cannot write is another one by the time that it arrives here. */
    private static String localeHint(String specification) {
        String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
        return encoding.equalsIgnoreCase("UTF-8") || specification.chars().allMatch(c -> c < 0x80)
                ? ""
                : "; names like this one need a UTF-8 locale, such as LC_ALL=C.UTF-8, but this one's encoding is "
                        + encoding;
    }

    /** Finds the archive's first text, so that one without any is refused before anything else begins. */
    private void lookIntoArchive() throws SourceException {
        FileContents archive = null;
        try {
            archive = FileContents.of(Objects.requireNonNull(upcoming), false, limits, null, bytesRead::addAndGet);
            first = archive.next();
        } catch (IOException | OutOfMemoryError broken) {
            // Reading will tell.
            if (archive != null) {
                archive.close();
            }
            return;
        }
        if (first == null) {
            archive.close();
            throw SourceException.usage(description + " – the archive holds no *.xml file");
        }
        upcoming = null;
        contents = archive;
    }

    private static FileSource glob(String specification, Reading reading) throws SourceException {
        String unified = specification.replace(File.separatorChar, '/');
        int end = unified.lastIndexOf('/', FilePattern.firstGlobCharacter(unified)) + 1;
        String fixed = unified.substring(0, end);
        Path directory = path(fixed);
        if (directory == null || !Files.isDirectory(directory)) {
            throw SourceException.usage(specification + " – there is no directory " + fixed + "; check the path"
                    + homeHint(specification)
                    + localeHint(specification));
        }
        FilePattern pattern;
        try {
            pattern = FilePattern.glob(unified.substring(end));
        } catch (IllegalArgumentException notAGlob) {
            throw SourceException.usage(specification + " – not a glob: " + notAGlob.getMessage());
        }
        return notEmpty(
                new FileSource(specification, directory, pattern, reading),
                () -> "no file matches; ** stands for any directories, * for any characters of a name");
    }

    private static FileSource notEmpty(FileSource source, Supplier<String> message) throws SourceException {
        if (source.upcoming == null) {
            throw SourceException.usage(source.description + " – " + message.get());
        }
        return source;
    }

    /** What to do about a directory without a *.xml: the glob of the files that are there, those of the commonest ending. */
    private static String globFor(String specification, Path directory) {
        String folder = specification.endsWith("/") ? specification : specification + "/";
        Map<String, Integer> endings = new TreeMap<>();
        boolean deep = false;
        try {
            FileWalk files = new FileWalk(directory, FilePattern.glob("**"));
            int count = 0;
            for (FileWalk.Found file = files.next(); file != null && count < COUNTED_FILES; file = files.next()) {
                count++;
                String name = file.name().substring(file.name().lastIndexOf('/') + 1);
                Matcher ending = ENDING.matcher(name);
                if (file.sound() && ending.find()) {
                    endings.merge(ending.group(), 1, Integer::sum);
                    deep |= file.name().indexOf('/') >= 0;
                }
            }
        } catch (IOException e) {
            // What cannot be listed has no ending that fits.
            endings.clear();
        }
        String most = null;
        for (Map.Entry<String, Integer> ending : endings.entrySet()) {
            if (most == null || ending.getValue() > endings.getOrDefault(most, 0)) {
                most = ending.getKey();
            }
        }
        return most == null
                ? "name another one, or a glob such as " + folder + "*.txt"
                : "it holds " + endings.get(most) + " *" + most + ": to read these, name them by a glob in quotes, '"
                        + folder + (deep ? "**/" : "") + "*" + most + "'";
    }

    @Override
    public @Nullable Document next() throws SourceException, InterruptedException {
        Document next = stopped ? null : find();
        if (next != null) {
            bytesGiven.addAndGet(next.content().length);
            documentsGiven++;
        }
        // What was read up to a stop may be cut off by it.
        return stopped ? null : next;
    }

    private @Nullable Document find() throws SourceException, InterruptedException {
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (splitter != null && splitting) {
                Document next = splitter.next();
                if (next != null) {
                    return next;
                }
                splitting = false;
            }
            Document next = unreadable != null
                    ? unreadable
                    : contents != null ? nextText(contents) : upcoming != null ? nextFile(upcoming) : null;
            unreadable = null;
            if (next != null || contents == null && upcoming == null && !splitting) {
                return next;
            }
        }
    }

    /** Opens a file; a document only if that fails. */
    private @Nullable Document nextFile(FileWalk.Found file) throws SourceException {
        try {
            upcoming = walk == null ? null : walk.next();
        } catch (IOException broken) {
            throw new SourceException(
                    description + " – a directory cannot be listed: " + ReadFault.reason(broken)
                            + "; nothing read so far is lost, run it again to go on",
                    broken);
        }
        String name = file.path().toString();
        if (!file.sound()) {
            return Document.unreadable(file.name(), name, ReadFault.namedStrangely());
        }
        try {
            StoppableInput pipe = null;
            if (Files.readAttributes(file.path(), BasicFileAttributes.class).isOther()) {
                if (walk != null) {
                    return Document.unreadable(file.name(), name, ReadFault.noFile());
                }
                pipe = new StoppableInput(() -> Files.newInputStream(file.path()));
                waiting = pipe;
            }
            contents = FileContents.of(file, walk != null, limits, pipe, bytesRead::addAndGet);
            return null;
        } catch (IOException broken) {
            return Document.unreadable(file.name(), name, ReadFault.of("the file", broken));
        } catch (OutOfMemoryError e) {
            // Such as for the directory of an archive.
            return Document.unreadable(file.name(), name, Fault.outOfMemory());
        }
    }

    /** The next text as one document; none if it is being split, or there is no further text. */
    private @Nullable Document nextText(FileContents from) {
        try {
            FileContents.Text text = first != null ? first : from.next();
            first = null;
            if (text == null) {
                closeContents();
                return null;
            }
            if (text.fault() != null) {
                return Document.unreadable(text.key(), text.name(), text.fault());
            }
            if (splitter != null) {
                splitter.start(text.key(), text.name(), heard(text.content()));
                splitting = true;
                return null;
            }
            return whole(text);
        } catch (IOException broken) {
            return rest(from, ReadFault.of("the rest of the archive", broken));
        } catch (OutOfMemoryError e) {
            return rest(from, Fault.outOfMemory());
        }
    }

    private Document rest(FileContents from, Fault fault) {
        Document rest = Document.unreadable(from.key(), from.name(), fault);
        closeContents();
        return rest;
    }

    /** Ends where the source is stopped, however much there is still to read. */
    private InputStream heard(InputStream content) {
        return new FilterInputStream(content) {
            @Override
            public int read() throws IOException {
                return stopped ? -1 : super.read();
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return stopped ? -1 : super.read(bytes, offset, length);
            }
        };
    }

    private @Nullable Document whole(FileContents.Text text) {
        try {
            LargeTexts reader = largeTexts;
            if (reader != null) {
                InputStream content = heard(text.content());
                byte[] start = read(content, text.size(), large);
                if (start.length < large) {
                    return Document.ofBytes(text.key(), start, text.name()).withNumberedRecords();
                }
                reader.read(text.key(), text.name(), new SequenceInputStream(new ByteArrayInputStream(start), content));
                return null;
            }
            long most = Math.min(Integer.MAX_VALUE - 8, limits.documentBytes() + 1);
            byte[] content = read(heard(text.content()), text.size(), (int) most);
            if (content.length > limits.documentBytes()) {
                long size = Math.max(content.length, text.size());
                return Document.unreadable(text.key(), text.name(), ReadFault.tooLarge(size, limits));
            }
            return Document.ofBytes(text.key(), content, text.name()).withNumberedRecords();
        } catch (IOException broken) {
            return Document.unreadable(text.key(), text.name(), ReadFault.of("the file", broken));
        } catch (OutOfMemoryError e) {
            return Document.unreadable(text.key(), text.name(), Fault.outOfMemory());
        }
    }

    /**
     * All of a stream, or as much as may be. In one piece where its size is as told: in pieces of eight kilobytes, as it reads on,
     * it takes three times as long, and twice the memory. A large size proves itself first, since an archive may say anything.
     *
     * @param size in bytes, as the file or archive tells it; -1 where it does not
     * @param most bytes
     */
    static byte[] read(InputStream in, long size, int most) throws IOException {
        if (size < 0 || size >= most) {
            return in.readNBytes(most);
        }
        byte[] content;
        int length = 0;
        if (size <= TRUSTED_SIZE) {
            content = new byte[(int) size];
        } else {
            byte[] proof = in.readNBytes(TRUSTED_SIZE);
            if (proof.length < TRUSTED_SIZE) {
                return proof;
            }
            content = Arrays.copyOf(proof, (int) size);
            length = proof.length;
        }
        length += in.readNBytes(content, length, content.length - length);
        if (length < content.length) {
            return Arrays.copyOf(content, length);
        }
        int next = in.read();
        if (next < 0) {
            return content;
        }
        byte[] more = in.readNBytes(most - length - 1);
        byte[] all = Arrays.copyOf(content, length + 1 + more.length);
        all[length] = (byte) next;
        System.arraycopy(more, 0, all, length + 1, more.length);
        return all;
    }

    private void closeContents() {
        if (contents != null) {
            contents.close();
            contents = null;
        }
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public OptionalDouble share(long bytes) {
        if (bytesInAll < 0) {
            bytesInAll = bytesInAll();
        }
        if (bytesInAll == 0) {
            return OptionalDouble.empty();
        }
        // What is read and not yet dealt with waits in batches: in small files, that may be most of it.
        double read = Math.min(1, (double) bytesRead.get() / bytesInAll);
        long given = bytesGiven.get();
        if (largeTexts != null && given == 0) {
            // What is read as a stream is dealt with at once.
            return OptionalDouble.of(read);
        }
        return OptionalDouble.of(given == 0 ? 0 : read * Math.min(1, (double) bytes / given));
    }

    private long bytesInAll() {
        if (root == null) {
            return 0;
        }
        try {
            if (pattern == null) {
                return isReadFromFrontToEnd(root) ? Files.size(root) : 0;
            }
            FileWalk counting = new FileWalk(root, pattern);
            int count = 0;
            long bytes = 0;
            for (FileWalk.Found file = counting.next(); file != null; file = counting.next()) {
                if (++count > COUNTED_FILES || !isReadFromFrontToEnd(file.path())) {
                    return 0;
                }
                bytes += Files.size(file.path());
            }
            return bytes;
        } catch (IOException broken) {
            // Reading will tell.
            return 0;
        }
    }

    private static boolean isReadFromFrontToEnd(Path file) {
        return Files.isRegularFile(file) && !FileContents.isZip(file);
    }

    @Override
    public OptionalLong estimatedDocuments() {
        if (recordsAreWithin || root == null) {
            return OptionalLong.empty();
        }
        if (pattern == null) {
            return FileContents.isArchive(root) ? OptionalLong.empty() : OptionalLong.of(1);
        }
        try {
            FileWalk counting = new FileWalk(root, pattern);
            int count = 0;
            for (FileWalk.Found file = counting.next(); file != null; file = counting.next()) {
                if (++count > COUNTED_FILES || FileContents.isArchive(file.path())) {
                    return OptionalLong.empty();
                }
            }
            return OptionalLong.of(count);
        } catch (IOException broken) {
            // Reading will tell.
            return OptionalLong.empty();
        }
    }

    @Override
    public void stop() {
        stopped = true;
        StoppableInput input = waiting;
        if (input != null) {
            input.stop();
        }
    }

    @Override
    public void close() {
        upcoming = null;
        splitting = false;
        closeContents();
    }

    private static @Nullable Path path(String specification) {
        try {
            return Path.of(specification);
        } catch (InvalidPathException glob) {
            // On Windows a path cannot hold the characters of a glob.
            return null;
        }
    }
}
