package dev.millrace.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The laps of all contestants over one set of documents, and what is to be said about them. */
final class Report {

    static final String BEGIN = "<!-- measured: begin -->";
    static final String END = "<!-- measured: end -->";

    private static final double SECONDS_PER_MINUTE = 60;
    private static final double BYTES_PER_MEGABYTE = 1e6;

    private final DocumentSet set;
    private final long documents;
    private final long bytes;
    private final Map<Contestant, List<Lap>> laps = new LinkedHashMap<>();
    private final Map<Contestant, String> disqualified = new LinkedHashMap<>();
    private String rows = "no rows";

    Report(DocumentSet set, long documents, long bytes) {
        this.set = set;
        this.documents = documents;
        this.bytes = bytes;
    }

    /** What the first that loads has left. */
    void rows(Checksums left) {
        rows = left.rows() + " rows: " + left;
    }

    void add(Contestant contestant, Lap lap) {
        laps.computeIfAbsent(contestant, key -> new ArrayList<>()).add(lap);
    }

    /** Whatever its laps were, this contestant does not count. */
    void disqualify(Contestant contestant, String reason) {
        disqualified.putIfAbsent(contestant, reason);
    }

    /** Medians as a Markdown table; the times are there for orientation, the ratios are the result. */
    String text() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "**%s**: %,d documents, %.0f MB; %.1f KB on average%n%n",
                set.label(),
                documents,
                bytes / BYTES_PER_MEGABYTE,
                bytes / 1e3 / documents));
        text.append("| contestant | time ÷ floor | time ÷ Millrace | seconds | documents/min | CPU s | server's CPU s")
                .append(" | peak MB |\n|---|---:|---:|---:|---:|---:|---:|---:|\n");
        double floor = seconds(FloorRun.ofFiles(2));
        double millrace = seconds(MillraceRun.of(2));
        laps.forEach((contestant, own) -> {
            if (!disqualified.containsKey(contestant)) {
                double seconds = median(own, Lap::seconds);
                text.append(String.format(
                        Locale.ROOT,
                        "| %s | %s | %s | %.1f | %,.0f | %.1f | %.1f | %.0f |%n",
                        contestant.name(),
                        ratio(seconds, floor),
                        ratio(seconds, millrace),
                        seconds,
                        documents * SECONDS_PER_MINUTE / seconds,
                        median(own, Lap::cpuSeconds),
                        median(own, Lap::serverCpuSeconds),
                        median(own, Lap::peakMegabytes)));
            }
        });
        text.append("\nAll of these that load left the same ").append(rows).append(".\n");
        disqualified.forEach((contestant, reason) -> text.append("\nDoes not count: ")
                .append(contestant.name())
                .append(", ")
                .append(reason)
                .append(".\n"));
        return text.toString();
    }

    private double seconds(Contestant contestant) {
        List<Lap> own = laps.get(contestant);
        return own == null || disqualified.containsKey(contestant) ? Double.NaN : median(own, Lap::seconds);
    }

    private static String ratio(double seconds, double base) {
        return Double.isNaN(base) ? "–" : String.format(Locale.ROOT, "%.2f", seconds / base);
    }

    static double median(List<Lap> laps, ToDoubleFunction<Lap> figure) {
        return median(laps.stream().mapToDouble(figure).toArray());
    }

    static double median(double... values) {
        double[] sorted = Arrays.stream(values).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Puts a text between the marks of a page. */
    static void write(Path page, String measured) throws IOException {
        String text = Files.readString(page, StandardCharsets.UTF_8);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException(page + ": has no " + BEGIN + " … " + END + " to write between; add both lines");
        }
        Files.writeString(
                page, text.substring(0, begin) + BEGIN + "\n" + measured.strip() + "\n" + text.substring(end));
    }
}
