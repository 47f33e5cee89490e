package dev.millrace.database;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often a transaction is tried again after a fault that may pass, and how long is waited before.
 *
 * @param retries tries after the first, at least 0
 * @param first the longest wait before the first of them; doubled for each further one
 * @param longest the longest wait of all
 */
public record RetryPolicy(int retries, Duration first, Duration longest) {
    /** Waits about half a minute in all: a server needs that to restart. */
    public static final RetryPolicy DEFAULT = new RetryPolicy(8, Duration.ofMillis(200), Duration.ofSeconds(10));

    private static final int MOST_DOUBLINGS = 30;

    public RetryPolicy {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(longest, "longest");
        if (retries < 0) {
            throw new IllegalArgumentException("retries must be at least 0, but is " + retries);
        }
    }

    /** Half of the wait is random, so that workers that failed together do not come back together. */
    void pause(int retry) throws InterruptedException {
        long full = first.toMillis() << Math.min(retry, MOST_DOUBLINGS);
        long capped = Math.max(1, Math.min(full <= 0 ? Long.MAX_VALUE : full, longest.toMillis()));
        Thread.sleep(capped / 2 + ThreadLocalRandom.current().nextLong(capped / 2 + 1));
    }
}
