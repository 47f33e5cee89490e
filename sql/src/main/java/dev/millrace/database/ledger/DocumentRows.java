package dev.millrace.database.ledger;

import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.ColumnMapping.Meta;
import dev.millrace.contract.ColumnMapping.MetaValue;
import dev.millrace.contract.ColumnMapping.Reference;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.contract.TableMapping.RowSet;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.TableDefinition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of a loaded document are found again and deleted, children first. The ledger notes the keys of a document's
 * rows in the top-level tables ({@link RowKeys}); from there the columns that refer to ancestors lead to all other rows.
 * Tables whose rows several documents may share (on-duplicate: keep-first, update) are left alone. Immutable.
 */
public final class DocumentRows {
    private final Dialect dialect;
    private final MappingContract contract;
    private final List<TableDefinition> tables;

    private final List<RootTable> roots = new ArrayList<>();
    private final RowKeys keys;
    private final List<Step> steps = new ArrayList<>();
    private final List<String> obstacles = new ArrayList<>();
    private final Set<Integer> absent;
    /** By table: how its rows are found; null for tables that are left alone. */
    private final List<@Nullable RowLookup> lookups = new ArrayList<>();

    /**
     * A table whose rows the ledger knows.
     *
     * @param columns what tells a document's rows: the column with the document's key, else the whole key
     * @param ofDocument whether all rows of a document have one value in them
     */
    public record RootTable(TableMapping table, List<Integer> columns, boolean ofDocument) {
        public SqlType type(int column) {
            return table.columns().get(columns.get(column)).type();
        }
    }

    /**
     * Deletes or selects the rows from one table that belong to one row of a root.
     *
     * @param table the table's index
     * @param root the index of the root whose columns are its parameters
     */
    public record Step(int table, int root, String sql) {}

    /**
     * Leads from the rows of a table, called t, to the rows of a root.
     *
     * @param root the index of the root
     * @param joins what comes after the table in a FROM; may be empty
     * @param columns the root's columns, for a SELECT
     */
    public record RootJoin(int root, String joins, String columns) {}

    /**
     * How a table's rows are found.
     *
     * @param root the index of the root
     * @param columns the columns that hold the root's values, or those that refer to the key of {@code through}
     * @param through the ancestor whose rows lead to these, or null
     */
    private record RowLookup(int root, List<Integer> columns, TableMapping.@Nullable ForeignKey through) {}

    /** As {@link RootJoin}. */
    private record Chain(int root, String joins, List<String> columns) {}

    private record ColumnPlace(int table, int column) {}

    /** @param tables as they stand in the database, in the contract's order */
    public DocumentRows(Dialect dialect, MappingContract contract, List<TableDefinition> tables) {
        this(dialect, contract, tables, Set.of());
    }

    /** @param absent the indexes of tables that are not in the database, and so have no rows */
    public DocumentRows(Dialect dialect, MappingContract contract, List<TableDefinition> tables, Set<Integer> absent) {
        this.absent = Set.copyOf(absent);
        this.dialect = dialect;
        this.contract = contract;
        this.tables = tables;
        for (TableMapping table : contract.tables()) {
            lookups.add(isShared(table) ? leftAlone(table) : way(table));
        }
        for (int table = lookups.size() - 1; table >= 0; table--) {
            RowLookup way = lookups.get(table);
            if (way != null && !absent.contains(table)) {
                steps.add(new Step(table, way.root, delete(table, way, 1)));
                refuseAbsent(table, way);
            }
        }
        this.keys = new RowKeys(roots);
    }

    private void refuseAbsent(int table, RowLookup from) {
        for (RowLookup way = from; way.through != null; way = wayOf(way.through.table())) {
            if (absent.contains(way.through.table())) {
                obstacles.add("table " + tables.get(table).name() + " – the rows of a document are found through table "
                        + tables.get(way.through.table()).name() + ", which is not in the target");
                return;
            }
        }
    }

    /**
     * Whether each row leads to the documents that the ledger has it from: no row is shared, and there is a way from every table. Such
     * documents can be withdrawn as if they had never been loaded.
     */
    public boolean leadToTheirDocuments() {
        return obstacles.isEmpty()
                && contract.tables().stream().map(TableMapping::onDuplicate).allMatch(OnDuplicate.REJECT::equals);
    }

    /** Why documents of this contract cannot be deleted, a line each table; empty if they can. */
    public Optional<String> obstacle() {
        return obstacles.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", obstacles));
    }

    /** How many tables the contract has. */
    public int tables() {
        return tables.size();
    }

    /** How the ledger notes the keys of a document's rows in the roots. */
    public RowKeys keys() {
        return keys;
    }

    public List<RootTable> roots() {
        return roots;
    }

    /** One for each table, children before parents. */
    public List<Step> steps() {
        return steps;
    }

    /**
     * A step for several rows of its root at once, whose columns' values are its parameters, row after row: for tables that have
     * no index yet, where each statement reads all of a table.
     */
    public String delete(Step step, int rootRows) {
        return delete(step.table(), wayOf(step.table()), rootRows);
    }

