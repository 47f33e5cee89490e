package dev.millrace.dialect.mariadb;

import dev.millrace.dialect.Meaning;
import dev.millrace.dialect.Refusal;
import dev.millrace.dialect.RefusedValueException;
import dev.millrace.dialect.SqlFault;
import dev.millrace.dialect.SqlStates;
import dev.millrace.dialect.TrustFault;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What error numbers and texts of MariaDB and MySQL mean. The texts hold values before names, so names are looked for at the end. */
final class MariaDbFaults {
    private static final int SERVER_GONE = 2006;
    /** The server takes no log-in without TLS. */
    private static final int INSECURE_TRANSPORT = 3159;

    private static final int CONNECTION_LOST = 2013;

    /** The class of states for triggers that SIGNAL, with any number. */
    private static final String SIGNALLED = "45";

    private static final Pattern ROW = Pattern.compile("at row (\\d{1,18})$");
    /** "… for column 'a' at row 1" and, in some messages, with database and table. */
    private static final Pattern COLUMN = Pattern.compile(
            ".* (?:for|NULL) column (?:`.*`\\.)?[`'](.+)[`'] at row \\d+$|^Column '(.+)' cannot be null$"
                    + "|.* NOT NULL column '(.+)' at row \\d+$|^Field '(.+)' doesn't have a default value$",
            Pattern.DOTALL);

    private static final Pattern CONSTRAINT = Pattern.compile(
            ".* for key '(.+)'$|.*\\(`.*`, CONSTRAINT `(.+?)` FOREIGN KEY .*|^CONSTRAINT `(.+)` failed for .*"
                    + "|^Check constraint '(.+)' is violated.?$",
            Pattern.DOTALL);
    /** What the driver puts before the server's text. */
    private static final Pattern DRIVER = Pattern.compile("^\\(conn=\\d+\\) ");

    private static final Pattern STORE_UNREAD =
            Pattern.compile("Failed to find serverSslCert file|Failed load keyStore");

    private static final List<Pattern> DENIED = List.of(
            Pattern.compile("^([A-Z, ]+) command denied to user .* for table (.+)$"),
            Pattern.compile("^([A-Z, ]+) command denied to user .* for column '.*' in table ('.+')$"),
            Pattern.compile("at least one of\\) the ([A-Z, ]+) privilege\\(s\\)()"));

    private MariaDbFaults() {}

    static Optional<TrustFault> trustFault(SQLException fault) {
        String message = String.valueOf(fault.getMessage());
        if (fault.getErrorCode() == INSECURE_TRANSPORT) {
            return Optional.of(TrustFault.TLS_WANTED);
        }
        if (message.contains("ssl not enabled in the server")) {
            return Optional.of(TrustFault.NO_TLS);
        }
        if (message.contains("GSS-API authentication exception")) {
            return Optional.of(TrustFault.NO_TICKET);
        }
        Optional<TrustFault> found = TrustFault.of(fault);
        return found.isEmpty() && STORE_UNREAD.matcher(message).find() ? Optional.of(TrustFault.TRUST_STORE) : found;
    }

    static boolean isLackOfPrivilege(int error) {
        switch (error) {
            case 1044: // a database
            case 1142: // a table
            case 1143: // a column
            case 1227: // of the server
            case 1370: // a routine
                return true;
            default:
                return false;
        }
    }

    static Meaning meaning(SQLException fault) {
        int error = fault.getErrorCode();
        if (isLackOfPrivilege(error)) {
            return Meaning.lackOfPrivilege(
                    DRIVER.matcher(String.valueOf(fault.getMessage())).replaceFirst(""), DENIED);
        }
        switch (error) {
            case 1050:
                return Meaning.TABLE_EXISTS;
            case 1051:
            case 1146:
                return Meaning.NO_TABLE;
            case 1054:
                return Meaning.NO_COLUMN;
            case 3:
            case 1021:
            case 1114:
                return Meaning.DISK_FULL;
            case 3019:
                return Meaning.LOG_FULL;
            case 1290: // by an option
            case 1792: // the transaction
            case 1836: // the server
                return Meaning.READ_ONLY;
            case 1317:
            case 1969:
            case 3024:
                return Meaning.CANCELLED;
            default:
                return SqlStates.meaning(fault.getSQLState());
        }
    }

