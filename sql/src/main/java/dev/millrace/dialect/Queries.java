package dev.millrace.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The part of a {@link Dialect} that is about queries: those that read documents and their keys from a source, and those that count rows and
 * look them up.
 *
 * <p>{@link #asKeyText(String)} must be implemented. {@link #refusesKey}, {@link #sendsKeyAsText} and {@link #documentType} are for column types
 * with which keys or documents would otherwise be changed or confused. Called by all threads at once; a connection is used by one thread.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Queries extends Identifiers {
    /** Limits a SELECT (without semicolon, with its ORDER BY) to its first rows. The number is a {@code ?} parameter at the end. */
    default String firstRows(String orderedSelect) {
        return orderedSelect + " LIMIT ?";
    }

    /** How many keys a list in a statement can have so that the database still looks each up in the second column of an index. */
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
     * The type by which the documents of a column are read. It differs from the column's own where the driver would lose characters.
     *
     * @param sqlType of {@link java.sql.Types}, the column's own
     */
    default int documentType(Connection connection, int sqlType) throws SQLException {
        return sqlType;
    }

    /**
     * An expression for the documents of a column, in a form that can be used in a subquery.
     *
     * @param sqlType of {@link java.sql.Types}
     */
    default String document(String expression, int sqlType) {
        return expression;
    }

    /**
     * An expression for the size of a document, so that one that is too large is not fetched. The size is in bytes, or in characters where
     * the database knows only these without reading the document.
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

    /** Whether the driver's {@code getBytes} gives a text column's bytes in UTF-8, so that they need not be decoded and encoded again. */
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
     * Why a column cannot be the key of documents, and what to do: several of its values can have the same text, their text depends on the
     * session, or the database sorts them in another order than it compares them. Empty if it can.
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
     * How to write a parameter that is compared with the column of the keys: {@code ?}, or a cast to the column's own type if the driver binds
     * another one.
     *
     * @param select gives the column
     * @param typeName what the database calls the column's type
     */
    default String keyParameter(Connection connection, String select, String column, String typeName)
            throws SQLException {
        return "?";
    }
}
