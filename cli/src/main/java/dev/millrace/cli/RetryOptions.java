package dev.millrace.cli;

import dev.millrace.dialect.Database;
import dev.millrace.dialect.RetryPolicy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** How often and how long a run tries again after a temporary fault. */
final class RetryOptions {

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(ms|s|m|h)");

    @Option(
            names = "--retries",
            paramLabel = "N",
            description = "How often something is tried again after a temporary fault: a deadlock, a lost connection, a"
                    + " server that restarts (8, or as often as --retry-for allows).")
    private @Nullable Integer retries;

    @Option(
            names = "--retry-for",
            paramLabel = "TIME",
            description = "For how long it is tried again, such as 90s, 10m or 1h (1m, or as long as --retries takes).")
    private @Nullable String retryFor;

    /** If only one of the two options is there, the other has no limit. */
    RetryPolicy policy() throws UsageException {
        if (retries != null && retries < 0) {
            throw new UsageException("--retries: " + retries + " – expected 0 or more");
        }
        RetryPolicy standard = RetryPolicy.DEFAULT;
        if (retries == null && retryFor == null) {
            return standard;
        }
        return standard.within(
                retries == null ? Integer.MAX_VALUE : retries,
                retryFor == null ? RetryPolicy.FOREVER : duration(retryFor));
    }

    /**
     * Waits for a server that cannot be reached yet, if the user gave one of the options. Otherwise the run fails at once: a mistyped host
     * looks the same as a server that is not up yet.
     */
    void await(Database database) throws UsageException {
        if (retries == null && retryFor == null) {
            return;
        }
        RetryPolicy.Tries tries = policy().begin();
        while (true) {
            try {
                database.connect().close();
                return;
            } catch (SQLException e) {
                if (!database.mayPass(e)) {
                    // The run will have the same fault, and reports it.
                    return;
                }
                LoggerFactory.getLogger(RetryOptions.class).warn("{}; trying again", tries.tell(database.explain(e)));
                if (!pause(tries)) {
                    return;
                }
            }
        }
    }

    private static boolean pause(RetryPolicy.Tries tries) {
        try {
            return tries.pause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Duration duration(String text) throws UsageException {
        Matcher form = DURATION.matcher(text);
        if (!form.matches()) {
            throw new UsageException(
                    "--retry-for: \"" + text + "\" – expected a number with ms, s, m or h, such as 90s or 10m");
        }
        long number = Long.parseLong(form.group(1));
        return switch (form.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }
}
