package dev.millrace.dialect;

import dev.millrace.contract.SqlType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A table with its physical names, not quoted.
 *
 * @param schema the schema, or null for the connection's own
 * @param name the table
 * @param columns in order
 * @param key the primary key
 * @param unique lists of columns that are unique together
 * @param foreignKeys to tables of the same schema
 * @param indexes further indexes
 * @param comments what the database keeps for people
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record TableDefinition(
        @Nullable String schema,
        String name,
        List<Column> columns,
        Columns key,
        List<Columns> unique,
        List<ForeignKey> foreignKeys,
        List<Columns> indexes,
        Comments comments) {
    /**
     * What the database keeps for people.
     *
     * @param table what the table's rows are; null for nothing
     * @param columns by the names of those columns that have one
     */
    public record Comments(@Nullable String table, Map<String, String> columns) {
        /** That of a table of which nothing is said. */
        public static final Comments NONE = new Comments(null, Map.of());

        public Comments {
            columns = Map.copyOf(columns);
        }
    }

    /**
     * A column.
     *
     * @param binaryText whether order and equality of a text are those of its bytes
     * @param numbered whether the database would number its rows itself, so that it has to be told to take the values that come:
     *     IDENTITY
     */
    public record Column(String name, SqlType type, boolean nullable, boolean binaryText, boolean numbered) {
        /** A column with no values of the database's own. */
        public Column(String name, SqlType type, boolean nullable, boolean binaryText) {
            this(name, type, nullable, binaryText, false);
        }
    }

    /** The columns of a key or index, and its own name. */
    public record Columns(String name, List<String> columns) {
        public Columns {
            columns = List.copyOf(columns);
        }
    }

    /**
     * A foreign key.
     *
     * @param columns this table's columns
     * @param table the other table
     * @param tableColumns the other table's columns, in the same order
     */
    public record ForeignKey(String name, List<String> columns, String table, List<String> tableColumns) {
        public ForeignKey {
            columns = List.copyOf(columns);
            tableColumns = List.copyOf(tableColumns);
        }
    }

    public TableDefinition {
        Objects.requireNonNull(name, "name");
        columns = List.copyOf(columns);
        unique = List.copyOf(unique);
        foreignKeys = List.copyOf(foreignKeys);
        indexes = List.copyOf(indexes);
    }

    /** A table without comments. */
    public TableDefinition(
            @Nullable String schema,
            String name,
            List<Column> columns,
            Columns key,
            List<Columns> unique,
            List<ForeignKey> foreignKeys,
            List<Columns> indexes) {
        this(schema, name, columns, key, unique, foreignKeys, indexes, Comments.NONE);
    }

    /** Whether the database has to be told to take the numbers that rows bring. */
    public boolean numbered() {
        return columns.stream().anyMatch(Column::numbered);
    }

    /** The columns' names in order, quoted and separated by commas. */
    public String columnList(Identifiers dialect) {
        return list(dialect, columns.stream().map(Column::name).toList());
    }

    /** Columns for a statement: quoted and separated by commas. */
    public static String list(Identifiers dialect, List<String> names) {
        return String.join(", ", names.stream().map(dialect::quote).toList());
    }

    /** The table's name for a statement: with its schema, quoted. */
    public String qualified(Identifiers dialect) {
        return dialect.qualified(schema, name);
    }
}
