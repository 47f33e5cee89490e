package dev.millrace.discovery.xsd;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Directories in which schemas are looked for that are not where they are said to be. */
final class SchemaCatalog {

    private static final int MOST_FILES = 20_000;

    private final List<Path> directories;
    private final List<Path> files;
    private @Nullable Map<String, Path> byNamespace;

    /** Links are not followed, so that no directory leads back to itself. */
    SchemaCatalog(List<Path> directories) throws XsdException {
        this.directories = directories;
        List<Path> found = new ArrayList<>();
        for (Path directory : directories) {
            if (!Files.isDirectory(directory)) {
                throw new XsdException(
                        new XsdPosition(directory.toString(), 0, 0),
                        "is no directory; expected one with schemas; name the directory");
            }
            try (Stream<Path> all = Files.walk(directory)) {
                all.filter(file -> file.toString().endsWith(".xsd") && Files.isRegularFile(file))
                        .limit(MOST_FILES)
                        .forEach(found::add);
            } catch (IOException e) {
                throw SchemaText.unreadable(directory.toString(), e);
            } catch (UncheckedIOException e) {
                throw SchemaText.unreadable(directory.toString(), new IOException(e.getMessage(), e));
            }
        }
        files = found.stream().distinct().sorted().toList();
    }

    /** The file whose path ends most like the one that was asked for, at least with the same name. */
    Optional<Path> byTail(List<String> segments, Predicate<Path> fits) {
        if (segments.isEmpty()) {
            return Optional.empty();
        }
        return files.stream()
                .filter(file -> common(file, segments) > 0)
                .sorted(Comparator.<Path>comparingInt(file -> -common(file, segments))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(fits)
                .findFirst();
    }

    /** The first file with this target namespace. */
    Optional<Path> byNamespace(String namespace) {
        Map<String, Path> known = byNamespace;
        if (known == null) {
            known = new TreeMap<>();
            for (Path file : files) {
                Optional<String> found = targetNamespace(file);
                if (found.isPresent()) {
                    known.putIfAbsent(found.get(), file);
                }
            }
            byNamespace = known;
        }
        return Optional.ofNullable(known.get(namespace));
    }

    /** The target namespace of a file, "" for none; empty where it is no schema. */
    static Optional<String> targetNamespace(Path file) {
        try (InputStream bytes = Files.newInputStream(file)) {
            return Optional.ofNullable(SchemaText.targetNamespace(bytes));
        } catch (IOException notReadable) {
            return Optional.empty();
        }
    }

    /** For messages: where it looks. */
    String description() {
        return directories.isEmpty()
                ? "there are no catalog directories"
                : "not in the catalog directories either ("
                        + String.join(
                                ", ", directories.stream().map(Path::toString).toList()) + ")";
    }

    private static int common(Path file, List<String> segments) {
        int common = 0;
        while (common < file.getNameCount()
                && common < segments.size()
                && file.getName(file.getNameCount() - 1 - common)
                        .toString()
                        .equals(segments.get(segments.size() - 1 - common))) {
            common++;
        }
        return common;
    }
}
