package dev.millrace.explain;

import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.ColumnMapping.Meta;
import dev.millrace.contract.ColumnMapping.MetaValue;
import dev.millrace.contract.ColumnMapping.Path;
import dev.millrace.contract.ColumnMapping.Reference;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.explain.Evaluations.Link;
import dev.millrace.explain.Explanation.RowFate;
import dev.millrace.mapping.MappingTrace;
import dev.millrace.mapping.Row;
import dev.millrace.xml.Node;
import dev.millrace.xml.Record;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.path.EvaluationException;
import dev.millrace.xml.path.Items;
import dev.millrace.xml.path.PathExpression;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Listens to the mapping of one record. Of a row that was not asked for, nothing stays but its being counted; and, while rows below it
 * may need it, what it comes from. One for each record; not thread-safe.
 */
final class Recorder implements MappingTrace {

    private final MappingContract contract;
    private final XmlLimits limits;
    private final Question question;
    private final List<TableDraft> tables;

    private final IdentityHashMap<PathExpression, RowPath> paths = new IdentityHashMap<>();
    /** Of tables that others are below, or that have a {@code distinct}: the rows that are kept. */
    private final IdentityHashMap<Row, Link> links = new IdentityHashMap<>();
    /** The rows that are told of. */
    private final IdentityHashMap<Row, RowDraft> told = new IdentityHashMap<>();
    /** What conditions left out, and comes in the document after the rows so far. */
    private final PriorityQueue<RowDraftOfLost> pending =
            new PriorityQueue<>(Comparator.comparingInt(next -> next.lost.node().position()));

    private @Nullable Evaluations evaluations;
    private String documentKey = "";
    private @Nullable TableDraft table;
    private @Nullable RowDraft current;
    private @Nullable RowDraft rejected;
    private boolean isRejected;

    /** What a condition left out, before it has its number. */
    private record RowDraftOfLost(
            int rowSet,
            RowPath path,
            RowPath.Lost lost,
            boolean nested,
            @Nullable Link parent) {}

    Recorder(MappingContract contract, XmlLimits limits, Question question) {
        this.contract = contract;
        this.limits = limits;
        this.question = question;
        tables = contract.tables().stream()
                .map(mapping -> new TableDraft(mapping, question))
                .toList();
    }

    /** By table index. */
    List<TableDraft> tables() {
        return tables;
    }

    /** The row at which mapping ended, if it is one row's fault. */
    @Nullable
    RowDraft rejected() {
        return rejected;
    }

    /** Null where the record was not mapped at all. */
    @Nullable
    Evaluations evaluations() {
        return evaluations;
    }

    @Nullable
    Link link(@Nullable Row row) {
        return row == null ? null : links.get(row);
    }

    @Override
    public void tell(Event event) {
        if (event instanceof Step step) {
            RowDraft row = current;
            if (row != null) {
                row.take(step);
            }
        } else if (event instanceof Candidate candidate) {
            begin(candidate);
        } else if (event instanceof Decision decision) {
            decide(decision);
        } else if (event instanceof Search search) {
            search(search);
        } else if (event instanceof Rejection) {
            end(current);
        } else if (event instanceof Opening opening) {
            open(opening);
        }
    }

    private void open(Opening opening) {
        documentKey = opening.documentKey();
        evaluations = new Evaluations(contract, limits, new Record((Node) opening.record(), 0));
    }

    /** Numbers what is left, after the last event. */
    void finish() {
        if (!isRejected && evaluations != null) {
            flush(null);
            tables.forEach(TableDraft::reach);
        }
    }

    private void end(@Nullable RowDraft atFault) {
        isRejected = true;
        flush(null);
        if (atFault != null) {
            atFault.key = atFault.keyOfValues();
            rejected = atFault;
            tables.get(atFault.table.index()).take(atFault);
        }
    }

    private TableDraft reach(TableMapping mapping) {
        TableDraft reached = tables.get(mapping.index());
        if (reached != table) {
            flush(null);
            current = null;
            table = reached;
            // Those in between have no row to look below.
            tables.subList(0, mapping.index() + 1).forEach(TableDraft::reach);
        }
        return reached;
    }

    private void search(Search search) {
        TableDraft draft = reach(search.table());
        Evaluations asked = evaluations;
        if (!draft.isWanted() || asked == null) {
            return;
        }
        boolean nested = search.path() == search.table().rows().nested();
        if (!nested) {
            flush(null);
        }
        Link parent = link(search.parent());
        RowPath path = paths.computeIfAbsent(
                search.path(),
                written -> new RowPath(
                        written, asked.scope(nested ? search.table() : asked.parent(search.table())), asked));
        goTo(asked, search.table(), search.from(), nested, parent);
        for (RowPath.Lost lost : path.lost(asked, search.found())) {
            pending.add(new RowDraftOfLost(search.rowSet(), path, lost, nested, parent));
        }
        if (search.found() == 0 && !nested && draft.candidates() == 0) {
            goTo(asked, search.table(), search.from(), false, parent);
            long[] found = path.found(asked);
            for (int i = 0; i < found.length; i++) {
                draft.finds.merge(path.beginnings().get(i).text(), found[i], Long::sum);
            }
        }
        draft.note(path.problem());
    }

