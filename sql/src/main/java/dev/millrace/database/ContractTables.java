package dev.millrace.database;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.contract.TypeChange;
import dev.millrace.dialect.ColumnRange;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.dialect.PhysicalNames;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import dev.millrace.dialect.TableDefinition.Columns;
import dev.millrace.dialect.TableDefinition.ForeignKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What makes the tables that were created for one contract those of another. What is there is changed under its old names, then renamed;
 * then what is missing is created.
 */
final class ContractTables {

    private final Dialect dialect;
    private final MappingContract before;
    private final MappingContract after;
    private final Renames renames;
    private final List<TableDefinition> old;
    private final List<TableDefinition> now;
    private final List<SchemaChange> changes = new ArrayList<>();

    ContractTables(Dialect dialect, MappingContract before, MappingContract after) {
        this.dialect = dialect;
        this.before = before;
        this.after = after;
        renames = Renames.of(before, after);
        old = tables(before);
        now = tables(after);
    }

    private List<TableDefinition> tables(MappingContract contract) {
        List<TableDefinition> tables = PhysicalNames.tables(dialect, contract);
        // Says what the database cannot hold.
        tables.forEach(table -> dialect.createTable(table, true));
        return tables;
    }

    List<SchemaChange> changes() {
        boolean schemas = dialect.capabilities().contains(Capability.SCHEMAS);
        if (schemas && !Objects.equals(before.schema(), after.schema())) {
            anew();
            return List.copyOf(changes);
        }
        List<SchemaChange> renamed = new ArrayList<>();
        List<SchemaChange> created = new ArrayList<>();
        List<SchemaChange> commented = new ArrayList<>();
        List<SchemaChange> tightened = new ArrayList<>();
        Set<String> kept = new HashSet<>();
        for (int i = 0; i < now.size(); i++) {
            String name = after.tables().get(i).name();
            Optional<TableDefinition> was = table(PhysicalNames.fit(dialect, renames.oldTable(name)));
            if (was.isEmpty()) {
                Ddl.create(dialect, now.get(i)).forEach(statement -> created.add(SchemaChange.of(statement)));
                continue;
            }
            TableDefinition there = was.get();
            kept.add(there.name());
            Map<String, String> names = renames.oldColumns(dialect, name);
            TableDefinition wanted = Renames.named(now.get(i), there.schema(), there.name(), names);
            Map<String, Column> left = change(there, wanted);
            Map<String, String> columns = new LinkedHashMap<>();
            names.forEach((column, former) -> columns.put(former, column));
            String other =
                    there.name().equals(now.get(i).name()) ? null : now.get(i).name();
            tighten(there, wanted, now.get(i), tightened);
            renamed.addAll(
                    new Renames.Present(Optional.empty(), there, there.indexes(), other, columns).renaming(dialect));
            comments(there, now.get(i), names, left, commented);
        }
        changes.addAll(renamed);
        changes.addAll(commented);
        // Some databases rename nothing that an index depends on.
        changes.addAll(tightened);
        changes.addAll(created);
        old.stream().filter(table -> !kept.contains(table.name())).forEach(this::left);
        return List.copyOf(changes);
    }

    /** In another schema, where nothing is taken to be there. */
    private void anew() {
        String schema = after.schema();
        if (schema != null) {
            changes.add(SchemaChange.of(dialect.createSchema(schema)));
        }
        now.forEach(table -> Ddl.create(dialect, table).forEach(statement -> changes.add(SchemaChange.of(statement))));
        changes.add(SchemaChange.note("the tables that are there stay in "
                + (before.schema() == null ? "the connection's own schema" : "schema " + before.schema())
                + ", with their rows; drop them once nobody needs them"));
    }

    private void left(TableDefinition table) {
        List<String> referred = table.foreignKeys().stream()
                .map(ForeignKey::table)
                .filter(name -> now.stream().anyMatch(other -> other.name().equals(name)))
                .distinct()
                .toList();
        boolean binding = dialect.deletesWithReferences() && !referred.isEmpty();
        changes.add(SchemaChange.note("table " + table.name()
                + " – is not in the new contract; it stays, with its rows, until somebody drops it"
                + (binding
                        ? ". As long as they are there, documents to whose rows in " + String.join(", ", referred)
                                + " they refer cannot be replaced"
                        : "")));
    }

