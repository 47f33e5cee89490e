package dev.millrace.dialect;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.dialect.TableDefinition.Column;
import dev.millrace.dialect.TableDefinition.Columns;
import dev.millrace.dialect.TableDefinition.Comments;
import dev.millrace.dialect.TableDefinition.ForeignKey;
import dev.millrace.document.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Turns the names of a contract into names of a database; nothing else does. A name that is too long is cut and ends with a hash of the whole
 * name, so that it is the same in every run. It is an error if two names become the same.
 */
public final class PhysicalNames {
    /** 32 bits are enough for a schema, and two equal names are found by the check. */
    private static final int HASH_BYTES = 4;

    private final Dialect dialect;
    /** The names in each scope, in the case that the database compares, with the contract's name that each comes from. */
    private final Map<String, String> taken = new HashMap<>();

    private PhysicalNames(Dialect dialect) {
        this.dialect = dialect;
    }

    /**
     * The contract's tables, in its order.
     *
     * @throws IllegalArgumentException with a message for the user when two names of the contract become one
     */
    public static List<TableDefinition> tables(Dialect dialect, MappingContract contract) {
        PhysicalNames names = new PhysicalNames(dialect);
        List<TableDefinition> tables = new ArrayList<>();
        for (TableMapping table : contract.tables()) {
            tables.add(names.table(contract, table, tables));
        }
        return tables;
    }

    /** A name that is short enough. Does not check that it is unique. */
    public static String fit(Identifiers dialect, String name) {
        int limit = dialect.nameLimit();
        if (dialect.nameSize(name) <= limit) {
            return name;
        }
        String hash = "_" + hash(name);
        int end = Math.min(name.length(), limit - hash.length());
        while (dialect.nameSize(name.substring(0, end)) > limit - hash.length()
                || Character.isHighSurrogate(name.charAt(end - 1))) {
            end--;
        }
        return name.substring(0, end) + hash;
    }

    private TableDefinition table(MappingContract contract, TableMapping table, List<TableDefinition> before) {
        String name = unique("", table.name(), "tables");
        List<Column> columns = new ArrayList<>();
        Map<String, String> comments = new HashMap<>();
        for (TableMapping.Column column : table.columns()) {
            String columnName = unique(table.name(), column.name(), "columns of table " + table.name());
            columns.add(new Column(columnName, column.type(), column.nullable(), false));
            if (column.description() != null) {
                comments.put(columnName, column.description());
            }
        }
        Columns key = new Columns(derived(name, List.of(), "pkey"), pick(columns, table.key()));
        List<Columns> unique = new ArrayList<>();
        for (List<String> list : table.keys().unique()) {
            List<String> physical = physical(list);
            unique.add(new Columns(derived(name, physical, "key"), physical));
        }
        List<Columns> indexes = new ArrayList<>();
        for (List<String> list : table.keys().indexes()) {
            List<String> physical = physical(list);
            indexes.add(new Columns(derived(name, physical, "idx"), physical));
        }
        List<ForeignKey> foreignKeys = new ArrayList<>();
        for (TableMapping.ForeignKey reference : table.keys().foreignKeys()) {
            TableDefinition other = before.get(reference.table());
            List<String> own = pick(columns, reference.columns());
            String constraint = derived(name, own, "fkey");
            foreignKeys.add(
                    new ForeignKey(constraint, own, other.name(), pick(other.columns(), reference.tableColumns())));
            // Without an index a delete of the parent's row would read the whole table.
            if (!begins(key, own)
                    && unique.stream().noneMatch(u -> begins(u, own))
                    && indexes.stream().noneMatch(i -> begins(i, own))) {
                indexes.add(new Columns(derived(name, own, "idx"), own));
            }
        }
        return new TableDefinition(
                contract.schema(),
                name,
                columns,
                key,
                unique,
                foreignKeys,
                indexes,
                new Comments(table.description(), comments));
    }

    private List<String> physical(List<String> names) {
        return names.stream().map(name -> fit(dialect, name)).toList();
    }

    private static List<String> pick(List<Column> columns, List<Integer> indexes) {
        return indexes.stream().map(index -> columns.get(index).name()).toList();
    }

    private static boolean begins(Columns index, List<String> columns) {
        return index.columns().size() >= columns.size()
                && index.columns().subList(0, columns.size()).equals(columns);
    }

    /** Names of constraints and indexes share a scope with tables in some databases. */
    private String derived(String table, List<String> columns, String suffix) {
        List<String> parts = new ArrayList<>();
        parts.add(table);
        parts.addAll(columns);
        parts.add(suffix);
        return unique("", String.join("_", parts), "tables, keys and indexes");
    }

    private String unique(String scope, String name, String what) {
        String fitted = fit(dialect, name);
        String folded = dialect.capabilities().contains(Dialect.Capability.CASE_SENSITIVE_NAMES)
                ? fitted
                : fitted.toLowerCase(Locale.ROOT);
        String other = taken.putIfAbsent(scope + "\0" + folded, name);
        if (other != null) {
            throw new IllegalArgumentException(what + ": \"" + name + "\" and \"" + other + "\" are one name in "
                    + dialect.name() + " – rename one of them");
        }
        return fitted;
    }

    private static String hash(String name) {
        return HexFormat.of().formatHex(Sha256.of(name), 0, HASH_BYTES);
    }
}