    private static void goTo(
            Evaluations evaluations, TableMapping table, Object item, boolean nested, @Nullable Link parent) {
        evaluations.goTo(item, parent);
        if (nested) {
            evaluations.bindLets(table, item);
        }
    }

    private void begin(Candidate candidate) {
        TableDraft draft = reach(candidate.table());
        if (candidate.item() instanceof Node node) {
            flush(node);
        }
        current = new RowDraft(
                candidate.table(),
                draft.nextNumber(),
                candidate.rowSet(),
                candidate.item(),
                candidate.ordinal(),
                link(candidate.parent()));
    }

    private void decide(Decision decision) {
        TableDraft draft = Objects.requireNonNull(table);
        if (decision.fate() == MappingTrace.Fate.REPLACED) {
            draft.replace();
            links.remove(decision.row());
            RowDraft replaced = told.get(decision.row());
            if (replaced != null) {
                replaced.fate = RowFate.REPLACED;
                replaced.other = decision.other();
            }
            return;
        }
        RowDraft row = Objects.requireNonNull(current);
        current = null;
        row.fate = switch (decision.fate()) {
            case KEPT -> RowFate.KEPT;
            case EMPTY -> RowFate.EMPTY;
            case DUPLICATE, REPLACED -> RowFate.DUPLICATE;
        };
        row.row = decision.row();
        row.other = decision.other();
        row.key = row.keyOfValues();
        if (row.fate == RowFate.KEPT && isLookedBackAt(row.table)) {
            links.put(decision.row(), new Link(row.table, decision.row(), row.item, row.parent, row.number));
        }
        if (!question.wantsCells()) {
            row.cells.clear();
        }
        if (draft.take(row)) {
            told.put(decision.row(), row);
        }
    }

    private boolean isLookedBackAt(TableMapping mapping) {
        return contract.tables().stream().anyMatch(other -> other.parent() == mapping.index());
    }

    /** Numbers what conditions left out and comes before a node; all of it for null. */
    private void flush(@Nullable Node before) {
        TableDraft draft = table;
        while (draft != null && !pending.isEmpty()) {
            RowDraftOfLost next = pending.peek();
            if (before != null && next.lost.node().position() >= before.position()) {
                return;
            }
            pending.remove();
            Node node = next.lost.node();
            RowDraft row =
                    new RowDraft(draft.table, draft.nextNumber(), next.rowSet, node, node.ordinal(), next.parent);
            row.fate = RowFate.CONDITION;
            row.path = next.path;
            row.lost = next.lost;
            row.nested = next.nested;
            row.key = keyInDocument(row);
            draft.take(row);
        }
    }

    /** The key that a row would have, as the document writes it; null where that is not to be known without mapping it. */
    private @Nullable String keyInDocument(RowDraft row) {
        Evaluations asked = Objects.requireNonNull(evaluations);
        List<String> texts = new ArrayList<>();
        List<@Nullable ColumnMapping> columns =
                row.table.rows().sets().get(row.rowSet).columns();
        for (int column : row.table.key()) {
            ColumnMapping mapping = columns.get(column);
            String text = mapping == null ? null : valueInDocument(mapping, row, asked);
            if (text == null || text.isEmpty()) {
                return null;
            }
            texts.add(text);
        }
        return String.join(",", texts);
    }

    private @Nullable String valueInDocument(ColumnMapping column, RowDraft row, Evaluations asked) {
        if (column.source() instanceof Path path) {
            asked.goTo(row.item, row.parent);
            asked.bindLets(row.table, row.item);
            try {
                Items items = asked.items(path.expression());
                return items.size() == 1 ? PathExpression.lexical(items.get(0)).strip() : null;
            } catch (EvaluationException e) {
                return null;
            }
        }
        if (column.source() instanceof Reference reference && reference.levels() > 0) {
            Link above = row.parent;
            for (int level = 1; level < reference.levels() && above != null; level++) {
                above = above.parent();
            }
            Object value = above == null ? null : above.row().values()[reference.columnIndex()];
            return value == null ? null : KeyText.of(value);
        }
        return column.source() instanceof MetaValue meta && meta.meta() == Meta.DOCUMENT_KEY ? documentKey : null;
    }

    /** The columns of a table that a set of a union leaves NULL, by index. */
    static IntStream withoutSource(RowDraft row) {
        List<@Nullable ColumnMapping> columns =
                row.table.rows().sets().get(row.rowSet).columns();
        return IntStream.range(0, columns.size()).filter(i -> columns.get(i) == null);
    }
}
