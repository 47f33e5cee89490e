package dev.millrace.report;

import java.util.Locale;

/** Writes figures for people. */
final class Amount {

    private Amount() {}

    /** {@code 1,234,567}, or {@code 12.3} below a hundred that is not whole. */
    static String of(double number) {
        boolean whole = number == Math.rint(number);
        return String.format(Locale.ROOT, number < 99.95 && !whole ? "%.1f" : "%,.0f", number);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 0.42 s}, {@code 4 min 05 s}, {@code 2 h 03 min}. */
    static String seconds(double seconds) {
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

    /** In megabytes of a million bytes. */
    static String megabytes(double bytes) {
        return String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
    }

    static String percent(double share) {
        return Math.round(share * 100) + " %";
    }
}
