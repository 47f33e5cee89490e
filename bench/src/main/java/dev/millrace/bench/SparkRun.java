package dev.millrace.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Apache Spark on this machine: its XML reader, its SQL, its JDBC writer. The program is {@code SparkLoad} in {@code
 * bench/spark}, which is built on its own, so that Spark is no part of anything else.
 *
 * @param cores how many tasks at once
 */
record SparkRun(int cores) implements Contestant {

    /** What Spark needs of a Java that keeps its inside closed: the packages of its own start script. */
    private static final List<String> OPENED = List.of(
            "java.base/java.lang",
            "java.base/java.lang.invoke",
            "java.base/java.lang.reflect",
            "java.base/java.io",
            "java.base/java.net",
            "java.base/java.nio",
            "java.base/java.util",
            "java.base/java.util.concurrent",
            "java.base/java.util.concurrent.atomic",
            "java.base/sun.nio.ch",
            "java.base/sun.nio.cs",
            "java.base/sun.security.action",
            "java.base/sun.util.calendar");

    @Override
    public String name() {
        return "Spark, local[" + cores + "]";
    }

    @Override
    public boolean loads() {
        return true;
    }

    @Override
    public List<String> javaOptions() {
        // It keeps what it has parsed while it writes one table after the other.
        List<String> options =
                new ArrayList<>(List.of("-Xmx4g", "-Duser.timezone=UTC", "-Dspark.master=local[" + cores + "]"));
        OPENED.forEach(each -> options.add("--add-opens=" + each + "=ALL-UNNAMED"));
        return options;
    }

    @Override
    public String missing() {
        return Files.isDirectory(Lap.home().resolve("bench/spark/target/lib"))
                ? ""
                : "needs Spark, which 'bench/run --against spark' fetches (280 MB)";
    }

    @Override
    public List<String> command(Workload workload) {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(javaOptions());
        // The last for what a lap is.
        String classPath = Stream.of("bench/spark/target/classes", "bench/spark/target/lib/*", "bench/target/classes")
                .map(Lap.home()::resolve)
                .map(Path::toString)
                .collect(Collectors.joining(System.getProperty("path.separator")));
        command.addAll(List.of(
                "-cp",
                classPath,
                "dev.millrace.bench.SparkLoad",
                workload.directory().toString()));
        return command;
    }

    @Override
    public void run(Workload workload) {
        throw new UnsupportedOperationException("is a program of its own");
    }
}
