package dev.millrace.source;

import java.util.Locale;

/** Tells what the user's {@code --from} names. */
public final class Sources {

    private Sources() {}

    /** Whether it is a JDBC URL; else it is a file, a directory or a glob. */
    public static boolean isDatabase(String from) {
        return from.strip().toLowerCase(Locale.ROOT).startsWith("jdbc:");
    }
}
