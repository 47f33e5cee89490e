package dev.millrace.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.millrace.dialect.Database;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A contestant has run once.
 *
 * @param seconds wall time of its process, from start to end
 * @param cpuSeconds CPU time of its process; the database's is not in it
 * @param serverCpuSeconds CPU time of the database; NaN where it cannot be told
 * @param peakMegabytes the most memory its process held
 */
record Lap(double seconds, double cpuSeconds, double serverCpuSeconds, double peakMegabytes) {

    /** What a contestant's JVM gets, unless it says otherwise. */
    static final String HEAP = "512m";

    private static final Pattern OUTCOME = Pattern.compile("lap cpu=([0-9.]+) peak=([0-9.]+)");
    private static final int SHOWN_LINES = 15;

    /** Runs a contestant in a process of its own and waits for it. */
    static Lap run(Contestant contestant, Workload workload, Server server)
            throws IOException, InterruptedException, FailedLapException {
        Path output = workload.directory().resolve("lap.log");
        ProcessBuilder builder = new ProcessBuilder(contestant.command(workload))
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile());
        double serverBefore = server.cpuSeconds();
        long start = System.nanoTime();
        Process process = builder.start();
        int exitCode;
        try {
            exitCode = process.waitFor();
        } finally {
            process.destroyForcibly();
        }
        double seconds = Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0;
        String log = Files.readString(output);
        Matcher outcome = OUTCOME.matcher(log);
        if (exitCode != 0 || !outcome.find()) {
            List<String> lines = log.lines().toList();
            String last = String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
            throw new FailedLapException(contestant.name() + " ended with exit code " + exitCode + ":\n" + last);
        }
        return new Lap(
                seconds,
                Double.parseDouble(outcome.group(1)),
                server.cpuSeconds() - serverBefore,
                Double.parseDouble(outcome.group(2)));
    }

    /** @param args the contestant's name and the workload's directory */
    public static void main(String[] args) throws Exception {
        Contestant contestant = Contestants.named(args[0]).orElseThrow();
        Workload workload = Workload.load(Path.of(args[1]));
        // As the command does; and nobody has to wait for the drivers of others.
        Database.loadDriversOnDemand();
        Database.of(workload.url(), new Properties());
        contestant.run(workload);
        end();
    }

    /** Says, as the last thing that a lap's process does, what it took. */
    static void end() throws IOException {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        System.out.printf(
                Locale.ROOT, "lap cpu=%.2f peak=%.1f%n", system.getProcessCpuTime() / 1e9, peakKilobytes() / 1024.0);
    }

    /** Where Millrace is: three folders above these classes. */
    static Path home() {
        try {
            Path classes = Path.of(Lap.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return classes.resolve("../../..").normalize();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long peakKilobytes() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(0);
        }
    }
}