    /** From which rows of a root those of a table come; empty where they cannot be found. */
    public Optional<RootJoin> origins(int table) {
        return chain(table).map(chain -> new RootJoin(chain.root, chain.joins, String.join(", ", chain.columns)));
    }

    /**
     * Selects the rows of one table that belong to one row of a root; empty where they cannot be found.
     *
     * @param columns of the table
     */
    public Optional<Step> select(int table, List<String> columns) {
        return chain(table)
                .map(chain -> new Step(
                        table,
                        chain.root,
                        "SELECT " + String.join(", ", qualified("t.", columns)) + " FROM "
                                + tables.get(table).qualified(dialect) + " t" + chain.joins + " WHERE "
                                + among(chain.columns, roots.get(chain.root), 1)));
    }

    /**
     * Counts the rows of one table that belong to rows of its root, by these: selects the root's columns and how many; empty where they
     * cannot be found.
     *
     * @param rootRows how many rows of the root, whose columns' values are its parameters, row after row
     */
    public Optional<Step> count(int table, int rootRows) {
        return chain(table).map(chain -> {
            String columns = String.join(", ", chain.columns);
            return new Step(
                    table,
                    chain.root,
                    "SELECT " + columns + ", " + dialect.count() + " FROM "
                            + tables.get(table).qualified(dialect) + " t" + chain.joins + " WHERE "
                            + among(chain.columns, roots.get(chain.root), rootRows) + " GROUP BY " + columns);
        });
    }

    private Optional<Chain> chain(int table) {
        RowLookup way = lookups.get(table);
        if (way == null || absent.contains(table)) {
            return Optional.empty();
        }
        StringBuilder joins = new StringBuilder();
        List<String> columns = qualified("t.", names(tables.get(table), way.columns));
        for (int level = 1; way.through != null; level++) {
            TableMapping.ForeignKey through = way.through;
            TableDefinition above = tables.get(through.table());
            String alias = "a" + level + ".";
            joins.append(" JOIN ").append(above.qualified(dialect)).append(" a").append(level);
            joins.append(" ON ").append(equal(qualified(alias, names(above, through.tableColumns())), columns));
            way = wayOf(through.table());
            columns = qualified(alias, names(above, way.columns));
        }
        return Optional.of(new Chain(way.root, joins.toString(), columns));
    }

    private static boolean isShared(TableMapping table) {
        return table.onDuplicate() != OnDuplicate.REJECT;
    }

    private @Nullable RowLookup leftAlone(TableMapping table) {
        for (TableMapping.ForeignKey reference : table.keys().foreignKeys()) {
            TableMapping other = contract.tables().get(reference.table());
            if (!isShared(other)) {
                obstacles.add("table " + table.name()
                        + " – documents share its rows ('on-duplicate'), so they have to stay, but"
                        + " they refer to rows of table " + other.name() + ", which would be deleted");
            }
        }
        return null;
    }

    private @Nullable RowLookup way(TableMapping table) {
        if (table.parent() < 0) {
            return root(table);
        }
        for (int root = 0; root < roots.size(); root++) {
            List<Integer> columns = columnsOf(table, roots.get(root));
            if (columns != null) {
                return new RowLookup(root, columns, null);
            }
        }
        // The uppermost ancestor makes the shortest way to the root.
        List<TableMapping.ForeignKey> references = table.keys().foreignKeys();
        for (int i = references.size() - 1; i >= 0; i--) {
            TableMapping.ForeignKey reference = references.get(i);
            RowLookup above = lookups.get(reference.table());
            if (above != null) {
                return new RowLookup(above.root, reference.columns(), reference);
            }
        }
        if (documentKey(table) >= 0) {
            return root(table);
        }
        obstacles.add("table " + table.name()
                + " – has no columns that refer to the key of a table above it whose rows are one"
                + " document's alone, so the rows of a document cannot be found – add 'ref' columns");
        return null;
    }

    private RowLookup root(TableMapping table) {
        int documentKey = documentKey(table);
        List<Integer> columns = documentKey < 0 ? table.key() : List.of(documentKey);
        roots.add(new RootTable(table, columns, documentKey >= 0));
        return new RowLookup(roots.size() - 1, columns, null);
    }

    /** The column of the key that holds the document's key, or -1. */
    private static int documentKey(TableMapping table) {
        for (int column : table.key()) {
            if (isDocumentKey(table, column)) {
                return column;
            }
        }
        return -1;
    }

    /** The columns in which a table below a root holds the values of the root's, or null if it does not. */
    private @Nullable List<Integer> columnsOf(TableMapping table, RootTable root) {
        List<Integer> columns = new ArrayList<>();
        for (int wanted : root.columns()) {
            int found = -1;
            for (int column = 0; column < table.columns().size() && found < 0; column++) {
                // Of narrow columns one may have less room than the other.
                boolean sameType = table.columns().get(column).type().kind()
                        == root.table().columns().get(wanted).type().kind();
                boolean both = root.ofDocument() && isDocumentKey(table, column);
                if (sameType
                        && (both
                                || origin(table.index(), column)
                                        .equals(new ColumnPlace(root.table().index(), wanted)))) {
                    found = column;
                }
            }
            if (found < 0) {
                return null;
            }
            columns.add(found);
        }
        return columns;
    }

