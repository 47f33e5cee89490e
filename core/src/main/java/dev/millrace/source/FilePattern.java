package dev.millrace.source;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which files below a directory are wanted: all *.xml, or those that a glob names. Globs are those of
 * {@link java.nio.file.FileSystem#getPathMatcher}, but a {@code **}{@code /} also stands for no directory at all, as it does in shells.
 * Immutable.
 */
final class FilePattern {

    /** Every file whose name ends in .xml, whatever its case, at any depth. */
    static final FilePattern XML = new FilePattern(null);

    private static final String GLOB_CHARACTERS = "*?[{";

    private final @Nullable PathMatcher matcher;
    /** For each level of directories above the files, what their names must match; as far as that can be told. */
    private final PathMatcher[] directories;
    /** Levels of directories at most. */
    private final int depth;

    /** @param glob relative to the directory, with / as separator; null for all *.xml */
    private FilePattern(@Nullable String glob) {
        if (glob == null) {
            matcher = null;
            directories = new PathMatcher[0];
            depth = Integer.MAX_VALUE;
            return;
        }
        matcher = matcher(withOptionalDirectories(glob));
        String[] parts = glob.split("/");
        // Braces may hold a separator, so that parts are no patterns of their own.
        boolean plain = glob.indexOf('{') < 0;
        int known = 0;
        while (plain && known < parts.length - 1 && !parts[known].contains("**")) {
            known++;
        }
        directories = new PathMatcher[known];
        for (int i = 0; i < known; i++) {
            directories[i] = matcher(parts[i]);
        }
        depth = plain && !glob.contains("**") ? parts.length - 1 : Integer.MAX_VALUE;
    }

    /** @throws IllegalArgumentException when it is no glob */
    static FilePattern glob(String glob) {
        return new FilePattern(glob);
    }

    /** Where the first character of a glob is, or -1 if the text is an ordinary path. */
    static int firstGlobCharacter(String path) {
        for (int i = 0; i < path.length(); i++) {
            if (GLOB_CHARACTERS.indexOf(path.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /** @param file relative to the directory; its name need not be one that can be written as text */
    boolean wants(Path file) {
        return matcher == null ? file.toString().toLowerCase(Locale.ROOT).endsWith(".xml") : matcher.matches(file);
    }

    /** Whether a directory can hold a file that is wanted. */
    boolean mayHoldFiles(Path directory) {
        int levels = directory.getNameCount();
        return levels <= depth
                && (levels > directories.length || directories[levels - 1].matches(directory.getFileName()));
    }

    private static PathMatcher matcher(String glob) {
        return FileSystems.getDefault().getPathMatcher("glob:" + glob);
    }

    /** Writes every **{@code /} outside braces as {**{@code /},}. */
    private static String withOptionalDirectories(String glob) {
        StringBuilder rewritten = new StringBuilder();
        int braces = 0;
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            braces += c == '{' ? 1 : c == '}' ? -1 : 0;
            boolean atStartOfPart = i == 0 || glob.charAt(i - 1) == '/';
            if (braces == 0 && atStartOfPart && glob.startsWith("**/", i)) {
                rewritten.append("{**/,}");
                i += 2;
            } else {
                rewritten.append(c);
            }
        }
        return rewritten.toString();
    }
}
