package dev.millrace.pipeline;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Where the time of one worker goes, in nanoseconds by stage. Written by the worker's two threads, read by anyone.
 */
public final class StageClock {

    /** What a worker can be doing. Both of its threads count, so the stages of one worker may add up to twice the wall time. */
    public enum Work {
        /** Waiting for the source to deliver a batch. */
        READ_WAIT,
        VALIDATE,
        PARSE,
        MAP,
        /** Waiting until the engine has finished the previous batch. */
        LOAD_WAIT,
        ENCODE,
        LOAD,
        COMMIT;

        /** The name in the summary: lower case. */
        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private final AtomicLongArray nanoseconds = new AtomicLongArray(Work.values().length);

    public void add(Work work, long nanos) {
        nanoseconds.getAndAdd(work.ordinal(), nanos);
    }

    public long nanoseconds(Work work) {
        return nanoseconds.get(work.ordinal());
    }
}
