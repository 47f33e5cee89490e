package dev.millrace.mapping;

import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.ColumnMapping.Ordinal;
import dev.millrace.contract.ColumnMapping.Reference;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.Distinct;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.contract.TableMapping.RowSet;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.mapping.MappingTrace.Candidate;
import dev.millrace.mapping.MappingTrace.Decision;
import dev.millrace.mapping.MappingTrace.Fate;
import dev.millrace.mapping.MappingTrace.Search;
import dev.millrace.xml.Node;
import dev.millrace.xml.path.EvaluationContext;
import dev.millrace.xml.path.EvaluationException;
import dev.millrace.xml.path.Items;
import dev.millrace.xml.path.PathExpression;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One table, ready to be filled from the rows of its parent. Owned by one worker.
 *
 * <p>Positions ({@code ordinal}) count the items that {@code rows} gives within one parent's row, on through the sets of a
 * union, before {@code skip-empty} and {@code distinct} leave rows out: as FOR ORDINALITY does. Every row is computed, so that
 * a fault in a row that {@code distinct} would drop is a fault too; the tables below see the rows that are left.
 */
final class TablePlan {

    /** No path uses the column as a variable. */
    private static final int NOT_BOUND = -1;

    /** One way to make rows: in the arrays, one place for each column of the table. */
    private record Set(
            int index,
            @Nullable PathExpression rows,
            @Nullable ColumnPlan[] columns,
            int[] slots) {}

    private final TableMapping mapping;
    private final TableMapping.Rows rules;
    private final Set[] sets;
    private final List<TableMapping.Let> lets;
    private final int[] required;
    private final int[] key;
    private final boolean checkKey;
    private final int[] distinctBy;
    private final int levels;
    private final boolean skipEmpty;
    private final Items items = new Items();
    /** Columns of the row at hand that have a fault which was told. */
    private final BitSet faulty = new BitSet();

    TablePlan(MappingContract contract, TableMapping mapping, ColumnPlan.Run run, Wording wording) {
        this.mapping = mapping;
        this.rules = mapping.rows();
        int columns = mapping.columns().size();
        this.sets = new Set[rules.sets().size()];
        this.lets = rules.lets();
        int highest = 0;
        boolean content = false;
        for (int s = 0; s < sets.length; s++) {
            RowSet rowSet = rules.sets().get(s);
            ColumnPlan[] plans = new ColumnPlan[columns];
            for (int c = 0; c < columns; c++) {
                ColumnMapping column = rowSet.columns().get(c);
                if (column != null) {
                    ColumnPlan plan = new ColumnPlan(mapping, c, column, run, wording);
                    plans[c] = plan;
                    highest = Math.max(highest, plan.levels());
                    content |= plan.countsAsContent();
                }
            }
            sets[s] = new Set(s, rowSet.rows(), plans, slots(contract.scope().size(), plans));
        }
        this.levels = highest;
        // Where nothing but keys and constants is left, no row could be told from an empty one.
        this.skipEmpty = rules.skipEmpty() && content;
        this.required = IntStream.range(0, columns)
                .filter(c -> mapping.columns().get(c).key()
                        || !mapping.columns().get(c).nullable())
                .toArray();
        this.key = toArray(mapping.key());
        this.distinctBy =
                rules.distinct() == null ? new int[0] : toArray(rules.distinct().by());
        this.checkKey = mapping.onDuplicate() == OnDuplicate.REJECT && !isUniqueByConstruction(contract);
    }

    /** The slots of the columns that a later path of the row may name; the others need not be bound. */
    private int[] slots(int firstSlot, @Nullable ColumnPlan[] columns) {
        int[] slots = new int[columns.length];
        Distinct distinct = rules.distinct();
        PathExpression prefer = distinct == null ? null : distinct.prefer();
        for (int c = 0; c < slots.length; c++) {
            String name = mapping.columns().get(c).name();
            boolean used = prefer != null && mayUse(prefer.text(), name)
                    || rules.unless() != null && mayUse(rules.unless().text(), name);
            for (int later = c + 1; later < slots.length && !used; later++) {
                ColumnPlan column = columns[later];
                String text = column == null ? null : column.pathText();
                used = text != null && mayUse(text, name);
            }
            slots[c] = used ? firstSlot + c : NOT_BOUND;
        }
        return slots;
    }

