package dev.millrace.cli;

import dev.millrace.document.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
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

    /** Writes all of a file, or nothing. */
    static void write(String option, Path file, String content) throws UsageException {
        try {
            WholeFile.write(file, content.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw failed(option, file, e);
        }
    }

    /**
     * Judges a fault of writing: the user has named a file that cannot be written, or the disk has failed.
     *
     * @throws OutputException when the disk has failed
     */
    static UsageException failed(String option, Path file, IOException fault) {
        if (fault instanceof NoSuchFileException
                || fault instanceof AccessDeniedException
                || fault instanceof FileAlreadyExistsException
                || fault instanceof NotDirectoryException
                || String.valueOf(fault.getMessage()).contains("Is a directory")) {
            return new UsageException(option + ": " + Messages.unreadable(file, fault));
        }
        throw OutputException.of(option + ": " + file, fault);
    }

    /**
     * Creates the file unless it is there.
     *
     * @throws UsageException when it cannot be written; the user should know before a run that takes hours
     */
    static void check(String option, Path file) throws UsageException {
        try {
            WholeFile.createIfMissing(file);
            Files.writeString(file, "", StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UsageException(option + ": cannot be written – " + Messages.unreadable(file, e));
        }
    }
}
