package dev.millrace.explain;

import dev.millrace.contract.Position;
import dev.millrace.contract.SqlType;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Location;
import dev.millrace.mapping.MappingTrace;
import dev.millrace.xml.path.PathExpression;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of one document, and why. Holds values of the document; no node of it. Immutable, except for arrays of bytes among the
 * values.
 *
 * @param contract the contract's name
 * @param document the document's key in the ledger
 * @param source where it came from, for people
 * @param ending what becomes of it
 * @param fault why it is rejected; null if it is not
 * @param why the test of the contract that it did not pass: a guard of {@code document.require}, or {@code document.select}; else null
 * @param rejected the row at which mapping ended, with its columns up to there; null if it is not a row's fault
 * @param tables those that were asked for, in the contract's order
 */
public record Explanation(
        String contract,
        String document,
        String source,
        Ending ending,
        @Nullable Fault fault,
        @Nullable Why why,
        @Nullable Row rejected,
        List<Table> tables) {

    public Explanation {
        tables = List.copyOf(tables);
    }

    /** What becomes of a document. */
    public enum Ending {
        MAPPED,
        REJECTED,
        /** {@code document.select} leaves it aside. */
        UNSELECTED
    }

    /** What becomes of something that could be a row. */
    public enum RowFate {
        /** It is a row, which is stored unless its document is rejected. */
        KEPT("stored"),
        /** A predicate of the path in {@code rows}, or in {@code nested}, leaves it out. */
        CONDITION("condition"),
        /** {@code skip-empty} does. */
        EMPTY("skip-empty"),
        /** {@code distinct}: another row of the same values stays, which came before it. */
        DUPLICATE("distinct"),
        /** {@code distinct}: another row of the same values took its place. */
        REPLACED("distinct-replaced"),
        /** It rejects its document. */
        REJECTED("rejected");

        private final String word;

        RowFate(String word) {
            this.word = word;
        }

        /** For programs. */
        public String word() {
            return word;
        }
    }

    /**
     * A table.
     *
     * @param place in the contract
     * @param reached whether mapping came to it: not, if the document is rejected before
     * @param candidates all that could be rows, as far as that is known
     * @param fates how many of them have each fate; none that no row has
     * @param rows those that were asked for, or the first ones
     * @param more how many others were asked for, and are not told of
     * @param finds where there is no candidate: the beginnings of the paths in {@code rows}, each longer than the one before, and how
     *     much they give
     * @param notes what cannot be told of the table, and why
     * @param keys the first keys of its rows, if one was asked for that is not there
     */
    public record Table(
            String name,
            Position place,
            boolean reached,
            long candidates,
            Map<RowFate, Long> fates,
            List<Row> rows,
            long more,
            List<Find> finds,
            List<String> notes,
            List<String> keys) {

        public Table {
            fates = Map.copyOf(fates);
            rows = List.copyOf(rows);
            finds = List.copyOf(finds);
            notes = List.copyOf(notes);
            keys = List.copyOf(keys);
        }

        /** How many have a fate. */
        public long count(RowFate fate) {
            return fates.getOrDefault(fate, 0L);
        }
    }

    /** A path, and how many items it gives. */
    public record Find(String path, long items) {}

    /**
     * Something that is a row, or could be one.
     *
     * @param table its table
     * @param number among the candidates of its table, from 1
     * @param key the values of its key's columns, with commas in between; null where they are not known. Of what a condition leaves
     *     out, they are as the document has them
     * @param spot where it comes from
     * @param fate what becomes of it
     * @param why what left it out; null for a row that is kept
     * @param cells its columns, as far as they are asked for, and known
     */
    public record Row(
            String table,
            long number,
            @Nullable String key,
            Spot spot,
            RowFate fate,
            @Nullable Why why,
            List<Cell> cells) {

        public Row {
            cells = List.copyOf(cells);
        }
    }

    /**
     * A place in the document.
     *
     * @param place in the document's source; null where it is not known
     * @param snippet what is written there, to the end of the line and cut if it is long; may be empty
     */
    public record Spot(@Nullable Location place, String snippet) {}

    /**
     * Why something is left out.
     *
     * @param rule the words of the contract that do it, such as {@code rows} or {@code distinct}
     * @param place in the contract
     * @param message one line; may be empty
     * @param conditions of a path or test, in the order in which they are asked; else empty
     * @param other the row that is there instead; else null
     */
    public record Why(
            String rule,
            Position place,
            String message,
            List<Condition> conditions,
            @Nullable Spot other) {

        public Why {
            conditions = List.copyOf(conditions);
        }

        /** The first one that is false. */
        public @Nullable Condition failed() {
            return conditions.stream()
                    .filter(condition -> condition.answer() == Answer.FALSE)
                    .findFirst()
                    .orElse(null);
        }
    }

    /** Whether a condition is met. */
    public enum Answer {
        TRUE,
        FALSE,
        /** One before it is false, or it is not asked of such a node. */
        NOT_ASKED
    }

    /**
     * A condition of a path.
     *
     * @param text as the contract writes it
     * @param operands what its sides were, where it compares and is false
     */
    public record Condition(String text, Answer answer, List<Named> operands) {

        public Condition {
            operands = List.copyOf(operands);
        }
    }

    /**
     * An expression with what it gives.
     *
     * @param value the items with commas in between, the first ones if they are many; null for none
     * @param place where the contract declares it; null where it does not
     */
    public record Named(
            String name, @Nullable String value, @Nullable Position place) {}

    /**
     * A column of a row.
     *
     * @param place in the contract
     * @param origin where its value comes from
     * @param codes the code table that translates its texts; null for none
     * @param variables what the variables of its path were
     * @param found what its path gives: the first ones
     * @param moreFound how many others
     * @param steps how that became the value, in order; those that changed nothing are left out
     * @param policies the settings of the column that made its value another one than the document's, by their names in the contract
     * @param value of the Java class of {@link SqlType.Kind}; null for NULL, and where the column has a fault
     * @param fault whether the document is rejected here
     */
    public record Cell(
            String column,
            SqlType type,
            Position place,
            Origin origin,
            @Nullable Codes codes,
            List<Named> variables,
            List<Found> found,
            long moreFound,
            List<Step> steps,
            List<String> policies,
            @Nullable Object value,
            boolean fault) {

        public Cell {
            variables = List.copyOf(variables);
            found = List.copyOf(found);
            steps = List.copyOf(steps);
            policies = List.copyOf(policies);
        }
    }

    /** A code table, and where it is in the contract. */
    public record Codes(String name, Position place) {}

    /**
     * Where a value comes from.
     *
     * @param kind the key of the contract: {@code path}, {@code ref}, {@code ordinal}, {@code value}, {@code meta}; {@code none} for a
     *     column that its set of a union leaves NULL
     * @param text what the contract says there; empty for {@code ordinal} and {@code none}
     * @param evaluator which one runs the path; null if it is none
     */
    public record Origin(String kind, String text, PathExpression.@Nullable Evaluator evaluator) {}

    /**
     * An item of a path.
     *
     * @param node the kind of node and its name, such as {@code attribute id}; {@code value} for what the path computes
     * @param spot where it is: of an attribute or text, its element; null for what the path computes
     * @param value its text
     */
    public record Found(String node, @Nullable Spot spot, String value) {}

    /**
     * What was done on the way to a value.
     *
     * @param kind not ITEM and not STORED, which {@link Cell} has by itself
     * @param value what the column has after it; null for none
     * @param code of what was left out, the code that it would be rejected with; else null
     */
    public record Step(
            MappingTrace.Kind kind,
            @Nullable Object value,
            @Nullable FaultCode code) {}
}
