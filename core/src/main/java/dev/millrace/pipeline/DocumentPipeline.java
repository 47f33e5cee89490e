package dev.millrace.pipeline;

import dev.millrace.contract.MappingContract;
import dev.millrace.coverage.CoverageCollector;
import dev.millrace.coverage.CoveredPath;
import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.document.Location;
import dev.millrace.document.Stage;
import dev.millrace.mapping.DataMapper;
import dev.millrace.mapping.MappingException;
import dev.millrace.mapping.MappingTrace;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.pipeline.Outcome.Unselected;
import dev.millrace.pipeline.StageClock.Work;
import dev.millrace.xml.PathObserver;
import dev.millrace.xml.Projection;
import dev.millrace.xml.Record;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser;
import dev.millrace.xml.path.EvaluationContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of documents, in memory: validates, parses, maps. What a worker does before it loads, and all that a preview needs.
 * Not thread-safe.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class DocumentPipeline {

    /** What {@code meta: run-id} gives where there is no run: as long as a run's own, so that a column that holds one holds the other. */
    public static final String NO_RUN = "00000000-000000-000000";

    /** Of a document that was rejected, since it needs more memory than there is. */
    public static final int OUT_OF_MEMORY = 0;

    private final PreProcessingValidator validator;
    private final XmlParser parser;
    private final DataMapper mapper;
    private final EvaluationContext context;
    private final StageClock clock;
    private final boolean selects;
    private final @Nullable MappingTrace trace;
    private final @Nullable CoverageCollector coverage;
    /** Whether a document with a path that is neither mapped nor ignored is given up. */
    private @Nullable Consumer<CoveredPath> refusal;

    private boolean refused;
    private final boolean keyIsInDocument;
    private final boolean recordsAreWithin;
    /** While a document is examined: what was found of its records. */
    private @Nullable IdentityHashMap<Outcome, Examined> examined;

    /** What {@link #ofFile} has found last. */
    private List<String> fileKeys = List.of();

    /**
     * @param projection {@link DataMapper#projection} of the contract; shared by all pipelines of a run
     * @param runId what {@code meta: run-id} gives
     * @param loadedAt what {@code meta: loaded-at} gives
     * @param showValues whether fault messages may hold values of documents
     * @param clock is told how long each stage took
     */
    @API(status = API.Status.INTERNAL)
    public DocumentPipeline(
            MappingContract contract,
            Projection projection,
            XmlLimits limits,
            String runId,
            Instant loadedAt,
            boolean showValues,
            StageClock clock) {
        this(contract, projection, limits, runId, loadedAt, showValues, clock, null, null);
    }

    /**
     * As the other constructor, and tells those who look on.
     *
     * @param observer is told of all that the documents hold; null for nobody
     * @param trace is told of each step of the mapping; null for nobody
     */
    @API(status = API.Status.INTERNAL)
    public DocumentPipeline(
            MappingContract contract,
            Projection projection,
            XmlLimits limits,
            String runId,
            Instant loadedAt,
            boolean showValues,
            StageClock clock,
            @Nullable PathObserver observer,
            @Nullable MappingTrace trace) {
        this(contract, projection, limits, runId, loadedAt, showValues, clock, observer, trace, null);
    }

    /**
     * As the other constructors, and counts what the contract makes of the documents, and what it leaves out.
     *
     * @param coverage counts; of this pipeline alone, null for nobody
     */
    @API(status = API.Status.INTERNAL)
    public DocumentPipeline(
            MappingContract contract,
            Projection projection,
            XmlLimits limits,
            String runId,
            Instant loadedAt,
            boolean showValues,
            StageClock clock,
            @Nullable PathObserver observer,
            @Nullable MappingTrace trace,
            @Nullable CoverageCollector coverage) {
        this.coverage = coverage;
        this.validator = new PreProcessingValidator(contract, limits);
        this.parser = new XmlParser(projection, contract.document().text(), limits, observer, coverage);
        this.mapper = new DataMapper(contract, runId, loadedAt, showValues);
        if (coverage != null) {
            mapper.count(coverage.coverage().rows(), coverage.coverage().collapses());
        }
        this.context = new EvaluationContext(contract.slots(), limits);
        this.clock = clock;
        this.selects = contract.document().select() != null;
        this.trace = trace;
        this.keyIsInDocument = contract.document().key() != null;
        this.recordsAreWithin = !projection.recordPath().isDocumentElement();
    }

    /**
     * For a program that wants rows and loads nothing: with the limits that a run has by default, and no values in messages. What the
     * contract takes from a run ({@code meta: run-id}) has placeholders.
     */
    public static DocumentPipeline of(MappingContract contract) {
        return of(contract, null, null);
    }

    /**
     * As {@link #of(MappingContract)}, for a program that looks on while a document becomes rows. Not of the API: what is told holds the
     * contract and the document in the forms that Millrace itself works with.
     *
     * @param observer is told of all that the documents hold, also of what the contract does not reach; null for none
     * @param trace is told how each value comes to be, and why a row is not there; null for none
     */
    @API(status = API.Status.INTERNAL)
    public static DocumentPipeline of(
            MappingContract contract, @Nullable PathObserver observer, @Nullable MappingTrace trace) {
        return new DocumentPipeline(
                contract,
                DataMapper.projection(contract),
                XmlLimits.DEFAULTS,
                NO_RUN,
                Instant.EPOCH,
                false,
                new StageClock(),
                observer,
                trace);
    }

    /** All that becomes of a document: one outcome for each of its records. */
    public List<Outcome> process(Document document) {
        List<Outcome> outcomes = new ArrayList<>();
        process(document, Long.MAX_VALUE, outcomes);
        return outcomes;
    }

    /** Has documents given up, even while a path is evaluated, as soon as {@code end} says so. */
    public void giveUpWhen(BooleanSupplier end) {
        context.giveUpWhen(end);
    }

    /**
     * Has a document given up that has a path which is neither mapped nor ignored, and which was met in no document before. Only where
     * coverage is counted.
     *
     * @param told of the first such path
     */
    @API(status = API.Status.INTERNAL)
    public void refuseUnmapped(Consumer<CoveredPath> told) {
        refusal = told;
    }

    /** Whether {@link #process} has given a document up; what it gave of it is not to be used. */
    public boolean hasGivenUp() {
        return refused || context.hasGivenUp();
    }

    /**
     * Takes a document through the stages; each of its records has one outcome. The records of a file or of a document that
     * holds several have the keys {@code KEY#1}, {@code KEY#2} …, unless the contract has a key of its own. Where it has one
     * and a document is rejected before that is known, its key is {@code KEY (source key)}, which no other document's is.
     *
     * @param most records, from the document's first on
     * @param outcomes are added to
     * @return how many records the document holds; 1 where that cannot be told, since all of it is rejected
     */
    public int process(Document document, long most, List<Outcome> outcomes) {
        return process(document, 0, most, outcomes);
    }

    /**
     * As the other one, and says which document it is.
     *
     * @param number which document of the source it is, from 0: what coverage calls the first one
     */
    @API(status = API.Status.INTERNAL)
    public int process(Document document, long number, long most, List<Outcome> outcomes) {
        long hash = contentHash(document.content());
        List<Record> records;
        try {
            if (coverage != null) {
                coverage.begin(document, number);
            }
            records = parse(document);
            if (isRefused(document)) {
                return records.size();
            }
        } catch (FaultException e) {
            // One without a record was read all the same.
            if (isRefused(document)) {
                return 1;
            }
            // What selects is asked of records, and a text without any holds none of the contract's.
            outcomes.add(
                    selects && e.fault().code() == FaultCode.NO_RECORD
                            ? new Unselected(whileUnknown(document.key()), List.of(), document, hash)
                            : new Rejected(whileUnknown(document.key()), document, hash, e.fault()));
            return 1;
        } catch (StackOverflowError e) {
            Fault fault =
                    Fault.of(FaultCode.TOO_DEEP, "elements are nested too deeply for Java's stack; lower --max-depth");
            outcomes.add(new Rejected(whileUnknown(document.key()), document, hash, fault));
            return 1;
        }
        boolean numbered = records.size() > 1 || (recordsAreWithin && document.numbered());
        for (Record record : records) {
            if (record.index() >= most || hasGivenUp()) {
                break;
            }
            String key = numbered ? document.key() + "#" + (record.index() + 1) : document.key();
            map(document, record, key, hash, outcomes);
        }
        if (coverage != null) {
            coverage.done(document);
        }
        return records.size();
    }

    private Map<Integer, Location> places(Document document, SortedSet<Integer> tags) {
        long start = System.nanoTime();
        Map<Integer, Location> places = new HashMap<>();
        parser.startTags(document, tags, 0).forEach((tag, found) -> places.put(tag, found.place()));
        clock.add(Work.PARSE, System.nanoTime() - start);
        return places;
    }

    private boolean isRefused(Document document) {
        List<CoveredPath> unmapped =
                coverage == null ? List.of() : coverage.settle(document, tags -> places(document, tags));
        if (refusal == null || unmapped.isEmpty()) {
            return false;
        }
        refused = true;
        refusal.accept(unmapped.get(0));
        return true;
    }

    /**
     * How many outcomes {@link #process} has. It parses the document for that, where there may be more than one.
     * One for which there is not memory enough may hold any number.
     */
    public long records(Document document) {
        if (!recordsAreWithin || document.lead() > 0 || document.unreadable() != null) {
            return 1;
        }
        try {
            return parse(document).size();
        } catch (FaultException | StackOverflowError e) {
            return 1;
        } catch (OutOfMemoryError e) {
            return Long.MAX_VALUE;
        }
    }

    /**
     * The keys that a document, or a record of it, could have had while less of it was readable, or while it was its file's only
     * record and had the file's key, as in ledgers of earlier versions.
     */
    private List<String> formerKeys(Document document, String sourceKey, String key) {
        List<String> ofFile = ofFile(document);
        if (!keyIsInDocument && sourceKey.equals(document.key())) {
            return ofFile;
        }
        List<String> keys = new ArrayList<>(ofFile);
        String whole = whileUnknown(document.key());
        if (!whole.equals(key)) {
            keys.add(whole);
        }
        if (keyIsInDocument
                && !sourceKey.equals(document.key())
                && !whileUnknown(sourceKey).equals(key)) {
            keys.add(whileUnknown(sourceKey));
        }
        return keys;
    }

    /** Of a record that was cut out of a file, the file's key; made once for each file. */
    private List<String> ofFile(Document document) {
        if (!recordsAreWithin || document.lead() == 0) {
            return List.of();
        }
        int length = document.key().lastIndexOf('#');
        String known = fileKeys.isEmpty() ? "" : fileKeys.get(0);
        boolean same = known.length() == whileUnknown("").length() + length
                && document.key().regionMatches(0, known, 0, length);
        if (!same) {
            fileKeys = List.of(whileUnknown(document.key().substring(0, length)));
        }
        return fileKeys;
    }

    /**
     * As {@link #process}, for a document that may need more memory than there is: then all of it is one reject. Only for who holds
     * no other document that could be dropped instead; a pipeline that ran out of memory is not to be used again.
     *
     * @return how many records it holds; {@link #OUT_OF_MEMORY} when there was not enough of it
     */
    public int processAlone(Document document, long most, List<Outcome> outcomes) {
        return processAlone(document, 0, most, outcomes);
    }

    private int processAlone(Document document, long number, long most, List<Outcome> outcomes) {
        int before = outcomes.size();
        try {
            return process(document, number, most, outcomes);
        } catch (OutOfMemoryError e) {
            outcomes.subList(before, outcomes.size()).clear();
            outcomes.add(outOfMemory(document));
            return OUT_OF_MEMORY;
        }
    }

    /** The reject of a document that needs more memory than there is. */
    public Rejected outOfMemory(Document document) {
        return new Rejected(
                whileUnknown(document.key()), document, contentHash(document.content()), Fault.outOfMemory());
    }

    private List<Record> parse(Document document) throws FaultException {
        long start = System.nanoTime();
        validator.checkText(document);
        long validated = System.nanoTime();
        clock.add(Work.VALIDATE, validated - start);
        try {
            return parser.parse(document);
        } finally {
            clock.add(Work.PARSE, System.nanoTime() - validated);
        }
    }

    private void map(Document document, Record record, String sourceKey, long hash, List<Outcome> outcomes) {
        long start = System.nanoTime();
        String key = whileUnknown(sourceKey);
        try {
            context.startRecord(record);
            if (!mapper.isSelected(context)) {
                outcomes.add(unselected(document, sourceKey, hash));
                return;
            }
            key = mapper.documentKey(context, sourceKey);
            validator.checkRecord(context);
            long validated = System.nanoTime();
            clock.add(Work.VALIDATE, validated - start);
            start = validated;
            if (examined != null) {
                examine(document, sourceKey, key, hash, outcomes);
                return;
            }
            List<List<Row>> rows = mapper.map(context, key, document.sourceName(), trace);
            outcomes.add(new Mapped(key, formerKeys(document, sourceKey, key), document, hash, rows));
        } catch (FaultException e) {
            outcomes.add(rejected(
                    key, sourceKey, document, hash, e.fault(), record.element().ordinal()));
        } catch (MappingException e) {
            outcomes.add(rejected(key, sourceKey, document, hash, e.fault(), e.ordinal()));
        } catch (StackOverflowError e) {
            Fault fault = Fault.of(
                    FaultCode.PATH_ERROR,
                    "it is nested too deeply, or a path recurses too deeply in it, for Java's stack; simplify the path, or lower"
                            + " --max-depth");
            outcomes.add(rejected(
                    key, sourceKey, document, hash, fault, record.element().ordinal()));
        } finally {
            clock.add(Work.MAP, System.nanoTime() - start);
        }
    }

    /**
     * What is found of a document that is looked at for all that is wrong with it.
     *
     * @param outcome what would become of it
     * @param faults all of them: of an outcome that is rejected the outcome's own is the first
     * @param rows by table index; of a rejected one those that could be mapped, without the values that are at fault. Empty where
     *     nothing could be mapped
     */
    public record Examined(Outcome outcome, List<Fault> faults, List<List<Row>> rows) {}

    /**
     * As {@link #processAlone}, but goes on after a fault. For those who want to know all that is wrong.
     *
     * @param into is added to, one for each outcome
     */
    public int examine(Document document, long most, List<Examined> into) {
        return examine(document, 0, most, into);
    }

    /**
     * As the other one, and says which document it is.
     *
     * @param number which document of the source it is, from 0
     */
    @API(status = API.Status.INTERNAL)
    public int examine(Document document, long number, long most, List<Examined> into) {
        IdentityHashMap<Outcome, Examined> withRows = new IdentityHashMap<>();
        examined = withRows;
        try {
            List<Outcome> outcomes = new ArrayList<>();
            int records = processAlone(document, number, most, outcomes);
            for (Outcome outcome : outcomes) {
                List<Fault> faults = outcome instanceof Rejected rejected ? List.of(rejected.fault()) : List.of();
                into.add(withRows.getOrDefault(outcome, new Examined(outcome, faults, List.of())));
            }
            return records;
        } finally {
            examined = null;
        }
    }

    private void examine(Document document, String sourceKey, String key, long hash, List<Outcome> outcomes) {
        List<Fault> faults = new ArrayList<>();
        Consumer<MappingException> told = e -> {
            Fault fault = e.fault();
            faults.add(fault.location() == null ? fault.withLocation(locate(document, e.ordinal())) : fault);
        };
        List<List<Row>> rows = List.of();
        try {
            rows = mapper.mapAll(context, key, document.sourceName(), told);
        } catch (MappingException e) {
            told.accept(e);
        }
        List<String> formerKeys = formerKeys(document, sourceKey, key);
        Outcome outcome = faults.isEmpty()
                ? new Mapped(key, formerKeys, document, hash, rows)
                : new Rejected(key, formerKeys, document, hash, faults.get(0));
        outcomes.add(outcome);
        Objects.requireNonNull(examined).put(outcome, new Examined(outcome, faults, rows));
    }

    /** With its key, if it has one: an earlier run may have rejected it under that. */
    private Unselected unselected(Document document, String sourceKey, long hash) {
        String key = whileUnknown(sourceKey);
        try {
            key = mapper.documentKey(context, sourceKey);
        } catch (FaultException e) {
            // It is none of the contract's documents, so that it need not have one.
        }
        return new Unselected(key, formerKeys(document, sourceKey, key), document, hash);
    }

    /**
     * Whether a reject may stand for documents of other keys than its own: of a document whose key could not be read, of a
     * text that may hold several records, or of a file that may be a whole archive.
     */
    public boolean leavesKeysUnknown(Rejected document) {
        FaultCode code = document.fault().code();
        boolean whole = code.stage() == Stage.READ
                || code.stage() == Stage.PARSE
                || code == FaultCode.DOCUMENT_TOO_LARGE
                || code == FaultCode.INVALID_KEY;
        boolean severalKeys = code == FaultCode.UNREADABLE || code == FaultCode.ARCHIVE_LIMIT;
        return whole && (keyIsInDocument || recordsAreWithin || severalKeys);
    }

    /** The source's keys and those that the contract finds in the documents may be the same words for different documents. */
    private String whileUnknown(String sourceKey) {
        return keyIsInDocument ? sourceKey + " (source key)" : sourceKey;
    }

    private Rejected rejected(String key, String sourceKey, Document document, long hash, Fault fault, int ordinal) {
        Fault placed = fault.location() == null ? fault.withLocation(locate(document, ordinal)) : fault;
        return new Rejected(key, formerKeys(document, sourceKey, key), document, hash, placed);
    }

    /** The place of an element's start tag in the document's source. */
    public Location locate(Document document, int ordinal) {
        return parser.locate(document, ordinal);
    }

    /**
     * Tells a changed text from an unchanged one. The two CRCs of the JDK side by side make a 64-bit check that runs at
     * memory speed; a cryptographic hash would cost more than the parsing, and nobody gains by forging this one.
     */
    private static long contentHash(byte[] content) {
        CRC32C high = new CRC32C();
        high.update(content, 0, content.length);
        CRC32 low = new CRC32();
        low.update(content, 0, content.length);
        return high.getValue() << 32 | low.getValue();
    }
}
