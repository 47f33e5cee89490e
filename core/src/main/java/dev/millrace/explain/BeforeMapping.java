package dev.millrace.explain;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.MappingContract.Requirement;
import dev.millrace.contract.Position;
import dev.millrace.contract.WrittenPlaces;
import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.explain.Explanation.Answer;
import dev.millrace.explain.Explanation.Condition;
import dev.millrace.explain.Explanation.Named;
import dev.millrace.explain.Explanation.Why;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Unselected;
import dev.millrace.xml.Record;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser;
import dev.millrace.xml.path.EvaluationException;
import dev.millrace.xml.path.PathCompiler.Result;
import dev.millrace.xml.path.PathConditions;
import dev.millrace.xml.path.PathException;
import dev.millrace.xml.path.PathExpression;
import dev.millrace.xml.path.VariableScope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a record was not even mapped: the guard that is not met, the key that there is not, or what selects. */
final class BeforeMapping {

    private final MappingContract contract;
    private final XmlLimits limits;
    private final WrittenPlaces places;
    private final XmlParser parser;
    private final Document document;

    BeforeMapping(
            MappingContract contract, XmlLimits limits, WrittenPlaces places, XmlParser parser, Document document) {
        this.contract = contract;
        this.limits = limits;
        this.places = places;
        this.parser = parser;
        this.document = document;
    }

    /**
     * The rule of the contract that did it; null where it is another fault.
     *
     * @param record its number within the document, from 0
     */
    @Nullable
    Why why(Outcome outcome, @Nullable Fault fault, int record) {
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
                        "document.require", place, "", conditions(guards.get(i).test(), record), null);
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
