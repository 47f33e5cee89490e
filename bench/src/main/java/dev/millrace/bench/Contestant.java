package dev.millrace.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A way to turn documents into rows, or one half of it that shows what the machine can do at best. Each lap is a process of
 * its own, so that nobody profits from what another has warmed up; its start and warm-up are part of the lap.
 */
interface Contestant {

    /** As it stands in the table. */
    String name();

    /** Whether it leaves rows in the tables: they are compared with everybody else's. */
    boolean loads();

    /** What this machine lacks for it, for people; empty if it can run. */
    default String missing() throws IOException, InterruptedException {
        return "";
    }

    /** What its JVM is started with. */
    default List<String> javaOptions() {
        return List.of("-Xmx" + Lap.HEAP);
    }

    /** This JVM's own, unless it says otherwise. */
    default String classPath() {
        return System.getProperty("java.class.path");
    }

    /** The process of a lap: it ends with a line that {@link Lap} understands. A JVM that calls {@link #run}, unless said otherwise. */
    default List<String> command(Workload workload) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(javaOptions());
        command.addAll(List.of("-cp", classPath(), Lap.class.getName(), name()));
        command.add(workload.directory().toString());
        return command;
    }

    /** This JVM's own program. */
    default String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** One lap. The tables are empty when it begins, and everything is committed when it returns. */
    void run(Workload workload) throws Exception;
}
