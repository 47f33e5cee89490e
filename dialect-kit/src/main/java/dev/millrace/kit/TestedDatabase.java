package dev.millrace.kit;

import dev.millrace.contract.SqlType.Kind;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Capability;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A database that the kit is run against: where it is, and its words where the kit writes SQL itself. */
public interface TestedDatabase {
    /** A name in a statement of the kit. */
    Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");

    /** A place where schemas and tables may be created and dropped; the same each time. */
    Database database();

    /** A connection that nothing has been done to: as an application that lends its connections would open it. */
    default Connection plainConnection() throws SQLException {
        return database().connect();
    }

    /** Statements that give a session settings which an application may have, and a run would trip over if it took them. */
    default List<String> unusualSession() {
        return List.of();
    }

    /**
     * A SELECT of what a session consists of beyond what JDBC tells, as names and values: settings, temporary tables, locks.
     * Values that change by themselves are left out. Empty where nothing of that is told.
     */
    default String sessionState() {
        return "";
    }

    /**
     * What the database keeps for people of a table, or of a column of it: by default as JDBC tells.
     *
     * @param column null for the table itself
     * @return null for nothing
     */
    default @Nullable String comment(Connection connection, String table, @Nullable String column) throws SQLException {
        String schema = connection.getSchema();
        try (ResultSet found = column == null
                ? connection.getMetaData().getTables(connection.getCatalog(), schema, table, null)
                : connection.getMetaData().getColumns(connection.getCatalog(), schema, table, column)) {
            String remarks = found.next() ? found.getString("REMARKS") : null;
            return remarks == null || remarks.isEmpty() ? null : remarks;
        }
    }

    /**
     * A type of a key column.
     *
     * @param column in the database's words
     * @param literal of the n-th key, from 0; they differ as little as keys can
     */
    record KeyType(String column, IntFunction<String> literal) {}

    /** Types that a key column can have, beyond those that every database has. */
    default List<KeyType> keyTypes() {
        return List.of();
    }

    /** Types that a key column must not have, with a literal of each. */
    default Map<String, String> unfitKeyTypes() {
        return Map.of();
    }

    /** Whether the driver itself fails where the JVM's language writes numbers in other digits than 0 to 9. */
    default boolean driverNeedsLatinDigits() {
        return false;
    }

    /** For a driver that keeps the JVM's time zone: it has changed. */
    default void zoneHasChanged() {}

    /** The column type for a large text. */
    String text();

    /** The column type for large bytes. */
    String binary();

    /** Whether a column of a type {@code timestamp with time zone} is told apart from one without. */
    default boolean hasZonedTimestamps() {
        return true;
    }

    /** A column type that holds every integer and is not integer. */
    default String wideNumber() {
        return "numeric(30,2)";
    }

    /** A standard literal, such as {@code DATE '2024-03-05'}, in the database's words. */
    default String literal(String standard) {
        return standard;
    }

    /** A text of any characters, for a statement. */
    default String textLiteral(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** An expression for the text of one character, by its number in Unicode. */
    default String character(int codePoint) {
        return "chr(" + codePoint + ")";
    }

    /** An expression that joins the texts of others. */
    default String joined(List<String> texts) {
        return "(" + String.join(" || ", texts) + ")";
    }

    /** A program beside the driver that writes texts into a table of the database. */
    interface OtherProgram {
        void insert(String table, int id, String text) throws SQLException;
    }

    /**
     * The database's own program, or another that the tests can start.
     *
     * @throws org.opentest4j.TestAbortedException where there is none on this machine; says what to install, so that the list of tests
     *     that were not run does
     */
    default OtherProgram otherProgram() {
        return Assumptions.abort("nothing to do: the tests know no other program that writes into this database");
    }

    /** A value as Java's class for its type. */
    default @Nullable Object value(ResultSet row, String column, Kind kind) throws SQLException {
        if (row.getObject(column) == null) {
            return null;
        }
        return switch (kind) {
            case BOOLEAN -> row.getBoolean(column);
            case DECIMAL -> row.getObject(column, BigDecimal.class);
            case REAL -> row.getFloat(column);
            case DOUBLE -> row.getDouble(column);
            case DATE -> row.getObject(column, LocalDate.class);
            case TIME -> row.getObject(column, LocalTime.class);
            case TIMESTAMP -> row.getObject(column, LocalDateTime.class);
            case TIMESTAMPTZ -> row.getObject(column, OffsetDateTime.class).withOffsetSameInstant(ZoneOffset.UTC);
            case BYTES -> row.getBytes(column);
            default -> row.getString(column);
        };
    }

    /** Whether a real or double can be closer to zero than its full precision reaches. */
    default boolean hasSubnormalNumbers() {
        return true;
    }

    /** Types that a column can have besides those that the driver lists: of the user's own, with a character set, a collation. */
    default List<String> columnTypes() {
        return List.of();
    }

    /**
     * Whether a column may refuse a text that a column of the contract's type can have: where it counts otherwise, lacks
     * characters or has a check. It must never keep another one.
     */
    default boolean mayRefuse(String columnType, String text) {
        return false;
    }

    /** What creates the types of {@link #columnTypes} that are the user's own. */
    default List<String> columnTypeStatements() {
        return List.of();
    }

    /**
     * The contract's types that are closest to types of columns; "" where none goes with it, or the database gives the values
     * itself. Types of {@link #columnTypeStatements} can be among them.
     */
    default Map<String, String> closestTypes() {
        return Map.of();
    }

    /** Declarations of integer columns whose rows the database numbers, where they are keys; empty if it has none. */
    default List<String> numberedKeys() {
        return List.of();
    }

    /** The ways in which the database can refuse a row. */
    default List<RefusedRow> refusedRows() {
        return RefusedRow.standard();
    }

    /**
     * A statement of the kit in the database's words.
     *
     * @param statement writes names in double quotes, and <code>{s}.</code> before those of a schema
     */
    default String sql(String schema, String statement) {
        Dialect dialect = database().dialect();
        boolean schemas = dialect.capabilities().contains(Capability.SCHEMAS);
        String quoted =
                QUOTED.matcher(statement).replaceAll(name -> Matcher.quoteReplacement(dialect.quote(name.group(1))));
        return quoted.replace("{s}.", schemas ? dialect.quote(schema) + "." : "");
    }
}
