package dev.millrace.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The part of a {@link Dialect} that is about queries: of documents in a source, of the keys by which these are known, and of rows
 * that are counted and looked up.
 *
 * <p>{@link #asKeyText(String)} must be implemented. Whether documents of every type of column can be known by their keys and come unchanged is
 * for {@link #refusesKey}, {@link #sendsKeyAsText} and {@link #documentType}. Called by all threads at once, with a connection only by the
 * one that owns it.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Queries extends Identifiers {
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
        return switch (sqlType) {
            case Types.CLOB, Types.NCLOB -> "CHARACTER_LENGTH(" + expression + ")";
            case Types.SQLXML -> "OCTET_LENGTH(CAST(" + expression + " AS text))";
            default -> "OCTET_LENGTH(" + expression + ")";
        };
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

    /** An expression that gives another expression's value as the text that a document key is, for comparison with the ledger. */
    String asKeyText(String expression);

    /** The same for a column of a type that the database calls {@code typeName}. */
    default String asKeyText(String expression, String typeName) {
        return asKeyText(expression);
    }

    /**
     * Whether keys of a column are sent to the database as the text that {@link #asKeyText} has made of them. The last key of a page is
     * sent with the statement for the next one. True where the driver's class for the type cannot hold all its values, or converts
     * them by the JVM's time zone.
     *
     * @param sqlType of {@link java.sql.Types}
     * @param typeName what the database calls the column's type
     */
    default boolean sendsKeyAsText(int sqlType, String typeName) {
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
    default Optional<String> refusesKey(Connection connection, String column, int sqlType, String typeName)
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
}
