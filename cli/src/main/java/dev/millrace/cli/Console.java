package dev.millrace.cli;

import java.io.PrintStream;
import java.util.Objects;

/**
 * Where a command speaks: data and summaries to {@code out}, progress and faults to {@code err}.
 *
 * @param out standard output
 * @param err standard error
 * @param terminal the world around
 */
record Console(PrintStream out, PrintStream err, Terminal terminal) {

    /** Columns that a table may have. */
    int tableWidth() {
        return terminal.isOutputATerminal() ? terminal.width() : Integer.MAX_VALUE;
    }

    Console {
        Objects.requireNonNull(out, "out");
        Objects.requireNonNull(err, "err");
        Objects.requireNonNull(terminal, "terminal");
    }
}
