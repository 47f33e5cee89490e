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
 * How often something is tried again after a fault that may pass, for how long, and how long is waited before.
 *
 * @param retries tries after the first, at least 0
 * @param patience no try begins later than this after the first fault
 * @param first the longest wait before the first of them; doubled for each further one
 * @param longest the longest wait of all
 */
@API(status = API.Status.STABLE, since = "0.1")
public record RetryPolicy(int retries, Duration patience, Duration first, Duration longest) {
    /** Longer than anybody waits. */
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

    /** The pauses of this policy, with other bounds. */
    public RetryPolicy within(int mostRetries, Duration mostPatience) {
        return new RetryPolicy(mostRetries, mostPatience, first, longest);
    }

    /** The tries of one thing from its first fault on; nobody can stop them. */
    public Tries begin() {
        return begin(new Stop());
    }

    /** The tries of one thing from its first fault on, until somebody asks for the end. */
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
         * Waits before the next try; half of the wait is random, so that workers that failed together do not come back
         * together.
         *
         * @return false, at once, when there is to be no further try or somebody asks for the end
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

        /** {@link #pause}, where an interrupt counts as a wish to end: false, and the thread stays interrupted. */
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
         * @return false, at once, when there is to be no further try
         * @throws StoppedException when somebody asks for the end
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

        /** A fault as it is to be told now: in full when it is another one than the last. */
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
