package dev.millrace.dialect;

import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping.OnDuplicate;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What differs between databases: one small final class each, made of whole statements, which {@link Dialects} finds by its name in
 * {@code META-INF/services}. Stateless and thread-safe; public, with a public constructor without parameters. It is
 * made even where its driver is missing, so the driver's classes are for methods that are called when there is one.
 */
public interface Dialect {
    /** What a database can do beyond the least that all of them can. */
    enum Capability {
        /** Tables live in schemas that can be created. */
        SCHEMAS,
        /** Keys and foreign keys can be added to a table that holds rows. */
        CONSTRAINTS_AFTER,
        /** Names in quotes differ when only their case does. */
        CASE_SENSITIVE_NAMES,
        /** A text that is longer than its column says is refused. */
        TEXT_LENGTHS,
        /** A real or double can be NaN or infinite; elsewhere such a value is refused before it is sent. */
        NOT_FINITE_NUMBERS
    }

    /** What a connection is for; a dialect tunes its session accordingly. */
    enum Purpose {
        /** Nothing special: looking around, creating, comparing. */
        GENERAL,
        /** Key-ordered pages of documents, each found through indexes. */
        READ,
        /** A worker's bulk loading. */
        LOAD,
        /** One long transaction that reads whole tables and should see one moment of them. */
        COMPARE,
        /** Keys, foreign keys and indexes over rows that are there. */
        BUILD
    }

    /** The name on the command line and in the summary: postgresql, h2 … */
    String name();

    Set<Capability> capabilities();

    /** Whether a JDBC URL is one of this database. */
    boolean accepts(String url);

    /** Why a run cannot use a URL of this database, and what to use instead; empty if it can. */
    default Optional<String> unfit(String url) {
        return Optional.empty();
    }

    /** The class of the JDBC driver, which may be missing on the class path. */
    String driver();

    /** Where Maven finds the driver, {@code group:artifact}, for a message when it is missing. */
    default Optional<String> driverModule() {
        return Optional.empty();
    }

    /** A text that two URLs share exactly when they lead to the same database; empty if that cannot be told. */
    Optional<String> identity(String url);

    /** The URL to connect with, where the dialect adds what a run cannot do without. */
    default String connectionUrl(String url) {
        return url;
    }

    /** The URL without what only some users may ask for, after such a refusal; empty if it was another one. */
    default Optional<String> plainerUrl(String url, SQLException refusal) {
        return Optional.empty();
    }

    /** Whether the database closes with its last connection, and a run had better keep it open between its phases. */
    default boolean closesWithItsLastConnection() {
        return false;
    }

    /** Whether a connection was refused for a reason that passes within moments, without anybody doing anything. */
    default boolean isOpenSoon(SQLException refusal) {
        return false;
    }

    /** How a URL names the driver's properties: what it names, Millrace does not set. */
    default DriverProperties driverProperties() {
        return DriverProperties.UNKNOWN;
    }

    /** Driver properties of every connection: application name, connect time-out of ten seconds, keep-alive. */
    Properties connectionProperties();

    /** The same for a purpose: what reads and loads documents can have a time-out that would be wrong for building an index. */
    default Properties connectionProperties(Purpose purpose) {
        return connectionProperties();
    }

    /** Whether there is a user to log in as; if not, a user and a password that are given are for another database. */
    default boolean takesLogin() {
        return true;
    }

    /** Why a connection was refused, in words of ours; empty where the driver's message will do. */
    default Optional<String> connectionRefused(SQLException fault) {
        return Optional.empty();
    }

    /** Why client and server do not trust each other, if that is why a connection was refused. */
    default Optional<TrustFault> trustFault(SQLException fault) {
        return TrustFault.of(fault);
    }

    /** What to do about it, in the properties of this driver; empty where nothing is known. */
    default String remedy(TrustFault fault) {
        return "";
    }

    /** What of a driver's message about the network says something: many add what else there is to check. */
    default String shortened(String message) {
        return message;
    }

    /** The file that connecting will create, if the database is one that is not there yet. */
    default Optional<Path> newFile(String url) {
        return Optional.empty();
    }

    /** What a connection is to be used through, once it is open; most are used as they are. */
    default Connection guarded(Connection connection, Purpose purpose) throws SQLException {
        return connection;
    }

    /** What a fault comes from, where the connection knows more than the fault says. */
    default SQLException whatBroke(Connection connection, SQLException fault) {
        return fault;
    }

