package dev.millrace.database;

/** Receives the times that an engine spent on its parts. Called on the engine's thread. */
public interface LoadClock {
    /** Ignores all times. */
    LoadClock NONE = new LoadClock() {
        @Override
        public void add(Part part, long nanoseconds) {}

        @Override
        public void retried() {}
    };

    /** The parts of a load. */
    enum Part {
        ENCODE,
        LOAD,
        COMMIT
    }

    void add(Part part, long nanoseconds);

    /** A transaction had to be tried again. */
    void retried();
}
