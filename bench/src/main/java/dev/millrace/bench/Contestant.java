package dev.millrace.bench;

/**
 * A way to turn documents into rows, or one half of it that shows what the machine can do at best. Each lap runs in a JVM
 * of its own, so that nobody profits from what another has warmed up; the JVM's start and warm-up are part of the lap.
 */
interface Contestant {

    /** As it stands in the table and behind {@code --only}. */
    String name();

    /** Whether it leaves rows in the tables: they are compared with everybody else's. */
    boolean loads();

    /** Whether it needs the rows of a contestant before it, encoded for COPY. */
    default boolean needsEncodedRows() {
        return false;
    }

    /** One lap. The tables are empty when it begins, and everything is committed when it returns. */
    void run(Workload workload) throws Exception;
}
