package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that a command writes at its end. */
final class OutputFile {

    private OutputFile() {}

    /** The file that an option names. */
    static Path of(String option, String name) throws UsageException {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new UsageException(option + ": this cannot be the name of a file – " + e.getReason());
        }
    }

    /**
     * Creates the file unless it is there.
     *
     * @throws UsageException when it cannot be written: better told now than after a run of hours
     */
    static void check(String option, Path file) throws UsageException {
        try {
            Files.writeString(file, "", StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UsageException(option + ": cannot be written – " + Messages.unreadable(file, e));
        }
    }
}