    private Optional<TableDefinition> table(String name) {
        return old.stream().filter(table -> table.name().equals(name)).findFirst();
    }

    /**
     * Of one table.
     *
     * @param wanted as it is to be, under the names that are there
     * @return those columns of it that were there, as they are afterwards, by the names that are there
     */
    private Map<String, Column> change(TableDefinition there, TableDefinition wanted) {
        loosen(there, wanted);
        Set<String> key = Set.copyOf(there.key().columns());
        boolean sameKey = key.equals(Set.copyOf(wanted.key().columns()));
        if (!sameKey) {
            changes.add(SchemaChange.impossible("table " + there.name() + " – has the primary key ("
                    + String.join(", ", there.key().columns()) + "), and the new contract's is ("
                    + String.join(", ", wanted.key().columns()) + ") – " + SchemaChange.makeAllAnew()));
        }
        Map<String, Column> columns = byName(there);
        Map<String, Column> all = byName(wanted);
        Map<String, Column> left = new HashMap<>();
        for (Column column : wanted.columns()) {
            Column present = columns.get(column.name());
            if (present != null) {
                left.put(column.name(), change(there, wanted, present, column));
            } else if (sameKey || !wanted.key().columns().contains(column.name())) {
                changes.add(SchemaChange.added(dialect, wanted, column));
            }
        }
        for (Column column : there.columns()) {
            if (!all.containsKey(column.name()) && !key.contains(column.name())) {
                leave(there, wanted, column);
            }
        }
        return left;
    }

    private static Map<String, Column> byName(TableDefinition table) {
        Map<String, Column> columns = new HashMap<>();
        table.columns().forEach(column -> columns.put(column.name(), column));
        return columns;
    }

    private Column change(TableDefinition there, TableDefinition wanted, Column was, Column is) {
        String where = "table " + there.name() + ", column " + was.name() + " – ";
        boolean inKey = there.key().columns().contains(was.name());
        boolean freed = !was.nullable() && is.nullable() && !inKey;
        boolean retyped = !dialect.columnType(there, was).equals(dialect.columnType(wanted, is));
        if (retyped && goesInto(is.type(), was.type())) {
            if (holds(was.type(), is.type())) {
                changes.add(SchemaChange.note(where + "stays " + was.type() + ", which holds every " + is.type()));
                retyped = false;
            } else if (!SchemaChange.widens(range(was.type()), is.type())) {
                changes.add(SchemaChange.impossible(where + "is " + was.type() + ", which does not hold every "
                        + is.type() + "; values that are there may not go into such a column – "
                        + SchemaChange.makeAnew()));
                retyped = false;
            }
        } else if (retyped) {
            changes.add(SchemaChange.impossible(where + "is " + was.type() + ", which does not go with " + is.type()
                    + " – " + SchemaChange.makeAnew()));
            retyped = false;
        }
        if (retyped || freed) {
            SqlType type = retyped ? is.type() : was.type();
            Column changed = new Column(was.name(), type, was.nullable() || freed, false);
            return execute(there, wanted, was, changed, retyped, freed) ? changed : was;
        }
        return was;
    }

    private void leave(TableDefinition there, TableDefinition wanted, Column column) {
        if (!column.nullable()) {
            Column freed = new Column(column.name(), column.type(), true, false);
            execute(there, wanted, column, freed, false, true);
        }
        changes.add(SchemaChange.note("table " + there.name() + ", column " + column.name()
                + " – is not in the new contract; it stays, and is NULL in new rows"));
    }

    /** Whether there is a statement for it. */
    private boolean execute(
            TableDefinition there, TableDefinition wanted, Column was, Column column, boolean retyped, boolean freed) {
        List<String> statements = dialect.changeColumn(withKeysOf(there, wanted), column, retyped, freed);
        String what = retyped
                ? "is " + was.type() + ", which does not hold every " + column.type()
                : "is NOT NULL, and the new contract may give it no value";
        if (statements.isEmpty()) {
            changes.add(SchemaChange.impossible("table " + there.name() + ", column " + column.name() + " – " + what
                    + "; " + dialect.name() + " cannot change that in place – " + SchemaChange.makeAnew()));
        }
        String words = dialect.redefinesColumns() ? SchemaChange.notRepeated(there.name(), column.name()) : "";
        statements.forEach(statement -> changes.add(SchemaChange.of(statement, words)));
        return !statements.isEmpty();
    }

