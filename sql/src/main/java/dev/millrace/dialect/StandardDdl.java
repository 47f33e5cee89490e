package dev.millrace.dialect;

import dev.millrace.dialect.TableDefinition.Column;
import dev.millrace.dialect.TableDefinition.Columns;
import dev.millrace.dialect.TableDefinition.ForeignKey;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** The statements of standard SQL, which most dialects use unchanged. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class StandardDdl {
    private StandardDdl() {}

    /** The default of {@link Dialect#createTable}. */
    public static String createTable(TableStatements dialect, TableDefinition table, boolean constraints) {
        checkIndexed(dialect, table);
        List<String> lines = new ArrayList<>();
        for (Column column : table.columns()) {
            lines.add(dialect.quote(column.name()) + " " + dialect.columnType(table, column)
                    + (column.nullable() ? "" : " NOT NULL") + dialect.columnOptions(table, column));
        }
        if (constraints) {
            lines.add(primaryKey(dialect, table));
            table.unique().forEach(unique -> lines.add(unique(dialect, unique)));
            if (dialect.deletesWithReferences()) {
                table.foreignKeys().forEach(key -> lines.add(foreignKey(dialect, table, key)));
            }
        }
        return "CREATE TABLE " + table.qualified(dialect) + " (\n    " + String.join(",\n    ", lines) + "\n)"
                + dialect.tableOptions();
    }

    /**
     * Checks that all columns of a table's keys and indexes can be in a key or an index.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static void checkIndexed(TableStatements dialect, TableDefinition table) {
        List<String> indexed = new ArrayList<>(table.key().columns());
        table.unique().forEach(unique -> indexed.addAll(unique.columns()));
        table.indexes().forEach(index -> indexed.addAll(index.columns()));
        table.foreignKeys().forEach(key -> indexed.addAll(key.columns()));
        for (Column column : table.columns()) {
            if (indexed.contains(column.name()) && !dialect.canIndex(column.type())) {
                throw new IllegalArgumentException("column " + column.name() + " is " + column.type()
                        + ", which cannot be in a key or an index of " + dialect.name()
                        + " – make it varchar(n), or take it out of key, unique and index");
            }
        }
    }

    /** The default of {@link Dialect#addKeys}. */
    public static List<String> addKeys(TableStatements dialect, TableDefinition table) {
        List<String> statements = new ArrayList<>();
        statements.add(add(dialect, table, primaryKey(dialect, table)));
        table.unique().forEach(unique -> statements.add(add(dialect, table, unique(dialect, unique))));
        return statements;
    }

    /** The default of {@link Dialect#addForeignKeys}. */
    public static List<String> addForeignKeys(TableStatements dialect, TableDefinition table) {
        return table.foreignKeys().stream()
                .map(key -> add(dialect, table, foreignKey(dialect, table, key)))
                .toList();
    }

    /** The default of {@link Dialect#createIndexes}. */
    public static List<String> createIndexes(TableStatements dialect, TableDefinition table) {
        return table.indexes().stream()
                .map(index -> "CREATE INDEX " + dialect.quote(index.name()) + " ON " + table.qualified(dialect) + " ("
                        + TableDefinition.list(dialect, index.columns()) + ")")
                .toList();
    }

    /** The default of {@link Dialect#changeColumn}: columns that keys or indexes have keep their types. */
    public static List<String> changeColumn(
            TableStatements dialect, TableDefinition table, Column column, boolean retyped, boolean freed) {
        if (retyped && isIndexed(table, column.name())) {
            return List.of();
        }
        String alter = "ALTER TABLE " + table.qualified(dialect) + " ALTER COLUMN " + dialect.quote(column.name());
        List<String> statements = new ArrayList<>();
        if (retyped) {
            statements.add(alter + " SET DATA TYPE " + dialect.columnType(table, column));
        }
        if (freed) {
            statements.add(alter + " DROP NOT NULL");
        }
        return statements;
    }

    /** The default of {@link Dialect#addComments}. */
    public static List<String> addComments(TableStatements dialect, TableDefinition table) {
        List<String> statements = new ArrayList<>();
        String ofTable = table.comments().table();
        if (ofTable != null) {
            statements.addAll(dialect.changeComment(table, null, ofTable));
        }
        for (Column column : table.columns()) {
            String comment = table.comments().columns().get(column.name());
            if (comment != null) {
                statements.addAll(dialect.changeComment(table, column, comment));
            }
        }
        return statements;
    }

    /** {@link Dialect#changeComment} by COMMENT ON, which no standard has, but several databases do. */
    public static List<String> commentOn(
            TableStatements dialect, TableDefinition table, @Nullable Column column, @Nullable String comment) {
        String what = column == null
                ? "TABLE " + table.qualified(dialect)
                : "COLUMN " + table.qualified(dialect) + "." + dialect.quote(column.name());
        return List.of("COMMENT ON " + what + " IS " + (comment == null ? "NULL" : literal(comment)));
    }

    /** A text in a statement of standard SQL. */
    public static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** A comment for a database that keeps only so many chars; what is cut ends with an ellipsis. */
    public static String shortened(String comment, int chars) {
        if (comment.length() <= chars) {
            return comment;
        }
        int end = chars - 1;
        return comment.substring(0, Character.isHighSurrogate(comment.charAt(end - 1)) ? end - 1 : end) + "…";
    }

    /** For databases whose statement repeats all of a column. */
    public static List<String> redefineColumn(
            TableStatements dialect, String words, TableDefinition table, Column column, boolean retyped) {
        return retyped && isIndexed(table, column.name())
                ? List.of()
                : List.of("ALTER TABLE " + table.qualified(dialect) + " " + words + " " + dialect.quote(column.name())
                        + " " + dialect.columnType(table, column) + (column.nullable() ? " NULL" : " NOT NULL"));
    }

    /** Whether a key, foreign key or index of a table has a column. */
    public static boolean isIndexed(TableDefinition table, String column) {
        return table.key().columns().contains(column)
                || table.unique().stream().anyMatch(unique -> unique.columns().contains(column))
                || table.indexes().stream().anyMatch(index -> index.columns().contains(column))
                || table.foreignKeys().stream().anyMatch(key -> key.columns().contains(column));
    }

    private static String add(TableStatements dialect, TableDefinition table, String constraint) {
        return "ALTER TABLE " + table.qualified(dialect) + " ADD " + constraint;
    }

    private static String primaryKey(TableStatements dialect, TableDefinition table) {
        Columns key = table.key();
        return constraint(dialect, key.name(), dialect.primaryKey(table), key.columns());
    }

    private static String unique(TableStatements dialect, Columns unique) {
        return constraint(dialect, unique.name(), "UNIQUE", unique.columns());
    }

    private static String foreignKey(TableStatements dialect, TableDefinition table, ForeignKey key) {
        return constraint(dialect, key.name(), "FOREIGN KEY", key.columns()) + " REFERENCES "
                + dialect.qualified(table.schema(), key.table()) + " ("
                + TableDefinition.list(dialect, key.tableColumns()) + ")";
    }

    private static String constraint(TableStatements dialect, String name, String kind, List<String> columns) {
        return "CONSTRAINT " + dialect.quote(name) + " " + kind + " (" + TableDefinition.list(dialect, columns) + ")";
    }
}
