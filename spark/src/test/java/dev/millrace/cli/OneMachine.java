package dev.millrace.cli;

import java.io.PrintStream;

/** The commands of one machine, for tests of what a cluster leaves to them. */
public final class OneMachine {

    private OneMachine() {}

    /** Runs a command line as the binary does, and returns the exit code. */
    public static int run(String[] words, PrintStream out, PrintStream err) {
        return Main.run(words, out, err, new SystemTerminal());
    }
}
