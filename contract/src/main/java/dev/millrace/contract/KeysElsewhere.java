package dev.millrace.contract;

import java.util.List;
import java.util.Map;

/** What people write for a key of the contract, or where: words of SQL and of other tools, and keys that stand at another place. */
final class KeysElsewhere {

    /** What to write instead, by what is written in a column. */
    private static final Map<String, String> OF_COLUMNS = Map.ofEntries(
            Map.entry("primary-key", "key: true"),
            Map.entry("primary_key", "key: true"),
            Map.entry("pk", "key: true"),
            Map.entry("not-null", "required: true"),
            Map.entry("not_null", "required: true"),
            Map.entry("length", "type: varchar(n)"),
            Map.entry("size", "type: varchar(n)"),
            Map.entry("precision", "type: \"decimal(p,s)\""),
            Map.entry("attribute", "path: \"@name\""),
            Map.entry("element", "path: name"),
            Map.entry("comment", "description: …"),
            Map.entry("constant", "value: …"),
            Map.entry("const", "value: …"),
            Map.entry("lookup", "codes: …"),
            Map.entry("mapping", "codes: …"),
            Map.entry("separator", "join: …"),
            Map.entry("foreign-key", "ref: table.column"),
            Map.entry("references", "ref: table.column"),
            Map.entry("pattern", "format: …"));

    private KeysElsewhere() {}

    /** {@code "; write 'key: true'"} or {@code "; it stands under 'document'"}; "" where nothing is known. */
    static String hint(String key, List<String> known) {
        if (known.equals(ColumnOutline.KEYS)) {
            if (key.equals("nullable")) {
                return "; a column may be NULL unless it is 'required: true' or a key";
            }
            String instead = OF_COLUMNS.get(key);
            return instead == null ? "" : "; write '" + instead + "'";
        }
        if (!known.equals(ContractOutline.KEYS) && !known.equals(TableOutline.KEYS)) {
            return "";
        }
        if (known.equals(ContractOutline.KEYS) && ContractOutline.DocumentOutline.KEYS.contains(key)) {
            return "; it stands under 'document'";
        }
        return ColumnSettings.KEYS.contains(key) ? "; it stands in a column, or under 'defaults'" : "";
    }
}
