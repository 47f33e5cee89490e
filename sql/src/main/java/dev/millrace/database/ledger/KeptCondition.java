package dev.millrace.database.ledger;

import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A condition of a table's rows, as one text: such as {@code "orders" 1 @status = 'open'}.
 *
 * @param table its name
 * @param set which row set, from 1; 0 for {@code nested}
 * @param text the condition
 */
record KeptCondition(String table, int set, String text) {

    private static final Pattern WRITTEN = Pattern.compile("\"((?:[^\"]|\"\")*+)\" (\\d{1,9}) (.*)", Pattern.DOTALL);

    String written() {
        return '"' + table.replace("\"", "\"\"") + "\" " + set + ' ' + text;
    }

    /**
     * What {@link #written} gave.
     *
     * @throws SQLException when it did not: somebody else has changed the ledger
     */
    static KeptCondition read(String written) throws SQLException {
        Matcher parts = WRITTEN.matcher(written);
        if (!parts.matches()) {
            throw new SQLException("the ledger holds a condition of rows that no run has written: " + written);
        }
        return new KeptCondition(
                parts.group(1).replace("\"\"", "\""), Integer.parseInt(parts.group(2)), parts.group(3));
    }
}
