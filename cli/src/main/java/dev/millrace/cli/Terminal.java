package dev.millrace.cli;

import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** What a command asks of the system it runs on, besides its two streams. Tests have one of their own. */
interface Terminal {

    /** Whether a person looks at faults and progress (stderr), so that a line may be overwritten. */
    boolean isInteractive();

    /**
     * Whether a line of stderr can be drawn over again and again: not where nobody looks, on a terminal that cannot ({@code TERM=dumb}), or
     * for who wants none of that ({@code NO_COLOR}).
     */
    default boolean isRedrawn() {
        String noColor = environment("NO_COLOR");
        return isInteractive() && !"dumb".equals(environment("TERM")) && (noColor == null || noColor.isEmpty());
    }

    /** Whether a person looks at data (stdout). If not, nothing in it may be cut to fit. */
    boolean isOutputATerminal();

    /** Characters in a line. */
    int width();

    /** A variable of the environment, or null. */
    @Nullable
    String environment(String name);

    /** Asks for a line; null when nobody can be asked. */
    @Nullable
    String ask(String prompt);

    /** Asks for a secret without echo; null when nobody can be asked. */
    char @Nullable [] askSecret(String prompt);

    /**
     * Runs {@code first}, instead of ending the program, when the user or the system asks it to end for the first time (Ctrl-C, SIGTERM).
     * Its argument is the exit code that tells who asked. A second interruption ends the program at once. Closing the result restores the
     * ordinary meaning of interruptions.
     */
    Interruptible onInterrupt(IntConsumer first);

    /** Ends what {@link #onInterrupt} began. */
    interface Interruptible extends AutoCloseable {

        @Override
        void close();
    }
}
