package dev.millrace.lake;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.PhysicalNames;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.duckdb.DuckDb;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A table of a lake, which is a folder.
 *
 * @param name also the folder's
 * @param key the columns of its key, which nobody enforces
 */
record LakeTable(String name, List<Column> columns, List<String> key) {
    /** Names that are safe on every file system and object store, and that readers of a lake do not pass over. */
    private static final Pattern FOLDER = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}_ $-]{0,199}");

    /** Devices of Windows. */
    private static final Pattern DEVICE =
            Pattern.compile("(?:con|prn|aux|nul|com[0-9]|lpt[0-9])", Pattern.CASE_INSENSITIVE);

    /** A column. */
    record Column(String name, SqlType type) {}

    LakeTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    /**
     * The tables of a contract, in its order.
     *
     * @throws TargetException naming every problem, a line each
     */
    static List<LakeTable> of(DuckDb duckDb, MappingContract contract) throws TargetException {
        List<String> problems = new ArrayList<>();
        List<LakeTable> tables = new ArrayList<>();
        for (TableMapping table : contract.tables()) {
            if (table.onDuplicate() != OnDuplicate.REJECT) {
                problems.add("table " + table.name() + " – on-duplicate: "
                        + table.onDuplicate().name().toLowerCase(Locale.ROOT).replace('_', '-')
                        + " needs a database, which finds the row that is there; files only get rows – take it out of the"
                        + " contract, or load a database");
            }
        }
        for (TableDefinition table : physical(duckDb, contract)) {
            String name = table.name();
            if (!FOLDER.matcher(name).matches()
                    || name.endsWith(" ")
                    || DEVICE.matcher(name).matches()) {
                problems.add(
                        "table " + name + " – cannot be the name of a folder everywhere: it begins with a letter or"
                                + " digit, and has letters, digits, '_', '-', '$' and blanks – give the table another name");
            }
            List<Column> columns = new ArrayList<>();
            for (TableDefinition.Column column : table.columns()) {
                columns.add(new Column(column.name(), column.type()));
                try {
                    duckDb.typeName(column.type());
                } catch (IllegalArgumentException e) {
                    problems.add("table " + name + ", column " + column.name() + " – "
                            + String.valueOf(e.getMessage()).replace("duckdb keeps", "a file keeps"));
                }
            }
            tables.add(new LakeTable(name, columns, table.key().columns()));
        }
        if (!problems.isEmpty()) {
            throw new TargetException(String.join("\n", problems), true, null);
        }
        return tables;
    }

    private static List<TableDefinition> physical(DuckDb duckDb, MappingContract contract) throws TargetException {
        try {
            return PhysicalNames.tables(duckDb, contract);
        } catch (IllegalArgumentException e) {
            throw new TargetException("contract " + contract.name() + " – " + e.getMessage(), true, e);
        }
    }

    /** Whether both would be one folder where case does not count. */
    boolean isSameFolderAs(LakeTable other) {
        return name.equalsIgnoreCase(other.name);
    }

    /** The statement that creates it in DuckDB. */
    String create(DuckDb duckDb, boolean withKey) {
        String list = columns.stream()
                .map(column -> duckDb.quote(column.name()) + " " + duckDb.typeName(column.type()))
                .collect(Collectors.joining(", "));
        return "CREATE OR REPLACE TABLE " + duckDb.quote(name) + " (" + list
                + (withKey ? ", PRIMARY KEY (" + TableDefinition.list(duckDb, key) + ")" : "") + ")";
    }
}
