package dev.millrace.database;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A run, as the ledger names it.
 *
 * @param runId unique, sortable by start time, at most 40 characters
 * @param startedAt when it began
 * @param source the source for people, without secrets
 * @param workers how many
 */
public record RunInfo(String runId, Instant startedAt, String source, int workers) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** A new id for a run that begins then. */
    public static String newId(Instant startedAt) {
        return TIME.format(startedAt)
                + String.format(
                        Locale.ROOT, "-%06x", ThreadLocalRandom.current().nextInt(1 << 24));
    }
}