    /** With the keys and indexes that are there at that time: what goes has gone before, what comes comes later. */
    private TableDefinition withKeysOf(TableDefinition there, TableDefinition wanted) {
        boolean drops = dialect.capabilities().contains(Capability.CONSTRAINTS_AFTER);
        List<Columns> unique = new ArrayList<>(there.unique());
        List<ForeignKey> references = new ArrayList<>(there.foreignKeys());
        if (drops) {
            unique.removeAll(without(there.unique(), wanted.unique()));
            references.removeIf(key -> wanted.foreignKeys().stream().noneMatch(other -> isSame(key, other)));
        }
        return new TableDefinition(
                there.schema(), there.name(), wanted.columns(), there.key(), unique, references, there.indexes());
    }

    /** Takes away what would refuse rows of the new contract. */
    private void loosen(TableDefinition there, TableDefinition wanted) {
        for (Columns unique : without(there.unique(), wanted.unique())) {
            drop(there, unique.name(), "keeps (" + String.join(", ", unique.columns()) + ") unique");
        }
        for (ForeignKey key : there.foreignKeys()) {
            boolean stays = wanted.foreignKeys().stream().anyMatch(other -> isSame(key, other));
            if (!stays && dialect.deletesWithReferences()) {
                drop(
                        there,
                        key.name(),
                        "has a foreign key (" + String.join(", ", key.columns()) + ") to " + key.table());
            }
        }
    }

    private void drop(TableDefinition there, String constraint, String words) {
        changes.add(
                dialect.capabilities().contains(Capability.CONSTRAINTS_AFTER)
                        ? SchemaChange.of("ALTER TABLE " + there.qualified(dialect) + " DROP CONSTRAINT "
                                + dialect.quote(constraint))
                        : SchemaChange.impossible("table " + there.name() + " – " + words
                                + ", which the new contract does not; " + dialect.name()
                                + " cannot change that in place – " + SchemaChange.makeAnew()));
    }

    private boolean isSame(ForeignKey key, ForeignKey other) {
        String table = after.tables().stream()
                .map(mapping -> mapping.name())
                .filter(name -> PhysicalNames.fit(dialect, name).equals(other.table()))
                .map(renames::oldTable)
                .findFirst()
                .orElse(other.table());
        return key.columns().equals(other.columns())
                && key.table().equals(PhysicalNames.fit(dialect, table))
                && key.tableColumns().size() == other.tableColumns().size();
    }

    /**
     * Adds keys and indexes, once all columns are there.
     *
     * @param named as it is to be, under its new names
     */
    private void tighten(
            TableDefinition there, TableDefinition wanted, TableDefinition named, List<SchemaChange> tightened) {
        for (Columns unique : named(without(wanted.unique(), there.unique()), named.unique())) {
            String words = "table " + named.name() + " – fails where rows that are there have the same values in ("
                    + String.join(", ", unique.columns()) + ")";
            unique(named, unique).forEach(statement -> tightened.add(SchemaChange.of(statement, words)));
        }
        List<Columns> added = named(without(wanted.indexes(), there.indexes()), named.indexes());
        indexes(alone(named, List.of(), added)).forEach(statement -> tightened.add(SchemaChange.of(statement)));
        for (Columns index : without(there.indexes(), wanted.indexes())) {
            tightened.add(SchemaChange.note("table " + named.name() + " – the index on ("
                    + String.join(", ", index.columns()) + ") is not in the new contract; it stays"));
        }
        for (ForeignKey key : wanted.foreignKeys()) {
            if (dialect.deletesWithReferences()
                    && there.foreignKeys().stream().noneMatch(other -> isSame(other, key))) {
                tightened.add(SchemaChange.note("table " + named.name() + " – gets no foreign key ("
                        + String.join(", ", key.columns()) + ") to " + key.table()
                        + ", which rows that are there might violate; a run does not need it"));
            }
        }
    }

