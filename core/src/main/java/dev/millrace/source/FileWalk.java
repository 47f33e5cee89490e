package dev.millrace.source;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files below a directory that a pattern wants, in the order of their relative paths. Holds the names of one
 * directory at each level at a time, not of all files. Not thread-safe.
 */
final class FileWalk {

    /** One directory: its real path, the names in it that are still to come, and its path relative to the root. */
    private record Level(Path directory, Path real, String prefix, Iterator<String> names) {}

    private final FilePattern pattern;
    private final Deque<Level> levels = new ArrayDeque<>();

    FileWalk(Path root, FilePattern pattern) throws IOException {
        this.pattern = pattern;
        enter(root, "");
    }

    /** A file of the walk.
     *
     * @param path where it is
     * @param name its path relative to the root, with / as separator
     */
    record Found(Path path, String name) {}

    /** The next file, or null at the end. */
    @Nullable
    Found next() throws IOException {
        while (!levels.isEmpty()) {
            Level level = levels.getLast();
            if (!level.names().hasNext()) {
                levels.removeLast();
                continue;
            }
            String name = level.names().next();
            if (name.endsWith("/")) {
                String directory = name.substring(0, name.length() - 1);
                enter(level.directory().resolve(directory), level.prefix() + name);
            } else {
                return new Found(level.directory().resolve(name), level.prefix() + name);
            }
        }
        return null;
    }

    private void enter(Path directory, String prefix) throws IOException {
        Path real = directory.toRealPath();
        for (Level above : levels) {
            if (above.real().equals(real)) {
                // A link back to a directory we are in: its files have their names already.
                return;
            }
        }
        levels.addLast(
                new Level(directory, real, prefix, wanted(directory, prefix).iterator()));
    }

    /** Names of files, and of directories with a / behind: so their plain order is that of the paths below them. */
    private List<String> wanted(Path directory, String prefix) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (Files.isDirectory(entry)) {
                    if (pattern.mayHoldFiles(prefix + name)) {
                        names.add(name + "/");
                    }
                } else if (pattern.wants(prefix + name)) {
                    names.add(name);
                }
            }
        } catch (DirectoryIteratorException broken) {
            throw broken.getCause();
        }
        Collections.sort(names);
        return names;
    }
}
