package dev.millrace.cli;

import dev.millrace.report.Amounts;
import dev.millrace.workers.Progress;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Shows a run in progress: to a person, one line that is drawn over a few times a second; to a file or pipe, a plain line
 * every ten seconds. Thread-safe.
 */
final class ProgressReporter implements AutoCloseable {

    private static final long REDRAW_MILLIS = 250;
    private static final double PLAIN_SECONDS = 10;

    /** The rate that is shown is that of the last seconds, so that a change is seen and a hiccup is not. */
    private static final double RATE_SECONDS = 5;

    private static final int BAR_WIDTH = 16;
    private static final String BLANK = "\r";

    /**
     * @param documents all whose outcome is known
     * @param worked those of them that were not skipped
     */
    private record Moment(double seconds, long documents, long worked, long bytes) {}

    private final PrintStream err;
    private final boolean drawn;
    private final int width;
    private final Consumer<String> log;
    private final Deque<Moment> moments = new ArrayDeque<>();
    private @Nullable Progress progress;
    private @Nullable Thread ticker;
    private double lastPlain;
    private int drawnLength;
    private boolean closed;

    /**
     * @param drawn whether {@code err} is a terminal
     * @param width columns of the terminal
     * @param log gets the plain lines as well
     */
    ProgressReporter(PrintStream err, boolean drawn, int width, Consumer<String> log) {
        this.err = err;
        this.drawn = drawn;
        this.width = width;
        this.log = log;
    }

    /** Begins to show, until {@link #close()}. */
    synchronized void start(Progress run) {
        progress = run;
        if (ticker != null) {
            // A run may load some documents again, as a second one.
            return;
        }
        ticker = new Thread(this::tickUntilClosed, "progress");
        ticker.setDaemon(true);
        ticker.start();
    }