    /** Waits until what was committed is where the database keeps it, where a commit as such does not. */
    default void flush(Connection connection) throws SQLException {}

    /**
     * Statements that a new connection is set up with. With them a value is read and written as the same text and the same
     * instant whatever the JVM's time zone and language, the URL and the server's defaults are.
     *
     * @param connection that has not been set up yet
     */
    List<String> sessionSettings(Connection connection, Purpose purpose) throws SQLException;

    /**
     * Statements that make a session what it was before its {@link #sessionSettings}, for connections that go back to somebody
     * else.
     *
     * @param connection that has not been set up yet
     */
    default List<String> undoSettings(Connection connection, Purpose purpose) throws SQLException {
        return List.of();
    }

    /** How long a name may be, as {@link #nameSize} measures it. */
    int nameLimit();

    /** The size of a name in the database's unit. */
    default int nameSize(String name) {
        return name.length();
    }

    /** The identifier in the database's quotes, whatever characters it has. */
    String quote(String identifier);

    /** {@code schema.table} with both quoted; the table alone when there is no schema. */
    default String qualified(@Nullable String schema, String table) {
        return schema == null ? quote(table) : quote(schema) + "." + quote(table);
    }

    /**
     * How DDL writes a type.
     *
     * @throws IllegalArgumentException with a message for the user when the database has no type that holds all its values
     */
    String typeName(SqlType type);

    /** A NULL to insert into a column of a type. */
    default String typedNull(SqlType type) {
        return "NULL";
    }

    /** How DDL writes a text column whose order and equality are those of its bytes: a document key. */
    default String binaryTextType(SqlType type) {
        return typeName(type);
    }

    /**
     * How DDL writes the type of a column of a table.
     *
     * @throws IllegalArgumentException with a message for the user when the database has no type that serves
     */
    default String columnType(TableDefinition table, TableDefinition.Column column) {
        return column.binaryText() ? binaryTextType(column.type()) : typeName(column.type());
    }

    /** The words of a table's primary key before its columns. */
    default String primaryKey(TableDefinition table) {
        return "PRIMARY KEY";
    }

    /** Creates a schema unless it is there. */
    default String createSchema(String schema) {
        return "CREATE SCHEMA IF NOT EXISTS " + quote(schema);
    }

    /** A column of the catalog with what the driver does not tell about it. */
    default TableFinder.Column described(TableFinder.Column column) {
        return column;
    }

    /**
     * What a column of the catalog can hold; empty for a type that no type of a contract goes with.
     *
     * @param column as {@link #described} shows it
     */
    default Optional<ColumnRange> range(TableFinder.Column column) {
        return ColumnRange.standard(column);
    }

    /**
     * Why the user cannot give rows the numbers that the database would give them, and what to do; empty if they can.
     *
     * @param table as it stands in the database, with a numbered column
     */
    default Optional<String> refusesNumbers(Connection connection, TableDefinition table) throws SQLException {
        return Optional.empty();
    }

    /**
     * A statement after which the database's own numbers follow those that are in a column; empty where they follow by
     * themselves.
     */
    default Optional<String> reseed(TableName table, String column) {
        return Optional.empty();
    }

    /**
     * What the database makes of values of a column's type that are no others, only written in another way, and what to do; empty if
     * it gives them back as they came.
     *
     * @param column as {@link #described} shows it
     */
    default Optional<String> rewrites(TableFinder.Column column) {
        return Optional.empty();
    }

    /** Whether each value has a type of its own, whatever is declared for its column. */
    default boolean typesValues() {
        return false;
    }

    /** A value of the Java classes of {@link SqlType.Kind} as the driver takes it for a parameter. */
    default Object parameter(Object value) {
        return value;
    }

