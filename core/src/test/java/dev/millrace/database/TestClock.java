package dev.millrace.database;

/** A clock that nobody reads. */
final class TestClock {
    static final LoadClock NONE = new LoadClock() {
        @Override
        public void add(Part part, long nanoseconds) {}

        @Override
        public void retried() {}
    };

    private TestClock() {}
}
