package dev.millrace.source.jdbc;

import dev.millrace.dialect.Queries;
import dev.millrace.document.FaultCode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The statement for the next page: the rows after a key, in the order of the key, up to a number of rows and of bytes of XML. The server adds up
 * the sizes and ends the page, so that large documents after small ones do not fill the heap. The server does not send a document that is
 * beyond the limit.
 *
 * <p>Only the rows of the page are looked up in the ledger. So each row that is left out is counted, and no plan can read the whole ledger for
 * every page. If nearly all rows are left out, a page can be made of keys only, which an index holds, and the few texts are then read by
 * their keys. Immutable.
 */
final class PageQuery {

    /** The columns of the result. */
    static final int KEY = 1;
    /** The key as text, as the ledger has it. */
    static final int KEY_TEXT = 2;
    /** The XML's size, or {@link #LEFT_OUT}; bytes or, for a CLOB, characters. */
    static final int SIZE = 3;
    /** The XML; NULL also where the row is left out or too large. */
    static final int XML = 4;
    /** Where there is a ledger: the run that has loaded the row, {@link #REJECTED}, or NULL where no run has settled it. */
    static final int LOGGED = 5;

    /** The size of a row that the ledger leaves out. */
    static final int LEFT_OUT = -1;

    /** A value that is no run's id. */
    static final String REJECTED = "rejected";

    /** Keys of more than 200 characters, which can be more than the ledger's 400 units of UTF-16. */
    private static final String LONG_KEY = "_".repeat(201) + "%";

    private final SourceRelation relation;
    private final Queries dialect;
    private final @Nullable Object from;
    private final @Nullable Object to;
    private final @Nullable LedgerFilter ledger;
    private final long pageBytes;
    private final long documentBytes;

    /**
     * @param from the first key, or null
     * @param to the last key, or null
     * @param pageBytes a page ends with the document that reaches it
     * @param documentBytes larger documents are not fetched
     */
    PageQuery(
            SourceRelation relation,
            Queries dialect,
            @Nullable Object from,
            @Nullable Object to,
            @Nullable LedgerFilter ledger,
            long pageBytes,
            long documentBytes) {
        this.relation = relation;
        this.dialect = dialect;
        this.from = from;
        this.to = to;
        this.ledger = ledger;
        this.pageBytes = pageBytes;
        this.documentBytes = documentBytes;
    }

    /** The same pages with every row, as if the ledger were empty. */
    PageQuery withoutLedger() {
        return new PageQuery(relation, dialect, from, to, null, pageBytes, documentBytes);
    }

    /** The same pages up to another last key. */
    PageQuery upTo(Object last) {
        return new PageQuery(relation, dialect, from, last, ledger, pageBytes, documentBytes);
    }

    /** How many rows there are. */
    PreparedStatement prepareCount(Connection connection) throws SQLException {
        return bounded(connection, "SELECT COUNT(*) FROM " + relation.from() + " q" + where(lower(null)));
    }

    /** The {@link #KEY} and {@link #KEY_TEXT} of each so many-th row. */
    PreparedStatement prepareEvery(Connection connection, long rows) throws SQLException {
        String numbered =
                "SELECT " + key("q") + " AS page_key, " + keyText() + " AS page_text, ROW_NUMBER() OVER (ORDER BY "
                        + key("q") + ") AS page_row FROM " + relation.from() + " q" + where(lower(null));
        return bounded(
                connection,
                "SELECT page_key, page_text FROM (" + numbered + ") numbered WHERE page_row % " + rows
                        + " = 0 ORDER BY page_key");
    }