    /**
     * Changes what the database keeps for people, once all has its new name.
     *
     * @param names old names of columns by new ones
     * @param left the columns that were there, as they are by then, by their old names
     */
    private void comments(
            TableDefinition there,
            TableDefinition named,
            Map<String, String> names,
            Map<String, Column> left,
            List<SchemaChange> commented) {
        String ofTable = named.comments().table();
        if (!Objects.equals(there.comments().table(), ofTable)) {
            dialect.changeComment(named, null, ofTable).forEach(statement -> commented.add(SchemaChange.of(statement)));
        }
        Map<String, Column> columns = byName(there);
        for (Column column : named.columns()) {
            String name = names.getOrDefault(column.name(), column.name());
            Column is = left.get(name);
            String before = there.comments().columns().get(name);
            String after = named.comments().columns().get(column.name());
            // A column that was defined anew may have lost its comment.
            boolean lost = dialect.redefinesColumns() && after != null && !Objects.equals(is, columns.get(name));
            if (is != null && (lost || !Objects.equals(before, after))) {
                Column present = new Column(column.name(), is.type(), is.nullable(), is.binaryText());
                dialect.changeComment(named, present, after)
                        .forEach(statement -> commented.add(SchemaChange.of(statement)));
            }
        }
        commented.addAll(SchemaChange.comments(
                dialect, named, column -> !columns.containsKey(names.getOrDefault(column, column))));
    }

    /** The same keys or indexes with the new names of their columns. */
    private static List<Columns> named(List<Columns> former, List<Columns> all) {
        Set<String> names = new HashSet<>();
        former.forEach(columns -> names.add(columns.name()));
        return all.stream().filter(columns -> names.contains(columns.name())).toList();
    }

    private List<String> unique(TableDefinition table, Columns unique) {
        TableDefinition alone = alone(table, List.of(unique), List.of());
        if (dialect.capabilities().contains(Capability.CONSTRAINTS_AFTER)) {
            List<String> statements = dialect.addKeys(alone);
            // The first one is the primary key.
            return statements.subList(1, statements.size());
        }
        List<String> own = indexes(alone);
        return own.isEmpty()
                ? List.of("CREATE UNIQUE INDEX " + dialect.quote(unique.name()) + " ON " + table.qualified(dialect)
                        + " (" + TableDefinition.list(dialect, unique.columns()) + ")")
                : own;
    }

    /** Without what a dialect has to say of a table that has none. */
    private List<String> indexes(TableDefinition table) {
        List<String> statements = new ArrayList<>(dialect.createIndexes(table));
        statements.removeAll(dialect.createIndexes(alone(table, List.of(), List.of())));
        return statements;
    }

    private static TableDefinition alone(TableDefinition table, List<Columns> unique, List<Columns> indexes) {
        return new TableDefinition(
                table.schema(), table.name(), table.columns(), table.key(), unique, List.of(), indexes);
    }

    private static List<Columns> without(List<Columns> all, List<Columns> others) {
        return all.stream()
                .filter(columns ->
                        others.stream().noneMatch(other -> other.columns().equals(columns.columns())))
                .toList();
    }

    /** Whether a column of the second type takes values of the first, perhaps not all: as a run looks at tables that are there. */
    private static boolean goesInto(SqlType wanted, SqlType there) {
        return switch (wanted.kind()) {
            case SMALLINT, INTEGER, BIGINT, DECIMAL ->
                switch (there.kind()) {
                    case SMALLINT, INTEGER, BIGINT, DECIMAL -> true;
                    default -> false;
                };
            case REAL, DOUBLE -> there.kind() == Kind.REAL || there.kind() == Kind.DOUBLE;
            case CHAR, VARCHAR -> there.isCharacters();
            case TEXT -> there.kind() == Kind.VARCHAR || there.kind() == Kind.TEXT;
            default -> wanted.kind() == there.kind();
        };
    }

    /** Whether a column of the first type holds every value of the second. A column of fixed length does not keep blanks. */
    private static boolean holds(SqlType there, SqlType wanted) {
        return TypeChange.between(wanted, there).lost().isEmpty();
    }

    /** What a column holds that was made for a type. */
    private static ColumnRange range(SqlType type) {
        return switch (type.kind()) {
            case DECIMAL ->
                ColumnRange.decimal(type.precision() - type.scale(), type.scale(), null)
                        .orElseThrow();
            case CHAR, VARCHAR -> ColumnRange.text(type.kind(), type.length()).orElseThrow();
            case TIME, TIMESTAMP, TIMESTAMPTZ ->
                ColumnRange.fraction(type.kind(), type.precision()).orElseThrow();
            default -> ColumnRange.of(type.kind());
        };
    }
}