    private void tickUntilClosed() {
        try {
            synchronized (this) {
                while (!closed) {
                    tick();
                    wait(REDRAW_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks at the run and shows what is due. */
    synchronized void tick() {
        if (progress != null) {
            show(progress);
        }
    }

    /** Shows a run's moment; the run's own clock tells what is due. */
    synchronized void show(Progress run) {
        Moment now = new Moment(
                run.seconds(),
                run.loaded() + run.rejected() + run.skipped(),
                run.loaded() + run.rejected(),
                run.bytes());
        moments.addLast(now);
        while (moments.size() > 2 && now.seconds() - moments.getFirst().seconds() > RATE_SECONDS) {
            moments.removeFirst();
        }
        if (drawn) {
            draw(line(run, now));
        }
        if (now.seconds() - lastPlain >= PLAIN_SECONDS) {
            lastPlain = now.seconds();
            String plain = plainLine(run, now);
            log.accept(plain);
            if (!drawn) {
                err.println(plain);
            }
        }
    }

    /** A line that stays, above the one that is drawn over. */
    synchronized void note(String text) {
        erase();
        err.println(text);
        err.flush();
    }

    /** Ends the showing and leaves a clean line. */
    @Override
    public void close() {
        Thread last;
        synchronized (this) {
            closed = true;
            notifyAll();
            last = ticker;
        }
        try {
            if (last != null) {
                last.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            erase();
        }
    }

    private void draw(String text) {
        // The last column stays free: writing into it makes some terminals begin a new line.
        String cut = TextTable.cut(text, Math.max(1, width - 1));
        int length = TextWidth.of(cut);
        err.print(BLANK + cut + " ".repeat(Math.max(0, drawnLength - length)));
        err.flush();
        drawnLength = length;
    }

    private void erase() {
        if (drawnLength > 0) {
            err.print(BLANK + " ".repeat(drawnLength) + BLANK);
            err.flush();
            drawnLength = 0;
        }
    }

    /** As much as the width holds: what is least missed goes first. */
    private String line(Progress run, Moment now) {
        long expected = run.expected().orElse(0);
        OptionalDouble share = run.done();
        String bar = share.isPresent() ? bar(share.getAsDouble(), BAR_WIDTH) : "";
        String percent = share.isPresent() ? Amounts.percent(share.getAsDouble()) : "";
        String documents = Amounts.count(now.documents()) + (expected > 0 ? "/" + Amounts.count(expected) : "");
        if (expected == 0 || !countsDocuments(run)) {
            documents += " " + run.unit() + "s";
        }
        String rejects = run.rejected() > 0 ? Amounts.count(run.rejected(), "reject") : "";
        List<String> parts = new ArrayList<>(
                List.of(bar, percent, documents, pace(run, now), byteRate(run, now), rejects, remaining(run, now)));
        parts.add(bottleneck(run));
        int[] leastMissedFirst = {7, 4, 0, 6, 3, 1};
        for (int least : leastMissedFirst) {
            if (TextWidth.of(joined(parts, "  ")) < width) {
                break;
            }
            parts.set(least, "");
        }
        return joined(parts, "  ");
    }

    private String plainLine(Progress run, Moment now) {
        long expected = run.expected().orElse(0);
        OptionalDouble share = run.done();
        String documents = (expected > 0
                        ? Amounts.count(now.documents()) + " of " + Amounts.count(expected, run.unit())
                        : Amounts.count(now.documents(), run.unit()))
                + (share.isPresent() ? " (" + Amounts.percent(share.getAsDouble()) + ")" : "");
        return joined(
                List.of(
                        Amounts.clock(now.seconds()) + " " + documents,
                        pace(run, now),
                        byteRate(run, now),
                        countsDocuments(run) ? Amounts.count(run.rejected(), "reject") : "",
                        remaining(run, now),
                        bottleneck(run)),
                ", ");
    }

    /** Behind the last document there is no pace to tell. */
    private static boolean isFinishing(Progress run) {
        return !run.finishing().isEmpty();
    }

    private static String bottleneck(Progress run) {
        // At the beginning nothing has been waited for, so nothing can be told.
        return isFinishing(run) || run.read() == 0 ? "" : run.bottleneck();
    }

    private String pace(Progress run, Moment now) {
        Moment then = moments.getFirst();
        return isFinishing(run)
                ? run.finishing()
                : Amounts.rate(perSecond(now.worked() - then.worked(), now, then)) + "/s";
    }

    private static boolean countsDocuments(Progress run) {
        return run.unit().equals("document");
    }

    /** Of the documents' texts; rows that are read back have none. */
    private String byteRate(Progress run, Moment now) {
        if (!countsDocuments(run) || isFinishing(run)) {
            return "";
        }
        Moment then = moments.getFirst();
        return Amounts.megabytes(perSecond(now.bytes() - then.bytes(), now, then)) + "/s";
    }

    private static double perSecond(long difference, Moment now, Moment then) {
        double seconds = now.seconds() - then.seconds();
        return seconds > 0 ? difference / seconds : 0;
    }

    /**
     * By the pace of the whole run, which jumps less than that of its last seconds; but by that where documents were skipped, which goes
     * many times as fast as loading.
     */
    private String remaining(Progress run, Moment now) {
        long expected = run.expected().orElse(0);
        double share = run.done().orElse(0);
        if (isFinishing(run) || share <= 0 || share >= 1 || now.documents() == 0) {
            return "";
        }
        double seconds = now.seconds() * (1 - share) / share;
        if (expected > 0 && now.documents() > now.worked()) {
            Moment then = moments.getFirst();
            double pace = perSecond(now.documents() - then.documents(), now, then);
            if (pace <= 0) {
                return "";
            }
            seconds = (expected - now.documents()) / pace;
        }
        return "ETA " + Amounts.clock(seconds);
    }

    private static String joined(List<String> parts, String separator) {
        return String.join(
                separator, parts.stream().filter(part -> !part.isEmpty()).toList());
    }

    /** A bar of full and half blocks. */
    static String bar(double share, int width) {
        int full = (int) Math.round(Math.max(0, Math.min(1, share)) * width);
        return "█".repeat(full) + "░".repeat(width - full);
    }
}
