package dev.millrace.database;

import dev.millrace.contract.ContractDifference;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.PhysicalNames;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import dev.millrace.dialect.TableDefinition.Columns;
import dev.millrace.dialect.TableDefinition.ForeignKey;
import dev.millrace.dialect.TableFinder;
import dev.millrace.dialect.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tables and columns that had other names in an older contract. Immutable.
 *
 * @param tables old names by new ones
 * @param columns by the new name of a table: old names of columns by new ones
 * @param before the older contract; null for none
 */
record Renames(
        Map<String, String> tables,
        Map<String, Map<String, String>> columns,
        @Nullable MappingContract before) {

    static final Renames NONE = new Renames(Map.of(), Map.of(), null);

    static Renames of(MappingContract before, MappingContract after) {
        Map<String, String> tables = new HashMap<>();
        Map<String, Map<String, String>> columns = new HashMap<>();
        for (ContractDifference difference : ContractDifference.between(before, after)) {
            String table = difference.subject().table();
            String column = difference.subject().column();
            if (difference.kind() != ContractDifference.Kind.RENAMED
                    || table == null
                    || difference.subject().setting() != null) {
                continue;
            }
            String old = Objects.requireNonNull(difference.before().value(), "an old name");
            if (column == null) {
                tables.put(table, old);
            } else {
                columns.computeIfAbsent(table, name -> new LinkedHashMap<>()).put(column, old);
            }
        }
        return new Renames(Map.copyOf(tables), Map.copyOf(columns), before);
    }

    /** The name that a table had. */
    String oldTable(String name) {
        return tables.getOrDefault(name, name);
    }

    /** The names that its columns had, by those that they have; only of those that have another one. */
    Map<String, String> oldColumns(Dialect dialect, String table) {
        Map<String, String> physical = new LinkedHashMap<>();
        columns.getOrDefault(table, Map.of())
                .forEach(
                        (name, old) -> physical.put(PhysicalNames.fit(dialect, name), PhysicalNames.fit(dialect, old)));
        return physical;
    }

    /**
     * A table as it is to be, but for the names that are there.
     *
     * @param found where it is; empty if it is not there
     * @param table with the names that are there
     * @param indexes those that it has
     * @param name the table's new name, if it is to get one
     * @param columns the names that columns are to get, by those that are there
     */
    record Present(
            Optional<TableName> found,
            TableDefinition table,
            List<Columns> indexes,
            @Nullable String name,
            Map<String, String> columns) {

        /** What gives it its new names. */
        List<SchemaChange> renaming(Dialect dialect) {
            List<SchemaChange> changes = new ArrayList<>();
            TableDefinition here = new TableDefinition(
                    found.map(TableName::schema).orElse(table.schema()),
                    found.map(TableName::name).orElse(table.name()),
                    table.columns(),
                    table.key(),
                    table.unique(),
                    table.foreignKeys(),
                    indexes);
            columns.forEach((old, now) -> changes.addAll(orNot(
                    dialect,
                    dialect.renameColumn(here, old, now),
                    "table " + here.name() + ", column " + old + " – is " + now + " in the contract")));
            if (name != null) {
                changes.addAll(orNot(
                        dialect,
                        dialect.renameTable(here, name),
                        "table " + here.name() + " – is " + name + " in the contract"));
            }
            return changes;
        }

        private static List<SchemaChange> orNot(Dialect dialect, List<String> statements, String words) {
            return statements.isEmpty()
                    ? List.of(SchemaChange.impossible(
                            words + "; " + dialect.name() + " cannot rename it in place – " + SchemaChange.makeAnew()))
                    : statements.stream().map(SchemaChange::of).toList();
        }
    }

    /** What is there of a table of the new contract, under its new names or its old ones. */
    Present present(Dialect dialect, TableFinder finder, TableMapping mapping, TableDefinition table)
            throws SQLException {
        Optional<TableName> found = finder.find(table.schema(), table.name());
        String name = null;
        String old = oldTable(mapping.name());
        if (found.isEmpty() && !old.equals(mapping.name())) {
            found = finder.find(table.schema(), PhysicalNames.fit(dialect, old));
            name = found.isPresent() ? table.name() : null;
        }
        Map<String, String> here = new LinkedHashMap<>();
        Map<String, String> now = new LinkedHashMap<>();
        if (found.isPresent()) {
            List<TableFinder.Column> there = finder.columns(found.get());
            oldColumns(dialect, mapping.name()).forEach((column, former) -> {
                Optional<TableFinder.Column> match = TableFinder.column(there, former);
                if (TableFinder.column(there, column).isEmpty() && match.isPresent()) {
                    here.put(column, match.get().name());
                    now.put(match.get().name(), column);
                }
            });
        }
        return new Present(found, named(table, table.schema(), table.name(), here), indexes(dialect, old), name, now);
    }

    /** Those of the older contract: what renaming could be in the way of. */
    private List<Columns> indexes(Dialect dialect, String oldTable) {
        String name = PhysicalNames.fit(dialect, oldTable);
        return before == null
                ? List.of()
                : PhysicalNames.tables(dialect, before).stream()
                        .filter(table -> table.name().equals(name))
                        .flatMap(table -> table.indexes().stream())
                        .toList();
    }

    /**
     * A table under another name, with other names of columns.
     *
     * @param names other names of columns by those that they have
     */
    static TableDefinition named(
            TableDefinition table, @Nullable String schema, String name, Map<String, String> names) {
        return new TableDefinition(
                schema,
                name,
                table.columns().stream()
                        .map(column -> new Column(
                                names.getOrDefault(column.name(), column.name()),
                                column.type(),
                                column.nullable(),
                                column.binaryText(),
                                column.numbered()))
                        .toList(),
                named(table.key(), names),
                table.unique().stream().map(unique -> named(unique, names)).toList(),
                table.foreignKeys().stream()
                        .map(key -> new ForeignKey(
                                key.name(), named(key.columns(), names), key.table(), key.tableColumns()))
                        .toList(),
                table.indexes().stream().map(index -> named(index, names)).toList());
    }

    private static Columns named(Columns columns, Map<String, String> names) {
        return new Columns(columns.name(), named(columns.columns(), names));
    }

    private static List<String> named(List<String> columns, Map<String, String> names) {
        return columns.stream().map(name -> names.getOrDefault(name, name)).toList();
    }
}
