package dev.millrace.cli;

import java.nio.file.Path;
import java.util.logging.LogManager;

/**
 * Sets up slf4j-simple, which reads its settings when the first logger is made: to be called before anything else of a
 * command.
 */
final class Logging {

    private static final String PREFIX = "org.slf4j.simpleLogger.";

    private Logging() {}

    /** Warnings go to standard error, in one line. */
    static void setDefaults(boolean verbose) {
        System.setProperty(PREFIX + "defaultLogLevel", verbose ? "debug" : "warn");
        System.setProperty(PREFIX + "showThreadName", Boolean.toString(verbose));
        System.setProperty(PREFIX + "showShortLogName", "true");
        System.setProperty(PREFIX + "log.org.postgresql", "warn");
        // Its warnings are the server's texts, which hold values of documents; the faults themselves arrive as
        // exceptions.
        System.setProperty(PREFIX + "log.org.mariadb", "off");
        // The JDK's own log is written by drivers alone: PostgreSQL's tells whole URLs, and SQL Server's the server's
        // texts.
        LogManager.getLogManager().reset();
    }

    /** Everything from INFO on goes to a file. */
    static void toFile(Path file) {
        System.setProperty(PREFIX + "logFile", file.toString());
        if (!"debug".equals(System.getProperty(PREFIX + "defaultLogLevel"))) {
            System.setProperty(PREFIX + "defaultLogLevel", "info");
        }
        System.setProperty(PREFIX + "showDateTime", "true");
        System.setProperty(PREFIX + "dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
    }
}
