package dev.millrace.mapping;

import dev.millrace.contract.MappingContract;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.xml.Node;
import dev.millrace.xml.Projection;
import dev.millrace.xml.path.EvaluationContext;
import dev.millrace.xml.path.EvaluationException;
import dev.millrace.xml.path.Items;
import dev.millrace.xml.path.PathExpression;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Maps projected records to typed rows as a contract says. Owned by one worker; not thread-safe. In memory, no SQL.
 *
 * <p>Tables are filled one after the other, parents before children: all rows of a table are there, and {@code distinct} has
 * chosen among them, before the tables below it look at them.
 */
public final class DataMapper {

    private final MappingContract contract;
    private final TablePlan[] plans;
    private final TableRows[] tables;
    private final Items keyItems = new Items();
    private @Nullable RowCounts counts;
    private @Nullable Collapses collapses;

    /**
     * @param runId what {@code meta: run-id} gives
     * @param loadedAt what {@code meta: loaded-at} gives: the run's start, one for all its rows
     * @param showValues whether messages of faults may hold values of documents
     * @throws IllegalArgumentException when the contract holds what no column of its type can be, such as a code that is
     *     no number or a run id that is no UUID
     */
    public DataMapper(MappingContract contract, String runId, Instant loadedAt, boolean showValues) {
        this.contract = contract;
        int count = contract.tables().size();
        this.plans = new TablePlan[count];
        this.tables = new TableRows[count];
        ColumnPlan.Run run = new ColumnPlan.Run(runId, loadedAt);
        Wording wording = new Wording(showValues);
        for (int t = 0; t < count; t++) {
            plans[t] = new TablePlan(contract, contract.tables().get(t), run, wording);
            tables[t] = plans[t].newRows();
        }
    }

    /** Has what becomes of rows counted from now on, and which texts become one value. */
    public void count(RowCounts rows, Collapses values) {
        counts = rows;
        collapses = values;
    }

    /** What the contract's paths reach of a document: for the parser. */
    public static Projection projection(MappingContract contract) {
        return new ContractReach(contract).collect();
    }

    /**
     * Whether the context's record is one of the contract's documents, by its {@code document.select}. From here on the contract's lets
     * have their values of this record.
     *
     * @throws FaultException when the path fails
     */
    public boolean isSelected(EvaluationContext context) throws FaultException {
        PathExpression select = contract.document().select();
        if (select == null) {
            return true;
        }
        bindLets(context);
        try {
            return select.test(context);
        } catch (EvaluationException e) {
            throw new FaultException(new Fault(
                    e.faultCode(), null, null, select.text(), null, "document.select fails: " + e.sentence()));
        }
    }

    /**
     * The contract's {@code document.key} over the context's record, without white space at its ends, or
     * {@code sourceKey} where the contract has none. From here on the contract's lets have their values of this record.
     *
     * @throws FaultException when the key's path fails, or gives no value, or several
     */
    public String documentKey(EvaluationContext context, String sourceKey) throws FaultException {
        // Before the key, because the guards that come after it use them as well.
        bindLets(context);
        PathExpression expression = contract.document().key();
        if (expression == null) {
            return sourceKey;
        }
        keyItems.clear();
        try {
            expression.evaluate(context, keyItems);
        } catch (EvaluationException e) {
            throw invalidKey(expression, "fails: " + e.sentence());
        }
        if (keyItems.size() > 1) {
            throw invalidKey(
                    expression, "gives " + keyItems.size() + " values; choose one in the path, such as (…)[1]");
        }
        String key = keyItems.isEmpty() ? "" : XmlSpace.trim(PathExpression.lexical(keyItems.get(0)));
        if (key.isEmpty()) {
            throw invalidKey(expression, "gives no value; correct the document or the path");
        }
        return key;
    }

    private static FaultException invalidKey(PathExpression expression, String what) {
        return new FaultException(
                new Fault(FaultCode.INVALID_KEY, null, null, expression.text(), null, "document.key " + what));
    }

    /**
     * The rows of the record that the context was started with, by table index. A fault names table, column and path;
     * its location is that of the row's element as an ordinal, which the caller turns into line and column.
     */
    public List<List<Row>> map(EvaluationContext context, String documentKey, String sourceName)
            throws MappingException {
        return map(context, documentKey, sourceName, null);
    }

    /**
     * As {@link #map(EvaluationContext, String, String)}, with a trace.
     *
     * @param trace is told of each value and each row of this record; null for none, which costs nothing
     */
    public List<List<Row>> map(
            EvaluationContext context, String documentKey, String sourceName, @Nullable MappingTrace trace)
            throws MappingException {
        if (trace != null) {
            trace.tell(new MappingTrace.Opening(documentKey, context.contextItem()));
        }
        try {
            return fill(context, new RowScope(context, documentKey, sourceName, trace, null, counts, collapses));
        } catch (MappingException e) {
            if (trace != null) {
                trace.tell(new MappingTrace.Rejection(e.fault(), e.ordinal()));
            }
            throw e;
        }
    }

    /**
     * As {@link #map(EvaluationContext, String, String)}, but goes on after a fault: a column that has one is empty, and a row without a
     * key is not there. For those who want to know all that is wrong with a document.
     *
     * @param faults is told of each fault; where it is told of none, the rows are those that the document gives
     * @throws MappingException after a fault with which nothing can go on
     */
    public List<List<Row>> mapAll(
            EvaluationContext context, String documentKey, String sourceName, Consumer<MappingException> faults)
            throws MappingException {
        return fill(context, new RowScope(context, documentKey, sourceName, null, faults, counts, collapses));
    }

    private List<List<Row>> fill(EvaluationContext context, RowScope row) throws MappingException {
        Object record = context.contextItem();
        bindLets(context);
        if (counts != null && collapses != null) {
            counts.begin();
            collapses.begin();
        }
        try {
            int ordinal = record instanceof Node element ? element.ordinal() : 0;
            List<List<Row>> rows = new ArrayList<>(plans.length);
            for (int t = 0; t < plans.length; t++) {
                TablePlan plan = plans[t];
                if (plan.parent() < 0) {
                    plan.fillFromRecord(record, ordinal, row, tables[t]);
                } else {
                    plan.fillFromParent(tables, plans, row, tables[t]);
                }
                rows.add(tables[t].rows());
            }
            if (counts != null && collapses != null) {
                counts.keep();
                collapses.keep();
            }
            return rows;
        } catch (StackOverflowError tooDeep) {
            // Only where the limit on depth was raised: what goes down a document by recursion is made for the usual
            // one.
            throw new MappingException(
                    Fault.of(
                            FaultCode.PATH_ERROR,
                            "the document is nested too deeply for the paths and fragments of the contract; lower"
                                    + " --max-depth or leave it out"),
                    record instanceof Node element ? element.ordinal() : 0);
        } finally {
            // The document's nodes are not kept alive until the next one comes.
            for (TableRows table : tables) {
                table.clear();
            }
            context.contextItem(record);
        }
    }

    /** Those that have their values of this record already, as its key needed them, keep them. */
    private void bindLets(EvaluationContext context) {
        for (int i = 0; i < contract.lets().size(); i++) {
            context.bindLazily(i + 1, contract.lets().get(i).expression());
        }
    }
}
