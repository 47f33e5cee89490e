package dev.millrace.document;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A file that is there whole or not at all: it is written beside its place and then put there. For its owner alone, as documents
 * are private, unless it takes the place of a file with other rights. What is no ordinary file, such as a device, is written directly.
 */
public final class WholeFile implements Closeable {
    private static final Set<PosixFilePermission> PRIVATE_FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> PRIVATE_DIRECTORY = PosixFilePermissions.fromString("rwx------");

    private final Path file;
    private final @Nullable Path beside;
    private final OutputStream stream;
    private boolean kept;

    private WholeFile(Path file, @Nullable Path beside, OutputStream stream) {
        this.file = file;
        this.beside = beside;
        this.stream = new BufferedOutputStream(stream, 1 << 16);
    }

    /** Writes a file, in place of one that is there. */
    public static void write(Path file, byte[] content) throws IOException {
        try (WholeFile whole = replace(file)) {
            whole.stream().write(content);
            whole.keep();
        }
    }

    /**
     * Writes a file that is not there yet.
     *
     * @throws FileAlreadyExistsException when it is
     */
    public static void create(Path file, byte[] content) throws IOException {
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        write(file, content);
    }

    /** Begins a file, which may take the place of one that is there. */
    public static WholeFile replace(Path name) throws IOException {
        if (Files.exists(name) && !Files.isRegularFile(name)) {
            // Not by its real path: that of /dev/stdout, or of a shell's >(…), is no path at all where it is a pipe.
            return new WholeFile(name, null, Files.newOutputStream(name, StandardOpenOption.WRITE));
        }
        Path file = Files.exists(name) ? name.toRealPath() : name;
        Path beside = file.resolveSibling("." + file.getFileName() + "."
                + Long.toHexString(ThreadLocalRandom.current().nextLong()) + ".part");
        Set<PosixFilePermission> rights =
                knowsRights(file) && Files.exists(file) ? Files.getPosixFilePermissions(file) : PRIVATE_FILE;
        try {
            createEmpty(beside, rights);
        } catch (AccessDeniedException e) {
            if (!Files.isWritable(file)) {
                throw new AccessDeniedException(name.toString());
            }
            // The file may be written, and its folder may not.
            return new WholeFile(file, null, Files.newOutputStream(file));
        }
        return new WholeFile(file, beside, Files.newOutputStream(beside));
    }

    /** Creates an empty file for its owner alone, unless it is there. */
    public static void createIfMissing(Path file) throws IOException {
        if (!Files.exists(file)) {
            createEmpty(file, PRIVATE_FILE);
        }
    }

    private static void createEmpty(Path file, Set<PosixFilePermission> rights) throws IOException {
        Files.createFile(file, attributes(file, rights));
        if (knowsRights(file)) {
            // Rights beyond what the user's mask allows are those of the file that was there.
            Files.setPosixFilePermissions(file, rights);
        }
    }

    /** Creates a directory, and those above it that are missing, for their owner alone. */
    public static void createDirectories(Path directory) throws IOException {
        Files.createDirectories(directory, attributes(directory, PRIVATE_DIRECTORY));
    }

    private static FileAttribute<?>[] attributes(Path file, Set<PosixFilePermission> rights) {
        return knowsRights(file)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(rights)}
                : new FileAttribute<?>[0];
    }

    private static boolean knowsRights(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** Where its content goes; buffered, and closed with the file. */
    public OutputStream stream() {
        return stream;
    }

    /** Puts what was written in its place. */
    public void keep() throws IOException {
        stream.close();
        if (beside != null) {
            try {
                Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (FileSystemException cannotBeReplaced) {
                if (!Files.exists(file)) {
                    throw cannotBeReplaced;
                }
                // Such as one that is mounted by itself, which is how containers share a file.
                try (OutputStream inPlace = Files.newOutputStream(file)) {
                    Files.copy(beside, inPlace);
                }
                Files.delete(beside);
            }
        }
        kept = true;
    }

    /** Without {@link #keep()}, all is as it was. */
    @Override
    public void close() throws IOException {
        if (kept) {
            return;
        }
        try {
            stream.close();
        } catch (IOException e) {
            // What could not be written is told by the write.
        }
        if (beside != null) {
            Files.deleteIfExists(beside);
        }
    }
}
