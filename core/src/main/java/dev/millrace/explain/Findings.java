package dev.millrace.explain;

import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.ColumnMapping.Constant;
import dev.millrace.contract.ColumnMapping.MetaValue;
import dev.millrace.contract.ColumnMapping.Ordinal;
import dev.millrace.contract.ColumnMapping.Path;
import dev.millrace.contract.ColumnMapping.Reference;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.Position;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.WrittenPlaces;
import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.explain.Explanation.Cell;
import dev.millrace.explain.Explanation.Codes;
import dev.millrace.explain.Explanation.Find;
import dev.millrace.explain.Explanation.Found;
import dev.millrace.explain.Explanation.Named;
import dev.millrace.explain.Explanation.Origin;
import dev.millrace.explain.Explanation.RowFate;
import dev.millrace.explain.Explanation.Spot;
import dev.millrace.explain.Explanation.Step;
import dev.millrace.explain.Explanation.Table;
import dev.millrace.explain.Explanation.Why;
import dev.millrace.explain.RowDraft.CellDraft;
import dev.millrace.mapping.CellCounts;
import dev.millrace.mapping.MappingTrace;
import dev.millrace.mapping.MappingTrace.Kind;
import dev.millrace.xml.Name;
import dev.millrace.xml.Node;
import dev.millrace.xml.XmlParser;
import dev.millrace.xml.XmlParser.StartTag;
import dev.millrace.xml.path.EvaluationException;
import dev.millrace.xml.path.PathExpression;
import dev.millrace.xml.path.PathNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What was heard of the mapping of one record, with its places in contract and document: as it is told. */
final class Findings {

    private static final int SNIPPET_CHARACTERS = 120;

    private final Recorder recorder;
    private final Question question;
    private final WrittenPlaces places;
    private final @Nullable String faultyColumn;
    private final Map<Integer, StartTag> tags;

    /** @param fault with which the mapping ended, or null */
    Findings(
            Recorder recorder,
            Question question,
            WrittenPlaces places,
            @Nullable Fault fault,
            XmlParser parser,
            Document document) {
        this.recorder = recorder;
        this.question = question;
        this.places = places;
        this.faultyColumn = fault == null ? null : fault.column();
        SortedSet<Integer> ordinals = ordinals();
        this.tags = ordinals.isEmpty() ? Map.of() : parser.startTags(document, ordinals, SNIPPET_CHARACTERS);
    }

    /** The tables that were asked for. */
    List<Table> tables() {
        return recorder.tables().stream()
                .filter(TableDraft::isWanted)
                .map(this::table)
                .toList();
    }

    /** The row at which mapping ended. */
    Explanation.@Nullable Row rejected() {
        RowDraft atFault = recorder.rejected();
        return atFault == null ? null : row(atFault);
    }

    /** The start tags of all that is told of, so that they are found at once. */
    private SortedSet<Integer> ordinals() {
        TreeSet<Integer> ordinals = new TreeSet<>();
        List<RowDraft> rows = new ArrayList<>();
        recorder.tables().forEach(table -> rows.addAll(table.rows()));
        if (recorder.rejected() != null) {
            rows.add(recorder.rejected());
        }
        for (RowDraft row : rows) {
            ordinals.add(row.ordinal);
            if (row.other != null) {
                ordinals.add(row.other.ordinal());
            }
            for (CellDraft cell : row.cells) {
                for (MappingTrace.Step step : cell.found) {
                    if (step.node() != null) {
                        ordinals.add(step.node().ordinal());
                    }
                }
            }
        }
        return ordinals;
    }

    private Spot spot(int ordinal) {
        StartTag tag = tags.get(ordinal);
        return tag == null ? new Spot(null, "") : new Spot(tag.place(), tag.text());
    }

