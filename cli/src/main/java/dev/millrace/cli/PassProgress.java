package dev.millrace.cli;

import dev.millrace.workers.Progress;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Shows a line of progress each time when source or target is read. */
final class PassProgress implements AutoCloseable {

    private final Console console;
    private final boolean isShown;
    private @Nullable ProgressReporter current;

    /** @param isShown false where the user wants to see none of it */
    PassProgress(Console console, boolean isShown) {
        this.console = console;
        this.isShown = isShown;
    }

    /** The next reading begins, and the one before is over. */
    void next(Progress progress) {
        close();
        if (!isShown) {
            return;
        }
        Terminal terminal = console.terminal();
        ProgressReporter reporter = new ProgressReporter(
                console.err(), terminal.isRedrawn(), terminal.width(), LoggerFactory.getLogger("millrace")::info);
        reporter.start(progress);
        current = reporter;
    }

    @Override
    public void close() {
        if (current != null) {
            current.close();
        }
    }
}
