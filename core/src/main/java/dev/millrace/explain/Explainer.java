package dev.millrace.explain;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.WrittenPlaces;
import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.explain.Explanation.Ending;
import dev.millrace.mapping.DataMapper;
import dev.millrace.mapping.MappingTrace;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.pipeline.Outcome.Unselected;
import dev.millrace.pipeline.StageClock;
import dev.millrace.xml.Projection;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Explains what becomes of documents: maps them as a run does, listens, and says where in the contract and the document everything is.
 * What it says holds values of the document. In memory, no SQL. Not thread-safe.
 */
public final class Explainer {

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
        return explanation(document, outcomes.get(record), record, recorder, question);
    }

    private Explanation explanation(
            Document document, Outcome outcome, int record, Recorder recorder, Question question) {
        Fault fault = outcome instanceof Rejected rejected ? rejected.fault() : null;
        Findings findings = new Findings(recorder, question, places, fault, parser, document);
        boolean mapped = recorder.evaluations() != null;
        Ending ending = fault == null ? Ending.MAPPED : Ending.REJECTED;
        return new Explanation(
                contract.name(),
                outcome.key(),
                document.sourceName(),
                outcome instanceof Unselected ? Ending.UNSELECTED : ending,
                fault,
                mapped
                        ? null
                        : new BeforeMapping(contract, limits, places, parser, document).why(outcome, fault, record),
                findings.rejected(),
                findings.tables());
    }
}
