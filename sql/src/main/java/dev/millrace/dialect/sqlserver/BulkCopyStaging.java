package dev.millrace.dialect.sqlserver;

import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.dialect.TableDefinition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A temporary table into which rows are copied, and the statements that move them into the target. Its columns have names of their own
 * ({@code c1} …), and types that need no conversion of what a bulk copy sends: servers differ in what a bulk copy converts, but not in what
 * a CAST does.
 *
 * @param table the temporary table
 * @param prepare creates it, or empties it
 * @param drop drops it
 * @param moves the statements that move its rows into the target, in order; their counts add up to the number of rows
 * @param ordinal the column with the order of writing, behind all others
 */
record BulkCopyStaging(String table, String prepare, String drop, List<String> moves, String ordinal) {
    private static final String ORDINAL = "ordinal";
    /** How many lengths the names of columns can have. */
    private static final int FORMS = 8;

    private static final String PLACE = "place";

    /**
     * Of several rows of a load with the same key, the first or the last one is kept, as if they were inserted one by one. The locks keep
     * other sessions from inserting a key between the check and the insert. MERGE is not used, since it takes no such locks by itself.
     *
     * @param columns of the target, in the order of its definition
     * @param form a number that changes the length of the columns' names, and so the length of what is sent: {@link BulkCopy}
     */
    static BulkCopyStaging of(
            SqlServer dialect,
            TableDefinition target,
            List<BulkCopyColumn> columns,
            OnDuplicate onDuplicate,
            int form) {
        String ordinal = ORDINAL.repeat(1 + Math.floorMod(form, FORMS));
        String into = target.qualified(dialect);
        // Different for each table of a session, and needs no quotes.
        String staging = "#millrace_"
                + UUID.nameUUIDFromBytes(into.getBytes(StandardCharsets.UTF_8))
                        .toString()
                        .replace('-', '_');
        List<String> made = new ArrayList<>();
        List<String> read = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            String name = column(i);
            String value = columns.get(i).unstaged(dialect, name);
            made.add(columns.get(i).staged(dialect) + " AS " + name);
            read.add(value.equals(name) ? name : value + " AS " + name);
        }
        String prepare = "IF OBJECT_ID(N'tempdb.." + staging + "') IS NULL SELECT TOP (0) " + String.join(", ", made)
                + ", CAST(0 AS int) AS " + ordinal + " INTO " + staging + " FROM " + into + " ELSE TRUNCATE TABLE "
                + staging;
        String rows = "(SELECT " + String.join(", ", read) + ", " + ordinal + " FROM " + staging + ")";
        String drop = "IF OBJECT_ID(N'tempdb.." + staging + "') IS NOT NULL DROP TABLE " + staging;
        return new BulkCopyStaging(staging, prepare, drop, moves(dialect, target, rows, ordinal, onDuplicate), ordinal);
    }

    /** The name of a column of the temporary table. */
    static String column(int index) {
        return "c" + (index + 1);
    }

    private static List<String> moves(
            SqlServer dialect, TableDefinition target, String rows, String ordinal, OnDuplicate onDuplicate) {
        String into = target.qualified(dialect);
        List<String> key = new ArrayList<>();
        List<String> same = new ArrayList<>();
        List<String> updates = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < target.columns().size(); i++) {
            String name = target.columns().get(i).name();
            values.add("s." + column(i));
            if (target.key().columns().contains(name)) {
                key.add("r." + column(i));
                same.add("t." + dialect.quote(name) + " = s." + column(i));
            } else {
                updates.add(dialect.quote(name) + " = s." + column(i));
            }
        }
        String insert = "INSERT INTO " + into + " (" + target.columnList(dialect) + ") SELECT "
                + String.join(", ", values) + " FROM ";
        if (onDuplicate == OnDuplicate.REJECT) {
            return List.of(insert + rows + " s");
        }
        boolean keep = onDuplicate == OnDuplicate.KEEP_FIRST || updates.isEmpty();
        String ranked = "(SELECT r.*, ROW_NUMBER() OVER (PARTITION BY " + String.join(", ", key) + " ORDER BY r."
                + ordinal + (keep ? "" : " DESC") + ") AS " + PLACE + " FROM " + rows + " r) s";
        String matches = String.join(" AND ", same);
        List<String> moves = new ArrayList<>();
        if (!keep) {
            moves.add("UPDATE t SET " + String.join(", ", updates) + " FROM " + into
                    + " t WITH (UPDLOCK, HOLDLOCK) JOIN " + ranked + " ON " + matches + " WHERE s." + PLACE + " = 1");
        }
        moves.add(insert + ranked + " WHERE s." + PLACE + " = 1 AND NOT EXISTS (SELECT 1 FROM " + into
                + " t WITH (UPDLOCK, HOLDLOCK) WHERE " + matches + ")");
        return moves;
    }
}
