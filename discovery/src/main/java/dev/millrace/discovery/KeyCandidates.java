package dev.millrace.discovery;

import dev.millrace.discovery.DraftTable.Column;
import dev.millrace.summary.ValueSummary;
import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Pattern;

/** Finds columns that could be keys: they are called so, all rows have them, and as far as samples tell their values are unique. */
final class KeyCandidates {

    /** Characters of a key at most: SQL Server's keys have 900 bytes, and the parent's key is part of it. */
    private static final int LONGEST_KEY = 100;

    private static final Pattern ID_NAME = Pattern.compile(".*_(id|identifier|key|uuid|guid)");

    private KeyCandidates() {}

    /** Notes what may be the row's own part of the key, the best first. */
    static void find(DraftTable table, boolean isOfSchemaAlone) {
        for (Column column : table.columns) {
            ValueSummary values = column.shape.value;
            boolean isOfRow = column.shape.isWithin(table.item);
            Declared declared = column.shape.declared;
            DraftTable parent = table.parent;
            boolean isId = declared != null
                    && parent != null
                    && (column.required || declared.inKey && !isOfSchemaAlone)
                    && (declared.isId() || declared.isUniqueIn(parent.item));
            if (isId && isOfSchemaAlone && isOfRow && table.nested.isEmpty()) {
                table.candidates.add(column);
                continue;
            }
            boolean isName = isKeyName(table, plain(column.name));
            boolean unique = values != null && (table.parent != null || values.looksUnique());
            if (!table.union.isEmpty()
                    || values == null
                    || !isOfRow
                    || !isName && !isId
                    || !unique
                    || !table.nested.isEmpty()
                    || table.item.isAny()) {
                continue;
            }
            boolean fits = column.filled == table.rowCount()
                    && values.nothings().isEmpty()
                    && values.maxLength() <= LONGEST_KEY
                    && !values.severalLines()
                    && !column.joined
                    && isKeyType(column.type.asKey(values).type());
            if (fits && (table.rowCount() > 1 || isId)) {
                table.candidates.add(column);
            }
        }
        table.candidates.sort(Comparator.comparingInt(KeyCandidates::rank));
    }

    /**
     * Whether a name is one of keys. Within a parent few values are compared, so that a house number or a postal code may be unique by
     * chance: there it has to be an id, or the number of what the rows are.
     */
    private static boolean isKeyName(DraftTable table, String name) {
        if (!DraftNames.isOfKey(name)) {
            return false;
        }
        return table.parent == null
                || name.indexOf('_') < 0
                || ID_NAME.matcher(name).matches()
                || name.startsWith(DraftNames.snake(table.item.name.local()) + "_");
    }

    private static boolean isKeyType(String type) {
        return type.startsWith("varchar") || type.endsWith("int") || type.equals("integer") || type.equals("uuid");
    }

    /** A name as it is without what keeps it from being a word of SQL: {@code no_} is a number, as {@code no} is. */
    private static String plain(String name) {
        return name.endsWith("_") ? name.substring(0, name.length() - 1) : name;
    }

    /** The lower, the better. */
    private static int rank(Column column) {
        String name = plain(column.name).toLowerCase(Locale.ROOT);
        int rank = column.parts.size() * 10;
        Declared declared = column.shape.declared;
        if (declared != null && (declared.isId() || !declared.uniqueIn.isEmpty())) {
            return rank - 10;
        }
        if (name.equals("id") || name.equals("uuid") || name.equals("guid")) {
            rank -= 9;
        } else if (name.endsWith("_id") || name.endsWith("key") || name.endsWith("_no") || name.endsWith("number")) {
            rank -= 6;
        } else if (name.endsWith("name")) {
            rank += 5;
        }
        return rank;
    }
}
