package dev.millrace.bench;

import java.net.URISyntaxException;
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

    /** It keeps what it has parsed while it writes one table after the other. */
    @Override
    public String heap() {
        return "4g";
    }

    @Override
    public String missing() {
        return Files.isDirectory(target().resolve("lib"))
                ? ""
                : "needs Spark, which 'bench/run --against spark' fetches (280 MB)";
    }

    @Override
    public List<String> command(Workload workload) {
        Path target = target();
        List<String> command = new ArrayList<>(
                List.of(java(), "-Xmx" + heap(), "-Duser.timezone=UTC", "-Dspark.master=local[" + cores + "]"));
        OPENED.forEach(each -> command.add("--add-opens=" + each + "=ALL-UNNAMED"));
        String classPath = Stream.of(target.resolve("classes"), target.resolve("lib/*"), classes())
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

    private static Path target() {
        return classes().resolve("../../spark/target").normalize();
    }

    /** Where this class comes from: {@code bench/target/classes}. */
    private static Path classes() {
        try {
            return Path.of(SparkRun.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