    private Table table(TableDraft draft) {
        List<Find> finds = new ArrayList<>();
        if (draft.candidates() == 0) {
            draft.finds.forEach((path, items) -> finds.add(new Find(path, items)));
        }
        return new Table(
                draft.table.name(),
                draft.table.position(),
                draft.isReached(),
                draft.candidates(),
                draft.fates,
                draft.rows().stream().map(this::row).toList(),
                draft.more(),
                finds,
                List.copyOf(draft.notes),
                question.row() != null && draft.rows().isEmpty() ? draft.keys() : List.of());
    }

    private Explanation.Row row(RowDraft row) {
        boolean atFault = row.fate == RowFate.REJECTED;
        List<Cell> cells = new ArrayList<>();
        for (CellDraft cell : row.cells) {
            boolean faulty = atFault && isFaulty(cell, row);
            boolean asked = question.wantsCells() && question.wantsColumn(cell.column.name());
            if (asked || faulty || atFault && cell.column.name().equals(faultyColumn)) {
                cells.add(cell(cell, row, faulty));
            }
        }
        if (question.wantsCells() && row.fate != RowFate.CONDITION && !atFault) {
            Recorder.withoutSource(row).forEach(i -> {
                TableMapping.Column column = row.table.columns().get(i);
                if (question.wantsColumn(column.name())) {
                    cells.add(new Cell(
                            column.name(),
                            column.type(),
                            row.table.position(),
                            new Origin("none", "", null),
                            null,
                            List.of(),
                            List.of(),
                            0,
                            List.of(),
                            List.of(),
                            null,
                            false));
                }
            });
        }
        return new Explanation.Row(row.table.name(), row.number, row.key, spot(row.ordinal), row.fate, why(row), cells);
    }

    /** Whether mapping ended at a column: the last one, unless all of them have their values. */
    private boolean isFaulty(CellDraft cell, RowDraft row) {
        return !cell.stored && cell == row.cells.get(row.cells.size() - 1);
    }

    private @Nullable Why why(RowDraft row) {
        return switch (row.fate) {
            case KEPT, REJECTED -> null;
            case CONDITION -> ofCondition(row);
            case EMPTY ->
                new Why(
                        "skip-empty",
                        rule(row.table, "skip-empty"),
                        "no column that comes from the document and is not of the key has a value",
                        List.of(),
                        null);
            case DUPLICATE -> ofDistinct(row, "a row with the same values came before and stays");
            case REPLACED -> ofDistinct(row, "a row with the same values came later and takes its place");
        };
    }

    private Why ofDistinct(RowDraft row, String message) {
        TableMapping.Distinct distinct = row.table.rows().distinct();
        String columns = distinct == null
                ? ""
                : String.join(
                        ", ",
                        distinct.by().stream()
                                .map(i -> row.table.columns().get(i).name())
                                .toList());
        return new Why(
                "distinct",
                rule(row.table, "distinct"),
                message + " (" + columns + ")",
                List.of(),
                row.other == null ? null : spot(row.other.ordinal()));
    }

    private Why ofCondition(RowDraft row) {
        Evaluations evaluations = recorder.evaluations();
        RowPath path = row.path;
        RowPath.Lost lost = row.lost;
        if (evaluations == null || path == null || lost == null) {
            throw new IllegalStateException("a row that a condition left out, without one");
        }
        if (row.nested) {
            evaluations.bindLets(row.table, row.item);
        }
        String table = row.table.name();
        Position place = row.nested
                ? places.at("tables", table, "nested").position()
                : row.table.rows().sets().size() > 1
                        ? places.at("tables", table, "union", String.valueOf(row.rowSet), "rows")
                                .position()
                        : places.at("tables", table, "rows").position();
        return new Why(row.nested ? "nested" : "rows", place, "", path.conditions(lost, evaluations, row.parent), null);
    }

    private Position rule(TableMapping table, String key) {
        return places.at("tables", table.name(), key).position();
    }