    static SqlFault classify(SQLException fault) {
        SqlFault meaning = classify(fault.getErrorCode());
        if (meaning != SqlFault.FATAL) {
            return meaning;
        }
        String state = String.valueOf(fault.getSQLState());
        if (state.startsWith("08")) {
            return SqlFault.CONNECTION;
        }
        if (state.startsWith("22")) {
            return SqlFault.VALUE;
        }
        if (state.startsWith("23") || state.startsWith(SIGNALLED)) {
            return SqlFault.CONSTRAINT;
        }
        return state.startsWith("28") ? SqlFault.LOGIN : SqlFault.FATAL;
    }

    /** What an error number means for the run. */
    private static SqlFault classify(int error) {
        switch (error) {
            case 1020: // a row has changed since it was read, with snapshot isolation
            case 1205: // lock wait time-out
            case 1213: // deadlock
            case 1317: // cancelled by an administrator
            case 1614: // deadlock, in a distributed transaction
            case 1969: // longer than max_statement_time
            case 3024: // MySQL's max_execution_time
                return SqlFault.TRANSIENT;
            case 1040: // too many connections
            case 1047: // a node of a cluster is not ready
            case 1053: // shutdown
            case 1158: // the network's errors
            case 1159:
            case 1160:
            case 1161:
            case 1203: // too many connections of the user
            case 1927: // connection killed
            case SERVER_GONE:
            case CONNECTION_LOST:
                return SqlFault.CONNECTION;
            case 1022:
            case 1062:
            case 1586:
                return SqlFault.DUPLICATE_KEY;
            case 1216:
            case 1217:
            case 1451:
            case 1452:
                return SqlFault.FOREIGN_KEY;
            case 1048: // NULL in a NOT NULL column
            case 1263:
            case 1364:
            case 1369: // a view's CHECK OPTION
            case 1526: // no partition for the row
            case 1644: // a trigger's SIGNAL
            case 3819: // MySQL's CHECK
            case 4025: // MariaDB's CHECK
            case 4035: // and that of its type json, on the way
            case 4036:
            case 4037:
            case 4038:
            case 4039:
            case 4040:
                return SqlFault.CONSTRAINT;
            case 1118: // a row too large for a page
            case 1153: // larger than a packet may be
            case 1264:
            case 1265:
            case 1292:
            case 1300: // not in the column's character set
            case 1301: // larger than max_allowed_packet
            case 1365: // a division by zero, in a check or a generated column
            case 1366:
            case 1367:
            case 1406:
            case 1411:
            case 1441: // a date beyond what there is
            case 1525:
            case 1690:
            case 1713: // larger than the undo log can hold
            case 3140: // MySQL's JSON
            case 3141:
            case 3157: // with levels too many
                return SqlFault.VALUE;
            case 1044: // not this database
            case 1045:
            case 1251: // an authentication that the driver does not know
            case 1698:
                return SqlFault.LOGIN;
            default:
                return SqlFault.FATAL;
        }
    }

    /** Whether it is a full disk, too little memory or a damaged file. */
    static boolean isOfStorage(int error) {
        switch (error) {
            case 3: // writing a file
            case 1021: // disk full
            case 1026:
            case 1034:
            case 1037: // out of memory
            case 1038:
            case 1041:
            case 1114: // the tablespace is full
            case 1877: // corrupted
            case 3019: // MySQL's redo log is out of space
                return true;
            default:
                return false;
        }
    }

    /** The SQL state of an error whose number alone is known. */
    static String state(int error) {
        switch (classify(error)) {
            case DUPLICATE_KEY:
            case FOREIGN_KEY:
            case CONSTRAINT:
                return "23000";
            case VALUE:
                return RefusedValueException.STATE;
            default:
                return "HY000";
        }
    }

    /** The row that a text points to, from 0; -1 if it does not. */
    static long row(String message) {
        Matcher row = ROW.matcher(message);
        return row.find() ? Long.parseLong(row.group(1)) - 1 : -1;
    }

    /** Column and constraint in the server's text. */
    static Refusal refusal(String message) {
        String text = DRIVER.matcher(message).replaceFirst("");
        return new Refusal(name(COLUMN, text), name(CONSTRAINT, text));
    }

    private static @Nullable String name(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        if (!found.matches()) {
            return null;
        }
        String name = null;
        for (int group = 1; group <= found.groupCount() && name == null; group++) {
            name = found.group(group);
        }
        return name;
    }
}
