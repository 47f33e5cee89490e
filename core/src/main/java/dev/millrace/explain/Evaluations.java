package dev.millrace.explain;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.explain.Explanation.Named;
import dev.millrace.mapping.Row;
import dev.millrace.xml.Record;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.path.EvaluationContext;
import dev.millrace.xml.path.EvaluationException;
import dev.millrace.xml.path.Items;
import dev.millrace.xml.path.PathCompiler;
import dev.millrace.xml.path.PathCompiler.Result;
import dev.millrace.xml.path.PathException;
import dev.millrace.xml.path.PathExpression;
import dev.millrace.xml.path.VariableScope;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates paths over the record that is explained, beside the mapper and with steps of its own, so that the document's do not run out
 * since somebody looks on. Not thread-safe.
 */
final class Evaluations {

    /** How many items of an operand are shown. */
    private static final int SHOWN_ITEMS = 3;

    private final MappingContract contract;
    private final PathCompiler compiler;
    private final EvaluationContext context;
    private final Object record;

    /** A row that is kept, with what the rows below it may ask for. */
    record Link(
            TableMapping table,
            Row row,
            Object item,
            @Nullable Link parent,
            long number) {}

    Evaluations(MappingContract contract, XmlLimits limits, Record record) {
        this.contract = contract;
        this.record = record.element();
        compiler = PathCompiler.ofSeveral(
                contract.document().namespaces(), contract.document().ignoreNameCase());
        context = new EvaluationContext(contract.slots(), limits);
        context.startRecord(record);
        for (int i = 0; i < contract.lets().size(); i++) {
            context.bindLazily(i + 1, contract.lets().get(i).expression());
        }
    }

    MappingContract contract() {
        return contract;
    }

    Object record() {
        return record;
    }

    /** The variables of a path: those of the contract, and the lets of a table and those above it. */
    VariableScope scope(@Nullable TableMapping table) {
        return contract.scopeOf(table == null ? -1 : table.index());
    }

    @Nullable
    TableMapping parent(TableMapping table) {
        return table.parent() < 0 ? null : contract.tables().get(table.parent());
    }

    /**
     * Goes to an item.
     *
     * @param below the row whose lets count, with those of the rows above it; null for none
     */
    void goTo(Object item, @Nullable Link below) {
        for (Link link = below; link != null; link = link.parent()) {
            bindLets(link.table(), link.item());
        }
        context.contextItem(item);
    }

    /** Has the lets of a table count for an item that need not be a row of it. */
    void bindLets(TableMapping table, Object item) {
        for (TableMapping.Let let : table.rows().lets()) {
            context.bindLazily(let.slot(), let.expression(), item);
        }
    }

    PathExpression compile(String path, VariableScope scope, Result result) throws PathException {
        return compiler.compile(path, scope, result);
    }

    /** The items that a path gives where we are. */
    Items items(PathExpression path) throws EvaluationException {
        Items items = new Items();
        path.evaluate(context, items);
        return items;
    }

    boolean test(PathExpression test) throws EvaluationException {
        return test.test(context);
    }

    /** What an expression gives where we are, as text. */
    Named named(String expression, VariableScope scope) {
        try {
            Items items = items(compile(expression, scope, Result.VALUES));
            return new Named(expression, text(items), null);
        } catch (PathException | EvaluationException e) {
            return new Named(expression, "(cannot be evaluated: " + e.getMessage() + ")", null);
        }
    }

    /** The first items with commas in between; null for none. */
    static @Nullable String text(Items items) {
        if (items.isEmpty()) {
            return null;
        }
        StringJoiner text = new StringJoiner(", ");
        for (int i = 0; i < Math.min(SHOWN_ITEMS, items.size()); i++) {
            text.add(PathExpression.lexical(items.get(i)));
        }
        if (items.size() > SHOWN_ITEMS) {
            text.add("… " + items.size() + " items");
        }
        return text.toString();
    }
}
