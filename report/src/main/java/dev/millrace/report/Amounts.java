package dev.millrace.report;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes numbers for people, on screens and pages alike. */
public final class Amounts {

    private static final double MEGA = 1_000_000;

    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    private Amounts() {}

    /** {@code 1,234,567}. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1,234,567}, or {@code 12.3} below a hundred. */
    public static String rate(double perUnit) {
        return perUnit < 99.95 ? String.format(Locale.ROOT, "%.1f", perUnit) : count(Math.round(perUnit));
    }

    /** {@code 1,234}, or {@code 12.3} where it is not whole and below a hundred. */
    public static String figure(double number) {
        return number == Math.rint(number) ? count(Math.round(number)) : rate(number);
    }

    /** {@code 1 document}, {@code 2 documents}. */
    public static String count(long number, String noun) {
        return count(number) + " " + noun + (number == 1 ? "" : "s");
    }

    /** In megabytes of a million bytes, the unit of disks and networks. */
    public static String megabytes(double bytes) {
        return String.format(Locale.ROOT, "%,.1f MB", bytes / MEGA);
    }

    /** {@code 0 s}, {@code 0.42 s}, {@code 12.3 s}, {@code 4 min 05 s}, {@code 2 h 03 min}. */
    public static String duration(double seconds) {
        if (seconds == 0) {
            return "0 s";
        }
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.2f s", seconds);
        }
        if (seconds < 99.95) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 3600
                ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
    }

    /** {@code 4:05} or {@code 2:03:15}: for times that change on the screen. */
    public static String clock(double seconds) {
        long whole = Math.round(seconds);
        return whole < 3600
                ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole % 3600 / 60, whole % 60);
    }

    /** {@code 2026-11-30 23:15:00}, in the zone of who looks at it; programs are told in UTC. */
    public static String moment(Instant instant) {
        return MOMENT.format(instant.atZone(ZoneId.systemDefault()));
    }

    /** {@code 37 %}. */
    public static String percent(double share) {
        return Math.round(share * 100) + " %";
    }
}
