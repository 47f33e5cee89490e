package dev.millrace.dialect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.apiguardian.api.API;

/** What databases have in common that are a file. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class DatabaseFile {
    /** Why a run cannot use a database in memory. */
    public static final String VANISHES =
            "a database in memory belongs to one connection and ends with it, and a run has several:"
                    + " name a file, or use H2's jdbc:h2:mem:name";

    private DatabaseFile() {}

    /** Whether a URL's place is memory: it is empty, or says so. */
    public static boolean inMemory(String place) {
        return place.isEmpty() || place.contains(":memory:") || place.contains("mode=memory");
    }

    /** The file's real path, which is the same however the URL writes it. */
    public static String identity(String place) {
        Path path = Path.of(place).toAbsolutePath().normalize();
        Path parent = path.getParent();
        try {
            if (Files.exists(path)) {
                return path.toRealPath().toString();
            }
            return parent == null
                    ? path.toString()
                    : parent.toRealPath().resolve(path.getFileName()).toString();
        } catch (IOException e) {
            return path.toString();
        }
    }

    /** The file, if it does not exist yet. */
    public static Optional<Path> newFile(String place) {
        try {
            Path file = Path.of(place);
            return Files.exists(file) ? Optional.empty() : Optional.of(file);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Explains faults of the operating system that these databases pass on. */
    public static Optional<String> refused(String message) {
        if (message.contains("No such file or directory")) {
            return Optional.of("there is no such folder – create it first");
        }
        if (message.contains("Is a directory")) {
            return Optional.of("this is a folder – name a file in it");
        }
        return message.contains("Permission denied")
                ? Optional.of(
                        "this user may not read or write the file or its folder – grant that, or name another one")
                : Optional.empty();
    }
}
