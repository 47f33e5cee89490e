package dev.millrace.cli;

import java.io.PrintStream;
import java.util.Objects;

/**
 * The streams and the terminal of a command. Data and summaries go to {@code out}, progress and faults to {@code err}.
 *
 * @param out standard output
 * @param err standard error
 * @param terminal asks the user, and knows the width of a line
 */
record Console(PrintStream out, PrintStream err, Terminal terminal) {

    /** How many characters wide a table may be; without limit where no person looks at it. */
    int tableWidth() {
        return terminal.isOutputATerminal() ? terminal.width() : Integer.MAX_VALUE;
    }

    Console {
        Objects.requireNonNull(out, "out");
        Objects.requireNonNull(err, "err");
        Objects.requireNonNull(terminal, "terminal");
    }
}
