package dev.millrace.dialect.sqlserver;

import dev.millrace.dialect.Meaning;
import dev.millrace.dialect.Refusal;
import dev.millrace.dialect.RefusedValueException;
import dev.millrace.dialect.SqlFault;
import dev.millrace.dialect.TrustFault;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.List;
import java.util.MissingResourceException;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What SQL Server's error numbers mean. The texts hold values; only names are taken from them, and only from known places. */
final class SqlServerFaults {
    private static final int CANNOT_OPEN_DATABASE = 4060;
    /** Also of {@code USE}, by which the driver asks Babelfish for one. */
    private static final int NO_SUCH_DATABASE = 911;

    private static final int NULL_IN_COLUMN = 515;
    private static final int CONSTRAINT_CONFLICT = 547;
    private static final int DUPLICATE_IN_INDEX = 2601;
    private static final int DUPLICATE_IN_CONSTRAINT = 2627;
    private static final int TEXT_TOO_LONG = 2628;
    /** Babelfish's number for each fault of PostgreSQL that SQL Server does not know; the text alone tells which. */
    private static final int POSTGRESQL = 33_557_097;
    /** From here on they are those of RAISERROR and THROW: of triggers. */
    private static final int FIRST_OF_USERS = 50_000;

    private static final int FIRST_OF_XML = 9_400;
    private static final int LAST_OF_XML = 9_499;

    /** Also Babelfish's, whose texts are those of PostgreSQL. */
    private static final Pattern CONFLICT = Pattern.compile("constraint \"([^\"]+)\"");

    private static final Pattern CONSTRAINT = Pattern.compile(
            "^(?:Violation of [A-Z ]+ constraint '|duplicate key value violates unique constraint \")([^'\"]+)");
    private static final Pattern UNKNOWN_HOST = Pattern.compile(
            "(\\S+?)(?:: (?:Name or service not known|No such host is known"
                    + "|nodename nor servname provided|Temporary failure in name resolution|No address associated).*)?");

    private static final Pattern CONNECTION_ID = Pattern.compile("\\s*ClientConnectionId:.*", Pattern.DOTALL);

    private static final List<Pattern> DENIED = List.of(
            Pattern.compile("^The ([A-Z ]+) permission was denied on the [a-z ]+ '([^']+)'"),
            Pattern.compile("^([A-Z ]+) permission denied in database()"),
            Pattern.compile(
                    "^permission denied for ()(?:materialized |foreign )?[a-z]+ (.+?)(?: ClientConnectionId.*)?$"));

    /** Of a query that took too long or was cancelled: the driver's, and ODBC's. */
    private static final Set<String> TIMED_OUT = Set.of("HY008", "HYT00");

    private static final Pattern FOREIGN_KEY = Pattern.compile("FOREIGN KEY|violates foreign key constraint");
    private static final Pattern INDEX = Pattern.compile("with unique index '([^']+)'\\.");
    private static final Pattern NULL_COLUMN = Pattern.compile(
            "(?:the value NULL into column '|^null value in column \")([^'\"]+)(?:', table '|\" of relation )");
    private static final Pattern LONG_COLUMN = Pattern.compile(", column '([^']+)'\\. Truncated value: '");

    private static final Pattern PASSING =
            Pattern.compile("^(?:could not serialize access|deadlock detected|canceling statement due to lock timeout"
                    + "|could not obtain lock|tuple concurrently updated)");
    /** After the last of these, a copy's last packet was left unread: the connection's answers are no longer those asked for. */
    private static final Pattern ENDED = Pattern.compile("^(?:terminating connection|the database system is )"
            + "|\\(BulkLoadBCP\\) protocol stream is incorrect\\. unexpected token");

    private static final Pattern DONE_STATUS =
            Pattern.compile("^An error occurred during the current command \\(Done status \\d+\\)\\. ");
    /** A full disk, no memory, or a statement that does not fit what is there. */
    private static final Pattern OF_POSTGRESQL =
            Pattern.compile("^(?:(?:relation|column|schema) .* does not exist|could not [a-z]+ file|out of memory)"
                    + "|No space left on device");

    private static final Pattern UNFIT = Pattern.compile("\\(BulkLoadBCP\\) protocol stream is incorrect"
            + "|^(?:numeric field overflow|value too long|invalid input syntax"
            + "|invalid byte sequence|(?:date|time|timestamp|date/time field value) out of range|index row )"
            + "| out of range(?: for type|$)");

    private SqlServerFaults() {}

    /** One exception's meaning, without its causes. */
    static SqlFault classify(SQLException fault) {
        if (fault instanceof RefusedValueException) {
            return SqlFault.VALUE;
        }
        SqlFault meaning = ofNumber(fault);
        if (meaning != SqlFault.FATAL) {
            return meaning;
        }
        String state = String.valueOf(fault.getSQLState());
        if (TIMED_OUT.contains(state) || fault instanceof SQLTimeoutException) {
            return SqlFault.TRANSIENT;
        }
        return state.startsWith("08") ? SqlFault.CONNECTION : SqlFault.FATAL;
    }

