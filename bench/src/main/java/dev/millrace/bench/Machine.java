package dev.millrace.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The machine in words. */
final class Machine {

    private static final long BYTES_PER_GIGABYTE = 1 << 30;

    private Machine() {}

    static String description() throws IOException {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long gigabytes = Math.round((double) system.getTotalMemorySize() / BYTES_PER_GIGABYTE);
        return system.getAvailableProcessors() + " cores (" + processor() + "), " + gigabytes + " GB, "
                + system.getName() + " " + system.getVersion() + ", Java " + Runtime.version();
    }

    private static String processor() throws IOException {
        Path information = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(information)) {
            return System.getProperty("os.arch");
        }
        try (Stream<String> lines = Files.lines(information)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        }
    }
}
