package dev.millrace.database.keys;

import dev.millrace.database.keys.KeyPlan.Key;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.ForeignKey;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows because of which a key, foreign key or index cannot be built.
 *
 * @param count how many keys occur more than once, or how many rows refer to a missing row; 0 where a value is too large
 */
record Violation(Key key, long count) {

    /** As text for the user. */
    String words() {
        if (count == 0) {
            return place() + " – a value is too large for a key or index";
        }
        return key.reference().isPresent()
                ? place() + " – " + count + (count == 1 ? " row refers" : " rows refer")
                        + " to rows that are not in table "
                        + key.reference().get().table()
                : place() + " – " + count + (count == 1 ? " key is" : " keys are") + " there more than once";
    }

    /** Where it is. */
    String place() {
        return "table " + key.table().name() + ", columns (" + String.join(", ", key.columns()) + ")";
    }

    /** A SELECT that counts what violates a key. */
    static String count(Dialect dialect, Key key) {
        return key.reference().isPresent()
                ? "SELECT COUNT(*) FROM " + key.table().qualified(dialect) + " t WHERE " + isOrphan(dialect, key)
                : "SELECT COUNT(*) FROM (" + repeatedKeys(dialect, key) + ") d";
    }

    /**
     * A SELECT of the rows, those with the same key one after the other.
     *
     * @param columns the columns of the rows, called t, that come before the key's columns
     * @param joins the text after the table in the FROM
     */
    String select(Dialect dialect, String columns, String joins) {
        String own = key.columns().stream()
                .map(column -> "t." + dialect.quote(column))
                .collect(Collectors.joining(", "));
        String from = key.table().qualified(dialect) + " t" + joins;
        if (key.reference().isPresent()) {
            from += " WHERE " + isOrphan(dialect, key);
        } else {
            String equal = key.columns().stream()
                    .map(column -> "t." + dialect.quote(column) + " = d." + dialect.quote(column))
                    .collect(Collectors.joining(" AND "));
            from += " JOIN (" + repeatedKeys(dialect, key) + ") d ON " + equal;
        }
        return "SELECT " + columns + ", " + own + " FROM " + from + " ORDER BY " + own;
    }

    /** A SELECT of the keys that more than one row has. */
    private static String repeatedKeys(Dialect dialect, Key key) {
        String columns = TableDefinition.list(dialect, key.columns());
        String noNull = key.columns().stream()
                .map(column -> dialect.quote(column) + " IS NOT NULL")
                .collect(Collectors.joining(" AND "));
        return "SELECT " + columns + " FROM " + key.table().qualified(dialect) + " WHERE " + noNull + " GROUP BY "
                + columns + " HAVING COUNT(*) > 1";
    }

    /** The condition for rows, called t, that refer to a missing row. */
    private static String isOrphan(Dialect dialect, Key key) {
        ForeignKey reference = key.reference().orElseThrow();
        List<String> conditions = new ArrayList<>();
        List<String> equal = new ArrayList<>();
        for (int i = 0; i < reference.columns().size(); i++) {
            String own = "t." + dialect.quote(reference.columns().get(i));
            conditions.add(own + " IS NOT NULL");
            equal.add("p." + dialect.quote(reference.tableColumns().get(i)) + " = " + own);
        }
        return String.join(" AND ", conditions)
                + " AND NOT EXISTS (SELECT 1 FROM "
                + dialect.qualified(key.table().schema(), reference.table()) + " p WHERE " + String.join(" AND ", equal)
                + ")";
    }
}
