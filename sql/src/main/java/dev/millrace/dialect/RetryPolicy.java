package dev.millrace.dialect;

import dev.millrace.workers.Stop;
import dev.millrace.workers.StoppedException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * How often and how long to try again after a temporary fault, and how long to wait before each try.
 *
 * @param retries tries after the first, at least 0
 * @param patience no try begins later than this after the first fault
 * @param first the longest wait before the first of them; doubled for each further one
 * @param longest the longest wait of all
 */
@API(status = API.Status.STABLE, since = "0.1")
public record RetryPolicy(int retries, Duration patience, Duration first, Duration longest) {
    /** No limit in practice. */
    public static final Duration FOREVER = Duration.ofDays(10_000);

    /** Waits about half a minute in all, which a server needs to restart, and a minute where each try takes long to fail. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(8, Duration.ofMinutes(1), Duration.ofMillis(200), Duration.ofSeconds(10));

    private static final int MOST_DOUBLINGS = 30;

    public RetryPolicy {
        Objects.requireNonNull(patience, "patience");
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(longest, "longest");
        if (retries < 0) {
            throw new IllegalArgumentException("retries must be at least 0, but is " + retries);
        }
    }

    /** A policy that counts tries and no time. */
    public RetryPolicy(int retries, Duration first, Duration longest) {
        this(retries, FOREVER, first, longest);
    }

    /** The pauses of this policy, with other limits. */
    public RetryPolicy within(int mostRetries, Duration mostPatience) {
        return new RetryPolicy(mostRetries, mostPatience, first, longest);
    }

    /** A new count of tries, from a first fault on, which cannot be stopped. */
    public Tries begin() {
        return begin(new Stop());
    }

    /** A new count of tries, from a first fault on, which ends when a stop is asked for. */
    @API(status = API.Status.INTERNAL)
    public Tries begin(Stop stop) {
        return new Tries(stop);
    }

    /** Counts tries, and time from the first fault on. Not thread-safe. */
    public final class Tries {
        private final Stop stop;
        private long firstFault;
        private int done;
        private @Nullable String told;

        private Tries(Stop stop) {
            this.stop = stop;
        }

        /**
         * Waits before the next try. Half of the wait is random, so that workers that failed at the same time do not try again at the same
         * time.
         *
         * @return false, at once, when there is no further try or a stop is asked for
         */
        public boolean pause() throws InterruptedException {
            long wait = nextWait();
            firstFault = done == 0 ? System.nanoTime() : firstFault;
            if (done >= retries || System.nanoTime() - firstFault + wait * 1_000_000 > patience.toNanos()) {
                return false;
            }
            done++;
            return stop.sleep(wait);
        }

        /** {@link #pause}, where an interrupt ends the tries: returns false, and the thread stays interrupted. */
        public boolean pauseQuietly() {
            try {
                return pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        /**
         * {@link #pause} after a fault of a database.
         *
         * @return false, at once, when there is no further try
         * @throws StoppedException when a stop is asked for
         * @throws SQLException when the thread is interrupted, which it stays
         */
        public boolean pauseAfter(SQLException failure) throws SQLException {
            try {
                boolean again = pause();
                if (stop.isAsked()) {
                    throw new StoppedException(stop.reason(), failure);
                }
                return again;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SQLException("interrupted while waiting to try again", failure);
            }
        }

        /** The text for a fault: in full, unless it is the same as the last one. */
        public String tell(String reason) {
            boolean same = reason.equals(told);
            told = reason;
            return same ? "the same fault again" : reason;
        }

        private long nextWait() {
            long full = first.toMillis() << Math.min(done, MOST_DOUBLINGS);
            long capped = Math.max(1, Math.min(full <= 0 ? Long.MAX_VALUE : full, longest.toMillis()));
            return capped / 2 + ThreadLocalRandom.current().nextLong(capped / 2 + 1);
        }
    }
}
