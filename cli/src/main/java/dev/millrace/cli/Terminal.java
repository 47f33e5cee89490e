package dev.millrace.cli;

import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** What a command knows of the world around it besides its two streams. Tests bring their own. */
interface Terminal {

    /** Whether faults and progress (stderr) are looked at by a person, so that a line may be drawn over. */
    boolean isInteractive();

    /** Whether data (stdout) are looked at by a person: else nothing in it may be cut to fit. */
    boolean isOutputATerminal();

    /** Columns of a line. */
    int width();

    /** A variable of the environment, or null. */
    @Nullable
    String environment(String name);

    /** Asks for a secret without echo; null when nobody can be asked. */
    char @Nullable [] askSecret(String prompt);

    /**
     * Runs {@code first} when the user or the system asks the program to end for the first time (Ctrl-C, SIGTERM), instead of ending
     * it; it is given the exit code that tells who asked. A second interruption ends the program at once. Closing the result gives interruptions back their ordinary meaning.
     */
    Interruptible onInterrupt(IntConsumer first);

    /** Ends what {@link #onInterrupt} began. */
    interface Interruptible extends AutoCloseable {

        @Override
        void close();
    }
}
