package dev.millrace.source;

import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.XmlLimits;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Documents from a file, a directory (all *.xml below it, in path order) or a glob. A document's key is the file's name:
 * relative to the directory, else to the glob's fixed part, with / as separator. A file that cannot be read is an
 * unreadable document; a directory that cannot be listed breaks the source. Not thread-safe.
 */
public final class FileSource implements DocumentSource {

    /** Counting more files than this would delay the run's start. */
    private static final int COUNTED_FILES = 100_000;

    private final String description;
    private final Path root;
    private final @Nullable FilePattern pattern;
    private final XmlLimits limits;
    private final @Nullable FileWalk walk;
    /** Found already, to be read next; null at the end. */
    private FileWalk.@Nullable Found upcoming;

    private FileSource(String description, Path root, @Nullable FilePattern pattern, XmlLimits limits)
            throws SourceException {
        this.description = description;
        this.root = root;
        this.pattern = pattern;
        this.limits = limits;
        try {
            walk = pattern == null ? null : new FileWalk(root, pattern);
            upcoming = walk == null ? new FileWalk.Found(root, String.valueOf(root.getFileName())) : walk.next();
        } catch (IOException broken) {
            throw SourceException.usage(description + " – cannot be listed: " + reason(broken));
        }
    }

    /**
     * @param specification a file, a directory or a glob
     * @param record where records are: for what deserves to be split while it is read
     */
    public static FileSource open(String specification, RecordPath record, XmlLimits limits) throws SourceException {
        Path path = path(specification);
        if (path != null && Files.isDirectory(path)) {
            return notEmpty(
                    new FileSource(specification, path, FilePattern.XML, limits),
                    "the directory holds no *.xml file; name another one, or a glob such as " + specification
                            + "/*.txt");
        }
        if (path != null && Files.exists(path)) {
            return new FileSource(specification, path, null, limits);
        }
        if (FilePattern.firstGlobCharacter(specification) >= 0) {
            return glob(specification, limits);
        }
        throw SourceException.usage(specification
                + " – no such file or directory; expected a file, a directory, a glob in quotes or a jdbc: URL");
    }

    private static FileSource glob(String specification, XmlLimits limits) throws SourceException {
        String unified = specification.replace(File.separatorChar, '/');
        int end = unified.lastIndexOf('/', FilePattern.firstGlobCharacter(unified)) + 1;
        String fixed = unified.substring(0, end);
        Path directory = Path.of(fixed);
        if (!Files.isDirectory(directory)) {
            throw SourceException.usage(specification + " – there is no directory " + fixed + "; check the path");
        }
        FilePattern pattern;
        try {
            pattern = FilePattern.glob(unified.substring(end));
        } catch (IllegalArgumentException notAGlob) {
            throw SourceException.usage(specification + " – not a glob: " + notAGlob.getMessage());
        }
        return notEmpty(
                new FileSource(specification, directory, pattern, limits),
                "no file matches; ** stands for any directories, * for any characters of a name");
    }

    private static FileSource notEmpty(FileSource source, String message) throws SourceException {
        if (source.upcoming == null) {
            throw SourceException.usage(source.description + " – " + message);
        }
        return source;
    }

    @Override
    public @Nullable Document next() throws SourceException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        FileWalk.Found file = upcoming;
        if (file == null) {
            return null;
        }
        try {
            upcoming = walk == null ? null : walk.next();
        } catch (IOException broken) {
            throw new SourceException(
                    description + " – a directory cannot be listed: " + reason(broken)
                            + "; nothing read so far is lost, run it again to go on",
                    broken);
        }
        return read(file);
    }

    private Document read(FileWalk.Found file) {
        String name = file.path().toString();
        try (InputStream in = Files.newInputStream(file.path())) {
            long size = Files.size(file.path());
            if (size <= limits.documentBytes()) {
                // It may have grown since its size was asked for.
                byte[] content = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, limits.documentBytes() + 1));
                size = content.length;
                if (size <= limits.documentBytes()) {
                    return Document.ofBytes(file.name(), content, name);
                }
            }
            return Document.unreadable(file.name(), name, TooLarge.fault(size, limits));
        } catch (IOException broken) {
            Fault fault = Fault.of(FaultCode.UNREADABLE, "the file cannot be read: " + reason(broken));
            return Document.unreadable(file.name(), name, fault);
        }
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public OptionalLong estimatedDocuments() {
        if (pattern == null) {
            return OptionalLong.of(1);
        }
        try {
            FileWalk counting = new FileWalk(root, pattern);
            int count = 0;
            while (counting.next() != null) {
                if (++count > COUNTED_FILES) {
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
    public int connections() {
        return 0;
    }

    @Override
    public long skipped() {
        return 0;
    }

    @Override
    public void close() {
        upcoming = null;
    }

    private static @Nullable Path path(String specification) {
        try {
            return Path.of(specification);
        } catch (InvalidPathException glob) {
            // On Windows a path cannot hold the characters of a glob.
            return null;
        }
    }

    /** In words: the messages of these exceptions are bare paths. */
    private static String reason(IOException broken) {
        if (broken instanceof NoSuchFileException) {
            return "it is not there any more";
        }
        if (broken instanceof AccessDeniedException) {
            return "permission denied";
        }
        return String.valueOf(broken.getMessage());
    }
}
