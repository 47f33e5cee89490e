package dev.millrace.mapping;

import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.TableMapping;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.xml.Node;
import dev.millrace.xml.XmlParser;
import dev.millrace.xml.path.PathExpression;
import org.jspecify.annotations.Nullable;

/**
 * Is told how a {@link DataMapper} comes to each value of each row, and what becomes of each row. For those who ask why a value
 * is what it is, or why a row is not there. It is the mapper itself that tells, while it maps: what is told is what is stored.
 *
 * <p>After the {@link Opening}, tables come one after the other, parents before children. In each, a {@link Search} tells how many
 * items a path in {@code rows} or {@code nested} gives, and every row that may come to be is a {@link Candidate}; then come the {@link Step}s of its columns, in the order of the contract, and last its {@link Decision}.
 * Where the document is rejected, a {@link Rejection} is the last event, and the rows before it are not stored either. For a
 * column {@code amount: {path: amount, type: integer}} of a row whose {@code <amount>} is {@code " 12 "}, the events are:
 *
 * <pre>
 * Opening    the document's key and the record's element
 * Search     the row's table, the path, and that it gives one item
 * Candidate  the row's table, its element and position
 * Step       amount  ITEM       " 12 ", with the node of the element
 * Step       amount  TRIMMED    "12"
 * Step       amount  CONVERTED  12, an Integer
 * Step       amount  STORED     12, the same object
 * Decision   KEPT, with the row that is stored
 * </pre>
 *
 * <p>What a predicate in {@code rows} leaves out never gets here; nor do rows below a row that was left out, for tables see only those rows of their parents that are left. The document's key
 * and its guards come before the mapper's work, and are not told.
 *
 * <p>Events hold values of the document, whether messages may or not. They may be kept; while they are, so are the nodes that
 * they hold. A trace is called by the thread that maps, and one that is handed to one mapper need not be thread-safe. What it
 * throws comes out of {@link DataMapper#map}.
 *
 * <p>A list is enough of a trace: {@code mapper.map(context, key, source, events::add)}.
 */
@FunctionalInterface
public interface MappingTrace {

    /** Takes the next event; never null. */
    void tell(Event event);

    /** What is told. */
    sealed interface Event permits Opening, Search, Candidate, Step, Decision, Rejection {}

    /**
     * The mapping of a record begins.
     *
     * @param documentKey its key in the ledger
     * @param record its element
     */
    record Opening(String documentKey, Object record) implements Event {}

    /**
     * A path in {@code rows}, or in {@code nested}, was evaluated: the items that it gives are candidates. Not told where {@code rows}
     * is the parent's item itself.
     *
     * @param table the table
     * @param rowSet the index of what makes rows in {@link TableMapping.Rows#sets()}
     * @param path the path
     * @param from the item that it was evaluated over: that of the parent's row, or, for {@code nested}, of the row around
     * @param parent the row of the parent table; null in a table without one
     * @param found how many items it gives
     */
    record Search(
            TableMapping table,
            int rowSet,
            PathExpression path,
            Object from,
            @Nullable Row parent,
            int found) implements Event {}

    /**
     * A row that may come to be.
     *
     * @param table the row's table
     * @param rowSet the index of what makes it in {@link TableMapping.Rows#sets()}
     * @param item what the row comes from: a {@link Node}, or an atomic value of {@link PathExpression}
     * @param ordinal the number of the start tag that it comes from, for {@link XmlParser#locate}
     * @param position its position within the parent's row, from 1, as {@code ordinal: true} gives it
     * @param parent the row of the parent table; null in a table without one
     */
    record Candidate(
            TableMapping table,
            int rowSet,
            Object item,
            int ordinal,
            long position,
            @Nullable Row parent) implements Event {}

    /**
     * A step on a column's way to its value. A step that left the value as it was is not told, except {@link Kind#CONVERTED} and
     * {@link Kind#STORED}.
     *
     * @param column the column; its name, path, policies and place in the contract
     * @param kind what was done
     * @param value what the column has after it: what each kind says
     * @param node the node that an {@link Kind#ITEM} is, or is the value of; its ordinal gives line and column of the start
     *     tag. Null where the path computes a value, and for all other kinds
     */
    record Step(
            ColumnMapping column,
            Kind kind,
            @Nullable Object value,
            @Nullable Node node) implements Event {}

    /** What was done in a {@link Step}, in the order in which it can be done. */
    enum Kind {
        /**
         * The path gives an item: a text, or another atomic value of {@link PathExpression}; a {@link Node} where the column's
         * type is xml. One step for each; none where the path gives nothing.
         */
        ITEM,
        /** The value does not come from a path but from where {@link ColumnMapping#source()} says; null if nothing is there. */
        GIVEN,
        /** {@code several} took one of several items. */
        CHOSEN,
        /** {@code join} made a text of several items. */
        JOINED,
        /** {@code unescape} decoded references in the text. */
        UNESCAPED,
        /** {@code trim} removed white space of the text; of one that was cut, after {@link #CONVERTED} too. */
        TRIMMED,
        /** {@code nulls} has the text, or {@code nil} heeds the element's xsi:nil: there is no value. It is the text, or null. */
        NULLED,
        /** The code table translated the text, or the absence of one; null if it says so. */
        CODED,
        /** The value of the column's type: rounded or cut where policies allow it. */
        CONVERTED,
        /** {@code invalid}, {@code overflow} or {@code scale} left out what the column does not hold. The value is the {@link FaultCode} it would be a reject with. */
        LEFT_OUT,
        /** There is no value, so the column gets its {@code default}, which is not null. */
        DEFAULTED,
        /** The very value that the row has, of the Java class of {@link dev.millrace.contract.SqlType.Kind}; or null. */
        STORED
    }

    /**
     * What becomes of a candidate. Of one row the last decision counts: one that was kept can be {@link Fate#REPLACED} later.
     *
     * @param fate what becomes of it
     * @param row its values; the same object each time, and the one that is stored
     * @param other the row that is there instead, of a duplicate or a replaced one; else null
     */
    record Decision(Fate fate, Row row, @Nullable Row other) implements Event {}

    /** Whether a row is stored, or why it is not. */
    enum Fate {
        /** The row is stored, unless the document is rejected. */
        KEPT,
        /** {@code skip-empty}: no column has a value of the document, and {@code unless} does not keep it. */
        EMPTY,
        /** {@code distinct}: another row of the same values stays. */
        DUPLICATE,
        /** {@code distinct}: the row was kept until another one of the same values came, which stays in its place. */
        REPLACED
    }

    /**
     * The document is rejected. Its last candidate, if it has no decision, is the one at fault; so is that candidate's last
     * column, if the fault has a column.
     *
     * @param fault the code, the table and column, and the words
     * @param ordinal the number of the start tag that it is about, for {@link XmlParser#locate}
     */
    record Rejection(Fault fault, int ordinal) implements Event {}
}
