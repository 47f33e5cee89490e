package dev.millrace.database;

/** Told by an engine how long its parts took. Called on the engine's thread. */
public interface LoadClock {
    /** A clock that nobody reads. */
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
