package dev.millrace.cli;

import org.jspecify.annotations.Nullable;

/** What a command knows of the world around it besides its two streams. Tests bring their own. */
interface Terminal {

    /** Whether faults and progress (stderr) are looked at by a person, so that a line may be drawn over. */
    boolean isInteractive();

    /** Columns of a line. */
    int width();

    /** A variable of the environment, or null. */
    @Nullable
    String environment(String name);

    /** Asks for a secret without echo; null when nobody can be asked. */
    char @Nullable [] askSecret(String prompt);

    /**
     * Runs {@code first} when the user interrupts the program for the first time, instead of ending it; a second
     * interruption ends it at once. Closing the result gives interruptions back their ordinary meaning.
     */
    Interruptible onInterrupt(Runnable first);

    /** Ends what {@link #onInterrupt} began. */
    interface Interruptible extends AutoCloseable {

        @Override
        void close();
    }
}
