package dev.millrace.cli;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.logging.LogManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Sets up slf4j-simple. It reads its settings when the first logger is made, so this must be called first in a command.
 */
final class Logging {

    private static final String PREFIX = "org.slf4j.simpleLogger.";

    private static boolean ownProcess;
    private static boolean silenced;
    private static @Nullable LogFile logFile;

    private Logging() {}

    /** Warnings go to standard error, in one line. */
    static void setDefaults(boolean verbose) {
        System.setProperty(PREFIX + "defaultLogLevel", verbose ? "debug" : "warn");
        System.setProperty(PREFIX + "showThreadName", Boolean.toString(verbose));
        System.setProperty(PREFIX + "showShortLogName", "true");
        System.setProperty(PREFIX + "log.org.postgresql", "warn");
        // Its warnings are the server's texts, which hold values of documents. The faults themselves are also thrown.
        System.setProperty(PREFIX + "log.org.mariadb", "off");
        // Where several processes start at once, it logs a stack trace for temporary files that another process has
        // deleted.
        System.setProperty(PREFIX + "log.org.sqlite", "off");
        // Only drivers write to the JDK's own log: PostgreSQL's writes whole URLs, and SQL Server's the server's texts.
        LogManager.getLogManager().reset();
    }

    /** From now on, hides what drivers write to standard output and error by themselves, such as stack traces. */
    static void silenceDrivers() {
        if (!ownProcess || silenced) {
            return;
        }
        silenced = true;
        bindTo(System.err);
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        System.setErr(nowhere);
        System.setOut(nowhere);
    }

    /** Says that the process runs nothing but the command, so that its streams may be changed. */
    static void ownProcess() {
        ownProcess = true;
    }

    /** Has the log write to a stream. It takes what is standard error when the first logger is made. */
    private static void bindTo(PrintStream stream) {
        PrintStream before = System.err;
        System.setProperty(PREFIX + "cacheOutputStream", "true");
        System.setErr(stream);
        LoggerFactory.getLogger(Logging.class);
        System.setErr(before);
    }

    /** Why the log's file is incomplete; null if it is not. */
    static @Nullable IOException fault() {
        LogFile log = logFile;
        return log == null ? null : log.fault;
    }

    /** Keeps the first fault, which a print stream would hide. */
    private static final class LogFile extends OutputStream {
        private final OutputStream file;
        private volatile @Nullable IOException fault;

        LogFile(OutputStream file) {
            this.file = file;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            try {
                file.write(bytes, from, length);
            } catch (IOException e) {
                fault = fault == null ? e : fault;
            }
        }
    }

    /** Appends everything from INFO on to a file. It is not overwritten, so that a nightly job keeps the logs of earlier nights. */
    static void toFile(Path file) throws IOException {
        if (!"debug".equals(System.getProperty(PREFIX + "defaultLogLevel"))) {
            System.setProperty(PREFIX + "defaultLogLevel", "info");
        }
        System.setProperty(PREFIX + "showDateTime", "true");
        System.setProperty(PREFIX + "dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
        LogFile log = new LogFile(new FileOutputStream(file.toFile(), true));
        logFile = log;
        bindTo(new PrintStream(log, false, StandardCharsets.UTF_8));
    }
}
