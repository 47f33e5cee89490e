package dev.millrace.dialect;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** Searches the chains of a fault: the exception that says most may be a cause or a next exception. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class SqlStates {
    /** Chains are short. The limit is for one with a cycle. */
    private static final int LONGEST_CHAIN = 20;

    private SqlStates() {}

    /** The first meaning in the chain of causes and next exceptions other than FATAL. */
    public static SqlFault classify(SQLException fault, Function<SQLException, SqlFault> one) {
        return classify(fault, one, LONGEST_CHAIN);
    }

    /** The SQL exceptions of a chain of causes. */
    public static Stream<SQLException> links(SQLException fault) {
        List<SQLException> links = new ArrayList<>();
        Throwable link = fault;
        for (int left = LONGEST_CHAIN; link != null && left > 0; left--) {
            if (link instanceof SQLException sql) {
                links.add(sql);
            }
            link = link.getCause();
        }
        return links.stream();
    }

    /** The first meaning in the chain that is known. */
    public static Meaning meaning(SQLException fault, Function<SQLException, Meaning> one) {
        return links(fault)
                .map(one)
                .filter(meaning -> !meaning.equals(Meaning.UNKNOWN))
                .findFirst()
                .orElse(Meaning.UNKNOWN);
    }

    /** What a state means, where that is the same in all databases. */
    public static Meaning meaning(@Nullable String state) {
        switch (state == null || state.length() != 5 ? "" : state) {
            case "42501":
                return Meaning.lackOfPrivilege(null);
            case "42P01":
            case "42S02":
                return Meaning.NO_TABLE;
            case "42P07":
            case "42S01":
                return Meaning.TABLE_EXISTS;
            case "42703":
            case "42S22":
                return Meaning.NO_COLUMN;
            case "25006":
                return Meaning.READ_ONLY;
            case "53100":
                return Meaning.DISK_FULL;
            case "53200":
                return new Meaning("it is out of memory", "");
            case "90028": // H2's
            case "90031":
                return new Meaning("its file cannot be read or written", "");
            case "57014":
            case "HYT00":
                return Meaning.CANCELLED;
            default:
                return Meaning.UNKNOWN;
        }
    }

    /** Whether the operating system says that the disk is full. Databases in a file pass its text on, without a SQL state. */
    public static boolean saysDiskIsFull(SQLException fault) {
        Throwable link = fault;
        for (int left = LONGEST_CHAIN; link != null && left > 0; left--) {
            String message = String.valueOf(link.getMessage());
            // SQLite's write-ahead log needs an index; without room for that, the log cannot be opened.
            if (message.contains("No space left on device")
                    || message.startsWith("[SQLITE_FULL]")
                    || message.startsWith("[SQLITE_IOERR_SHMSIZE]")) {
                return true;
            }
            link = link.getCause();
        }
        return false;
    }

    /** Whether it is the disk, the memory, the operating system, damaged data, or a statement that does not fit what is there. */
    public static boolean isOfTheDatabase(SQLException fault) {
        String state = String.valueOf(fault.getSQLState());
        return state.startsWith("42")
                || state.startsWith("53")
                || state.startsWith("58")
                || state.startsWith("0A")
                || state.equals("XX001")
                || state.equals("XX002")
                || saysDiskIsFull(fault);
    }

    private static SqlFault classify(Throwable fault, Function<SQLException, SqlFault> one, int left) {
        if (left == 0) {
            return SqlFault.FATAL;
        }
        SqlFault meaning = fault instanceof SQLException sQLException ? one.apply(sQLException) : SqlFault.FATAL;
        if (meaning == SqlFault.FATAL && fault instanceof SQLException sQLException) {
            SQLException next = sQLException.getNextException();
            meaning = next == null ? meaning : classify(next, one, left - 1);
        }
        if (meaning == SqlFault.FATAL && fault.getCause() != null) {
            meaning = classify(fault.getCause(), one, left - 1);
        }
        return meaning;
    }
}
