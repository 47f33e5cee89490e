package dev.millrace.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Apache Spark on this machine: with its own XML reader, SQL and JDBC writer, or with Millrace's {@code load}. The programs are in {@code
 * bench/spark}, which is built on its own, so that Spark is no part of anything else.
 *
 * @param cores how many tasks at once
 * @param millrace whether it is Millrace that reads, maps and loads
 */
record SparkRun(int cores, boolean millrace) implements Contestant {

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
        return (millrace ? "millrace on Spark" : "Spark") + ", local[" + cores + "]";
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

    /** The jar that spark-submit takes; it has no driver and nothing of Spark's. */
    private static Path jar() throws IOException {
        try (DirectoryStream<Path> jars =
                Files.newDirectoryStream(Lap.home().resolve("spark/target"), "millrace-spark-*[0-9T].jar")) {
            return jars.iterator().next();
        }
    }

    @Override
    public List<String> command(Workload workload) throws IOException {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(javaOptions());
        List<Path> classPath = new ArrayList<>();
        classPath.add(Lap.home().resolve("bench/spark/target/classes"));
        if (millrace) {
            classPath.add(jar());
        }
        classPath.add(Lap.home().resolve("bench/spark/target/lib/*"));
        // For what a lap is.
        classPath.add(Lap.home().resolve("bench/target/classes"));
        command.addAll(List.of(
                "-cp",
                classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
                "dev.millrace.bench." + (millrace ? "MillraceOnSpark" : "SparkLoad"),
                workload.directory().toString()));
        if (millrace) {
            command.add(Integer.toString(cores));
        }
        return command;
    }

    @Override
    public void run(Workload workload) {
        throw new UnsupportedOperationException("is a program of its own");
    }
}
