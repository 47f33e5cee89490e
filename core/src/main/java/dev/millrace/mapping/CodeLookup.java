package dev.millrace.mapping;

import dev.millrace.contract.CodeTable;
import dev.millrace.contract.NarrowColumn;
import dev.millrace.contract.SqlType;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A code table for one column: its codes have been converted to the column's type. Owned by one worker. */
final class CodeLookup {

    /** What {@link #find} gives for a text that the table does not hold and that is not allowed. */
    static final Object UNKNOWN = new Object();

    /** What {@link #find} gives for a text that the table does not hold and that stays as it is. */
    static final Object KEEP = new Object();

    private static final Object NULL_CODE = new Object();

    private final Map<String, Object> exact = new HashMap<>();
    /** By lower-case text; empty unless case is ignored. */
    private final Map<String, Object> ignoringCase = new HashMap<>();

    private final String name;
    private final Object otherwise;
    private final boolean ignoreCase;
    private boolean isOther;

    /** @throws IllegalArgumentException when a code is not of the column's type */
    CodeLookup(CodeTable table, SqlType type, @Nullable NarrowColumn narrow) {
        name = table.name();
        ignoreCase = table.ignoreCase();
        for (Map.Entry<String, @Nullable String> entry : table.entries().entrySet()) {
            Object code = code(type, narrow, entry.getValue());
            exact.put(entry.getKey(), code);
            if (ignoreCase) {
                ignoringCase.putIfAbsent(entry.getKey().toLowerCase(Locale.ROOT), code);
            }
        }
        otherwise = switch (table.otherwise()) {
            case NULL -> NULL_CODE;
            case VALUE -> code(type, narrow, table.otherwiseValue());
            case REJECT -> UNKNOWN;
            case KEEP -> KEEP;
        };
    }

    private static Object code(SqlType type, @Nullable NarrowColumn narrow, @Nullable String code) {
        if (code == null) {
            return NULL_CODE;
        }
        return narrow == null
                ? type.parseLiteral(code)
                : Narrowing.held(narrow.contractType().parseLiteral(code), narrow);
    }

    /** The table's name in the contract. */
    String name() {
        return name;
    }

    /** Whether the table has an entry for "", which is what blank and missing values are then. */
    boolean hasBlank() {
        return exact.containsKey("");
    }

    /** The code of a text: of the column's Java class, null for NULL, {@link #UNKNOWN} or {@link #KEEP}. */
    @Nullable
    Object find(String text) {
        Object code = exact.get(text);
        if (code == null && ignoreCase) {
            code = ignoringCase.get(text.toLowerCase(Locale.ROOT));
        }
        isOther = code == null;
        if (isOther) {
            code = otherwise;
        }
        return code == NULL_CODE ? null : code;
    }

    /** Whether the table did not hold the text that was looked for last. */
    boolean wasOther() {
        return isOther;
    }
}