    private PreparedStatement bounded(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            bindBounds(statement, 1, from);
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    /** Whether some rows may be left out, and the texts of the others can be found by their keys. */
    boolean canFindTextsByKeys() {
        return ledger != null && relation.unique();
    }

    /**
     * @param after the last key of the page before, or null for the first page
     * @param textsByKeys whether the page is made of keys only, and the texts that are not left out are then read by their keys
     */
    PreparedStatement prepare(Connection connection, @Nullable Object after, int rows, boolean textsByKeys)
            throws SQLException {
        return prepare(connection, cut(measured(lower(after), textsByKeys)), ledger, after, rows);
    }

    /** The same rows, with {@link #KEY} and {@link #KEY_TEXT} only and none left out. */
    PreparedStatement prepareKeys(Connection connection, @Nullable Object after, int rows) throws SQLException {
        return prepare(connection, rows(lower(after), ""), null, after, rows);
    }

    private PreparedStatement prepare(
            Connection connection, String sql, @Nullable LedgerFilter ledger, @Nullable Object after, int rows)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            int parameter = 1;
            if (ledger != null) {
                statement.setString(parameter++, ledger.contract());
            }
            parameter = bindBounds(statement, parameter, after == null ? from : after);
            statement.setInt(parameter, rows);
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    /** Returns the next parameter. */
    private int bindBounds(PreparedStatement statement, int first, @Nullable Object lower) throws SQLException {
        int parameter = first;
        if (lower != null) {
            relation.key().bind(statement, parameter++, lower);
        }
        if (to != null) {
            relation.key().bind(statement, parameter++, to);
        }
        return parameter;
    }

    private String lower(@Nullable Object after) {
        return after != null ? ">" : from != null ? ">=" : "";
    }

    /** The page's keys, with more columns of theirs. */
    private String rows(String lower, String more) {
        return dialect.firstRows("SELECT " + key("q") + " AS page_key, " + keyText() + " AS page_text" + more + " FROM "
                + relation.from() + " q" + where(lower) + " ORDER BY " + key("q"));
    }

    private String where(String lower) {
        String value = relation.key().placeholder();
        String where = lower.isEmpty() ? "" : " WHERE " + key("q") + " " + lower + " " + value;
        return to == null ? where : where + (where.isEmpty() ? " WHERE " : " AND ") + key("q") + " <= " + value;
    }

    // Subqueries instead of WITH, since H2 confuses the parameters of common table expressions.
    private String measured(String lower, boolean textsByKeys) {
        String size = "COALESCE(" + dialect.size("page_xml", relation.xmlType()) + ", 0)";
        String text = ", " + text("q") + " AS page_xml";
        String page;
        if (ledger == null) {
            page = rows(lower, text);
        } else if (textsByKeys) {
            page = "SELECT page_key, page_text, page_logged, "
                    + document("CASE WHEN " + leftOut(ledger) + " THEN NULL ELSE (SELECT " + text("x") + " FROM "
                            + relation.from() + " x WHERE " + key("x") + " = page_key) END")
                    + " AS page_xml FROM ("
                    + rows(lower, ", " + logged(ledger, keyText()) + " AS page_logged") + ") page_keys";
        } else if (relation.unique()) {
            // Because of the page's limit, the database looks up each row once, and not for each use of the result.
            page = rows(lower, text + ", " + logged(ledger, keyText()) + " AS page_logged");
        } else {
            // Without an index, all rows are sorted for each page, and all of them would be looked up in the ledger.
            page = "SELECT page_key, page_text, page_xml, " + logged(ledger, "page_text") + " AS page_logged FROM ("
                    + rows(lower, text) + ") page_rows";
        }
        String measure =
                ledger == null ? size : "CASE WHEN " + leftOut(ledger) + " THEN " + LEFT_OUT + " ELSE " + size + " END";
        return "SELECT page_key, page_text, page_xml, " + measure + " AS page_size" + logged() + " FROM (" + page
                + ") page";
    }

    /** The column that the ledger gives, if there is one. */
    private String logged() {
        return ledger == null ? "" : ", page_logged";
    }

    private String cut(String measured) {
        String summed = "SELECT page_key, page_text, page_xml, page_size" + logged() + ","
                + " SUM(page_size) OVER (ORDER BY page_key ROWS UNBOUNDED PRECEDING) - page_size AS size_before FROM ("
                + measured
                + ") measured";
        return "SELECT page_key, page_text, page_size,"
                + " " + document("CASE WHEN page_size BETWEEN 0 AND " + documentBytes + " THEN page_xml END")
                + " AS page_xml" + logged() + " FROM ("
                + summed
                + ") summed WHERE size_before < " + pageBytes + " ORDER BY page_key";
    }

    /**
     * Looks rows up in the ledger by a scalar subquery: the only form for which every database uses the index for each row. For an EXISTS or a
     * join, a database may read the whole ledger for each page. PostgreSQL does so while the ledger's statistics are older than its rows.
     */
    private String logged(LedgerFilter ledger, String keyText) {
        String loaded = "l." + dialect.quote("status") + " = 'loaded' THEN l." + dialect.quote("run_id");
        String withdrawn = "l." + dialect.quote("code") + " = '" + FaultCode.WITHDRAWN.word() + "'";

        String state = switch (ledger.mode()) {
            case NEW -> "CASE WHEN " + withdrawn + " THEN NULL WHEN " + loaded + " ELSE '" + REJECTED + "' END";
            case REJECTED -> "CASE WHEN " + loaded + " ELSE '" + REJECTED + "' END";
            case WITHDRAWN -> "CASE WHEN " + withdrawn + " THEN '" + REJECTED + "' END";
        };
        return "(SELECT " + state + " FROM " + ledger.logTable() + " l WHERE l." + dialect.quote("contract_name")
                + " = ? AND l." + dialect.quote("document_key") + " = " + keyText + ")";
    }

    private static String leftOut(LedgerFilter ledger) {
        // The ledger holds the longest keys in another form. Their rows are read, and the engine looks them up.
        return ledger.mode() == LedgerFilter.Mode.NEW
                ? "page_logged IS NOT NULL"
                : "(page_logged IS NULL OR page_logged <> '" + REJECTED + "') AND page_text NOT LIKE '" + LONG_KEY
                        + "'";
    }

    private String key(String alias) {
        return alias + "." + dialect.quote(relation.key().name());
    }

    private String keyText() {
        return dialect.asKeyText(key("q"), relation.key().typeName());
    }

    private String text(String alias) {
        return document(alias + "." + dialect.quote(relation.xmlColumn()));
    }

    /** After a CASE, a text may have another type, so it is cast. */
    private String document(String expression) {
        return dialect.document(expression, relation.xmlType());
    }
}
