package dev.millrace.source;

import dev.millrace.dialect.Dialect;
import dev.millrace.document.FaultCode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The statement that gives the next page: the rows after a key, in the order of the key, at most so many and at most so
 * many bytes of XML. The server adds up the sizes and cuts the page, so that a page of small documents that is followed by
 * large ones does not fill the heap; a document beyond the limit never leaves the server.
 *
 * <p>The ledger is asked about the rows of the page only, after the page is cut. So each row that it leaves out is seen and
 * counted, and no plan can read the whole ledger for every page. Immutable.
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

    /** The size of a row that the ledger leaves out. */
    static final int LEFT_OUT = -1;

    /** Keys of more than 200 characters, which can be more than the ledger's 400 units of UTF-16. */
    private static final String LONG_KEY = "_".repeat(201) + "%";

    private final SourceRelation relation;
    private final Dialect dialect;
    private final @Nullable Object from;
    private final @Nullable Object to;
    private final @Nullable LedgerFilter ledger;
    private final String first;
    private final String further;

    /**
     * @param from the first key, or null
     * @param to the last key, or null
     * @param pageBytes a page ends with the document that reaches it
     * @param documentBytes larger documents are not fetched
     */
    PageQuery(
            SourceRelation relation,
            Dialect dialect,
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
        this.first = sql(from == null ? "" : ">=", pageBytes, documentBytes);
        this.further = sql(">", pageBytes, documentBytes);
    }

    /** @param after the last key of the page before, or null for the first page */
    PreparedStatement prepare(Connection connection, @Nullable Object after, int rows) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(after == null ? first : further);
        try {
            int parameter = 1;
            if (ledger != null) {
                statement.setString(parameter++, ledger.contract());
            }
            Object lower = after == null ? from : after;
            if (lower != null) {
                relation.key().bind(statement, parameter++, lower);
            }
            if (to != null) {
                relation.key().bind(statement, parameter++, to);
            }
            statement.setInt(parameter, rows);
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    private String sql(String lower, long pageBytes, long documentBytes) {
        String key = "q." + dialect.quote(relation.key().name());
        String value = relation.key().placeholder();
        String where = lower.isEmpty() ? "" : " WHERE " + key + " " + lower + " " + value;
        if (to != null) {
            where += (where.isEmpty() ? " WHERE " : " AND ") + key + " <= " + value;
        }
        String rows = dialect.firstRows("SELECT " + key + " AS page_key, "
                + dialect.asKeyText(key, relation.key().typeName()) + " AS page_text, "
                + dialect.document("q." + dialect.quote(relation.xmlColumn()), relation.xmlType())
                + " AS page_xml FROM " + relation.from()
                + " q" + where + " ORDER BY " + key);
        // Nested, not WITH: H2 mixes up the parameters of common table expressions.
        String measured = "SELECT page_key, page_text, page_xml, " + size() + " AS page_size FROM (" + rows + ") page";
        String summed = "SELECT page_key, page_text, page_xml, page_size,"
                + " SUM(page_size) OVER (ORDER BY page_key ROWS UNBOUNDED PRECEDING) - page_size AS size_before FROM ("
                + measured
                + ") measured";
        return "SELECT page_key, page_text, page_size,"
                + " CASE WHEN page_size BETWEEN 0 AND " + documentBytes + " THEN page_xml END AS page_xml FROM ("
                + summed
                + ") summed WHERE size_before < " + pageBytes + " ORDER BY page_key";
    }

    /**
     * The ledger is asked by a scalar subquery, the one form that every database answers by its index for each row. An EXISTS
     * or a join may be planned as reading the whole ledger for each page, which PostgreSQL does while the ledger's statistics
     * are older than its rows.
     */
    private String size() {
        String size = "COALESCE(" + dialect.size("page_xml", relation.xmlType()) + ", 0)";
        if (ledger == null) {
            return size;
        }
        boolean leavesOutKnown = ledger.mode() == LedgerFilter.Mode.NEW;
        String code = "l." + dialect.quote("code");
        String takenBack = "'" + FaultCode.TAKEN_BACK.word() + "'";
        String condition;
        switch (ledger.mode()) {
            case NEW:
                condition = "(" + code + " IS NULL OR " + code + " <> " + takenBack + ")";
                break;
            case REJECTED:
                condition = "l." + dialect.quote("status") + " = 'rejected'";
                break;
            default:
                condition = code + " = " + takenBack;
                break;
        }
        // The ledger has the longest keys in another form: these are let through, for the engine to look.
        String tooLong = leavesOutKnown ? "" : " AND page_text NOT LIKE '" + LONG_KEY + "'";
        return "CASE WHEN (SELECT l." + dialect.quote("document_key") + " FROM " + ledger.logTable() + " l WHERE l."
                + dialect.quote("contract_name") + " = ? AND l." + dialect.quote("document_key") + " = page_text"
                + " AND " + condition + ") IS " + (leavesOutKnown ? "NOT NULL" : "NULL") + tooLong + " THEN " + LEFT_OUT
                + " ELSE " + size
                + " END";
    }
}
