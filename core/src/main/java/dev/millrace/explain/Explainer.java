package dev.millrace.explain;

import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.ColumnMapping.Constant;
import dev.millrace.contract.ColumnMapping.MetaValue;
import dev.millrace.contract.ColumnMapping.Ordinal;
import dev.millrace.contract.ColumnMapping.Path;
import dev.millrace.contract.ColumnMapping.Reference;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.MappingContract.Requirement;
import dev.millrace.contract.Position;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.WrittenPlaces;
import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.explain.Explanation.Answer;
import dev.millrace.explain.Explanation.Cell;
import dev.millrace.explain.Explanation.Codes;
import dev.millrace.explain.Explanation.Condition;
import dev.millrace.explain.Explanation.Ending;
import dev.millrace.explain.Explanation.RowFate;
import dev.millrace.explain.Explanation.Find;
import dev.millrace.explain.Explanation.Found;
import dev.millrace.explain.Explanation.Named;
import dev.millrace.explain.Explanation.Origin;
import dev.millrace.explain.Explanation.Spot;
import dev.millrace.explain.Explanation.Step;
import dev.millrace.explain.Explanation.Table;
import dev.millrace.explain.Explanation.Why;
import dev.millrace.explain.RowDraft.CellDraft;
import dev.millrace.mapping.CellCounts;
import dev.millrace.mapping.DataMapper;
import dev.millrace.mapping.MappingTrace;
import dev.millrace.mapping.MappingTrace.Kind;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.pipeline.Outcome.Unselected;
import dev.millrace.pipeline.StageClock;
import dev.millrace.xml.Name;
import dev.millrace.xml.Node;
import dev.millrace.xml.Projection;
import dev.millrace.xml.Record;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser;
import dev.millrace.xml.XmlParser.StartTag;
import dev.millrace.xml.path.EvaluationException;
import dev.millrace.xml.path.Items;
import dev.millrace.xml.path.PathCompiler.Result;
import dev.millrace.xml.path.PathConditions;
import dev.millrace.xml.path.PathException;
import dev.millrace.xml.path.PathExpression;
import dev.millrace.xml.path.PathNames;
import dev.millrace.xml.path.VariableScope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Explains what becomes of documents: maps them as a run does, listens, and says where in the contract and the document everything is.
 * What it says holds values of the document. In memory, no SQL. Not thread-safe.
 */
public final class Explainer {

    private static final int SNIPPET_CHARACTERS = 120;

    private final MappingContract contract;
    private final Projection projection;
    private final XmlLimits limits;
    private final String runId;
    private final Instant loadedAt;
    private final WrittenPlaces places;
    private final XmlParser parser;

    /**
     * @param runId what {@code meta: run-id} gives
     * @param loadedAt what {@code meta: loaded-at} gives
     */
    public Explainer(MappingContract contract, XmlLimits limits, String runId, Instant loadedAt) {
        this.contract = contract;
        this.projection = DataMapper.projection(contract);
        this.limits = limits;
        this.runId = runId;
        this.loadedAt = loadedAt;
        this.places = new WrittenPlaces(contract);
        this.parser = new XmlParser(projection, contract.document().text(), limits);
    }

    /**
     * Explains a record of a document.
     *
     * @param record its number within the document, from 0; 0 also for a document of which no record can be read
     * @throws IllegalArgumentException when the document has no such record
     */
    public Explanation explain(Document document, int record, Question question) {
        List<Outcome> outcomes = new ArrayList<>();
        Recorder recorder = new Recorder(contract, limits, question);
        // Those before it are mapped too, but not listened to.
        MappingTrace trace = event -> {
            if (outcomes.size() == record) {
                recorder.tell(event);
            }
        };
        DocumentPipeline pipeline = new DocumentPipeline(
                contract, projection, limits, runId, loadedAt, true, new StageClock(), null, trace);
        pipeline.processAlone(document, record + 1L, outcomes);
        if (outcomes.size() <= record) {
            throw new IllegalArgumentException("the document has " + outcomes.size() + " records");
        }
        recorder.finish();
        Outcome outcome = outcomes.get(record);
        return new Telling(document, recorder, question).of(outcome, record);
    }

    /** Makes what was heard of one record into what is told. */
    private final class Telling {

        private final Document document;
        private final Recorder recorder;
        private final Question question;
        private Map<Integer, StartTag> tags = Map.of();
        private @Nullable String faultyColumn;

