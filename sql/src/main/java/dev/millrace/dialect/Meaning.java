package dev.millrace.dialect;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Explains a fault of a database to people.
 *
 * @param found what is wrong
 * @param advice what to do; empty if there is no general advice
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Meaning(String found, String advice) {
    public static final Meaning UNKNOWN = new Meaning("the database refused a statement", "");
    public static final Meaning NO_TABLE = new Meaning(
            "a table is not there, or the user may not see it", "'millrace check --against URL' says which");
    public static final Meaning NO_COLUMN =
            new Meaning("a column is not there", "'millrace check --against URL' says which");
    public static final Meaning TABLE_EXISTS = new Meaning(
            "a table of that name is there already, and the user may not see it", "have rights on it granted");
    public static final Meaning DISK_FULL =
            new Meaning("its disk is full", "make room, and give the same command again");
    public static final Meaning LOG_FULL =
            new Meaning("its log is full", "have the log backed up or given room, and give the same command again");
    public static final Meaning READ_ONLY =
            new Meaning("the database is read-only", "connect to the server that takes writes");
    public static final Meaning CANCELLED = new Meaning("the statement was cancelled or took too long", "");

    /** What to do about a lacking privilege of which nobody has said which one it is. */
    public static final String GRANT = "have it granted";

    /** @param what the privilege and its object, such as INSERT on item; null where that is not known */
    public static Meaning lackOfPrivilege(@Nullable String what) {
        return new Meaning("the user lacks a privilege" + (what == null ? "" : " (" + what + ")"), GRANT);
    }

    /**
     * A missing privilege that a server's message names.
     *
     * @param patterns each with two groups: the privilege and the object, either of which can be empty
     */
    public static Meaning lackOfPrivilege(@Nullable String message, List<Pattern> patterns) {
        for (Pattern pattern : patterns) {
            Matcher found = pattern.matcher(String.valueOf(message));
            if (found.find()) {
                String right = found.group(1);
                String object = found.group(2);
                return lackOfPrivilege(right + (right.isEmpty() || object.isEmpty() ? "" : " on ") + object);
            }
        }
        return lackOfPrivilege(null);
    }
}