    static Meaning meaning(SQLException fault) {
        if (isLackOfPrivilege(fault)) {
            return Meaning.lackOfPrivilege(fault.getMessage(), DENIED);
        }
        switch (fault.getErrorCode()) {
            case 207:
                return Meaning.NO_COLUMN;
            case 208:
                return Meaning.NO_TABLE;
            case 2714:
                return Meaning.TABLE_EXISTS;
            case 1101:
            case 1104:
            case 1105:
            case 3257:
            case 5149:
                return Meaning.DISK_FULL;
            case 9002:
                return Meaning.LOG_FULL;
            case 40544:
            case 40549:
            case 40552:
                return new Meaning("the database has reached the size that Azure gives it", "have it made larger");
            case 3906:
                return Meaning.READ_ONLY;
            default:
                String state = String.valueOf(fault.getSQLState());
                return TIMED_OUT.contains(state) || fault instanceof SQLTimeoutException
                        ? Meaning.CANCELLED
                        : Meaning.UNKNOWN;
        }
    }

    static Refusal refusal(SQLException fault) {
        for (Throwable link = fault; link != null; link = link.getCause()) {
            if (link instanceof SQLException) {
                Refusal refusal = refusal((SQLException) link, String.valueOf(link.getMessage()));
                if (!refusal.equals(Refusal.UNKNOWN)) {
                    return refusal;
                }
            }
        }
        return Refusal.UNKNOWN;
    }

    static boolean isLackOfPrivilege(SQLException fault) {
        switch (fault.getErrorCode()) {
            case 229: // on an object
            case 230:
            case 262: // CREATE TABLE
            case 2760: // on a schema, or there is none
            case 15247:
                return true;
            default:
                return fault.getErrorCode() == POSTGRESQL
                        && postgreSqlMessage(fault).startsWith("permission denied");
        }
    }

    /** Whether it is a full disk, file or log, damaged data, or a statement that does not fit what is there. */
    static boolean isOfTheDatabase(SQLException fault) {
        if (isLackOfPrivilege(fault)) {
            return true;
        }
        switch (fault.getErrorCode()) {
            case 102: // syntax
            case 207: // no such column
            case 208: // no such table
            case 213: // other columns
            case 271: // a computed column
            case 544: // an identity column
            case 545:
            case 823: // the operating system's error
            case 824:
            case 825:
            case 1101: // no space in a file
            case 1104:
            case 1105:
            case 3257:
            case 3906: // read-only
            case 5149:
            case 9002: // the log is full
            case 40544: // Azure: the database has reached its size
            case 40549:
            case 40552:
                return true;
            default:
                return fault.getErrorCode() == POSTGRESQL
                        && OF_POSTGRESQL.matcher(postgreSqlMessage(fault)).find();
        }
    }

    static Optional<TrustFault> trustFault(SQLException fault) {
        String message = String.valueOf(fault.getMessage());
        if (says(message, "R_sslRequiredNoServerSupport")) {
            return Optional.of(TrustFault.NO_TLS);
        }
        if (says(message, "R_sslRequiredByServer")) {
            return Optional.of(TrustFault.TLS_WANTED);
        }
        if (says(message, "R_notConfiguredForIntegrated")) {
            return Optional.of(TrustFault.NO_NATIVE_LIBRARY);
        }
        if (says(message, "R_MSALMissing")) {
            return Optional.of(TrustFault.NO_LIBRARY);
        }
        Optional<TrustFault> found = TrustFault.of(fault);
        if (found.isEmpty()) {
            for (Throwable link = fault; link != null; link = link.getCause()) {
                if (link instanceof CertificateException) {
                    return Optional.of(
                            says(String.valueOf(link.getMessage()), "R_certNameFailed")
                                    ? TrustFault.OTHER_NAME
                                    : TrustFault.UNTRUSTED);
                }
            }
        }
        return found;
    }

    /** Without the driver's number for the connection, and its advice on hosts and firewalls. */
    static String shortened(String message) {
        String words = CONNECTION_ID.matcher(message).replaceFirst("");
        String advice = text("R_tcpOpenFailed");
        int end = words.indexOf(advice.substring(advice.indexOf('}') + 1));
        if (advice.isEmpty() || end < 0) {
            return words;
        }
        String reason = words.substring(words.lastIndexOf('"', end) + 1, end);
        // Of a host that nobody knows, Java says nothing but its name, or adds the words of the operating system.
        Matcher unknown = UNKNOWN_HOST.matcher(reason);
        return unknown.matches() ? "unknown host " + unknown.group(1) : reason;
    }

    /** Whether a message is one of the driver's own. */
    private static boolean says(String message, String key) {
        String text = text(key);
        int place = text.indexOf('{');
        return !text.isEmpty()
                && message.contains(place < 0 ? text : text.substring(0, place).replace("''", "'"));
    }

