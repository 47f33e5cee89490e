package dev.millrace.dialect;

import dev.millrace.contract.SqlType;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link Dialect} that creates tables: types, keys, indexes, and the statements that make them.
 *
 * <p>{@link #typeName} must be implemented. The statements have defaults in standard SQL, of which each part, such as {@link #tableOptions},
 * can be replaced. Called by all threads at once; results depend on the parameters only.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface TableStatements extends Identifiers {
    /** The database's name, for messages: {@link Dialect#name}. */
    String name();

    /**
     * How DDL writes a type.
     *
     * @throws IllegalArgumentException with a message for the user when the database has no type that holds all its values
     */
    String typeName(SqlType type);

    /** How DDL writes a text column whose order and equality are those of its bytes: a document key. */
    default String binaryTextType(SqlType type) {
        return typeName(type);
    }

    /**
     * How DDL writes the type of a column of a table.
     *
     * @throws IllegalArgumentException with a message for the user when the database has no suitable type
     */
    default String columnType(TableDefinition table, TableDefinition.Column column) {
        return column.binaryText() ? binaryTextType(column.type()) : typeName(column.type());
    }

    /** The words of a table's primary key before its columns. */
    default String primaryKey(TableDefinition table) {
        return "PRIMARY KEY";
    }

    /** Creates a schema if it does not exist. */
    default String createSchema(String schema) {
        return "CREATE SCHEMA IF NOT EXISTS " + quote(schema);
    }

    /**
     * Whether a row can be deleted in the transaction that deletes the rows referring to it. If not, tables are created without
     * foreign keys, and no document is replaced in tables that have them.
     */
    default boolean deletesWithReferences() {
        return true;
    }

    /**
     * Creates a table.
     *
     * @param constraints whether its primary key, unique and foreign keys are created with it
     * @throws IllegalArgumentException with a message for the user when the database cannot make one of its keys or indexes
     */
    default String createTable(TableDefinition table, boolean constraints) {
        return StandardDdl.createTable(this, table, constraints);
    }

    /** The end of a column in a CREATE TABLE, with a blank before it: by default nothing. */
    default String columnOptions(TableDefinition table, TableDefinition.Column column) {
        return "";
    }

    /** The end of a CREATE TABLE, with a blank before it: storage, character set. */
    default String tableOptions() {
        return "";
    }

    /** Adds the primary key and unique keys to a table created without them; one statement each. */
    default List<String> addKeys(TableDefinition table) {
        return StandardDdl.addKeys(this, table);
    }

    /** Adds the foreign keys to a table created without them; one statement each. */
    default List<String> addForeignKeys(TableDefinition table) {
        return StandardDdl.addForeignKeys(this, table);
    }

    /** Creates the table's further indexes; one statement each. */
    default List<String> createIndexes(TableDefinition table) {
        return StandardDdl.createIndexes(this, table);
    }

    /**
     * Adds a column that may be NULL to a table that is there.
     *
     * @param table as it is to be, under the name that the catalog has for it
     */
    default String addColumn(TableDefinition table, TableDefinition.Column column) {
        return "ALTER TABLE " + table.qualified(this) + " ADD " + quote(column.name()) + " "
                + columnType(table, column);
    }

    /** Whether {@link #changeColumn} has to repeat all of a column, its type too, so that what it does not repeat is lost. */
    default boolean redefinesColumns() {
        return false;
    }

    /**
     * Changes a column of a table that is there and may have rows: gives it a type that holds every value of its own, or lets it be NULL,
     * or both.
     *
     * @param table as it is to be, under the name that the catalog has for it
     * @param column as it is to be, under the catalog's name; of its present type where that stays and is to be repeated
     * @param retyped whether its type changes
     * @param freed whether it was NOT NULL and is not to be any more
     * @return whole statements; none where the database cannot do that in place
     */
    default List<String> changeColumn(
            TableDefinition table, TableDefinition.Column column, boolean retyped, boolean freed) {
        return StandardDdl.changeColumn(this, table, column, retyped, freed);
    }

    /**
     * Gives a column of a table that is there another name. Its values, keys and indexes stay.
     *
     * @param table as it is, under the name that the catalog has for it
     * @param column the column's present name
     * @param name the new one
     * @return whole statements; none where the database cannot do that in place
     */
    default List<String> renameColumn(TableDefinition table, String column, String name) {
        return List.of(
                "ALTER TABLE " + table.qualified(this) + " RENAME COLUMN " + quote(column) + " TO " + quote(name));
    }

    /**
     * Gives a table that is there another name in its schema. Its rows, keys and indexes stay.
     *
     * @param table as it is, under the name that the catalog has for it
     * @param name the new one
     * @return whole statements; none where the database cannot do that in place
     */
    default List<String> renameTable(TableDefinition table, String name) {
        return List.of("ALTER TABLE " + table.qualified(this) + " RENAME TO " + quote(name));
    }

    /**
     * A statement that makes a transaction wait for all others that have executed it, so that two runs do not create the same table at
     * once; empty where the database needs none.
     */
    default Optional<String> lockForDdl() {
        return Optional.empty();
    }

    /** Releases the lock of {@link #lockForDdl} if that outlasts the transaction; empty if it does not. */
    default Optional<String> unlockForDdl() {
        return Optional.empty();
    }

    /**
     * Gives a table that was just created, and its columns, their comments; one statement each. None where {@link #createTable} has done
     * that, and in a database without comments.
     */
    default List<String> addComments(TableDefinition table) {
        return StandardDdl.addComments(this, table);
    }

    /**
     * Gives a table that is there, or one of its columns, another comment.
     *
     * @param table as it is, under the name that the catalog has for it
     * @param column as it is; null for the table itself
     * @param comment of any length; null for none any more
     * @return whole statements; none in a database without comments, which is the default
     */
    default List<String> changeComment(
            TableDefinition table, TableDefinition.@Nullable Column column, @Nullable String comment) {
        return List.of();
    }

    /** Whether a column of a type, as DDL writes it, can be in a key or an index. */
    default boolean canIndex(SqlType type) {
        return true;
    }

    /**
     * Whether a key or index can hold every value of its columns. If not, the database refuses a row with a larger value, or, over existing
     * rows, to build the index.
     */
    default boolean indexHolds(TableDefinition table, TableDefinition.Columns index) {
        return true;
    }
}
