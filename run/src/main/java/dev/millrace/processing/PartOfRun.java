package dev.millrace.processing;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.Constraints;
import dev.millrace.database.Load;
import dev.millrace.database.OnExisting;
import dev.millrace.database.PartTry;
import dev.millrace.database.RunInfo;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.DatabaseAddress;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.pipeline.StageClock;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.MaxRejects;
import dev.millrace.processing.RunOptions.Unmapped;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.source.jdbc.JdbcSource;
import dev.millrace.workers.Stop;
import dev.millrace.xml.XmlLimits;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What a machine of a cluster needs to know of a run to load a part of it. The contract goes there as its text, and is compiled once by each JVM.
 * Holds the target's password, and so is never shown, logged or stored. Immutable and thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class PartOfRun implements Serializable {

    private static final long serialVersionUID = 1L;

    /** By text and ledger; a JVM of a cluster works on one contract, or a few. */
    private static final Map<List<@Nullable String>, MappingContract> COMPILED = new ConcurrentHashMap<>();

    private static final int MOST_COMPILED = 16;

    private static final int MOST_CAUSES = 20;

    private final String contract;
    private final @Nullable String ledgerSchema;
    private final @Nullable String ledgerPrefix;
    private final String runId;
    private final Instant startedAt;
    private final String source;
    private final int workers;
    private final boolean ledgerHeld;
    private final DatabaseAddress target;
    private final int batchDocuments;
    private final long batchBytes;
    private final boolean retryRejects;
    private final OnExisting onExisting;
    private final boolean deleteMissing;
    private final long mostRejects;
    private final int retries;
    private final Duration patience;
    private final Duration firstPause;
    private final Duration longestPause;
    private final long[] limits;
    private final boolean showValues;
    private final Constraints constraints;
    private final boolean checkForeignKeys;
    private final long limit;
    private final Unmapped unmapped;

    private PartOfRun(RunContext run, Target prepared, String source) {
        RunOptions options = run.options();
        contract = run.contract().text();
        ledgerSchema = run.contract().ledger().schema();
        ledgerPrefix = run.contract().ledger().prefix();
        runId = run.runId();
        startedAt = run.startedAt();
        this.source = source;
        workers = options.workers();
        ledgerHeld = prepared.ledger().isHeld();
        target = prepared.database().address();
        batchDocuments = options.batchDocuments();
        batchBytes = options.batchBytes();
        retryRejects = options.retryRejects();
        onExisting = options.onExisting();
        deleteMissing = options.deleteMissing();
        mostRejects = options.maxRejects().count();
        retries = options.retryPolicy().retries();
        patience = options.retryPolicy().patience();
        firstPause = options.retryPolicy().first();
        longestPause = options.retryPolicy().longest();
        XmlLimits most = options.limits();
        limits = new long[] {
            most.documentBytes(),
            most.depth(),
            most.attributes(),
            most.nameLength(),
            most.valueLength(),
            most.entityExpansions(),
            most.keptNodes(),
            most.expansion(),
            most.steps()
        };
        showValues = options.showValues();
        constraints = options.constraints();
        checkForeignKeys = options.checkForeignKeys();
        unmapped = options.unmapped();
        limit = options.limit();
    }

    static PartOfRun of(RunContext run, Target prepared, String source) {
        return new PartOfRun(run, prepared, source);
    }

    /** The contract, compiled by this JVM. */
    public MappingContract contract() {
        List<@Nullable String> key =
                Collections.unmodifiableList(Arrays.<@Nullable String>asList(contract, ledgerSchema, ledgerPrefix));
        MappingContract known = COMPILED.get(key);
        if (known == null) {
            try {
                known = ContractReader.read(contract, "contract", new LedgerNames(ledgerSchema, ledgerPrefix))
                        .contract();
            } catch (ContractException e) {
                throw new IllegalStateException("the contract was read before, and cannot be read here", e);
            }
            if (COMPILED.size() >= MOST_COMPILED) {
                COMPILED.clear();
            }
            COMPILED.put(key, known);
        }
        return known;
    }

    /** How large a document may be. */
    public XmlLimits limits() {
        return new XmlLimits(
                limits[0],
                (int) limits[1],
                (int) limits[2],
                (int) limits[3],
                (int) limits[4],
                (int) limits[5],
                (int) limits[6],
                (int) limits[7],
                limits[8]);
    }

    /** The run's id. */
    public String runId() {
        return runId;
    }

    /** How many documents are loaded or skipped at most, of all parts together, each record counted; {@link Long#MAX_VALUE} for all. */
    public long limit() {
        return limit;
    }

    /** What is loaded where, for people, without secrets. */
    public String description() {
        return source + " into " + target;
    }

    /** Only those documents of a source that may have one of the wanted keys; empty for all. For documents that have the source's keys. */
    public static DocumentSource only(DocumentSource source, Set<String> keys) {
        return new WithdrawnSource(source, keys);
    }

    /** A part could not be loaded; the message is for people, and holds nothing of a document, as those of its causes. */
    public static final class BrokenException extends Exception {

        private static final long serialVersionUID = 1L;

        BrokenException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Loads a part of the run by one worker, with a connection of its own.
     *
     * @param number of the part, from 1: no other part has it, and each try of this one
     * @param tryNumber from 0: no other try of this part has it
     * @param most documents that are read, each record counted; {@link Long#MAX_VALUE} for all
     * @param documents of this part; is closed by the caller
     * @param stop ends it early; what is asked so is broken off
     * @throws BrokenException when the rest of the part could not be loaded; another try goes on with it
     */
    public PartResult load(int number, int tryNumber, long most, DocumentSource documents, Stop stop)
            throws BrokenException {
        RunOptions options = options(most);
        try {
            return load(number, new PartTry(tryNumber, ledgerHeld), documents, options, stop);
        } catch (SourceException | TargetException | RuntimeException e) {
            throw broken(e);
        }
    }

    /**
     * What has broken a part, in the words of a run. A cluster writes what its machines throw into logs, with all causes, and a database's own words
     * hold values of documents: unless these may be shown, causes are there without their messages.
     */
    public BrokenException broken(Throwable failure) {
        return new BrokenException(
                Failures.words(failure, options(Long.MAX_VALUE)), showValues ? failure : withoutMessages(failure));
    }

    private static Throwable withoutMessages(Throwable failure) {
        Deque<Throwable> chain = new ArrayDeque<>();
        for (Throwable link = failure; link != null && chain.size() < MOST_CAUSES; link = link.getCause()) {
            chain.push(link);
        }
        Throwable shown = null;
        for (Throwable link : chain) {
            shown = new BrokenException(link.getClass().getName(), shown);
            shown.setStackTrace(link.getStackTrace());
        }
        return Objects.requireNonNull(shown);
    }

    private PartResult load(int number, PartTry partTry, DocumentSource documents, RunOptions options, Stop stop)
            throws SourceException, TargetException, BrokenException {
        List<StageClock> clock = List.of(new StageClock());
        RunContext run = new RunContext(contract(), options, runId, startedAt, clock, stop, null);
        Target joined = Target.join(
                Objects.requireNonNull(options.to()),
                run.contract(),
                new RunInfo(runId, startedAt, source, workers),
                PreparePhase.loadOptions(options, false),
                stop);
        if (documents instanceof JdbcSource database && RunSource.isSettledByKey(options, run.contract())) {
            database.countApart(joined.ledger().runsOfOtherContracts());
            if (options.limit() == Long.MAX_VALUE) {
                joined.settledDocuments().ifPresent(database::passOver);
            }
        }
        RunMetrics metrics = new RunMetrics(
                documents, options.limit(), clock, run.contract().tables().size());
        try (Load load = new Load(joined, partTry)) {
            load.keepOpen();
            LoadPhase loading = new LoadPhase(run, load, metrics, RunListener.NONE, number);
            Loaded loaded = loading.load(documents);
            if (loaded.status() == Status.FAILED) {
                throw new BrokenException(loaded.failure(), null);
            }
            return metrics.part(number, loaded, load.hasSkippedForeignKeyChecks(), loading.coverage());
        }
    }

    private RunOptions options(long most) {
        return RunOptions.from(From.documents(source, List.of()))
                .to(target.database())
                .workers(1)
                .limit(most)
                .batchDocuments(batchDocuments)
                .batchBytes(batchBytes)
                .retryRejects(retryRejects)
                .onExisting(onExisting)
                .deleteMissing(deleteMissing)
                .maxRejects(new MaxRejects(mostRejects, 100))
                .retryPolicy(new RetryPolicy(retries, patience, firstPause, longestPause))
                .limits(limits())
                .showValues(showValues)
                .constraints(constraints)
                .checkForeignKeys(checkForeignKeys)
                .unmapped(unmapped)
                .build();
    }
}