    private static boolean isDocumentKey(TableMapping table, int column) {
        for (RowSet set : table.rows().sets()) {
            ColumnMapping mapping = set.columns().get(column);
            if (mapping == null
                    || !(mapping.source() instanceof MetaValue value)
                    || value.meta() != Meta.DOCUMENT_KEY) {
                return false;
            }
        }
        return true;
    }

    /** The column in an ancestor that a column's value is handed down from; itself if it is not. */
    private ColumnPlace origin(int table, int column) {
        ColumnPlace origin = new ColumnPlace(table, column);
        for (ColumnPlace above = above(origin); above != null; above = above(origin)) {
            origin = above;
        }
        return origin;
    }

    private @Nullable ColumnPlace above(ColumnPlace origin) {
        ColumnPlace common = null;
        for (RowSet set : contract.tables().get(origin.table).rows().sets()) {
            ColumnMapping mapping = set.columns().get(origin.column);
            if (mapping == null || !(mapping.source() instanceof Reference reference) || reference.levels() == 0) {
                return null;
            }
            int ancestor = origin.table;
            for (int level = 0; level < reference.levels(); level++) {
                ancestor = contract.tables().get(ancestor).parent();
            }
            ColumnPlace above = new ColumnPlace(ancestor, reference.columnIndex());
            if (common != null && !common.equals(above)) {
                return null;
            }
            common = above;
        }
        return common;
    }

    /** Deletes rows that belong to rows of the root. Its parameters are the values of the root's columns, row after row. */
    private String delete(int table, RowLookup way, int rootRows) {
        TableDefinition definition = tables.get(table);
        List<String> own = names(definition, way.columns);
        return way.through == null
                ? "DELETE FROM " + definition.qualified(dialect) + " WHERE "
                        + among(qualified("", own), roots.get(way.root), rootRows)
                : dialect.deleteMatching(definition, own, keysAbove(way.through, own, rootRows));
    }

    /** A SELECT of the keys that such rows have in the table that a way leads through, as columns of other names. */
    private String keysAbove(TableMapping.ForeignKey through, List<String> names, int rootRows) {
        List<String> first = qualified("a1.", names(tables.get(through.table()), through.tableColumns()));
        StringBuilder select = new StringBuilder();
        for (int i = 0; i < first.size(); i++) {
            select.append(i == 0 ? "SELECT " : ", ")
                    .append(first.get(i))
                    .append(" AS ")
                    .append(dialect.quote(names.get(i)));
        }
        select.append(" FROM ");
        TableMapping.ForeignKey next = through;
        List<String> below = List.of();
        for (int level = 1; ; level++) {
            TableDefinition above = tables.get(next.table());
            RowLookup way = wayOf(next.table());
            String alias = "a" + level + ".";
            List<String> keys = qualified(alias, names(above, next.tableColumns()));
            select.append(above.qualified(dialect)).append(" a").append(level);
            if (!below.isEmpty()) {
                select.append(" ON ").append(equal(keys, below));
            }
            List<String> columns = names(above, way.columns);
            if (way.through == null) {
                return select.append(" WHERE ")
                        .append(among(qualified(alias, columns), roots.get(way.root), rootRows))
                        .toString();
            }
            select.append(" JOIN ");
            below = qualified(alias, columns);
            next = way.through;
        }
    }

    private String among(List<String> columns, RootTable root, int rows) {
        List<String> values = new ArrayList<>();
        List<String> terms = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            values.add(dialect.placeholder(root.type(i)));
            terms.add(columns.get(i) + " = " + values.get(i));
        }
        if (columns.size() == 1 && rows > 1) {
            return columns.get(0) + " IN (" + String.join(", ", Collections.nCopies(rows, values.get(0))) + ")";
        }
        String one = String.join(" AND ", terms);
        return rows == 1 ? one : "((" + String.join(") OR (", Collections.nCopies(rows, one)) + "))";
    }

    private static String equal(List<String> columns, List<String> others) {
        List<String> terms = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            terms.add(columns.get(i) + " = " + others.get(i));
        }
        return String.join(" AND ", terms);
    }

    private RowLookup wayOf(int table) {
        RowLookup way = lookups.get(table);
        if (way == null) {
            throw new IllegalStateException(
                    "a way leads through table " + tables.get(table).name() + ", which has none");
        }
        return way;
    }

    private List<String> qualified(String alias, List<String> names) {
        return names.stream().map(name -> alias + dialect.quote(name)).toList();
    }

    private static List<String> names(TableDefinition table, List<Integer> columns) {
        return columns.stream()
                .map(column -> table.columns().get(column).name())
                .toList();
    }
}