    private Cell cell(CellDraft cell, RowDraft row, boolean fault) {
        ColumnMapping column = cell.column;
        List<Found> found = new ArrayList<>();
        for (MappingTrace.Step step : cell.found) {
            Node node = step.node();
            found.add(new Found(
                    node == null ? "value" : described(node),
                    node == null ? null : spot(node.ordinal()),
                    PathExpression.lexical(step.value() == null ? "" : step.value())));
        }
        List<Step> steps = cell.steps.stream()
                .map(step -> step.value() instanceof FaultCode code
                        ? new Step(step.kind(), null, code)
                        : new Step(step.kind(), step.value() instanceof Node ? null : step.value(), null))
                .filter(step -> step.kind() != Kind.GIVEN || step.value() != null)
                .toList();
        return new Cell(
                column.name(),
                column.type(),
                column.position(),
                origin(column),
                column.text().codes() == null
                        ? null
                        : new Codes(
                                column.text().codes().name(),
                                column.text().codes().position()),
                column.source() instanceof Path path ? variables(path.expression(), row) : List.of(),
                found,
                cell.moreFound,
                steps,
                row.row == null
                        ? List.of()
                        : CellCounts.policies(row.row, row.index(column.name())).stream()
                                .map(CellCounts.Policy::key)
                                .toList(),
                cell.value,
                fault);
    }

    private List<Named> variables(PathExpression path, RowDraft row) {
        Evaluations evaluations = recorder.evaluations();
        List<Named> variables = new ArrayList<>();
        if (evaluations == null) {
            return variables;
        }
        for (String name : PathNames.variables(path.text())) {
            Named value = let(name, row, evaluations);
            if (value == null) {
                value = columnOfRow(name, row);
            }
            if (value != null) {
                variables.add(value);
            }
        }
        return variables;
    }

    private @Nullable Named let(String name, RowDraft row, Evaluations evaluations) {
        Object item = row.item;
        Evaluations.Link above = row.parent;
        for (TableMapping table = row.table; table != null; table = evaluations.parent(table)) {
            for (TableMapping.Let let : table.rows().lets()) {
                if (let.name().equals(name)) {
                    Position place =
                            places.at("tables", table.name(), "let", name).position();
                    return named(name, let.expression(), item, above, place, evaluations);
                }
            }
            item = above == null ? evaluations.record() : above.item();
            above = above == null ? null : above.parent();
        }
        for (MappingContract.Let let : evaluations.contract().lets()) {
            if (let.name().equals(name)) {
                Position place = places.at("let", name).position();
                return named(name, let.expression(), evaluations.record(), null, place, evaluations);
            }
        }
        return null;
    }

    private static Named named(
            String name,
            PathExpression expression,
            Object item,
            Evaluations.@Nullable Link above,
            Position place,
            Evaluations evaluations) {
        evaluations.goTo(item, above);
        try {
            return new Named("$" + name, Evaluations.text(evaluations.items(expression)), place);
        } catch (EvaluationException e) {
            return new Named("$" + name, "(cannot be evaluated: " + e.getMessage() + ")", place);
        }
    }

    private static @Nullable Named columnOfRow(String name, RowDraft row) {
        for (CellDraft cell : row.cells) {
            if (cell.column.name().equals(name)) {
                Object value = cell.value;
                return new Named("$" + name, value == null ? null : KeyText.of(value), cell.column.position());
            }
        }
        return null;
    }

    private static Origin origin(ColumnMapping column) {
        if (column.source() instanceof Path path) {
            return new Origin(
                    "path", path.expression().text(), path.expression().evaluator());
        }
        if (column.source() instanceof Reference reference) {
            return new Origin("ref", reference.table() + "." + reference.column(), null);
        }
        if (column.source() instanceof Ordinal) {
            return new Origin("ordinal", "", null);
        }
        if (column.source() instanceof MetaValue meta) {
            return new Origin(
                    "meta", meta.meta().name().toLowerCase(Locale.ROOT).replace('_', '-'), null);
        }
        Object constant = ((Constant) column.source()).value();
        return new Origin("value", constant == null ? "null" : KeyText.of(constant), null);
    }

    private static String described(Node node) {
        Name name = node.name();
        String kind = node.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return name == null ? kind : kind + " " + name.qualified();
    }
}
