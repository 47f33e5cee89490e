package dev.millrace.report;

import java.util.Locale;

/** Numbers of things, in words. */
final class Counted {

    private Counted() {}

    /** Such as {@code 1 table} and {@code 1,234 tables}. */
    static String of(long number, String thing) {
        return String.format(Locale.ROOT, "%,d %s%s", number, thing, number == 1 ? "" : "s");
    }
}
