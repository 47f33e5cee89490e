package dev.millrace.cli;

import dev.millrace.processing.RunSummary;
import dev.millrace.report.LivePage;
import dev.millrace.report.Page;
import dev.millrace.report.RunReport;
import dev.millrace.workers.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a run as a page that browsers follow, if {@code --watch} asks for it. A thread of its own draws the page, and only while somebody looks:
 * the run does nothing for it and never waits for it.
 */
final class WatchOutput implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WatchOutput.class);
    private static final String MADE_BY = "Made by " + Version.ofProgram();
    private static final String FOLLOWS = "This page follows the run.";
    private static final String STAYS = "The run has ended: this page does not change any more";

    /** A page is drawn after so long. */
    private static final long PAUSE_MILLIS = 1000;

    /** Drawing takes this part of the time at most, so that a page about thousands of tables does not slow the run. */
    private static final int DRAWING_PART = 20;

    private static final int HIGHEST_PORT = 65535;

    /** Null where nobody asked for it. */
    private final @Nullable LivePage page;

    private final Console console;

    private WatchOutput(@Nullable LivePage page, Console console) {
        this.page = page;
        this.console = console;
    }

    /**
     * @param port 0 for any that is free
     * @throws UsageException when the port cannot be had
     */
    static WatchOutput on(int port, Console console) throws UsageException {
        if (port < 0 || port > HIGHEST_PORT) {
            throw new UsageException(
                    WatchOptions.OPTION + ": " + port + " – expected a port from 1 to " + HIGHEST_PORT);
        }
        try {
            return new WatchOutput(LivePage.open(port, said("The run has not begun yet.")), console);
        } catch (IOException e) {
            throw new UsageException(WatchOptions.OPTION + ": port " + port + " cannot be used – " + e.getMessage()
                    + "; give another one, or none for any that is free");
        }
    }

    /** For a run that nobody asked to watch. */
    static WatchOutput nowhere(Console console) {
        return new WatchOutput(null, console);
    }

    private static Page said(String sentence) {
        return Page.titled(Version.ofProgram())
                .status(FOLLOWS)
                .lead(out -> out.element("p", sentence))
                .foot(MADE_BY);
    }

    /** Tells the user where the page is. */
    void announce() {
        if (page != null) {
            console.err().println("The run as a page that follows it, for a browser of this machine:");
            console.err().println("  " + page.address());
            console.err().flush();
        }
    }

    /**
     * Follows a run, from its first document on.
     *
     * @param soFar what the run has done until now; empty for nothing
     */
    void follow(Progress progress, Supplier<Optional<RunSummary>> soFar) {
        if (page == null) {
            return;
        }
        Thread thread = new Thread(
                () -> draw(page, () -> soFar.get().map(now -> RunReport.live(now, progress, MADE_BY))), "watch");
        thread.setDaemon(true);
        thread.start();
    }

    private static void draw(LivePage page, Supplier<Optional<Page>> drawing) {
        try {
            while (page.awaitViewer()) {
                long begin = System.nanoTime();
                drawing.get().ifPresent(now -> page.show(now.status(FOLLOWS)));
                long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
                Thread.sleep(Math.max(PAUSE_MILLIS, took * DRAWING_PART));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn(
                    "{}: the page cannot be drawn any more – internal error {}",
                    WatchOptions.OPTION,
                    e.getClass().getName());
        }
    }

    /** @param saved the file that has the same page; null for none */
    void ended(RunSummary summary, @Nullable Path saved) {
        if (page != null) {
            String where = saved == null ? "." : ", and is saved as " + saved + ".";
            page.end(RunReport.page(summary, MADE_BY).status(STAYS + where));
        }
    }

    /** Lets browsers read the last page, for a second at most; where there was no end, that the run has broken. */
    @Override
    public void close() {
        if (page != null) {
            page.end(said("The run could not begin, or broke. Its terminal says why.")
                    .status(STAYS + "."));
            page.close();
        }
    }
}