    /** The instant in a column of type timestamptz, or null. */
    default @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    /**
     * Whether the workers of a run take turns in writing: where one transaction writes at a time, or several that meet would
     * be refused.
     */
    default boolean writesInTurns() {
        return false;
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

    /** What ends a CREATE TABLE, with a blank before it: storage, character set. */
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
     * A statement that makes the transaction wait for every other one that has executed it, so that two runs do not create
     * the same table at once; empty where the database needs none.
     */
    default Optional<String> lockForDdl() {
        return Optional.empty();
    }

    /** Gives back what {@link #lockForDdl} took, where that outlasts the transaction; empty where it does not. */
    default Optional<String> unlockForDdl() {
        return Optional.empty();
    }

    /**
     * What is odd about the server but stops no run, such as that it forbids the fastest road; a line each.
     *
     * @param tables that it might not be able to give all that they are to have
     */
    default List<String> warnings(Connection connection, List<TableDefinition> tables) throws SQLException {
        return List.of();
    }

    /** Whether a column of a type, as DDL writes it, can be in a key or an index. */
    default boolean canIndex(SqlType type) {
        return true;
    }

    /**
     * Whether a key or index has room for every value of its columns. If not, a row beyond that is refused, or when the index is
     * built over rows, the index.
     */
    default boolean indexHolds(TableDefinition table, TableDefinition.Columns index) {
        return true;
    }

    /** A SELECT (without a semicolon, with its ORDER BY) cut to its first rows; the count is a {@code ?} parameter at its end. */
    default String firstRows(String orderedSelect) {
        return orderedSelect + " LIMIT ?";
    }

    /** How many keys a statement can look for in the second column of an index, with a list, without reading the whole index. */
    default int keysAtOnce() {
        return 512;
    }

    /** An expression that counts rows, however many. */
    default String count() {
        return "count(*)";
    }

    /** An expression that adds up integers, however large the sum. */
    default String sum(String integers) {
        return "sum(" + integers + ")";
    }

    /**
     * Deletes the rows of a table that have in some columns what a SELECT gives: found through an index of the columns.
     *
     * @param select gives columns of the same names from other tables; it may have parameters
     */
    default String deleteMatching(TableDefinition table, List<String> columns, String select) {
        String list = TableDefinition.list(this, columns);
        return "DELETE FROM " + table.qualified(this) + " WHERE " + (columns.size() == 1 ? list : "(" + list + ")")
                + " IN (" + select + ")";
    }

    /**
     * The type as which the documents of a column are read: another one than its own where the driver would lose characters of it.
     *
     * @param sqlType of {@link java.sql.Types}, the column's own
     */
    default int documentType(Connection connection, int sqlType) throws SQLException {
        return sqlType;
    }

    /**
     * An expression that gives the documents of a column in a form in which a query can carry them along.
     *
     * @param sqlType of {@link java.sql.Types}
     */
    default String document(String expression, int sqlType) {
        return expression;
    }

    /**
     * An expression that measures a document where it is, so that one that is too large is not fetched: its bytes, or its
     * characters where only these are known without reading it.
     *
     * @param sqlType of {@link java.sql.Types}
     */
    default String size(String expression, int sqlType) {
        switch (sqlType) {
            case Types.CLOB:
            case Types.NCLOB:
                return "CHARACTER_LENGTH(" + expression + ")";
            case Types.SQLXML:
                return "OCTET_LENGTH(CAST(" + expression + " AS text))";
            default:
                return "OCTET_LENGTH(" + expression + ")";
        }
    }

    /** Whether the driver's {@code getBytes} gives a text column's bytes in UTF-8 as they came, without decoding for nothing. */
    default boolean givesTextAsUtf8() {
        return false;
    }

    /**
     * Whether a text parameter is to be bound without a type, so that the database takes it for the type of the column that
     * it is compared with.
     */
    default boolean bindsTextUntyped() {
        return false;
    }

    /**
     * A SELECT of about how many rows a table has, from statistics; its one parameter is the table's {@link #qualified} name.
     * Empty where rows are counted as quickly.
     */
    default Optional<String> estimateRows() {
        return Optional.empty();
    }

    /**
     * A SELECT of {@code INDEX_NAME} and {@code COLUMN_NAME} of what keeps a table's rows unique; its parameters are schema and
     * table. Empty where the driver tells it.
     */
    default Optional<String> uniqueKeys() {
        return Optional.empty();
    }

    /**
     * A SELECT of the names of a table's columns whose values the database computes; its parameters are schema and table. Empty
     * where the driver tells it.
     */
    default Optional<String> computedColumns() {
        return Optional.empty();
    }

    /**
     * A SELECT of the names of a table's columns and the words of their types, such as {@code numeric(5,1)} or
     * {@code enum('a','b')}, for those of whose types the driver does not tell enough; its parameters are schema and table. Empty
     * where it tells all.
     */
    default Optional<String> columnTypes() {
        return Optional.empty();
    }

    /** An expression that gives another expression's value as the text that a document key is, for comparison with the ledger. */
    String asKeyText(String expression);

    /** The same for a column of a type that the database calls {@code typeName}. */
    default String asKeyText(String expression, String typeName) {
        return asKeyText(expression);
    }

    /**
     * Whether keys of a column go back to the database as the text that {@link #asKeyText} has made of them, from the last key of a
     * page to the statement for the next one: where the driver's class for the type cannot hold all its values, or passes
     * through the JVM's time zone.
     *
     * @param sqlType of {@link java.sql.Types}
     * @param typeName what the database calls the column's type
     */
    default boolean keyTravelsAsText(int sqlType, String typeName) {
        return false;
    }

    /**
     * Why documents cannot be known by the values of a column, and what to do: since their text can be the same for several
     * values or depends on the session, or since they are not compared in the order in which they are sorted. Empty if they can.
     *
     * @param column its name
     * @param sqlType of {@link java.sql.Types}
     * @param typeName what the database calls the column's type
     */
    default Optional<String> unfitKey(Connection connection, String column, int sqlType, String typeName)
            throws SQLException {
        return Optional.empty();
    }

    /**
     * What stands for a parameter that is compared with a column of documents' keys: {@code ?}, or what makes it the column's
     * own type where the driver binds another one.
     *
     * @param select gives the column
     * @param typeName what the database calls the column's type
     */
    default String keyParameter(Connection connection, String select, String column, String typeName)
            throws SQLException {
        return "?";
    }

    /**
     * A value of a result, exactly as the database holds it: of the class of {@link SqlType.Kind} where the column is of the type
     * that {@link #typeName} gives; where a table has a column of its own instead, whatever shows best what is in it.
     *
     * @param type the contract's type for the column
     */
    default @Nullable Object read(ResultSet row, int column, SqlType type) throws SQLException {
        return StandardValues.read(row, column, type);
    }

    /**
     * Opens the fastest road into a table. The loader belongs to the connection and takes part in its transactions.
     *
     * @param table as it stands in the database
     */
    BulkLoader loader(Connection connection, TableDefinition table, OnDuplicate onDuplicate) throws SQLException;

    /** Spares a transaction the check of foreign keys that hold by the way its rows are made. Thread-safe. */
    interface Trust {
        /**
         * To be called when all that the transaction still does is to load rows, and it has deleted none.
         *
         * @return whether the transaction is spared: not where its tables meanwhile have got more to be checked
         */
        boolean claim(Connection connection) throws SQLException;
    }

    /**
     * What spares the database the check of foreign keys which hold because each row comes in the same transaction as the row that
     * it refers to, and both have the same value. Empty where the database has no such thing, or the user may not use it, or
     * it would spare more than these checks.
     *
     * @param connection in a transaction, which is to be rolled back
     * @param tables that are loaded, as they stand in the database, each with the foreign keys that so hold
     */
    default Optional<Trust> trustForeignKeys(Connection connection, List<TableDefinition> tables) throws SQLException {
        return Optional.empty();
    }

    /**
     * What stands for a value that {@link #bind} gives a statement: {@code ?}, or what makes it a value of the type where the
     * database would take it for something else beside a column of the type.
     */
    default String placeholder(SqlType type) {
        return "?";
    }

    /** Gives a statement a value to compare a column of a type with, in a form that lets the database use the column's index. */
    default void bind(PreparedStatement statement, int parameter, SqlType type, Object value) throws SQLException {
        statement.setObject(parameter, parameter(value));
    }

    /** What a fault of the database means for the run; looks at causes and chained exceptions too. */
    SqlFault classify(SQLException fault);

    /**
     * Whether a {@linkplain SqlFault#FATAL fatal} fault is sure to be no document's: the disk is full, a table is not there, the
     * user lacks a privilege.
     */
    default boolean isOfTheDatabase(SQLException fault) {
        return SqlStates.isOfTheDatabase(fault);
    }

    /** Whether the user may not do what a statement does. */
    default boolean isLackOfPrivilege(SQLException fault) {
        return "42501".equals(fault.getSQLState());
    }

    /** What a fault of a statement comes to; looks at no more than it needs, and gives no value of a document. */
    default Meaning meaning(SQLException fault) {
        return SqlStates.meaning(fault.getSQLState());
    }

    /** By what people find a fault in the database's documentation; empty if it has nothing of the kind. */
    default String reference(SQLException fault) {
        if (fault.getSQLState() != null) {
            return "SQL state " + fault.getSQLState();
        }
        return fault.getErrorCode() == 0 ? "" : "error " + fault.getErrorCode();
    }

    /** What the database tells about a refused row, without any value of it. */
    default Refusal refusal(SQLException fault) {
        return Refusal.UNKNOWN;
    }
}
