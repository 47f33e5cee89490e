package dev.millrace.workers;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody's wish that what is under way should end, and the means by which everybody who waits hears of it at once. Once asked
 * for, it stays so, and the first reason counts. Thread-safe.
 */
public final class Stop {

    private static final Logger LOG = LoggerFactory.getLogger(Stop.class);

    /** The reason when it is the caller that is interrupted. */
    public static final String INTERRUPTED = "the thread that waited for it was interrupted";

    /** Between two tries to cancel what goes on. */
    private static final int MILLISECONDS_TO_REPEAT = 200;

    private final Set<Ending> endings = new LinkedHashSet<>();
    private volatile @Nullable String reason;

    /** Asks for the end. {@code why} is for people. */
    public void ask(String why) {
        List<Ending> waiting;
        synchronized (this) {
            if (reason != null) {
                return;
            }
            reason = why;
            waiting = new ArrayList<>(endings);
            notifyAll();
        }
        // The last one first: a statement is cancelled while its connection can still say so to the server, which would
        // go on with it.
        Collections.reverse(waiting);
        // Not under the lock: to cancel a statement may take a call of its server.
        waiting.forEach(Ending::run);
    }

    /** Whether somebody has asked for the end. */
    public boolean isAsked() {
        return reason != null;
    }

    /** Why the end was asked for; "" if it was not. */
    public String reason() {
        String asked = reason;
        return asked == null ? "" : asked;
    }

    /** @throws StoppedException when somebody has asked for the end */
    public void check() throws StoppedException {
        if (isAsked()) {
            throw new StoppedException(reason(), null);
        }
    }

    /** Waits for so long; false, at once, when the end is asked for. */
    public synchronized boolean sleep(long milliseconds) throws InterruptedException {
        long end = System.nanoTime() + milliseconds * 1_000_000;
        for (long left = milliseconds; left > 0 && reason == null; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
        return reason == null;
    }

    /**
     * Has something done when the end is asked for, by the thread that asks; at once if that has happened. It may do no harm after what it
     * ends is over, and throws nothing that matters.
     */
    public Ending onAsk(Runnable end) {
        return onAsk(new Ending(end, false));
    }

    private Ending onAsk(Ending ending) {
        boolean now;
        synchronized (this) {
            now = reason != null;
            if (!now) {
                endings.add(ending);
            }
        }
        if (now) {
            ending.run();
        }
        return ending;
    }

    /**
     * Cancels a statement when the end is asked for, and again until it has ended: a driver such as SQLite's cancels only what is running,
     * and a statement may be about to. To be closed before the statement.
     */
    public Ending cancels(Statement statement) {
        return onAsk(new Ending(() -> cancel(statement), true));
    }

    /** Gives a connection up when the end is asked for, where its driver can. To be closed before the connection. */
    public Ending aborts(Connection connection) {
        return onAsk(() -> abort(connection));
    }

    /**
     * Cancels a statement when the end is asked for, so that its server does not go on with it, and then gives its connection up, in case
     * the server cannot be reached.
     */
    public Ending ends(Statement statement, Connection connection) {
        return onAsk(() -> {
            cancel(statement);
            abort(connection);
        });
    }

    private static void cancel(Statement statement) {
        try {
            if (!statement.getConnection().isClosed()) {
                statement.cancel();
            }
        } catch (SQLException | RuntimeException | AbstractMethodError notSupported) {
            LOG.debug("cancelling a statement", notSupported);
        }
    }

    /** Makes every call that waits for the connection fail, now. Embedded databases cannot, and have no need to. */
    public static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException | RuntimeException | AbstractMethodError notSupported) {
            LOG.debug("aborting a connection", notSupported);
        }
    }

    /**
     * Does work in a thread of its own while the caller waits. An interrupt of the caller asks for the end, the work is waited for
     * all the same, and afterwards the caller is interrupted again. No interrupt reaches the work itself: one that hits a thread
     * inside an embedded database closes the database's file for everyone else in the process.
     *
     * @throws ExecutionException with what the work has thrown
     */
    public <T> T await(String threadName, Callable<T> work) throws ExecutionException {
        FutureTask<T> task = new FutureTask<>(work);
        new Thread(task, threadName).start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    ask(INTERRUPTED);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Starts threads and waits until all have ended. Where the machine has no further thread, those that have started have to be told.
     *
     * @param noThread is told so, and makes them end
     */
    void runAll(List<Thread> threads, Consumer<OutOfMemoryError> noThread) {
        try {
            threads.forEach(Thread::start);
        } catch (OutOfMemoryError e) {
            noThread.accept(e);
        }
        joinAll(threads);
    }

    /**
     * Waits until all threads have ended. An interrupt of the caller asks for the end, no thread is left behind for it, and afterwards the
     * caller is interrupted again.
     */
    private void joinAll(List<Thread> threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                    ask(INTERRUPTED);
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Throws what work has thrown, if it is of this type, or unchecked. */
    public static <X extends Throwable> void rethrow(ExecutionException failure, Class<X> type) throws X {
        Throwable cause = failure.getCause();
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        if (type.isInstance(cause)) {
            throw type.cast(cause);
        }
    }

    /** What is to be done when the end is asked for, until this is closed. */
    public final class Ending implements AutoCloseable {
        private final Runnable end;
        private final boolean repeats;
        private boolean begun;
        private boolean over;
        private @Nullable Thread again;

        private Ending(Runnable end, boolean repeats) {
            this.end = end;
            this.repeats = repeats;
        }

        private synchronized void run() {
            if (begun || over) {
                return;
            }
            begun = true;
            runOnce();
            if (repeats) {
                Thread repeater = new Thread(this::repeat, "millrace-cancel");
                repeater.setDaemon(true);
                again = repeater;
                repeater.start();
            }
        }

        private synchronized void repeat() {
            try {
                while (!over) {
                    wait(MILLISECONDS_TO_REPEAT);
                    if (!over) {
                        runOnce();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void runOnce() {
            try {
                end.run();
            } catch (RuntimeException failed) {
                // Others are to hear of it all the same.
                LOG.debug("ending what is under way", failed);
            }
        }

        /** Work that has come to its end is not ended any more; work that is being ended waits until that is done. */
        @Override
        public void close() {
            synchronized (Stop.this) {
                endings.remove(this);
            }
            Thread repeater;
            synchronized (this) {
                over = true;
                repeater = again;
                notifyAll();
            }
            if (repeater != null) {
                try {
                    repeater.join();
                } catch (InterruptedException e) {
                    // It ends by itself, and does nothing more.
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