        Telling(Document document, Recorder recorder, Question question) {
            this.document = document;
            this.recorder = recorder;
            this.question = question;
        }

        Explanation of(Outcome outcome, int record) {
            Fault fault = outcome instanceof Rejected rejected ? rejected.fault() : null;
            boolean mapped = recorder.evaluations() != null;
            faultyColumn = fault == null ? null : fault.column();
            tags = tags();
            List<Table> tables = new ArrayList<>();
            for (TableDraft draft : recorder.tables()) {
                if (draft.isWanted()) {
                    tables.add(table(draft));
                }
            }
            RowDraft atFault = recorder.rejected();
            return new Explanation(
                    contract.name(),
                    outcome.key(),
                    document.sourceName(),
                    outcome instanceof Unselected
                            ? Ending.UNSELECTED
                            : fault == null ? Ending.MAPPED : Ending.REJECTED,
                    fault,
                    mapped ? null : beforeMapping(outcome, fault, record),
                    atFault == null ? null : row(atFault),
                    tables);
        }

        /** The places of all that is told of, found at once. */
        private Map<Integer, StartTag> tags() {
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
            return ordinals.isEmpty() ? Map.of() : parser.startTags(document, ordinals, SNIPPET_CHARACTERS);
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
            return new Explanation.Row(
                    row.table.name(), row.number, row.key, spot(row.ordinal), row.fate, why(row), cells);
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
            return new Why(
                    row.nested ? "nested" : "rows",
                    place,
                    "",
                    path.conditions(lost, evaluations, row.parent),
                    null);
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
            for (MappingContract.Let let : contract.lets()) {
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
                    return new Named(
                            "$" + name, value == null ? null : KeyText.of(value), cell.column.position());
                }
            }
            return null;
        }

        /** Why a document was not even mapped: the guard that is not met, or what selects. */
        private @Nullable Why beforeMapping(Outcome outcome, @Nullable Fault fault, int record) {
            PathExpression select = contract.document().select();
            if (outcome instanceof Unselected && select != null) {
                Position place = places.at("document", "select").position();
                List<Condition> conditions = conditions(select, record);
                String message = conditions.isEmpty() ? "the document holds no element that document.record matches" : "";
                return new Why("document.select", place, message, conditions, null);
            }
            if (fault == null) {
                return null;
            }
            if (fault.code() == FaultCode.INVALID_KEY) {
                Position place = places.at("document", "key").position();
                return new Why("document.key", place, "", List.of(), null);
            }
            List<Requirement> guards = contract.document().require();
            for (int i = 0; i < guards.size(); i++) {
                if (fault.code() == FaultCode.REQUIREMENT
                        && guards.get(i).test().text().equals(fault.path())) {
                    Position place =
                            places.at("document", "require", String.valueOf(i)).position();
                    return new Why(
                            "document.require",
                            place,
                            guards.get(i).reason(),
                            conditions(guards.get(i).test(), record),
                            null);
                }
            }
            return null;
        }

        /** The parts of a test over the record, as far as they are asked. Empty where there is no record. */
        private List<Condition> conditions(PathExpression test, int record) {
            List<Record> records;
            try {
                records = parser.parse(document);
            } catch (FaultException e) {
                return List.of();
            }
            Evaluations evaluations = new Evaluations(contract, limits, records.get(record));
            VariableScope scope = evaluations.scope(null);
            List<Condition> conditions = new ArrayList<>();
            boolean met = true;
            for (String part : PathConditions.ofTest(test.text())) {
                Answer answer = Answer.NOT_ASKED;
                List<Named> operands = List.of();
                if (met) {
                    met = isMet(part, scope, evaluations);
                    answer = met ? Answer.TRUE : Answer.FALSE;
                    operands = met
                            ? List.of()
                            : PathConditions.operands(part).stream()
                                    .map(operand -> evaluations.named(operand, scope))
                                    .toList();
                }
                conditions.add(new Condition(part, answer, operands));
            }
            return conditions;
        }

        /** As for a guard: a test that cannot be evaluated is not met. */
        private static boolean isMet(String test, VariableScope scope, Evaluations evaluations) {
            try {
                return evaluations.test(evaluations.compile(test, scope, Result.ITEMS));
            } catch (PathException | EvaluationException e) {
                return false;
            }
        }
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
            return new Origin("meta", meta.meta().name().toLowerCase(Locale.ROOT).replace('_', '-'), null);
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
