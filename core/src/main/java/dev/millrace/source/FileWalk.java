package dev.millrace.source;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
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

    /**
     * A name in a directory.
     *
     * @param text with a / behind if it is a directory's
     * @param path relative to the root
     * @param sound whether the text says all of the name; else what it does not say is written as %XX
     */
    private record Named(String text, Path path, boolean sound) implements Comparable<Named> {

        @Override
        public int compareTo(Named other) {
            return text.compareTo(other.text);
        }
    }

    /** One directory: its real path, what is in it and still to come, and its path relative to the root. */
    private record Level(Path real, String prefix, boolean sound, Iterator<Named> names) {}

    private final Path root;
    private final FilePattern pattern;
    private final Deque<Level> levels = new ArrayDeque<>();

    FileWalk(Path root, FilePattern pattern) throws IOException {
        this.root = root;
        this.pattern = pattern;
        enter(null, "", true);
    }

    /**
     * A file of the walk.
     *
     * @param path where it is
     * @param name its path relative to the root, with / as separator
     * @param sound whether that is its name, and not a description of one that cannot be written as text here
     */
    record Found(Path path, String name, boolean sound) {}

    /** The next file, or null at the end. */
    @Nullable
    Found next() throws IOException {
        while (!levels.isEmpty()) {
            Level level = levels.getLast();
            if (!level.names().hasNext()) {
                levels.removeLast();
                continue;
            }
            Named next = level.names().next();
            if (next.text().endsWith("/")) {
                enter(next.path(), level.prefix() + next.text(), level.sound() && next.sound());
            } else {
                return new Found(
                        root.resolve(next.path()), level.prefix() + next.text(), level.sound() && next.sound());
            }
        }
        return null;
    }

    private void enter(@Nullable Path relative, String prefix, boolean sound) throws IOException {
        Path directory = relative == null ? root : root.resolve(relative);
        Path real = directory.toRealPath();
        for (Level above : levels) {
            if (above.real().equals(real)) {
                // A link back to a directory we are in: its files have their names already.
                return;
            }
        }
        levels.addLast(
                new Level(real, prefix, sound, wanted(directory, relative).iterator()));
    }

    /** Names of files, and of directories with a / behind: so their plain order is that of the paths below them. */
    private List<Named> wanted(Path directory, @Nullable Path relative) throws IOException {
        List<Named> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                // Never made anew from its text, which may not be all of it.
                Path name = entry.getFileName();
                Path path = relative == null ? name : relative.resolve(name);
                boolean isDirectory = Files.isDirectory(entry);
                if (isDirectory ? pattern.mayHoldFiles(path) : pattern.wants(path)) {
                    boolean sound = isSound(name);
                    String text = sound ? name.toString() : described(entry);
                    names.add(new Named(isDirectory ? text + "/" : text, path, sound));
                }
            }
        } catch (DirectoryIteratorException broken) {
            throw broken.getCause();
        }
        Collections.sort(names);
        return names;
    }

    /** Whether a name is told from all others by its text. One with bytes that are no characters of the locale is not. */
    private static boolean isSound(Path name) {
        String text = name.toString();
        if (text.chars().allMatch(c -> c < 0x80)) {
            return true;
        }
        try {
            return Path.of(text).equals(name);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static String described(Path entry) {
        String raw = entry.toUri().getRawPath();
        String name = raw.endsWith("/") ? raw.substring(0, raw.length() - 1) : raw;
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