    /** The driver's words, which are in the language of the machine; empty if it has none. */
    private static String text(String key) {
        try {
            return ResourceBundle.getBundle("com.microsoft.sqlserver.jdbc.SQLServerResource")
                    .getString(key);
        } catch (MissingResourceException e) {
            return "";
        }
    }

    static boolean isNoDatabase(SQLException fault) {
        return fault.getErrorCode() == CANNOT_OPEN_DATABASE || fault.getErrorCode() == NO_SUCH_DATABASE;
    }

    private static SqlFault ofNumber(SQLException fault) {
        int number = fault.getErrorCode();
        switch (number) {
            case 1204: // no locks left
            case 1205: // deadlock victim
            case 1222: // lock time-out
            case 701: // no memory
            case 802:
            case 845: // latch time-out
            case 8628:
            case 8645: // no memory for the query in time
            case 8651:
            case 3960: // snapshot conflicts
            case 3961:
            case 41301: // and those of memory-optimized tables
            case 41302:
            case 41305:
            case 41325:
            case 41839:
                return SqlFault.TRANSIENT;
            case 64: // the network
            case 121:
            case 233:
            case 10053:
            case 10054:
            case 10060:
            case 10061:
            case 596: // killed
            case 6005: // shutting down
            case 6006:
            case 921: // recovering
            case 922:
            case 976: // the other replica took over
            case 983:
            case 18401: // being upgraded
            case 10928: // Azure: too busy, or moving
            case 10929:
            case 40143:
            case 40197:
            case 40501:
            case 40540:
            case 40613:
            case 42108:
            case 42109:
            case 49918:
            case 49919:
            case 49920:
                return SqlFault.CONNECTION;
            case DUPLICATE_IN_INDEX:
            case DUPLICATE_IN_CONSTRAINT:
            case 1505: // found when the index was made
                return SqlFault.DUPLICATE_KEY;
            case CONSTRAINT_CONFLICT:
                // The kind is an argument of the message, the same in every language; on Babelfish a word of it.
                return FOREIGN_KEY.matcher(String.valueOf(fault.getMessage())).find()
                        ? SqlFault.FOREIGN_KEY
                        : SqlFault.CONSTRAINT;
            case NULL_IN_COLUMN:
            case 550: // a view's CHECK OPTION
            case 3609: // a trigger ended the transaction
            case 3616:
                return SqlFault.CONSTRAINT;
            case TEXT_TOO_LONG:
            case 8152:
            case 220: // overflow
            case 232:
            case 8115:
            case 241: // no date
            case 242:
            case 295:
            case 296:
            case 517:
            case 245: // no number
            case 8114:
            case 8134: // a division by zero, in a check or a computed column
            case 8169: // no uniqueidentifier
            case 8170:
            case 8023: // no float
            case 511: // too large a row
            case 1946: // too large a key
            case 4815: // bulk copy: a length, a type
            case 4816:
            case 4817:
            case 7339:
                return SqlFault.VALUE;
            case 18452:
            case 18456:
            case 18470: // disabled
            case 18486: // locked
            case 18487: // expired
            case 18488:
            case CANNOT_OPEN_DATABASE:
            case NO_SUCH_DATABASE:
            case 4062:
            case 4064:
            case 916:
            case 40532:
            case 40615: // Azure: the firewall
                return SqlFault.LOGIN;
            case POSTGRESQL:
                return ofPostgreSql(postgreSqlMessage(fault));
            default:
                break;
        }
        if (number >= FIRST_OF_USERS) {
            return SqlFault.CONSTRAINT;
        }
        return number >= FIRST_OF_XML && number <= LAST_OF_XML ? SqlFault.VALUE : SqlFault.FATAL;
    }

    /** Without what the driver puts before it where a statement has parameters. */
    private static String postgreSqlMessage(SQLException fault) {
        return DONE_STATUS.matcher(String.valueOf(fault.getMessage())).replaceFirst("");
    }

    private static SqlFault ofPostgreSql(String message) {
        if (PASSING.matcher(message).find()) {
            return SqlFault.TRANSIENT;
        }
        if (ENDED.matcher(message).find()) {
            return SqlFault.CONNECTION;
        }
        return UNFIT.matcher(message).find() ? SqlFault.VALUE : SqlFault.FATAL;
    }

    private static Refusal refusal(SQLException fault, String message) {
        switch (fault.getErrorCode()) {
            case CONSTRAINT_CONFLICT:
                return new Refusal(null, find(CONFLICT, message));
            case DUPLICATE_IN_CONSTRAINT:
                return new Refusal(null, find(CONSTRAINT, message));
            case DUPLICATE_IN_INDEX:
                return new Refusal(null, find(INDEX, message));
            case NULL_IN_COLUMN:
                return new Refusal(find(NULL_COLUMN, message), null);
            case TEXT_TOO_LONG:
                return new Refusal(find(LONG_COLUMN, message), null);
            default:
                return Refusal.UNKNOWN;
        }
    }

    private static @Nullable String find(Pattern name, String message) {
        Matcher found = name.matcher(message);
        return found.find() ? found.group(1) : null;
    }
}