    /** Binding a variable for nothing does no harm, so a look at the text is exact enough. */
    private static boolean mayUse(String path, String name) {
        return path.indexOf('$') >= 0 && path.contains(name);
    }

    private static int[] toArray(List<Integer> indexes) {
        return indexes.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Whether no two rows of a document can have one key, given that no two of the parent's have. */
    private boolean isUniqueByConstruction(MappingContract contract) {
        if (rules.distinct() != null
                && mapping.key().containsAll(rules.distinct().by())) {
            return true;
        }
        TableMapping parent = mapping.parent() < 0 ? null : contract.tables().get(mapping.parent());
        if (parent != null && parent.onDuplicate() != OnDuplicate.REJECT) {
            return false;
        }
        for (RowSet rowSet : rules.sets()) {
            boolean onePerParent = rowSet.rows() == null && rules.sets().size() == 1 && rules.nested() == null;
            boolean position = mapping.key().stream().anyMatch(c -> isFrom(rowSet, c, Ordinal.class));
            boolean parentsKey = parent == null
                    || parent.key().stream()
                            .allMatch(p -> mapping.key().stream().anyMatch(c -> refersTo(rowSet, c, p)));
            if (!parentsKey || !position && !onePerParent) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFrom(RowSet rowSet, int column, Class<?> source) {
        ColumnMapping from = rowSet.columns().get(column);
        return from != null && source.isInstance(from.source());
    }

    private static boolean refersTo(RowSet rowSet, int column, int parentColumn) {
        ColumnMapping from = rowSet.columns().get(column);
        return from != null
                && from.source() instanceof Reference reference
                && reference.levels() == 1
                && reference.columnIndex() == parentColumn;
    }

    int parent() {
        return mapping.parent();
    }

    TableRows newRows() {
        return new TableRows(rules.distinct() != null);
    }

    /** Fills the table from the record itself. */
    void fillFromRecord(Object record, int ordinal, RowScope row, TableRows into) throws MappingException {
        row.parent = null;
        fill(record, ordinal, 0, row, into);
        checkKey(into, row);
    }

    /**
     * Fills the table from the rows of its parent, in order.
     *
     * @param tables by table index; those of the ancestors are filled
     */
    void fillFromParent(TableRows[] tables, TablePlan[] plans, RowScope row, TableRows into) throws MappingException {
        TableRows parents = tables[mapping.parent()];
        if (row.ancestors.length <= levels) {
            row.ancestors = new Object[levels + 1][];
        }
        for (int p = 0; p < parents.size(); p++) {
            row.parent = parents.row(p);
            int table = mapping.parent();
            int index = p;
            for (int level = 1; level <= levels; level++) {
                row.ancestors[level] = tables[table].row(index).values();
                index = tables[table].parent(index);
                table = plans[table].parent();
            }
            bindLetsAbove(tables, plans, p, row);
            fill(parents.item(p), parents.row(p).ordinal(), p, row, into);
        }
        checkKey(into, row);
    }

    /** The lets of the tables above, over the rows that the parent's row belongs to. */
    private void bindLetsAbove(TableRows[] tables, TablePlan[] plans, int parent, RowScope row) {
        int index = parent;
        for (int table = mapping.parent(); table >= 0; table = plans[table].parent()) {
            plans[table].bindLets(tables[table].item(index), row);
            index = tables[table].parent(index);
        }
    }

    private void bindLets(Object item, RowScope row) {
        for (int i = 0; i < lets.size(); i++) {
            TableMapping.Let let = lets.get(i);
            row.context.bindLazily(let.slot(), let.expression(), item);
        }
    }

    private void fill(Object parentItem, int parentOrdinal, int parent, RowScope row, TableRows into)
            throws MappingException {
        EvaluationContext context = row.context;
        row.position = 0;
        for (Set set : sets) {
            context.contextItem(parentItem);
            row.ordinal = parentOrdinal;
            if (set.rows == null) {
                addWithNested(set, parentItem, null, parent, row, into);
                continue;
            }
            items.clear();
            try {
                set.rows.evaluate(context, items);
                context.spend((long) items.size() * set.columns.length);
            } catch (EvaluationException e) {
                row.fail(fault(e.faultCode(), set.rows, e.sentence(), row));
                continue;
            }
            if (row.counts != null) {
                row.counts.noteLeftOut(mapping.index(), 1 + set.index, context, parentItem, items.size());
            }
            tellSearch(set, set.rows, parentItem, items, row);
            for (int i = 0; i < items.size(); i++) {
                Object item = items.get(i);
                row.ordinal = item instanceof Node node ? node.ordinal() : parentOrdinal;
                addWithNested(set, item, null, parent, row, into);
            }
        }
    }

    /**
     * Adds a row, and the rows that are nested in it, before those that come after it.
     *
     * @param enclosing the row that this one is nested in, or null
     */
    private void addWithNested(
            Set set, Object item, @Nullable Object @Nullable [] enclosing, int parent, RowScope row, TableRows into)
            throws MappingException {
        EvaluationContext context = row.context;
        context.contextItem(item);
        row.position++;
        row.ancestors[0] = enclosing;
        int before = into.size();
        add(set, item, parent, row, into);
        PathExpression nested = rules.nested();
        if (nested == null) {
            return;
        }
        // Below a row that was left out, rows are nested in the one around it.
        @Nullable
        Object @Nullable [] inner = into.size() > before ? into.row(before).values() : enclosing;
        int ordinal = row.ordinal;
        Items found = new Items();
        context.contextItem(item);
        try {
            nested.evaluate(context, found);
            context.spend((long) found.size() * set.columns.length);
        } catch (EvaluationException e) {
            row.fail(fault(e.faultCode(), nested, e.sentence(), row));
            return;
        }
        if (row.counts != null) {
            row.counts.noteLeftOut(mapping.index(), RowConditions.NESTED, context, item, found.size());
        }
        tellSearch(set, nested, item, found, row);
        for (int i = 0; i < found.size(); i++) {
            Object below = found.get(i);
            row.ordinal = below instanceof Node node ? node.ordinal() : ordinal;
            if (isAround(below, item)) {
                row.fail(fault(
                        FaultCode.PATH_ERROR,
                        nested,
                        "'nested' gives an element that is the row's own or stands around it, so there would be rows without end;"
                                + " choose what is below the row's element",
                        row));
                return;
            }
            addWithNested(set, below, inner, parent, row, into);
        }
    }

    private void tellSearch(Set set, PathExpression path, Object from, Items found, RowScope row) {
        MappingTrace trace = row.trace;
        if (trace != null) {
            trace.tell(new Search(mapping, set.index, path, from, row.parent, found.size()));
        }
    }

    private static boolean isAround(Object found, Object item) {
        if (!(found instanceof Node element) || element.kind() != Node.Kind.ELEMENT) {
            return false;
        }
        for (Node around = item instanceof Node node ? node : null; around != null; around = around.parent()) {
            if (around == element) {
                return true;
            }
        }
        return false;
    }

    private void add(Set set, Object item, int parent, RowScope row, TableRows into) throws MappingException {
        MappingTrace trace = row.trace;
        RowCounts counts = row.counts;
        Collapses collapses = row.collapses;
        int number = collapses == null ? 0 : collapses.nextRow();
        if (counts != null) {
            counts.noteItem(mapping.index());
        }
        if (trace != null) {
            trace.tell(new Candidate(mapping, set.index, item, row.ordinal, row.position, row.parent));
        }
        @Nullable ColumnPlan[] columns = set.columns;
        @Nullable Object[] values = new Object[columns.length];
        boolean empty = skipEmpty;
        faulty.clear();
        row.forgetChangesFrom(0);
        bindLets(item, row);
        for (int c = 0; c < columns.length; c++) {
            ColumnPlan column = columns[c];
            Object value = null;
            if (column != null) {
                try {
                    value = column.value(row);
                } catch (MappingException e) {
                    row.fail(e);
                    faulty.set(c);
                }
                empty = empty && (value == null || row.filledIn || !column.countsAsContent());
                if (trace != null) {
                    column.tellStored(value, row);
                }
            }
            values[c] = value;
            if (set.slots[c] != NOT_BOUND) {
                row.context.bind(set.slots[c], value);
            }
        }
        if (empty && !isKept(row)) {
            if (counts != null && collapses != null) {
                counts.noteEmpty(mapping.index());
                collapses.forget(number);
            }
            if (trace != null) {
                trace.tell(new Decision(Fate.EMPTY, new Row(values, row.ordinal), null));
            }
            return;
        }
        for (int c : required) {
            if (values[c] == null) {
                if (!faulty.get(c)) {
                    row.fail(missing(set, c, row));
                }
                if (mapping.columns().get(c).key()) {
                    return;
                }
            }
        }
        Row made = new Row(values, row.ordinal, row.changes());
        Distinct distinct = rules.distinct();
        if (distinct == null) {
            into.add(made, item, parent);
            if (trace != null) {
                trace.tell(new Decision(Fate.KEPT, made, null));
            }
            return;
        }
        int before = into.size();
        if (!into.addDistinct(made, number, item, parent, distinctBy, rank(distinct, row), distinct.keep(), trace)) {
            row.fail(fault(
                    FaultCode.DUPLICATE_ROW,
                    set.rows,
                    "two rows have the same " + names(distinctBy)
                            + "; set 'keep: first' or 'keep: last' under 'distinct' if one of them is enough",
                    row));
        } else if (counts != null && collapses != null && into.size() == before) {
            counts.noteDuplicate(mapping.index());
            collapses.forget(into.leftOut());
        }
    }

    /** Whether an empty row stays all the same. */
    private boolean isKept(RowScope row) throws MappingException {
        PathExpression unless = rules.unless();
        try {
            return unless != null && unless.test(row.context);
        } catch (EvaluationException e) {
            row.fail(fault(e.faultCode(), unless, e.sentence(), row));
            return false;
        }
    }

    private MappingException missing(Set set, int index, RowScope row) throws MappingException {
        ColumnPlan column = set.columns[index];
        String why = mapping.columns().get(index).key() ? "a key column" : "a required column";
        if (column == null) {
            return fault(
                    FaultCode.REQUIRED,
                    set.rows,
                    why + ", '" + mapping.columns().get(index).name() + "', has no source in this row set",
                    row);
        }
        return column.missing(why, row);
    }

    private Rank rank(Distinct distinct, RowScope row) throws MappingException {
        PathExpression prefer = distinct.prefer();
        if (prefer == null) {
            return Rank.LAST;
        }
        Items ranks = row.items;
        ranks.clear();
        try {
            prefer.evaluate(row.context, ranks);
        } catch (EvaluationException e) {
            row.fail(fault(e.faultCode(), prefer, e.sentence(), row));
            return Rank.LAST;
        }
        if (ranks.size() > 1) {
            row.fail(fault(
                    FaultCode.SEVERAL_VALUES,
                    prefer,
                    "'prefer' gives " + ranks.size()
                            + " values where one is expected; choose one in the path, such as (…)[1]",
                    row));
        }
        return ranks.isEmpty() ? Rank.LAST : Rank.of(ranks.get(0));
    }

    /** Two rows with one key would fail in the database, together with all other documents of the batch. */
    private void checkKey(TableRows filled, RowScope row) throws MappingException {
        if (!checkKey || filled.size() < 2) {
            return;
        }
        int repeated = RowKey.firstRepeated(filled.rows(), key);
        if (repeated >= 0) {
            row.ordinal = filled.row(repeated).ordinal();
            row.fail(fault(
                    FaultCode.DUPLICATE_ROW,
                    sets.length == 1 ? sets[0].rows : null,
                    "two rows of the document have the same key " + names(key)
                            + "; set 'distinct' if one of them is enough, or widen the key",
                    row));
        }
    }

    private String names(int[] columns) {
        return IntStream.of(columns)
                .mapToObj(c -> mapping.columns().get(c).name())
                .collect(Collectors.joining(", ", "(", ")"));
    }

    private MappingException fault(FaultCode code, @Nullable PathExpression path, String message, RowScope row) {
        return new MappingException(
                new Fault(code, mapping.name(), null, path == null ? null : path.text(), null, message), row.ordinal);
    }
}
