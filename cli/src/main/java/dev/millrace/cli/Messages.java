package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Messages for exceptions of the JDK. */
final class Messages {

    private Messages() {}

    /** Why a file could not be read or written. */
    static String unreadable(Path file, IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file: " + file
                    + (file.startsWith("~")
                            ? " – the ~ was not expanded, which a shell does only outside of quotes: write $HOME, or the"
                                    + " whole path"
                            : "");
        }
        if (e instanceof AccessDeniedException) {
            return "no permission: " + file;
        }
        if (Files.isDirectory(file)) {
            return file + " is a directory – expected a file";
        }
        return file + ": " + e.getMessage();
    }

    /** For a fault of the program itself. The exception's own message is left out, because it may hold a value of a document. */
    static String internalError(Throwable fault) {
        StringBuilder text = new StringBuilder("millrace: internal error: ")
                .append(fault.getClass().getSimpleName());
        for (StackTraceElement frame : fault.getStackTrace()) {
            if (frame.getClassName().startsWith("dev.millrace.")) {
                text.append(" at ").append(frame.getFileName()).append(':').append(frame.getLineNumber());
                break;
            }
        }
        return text.append(" (use --verbose for the stack trace, please report)")
                .toString();
    }
}
