package dev.millrace.processing;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.coverage.Coverage;
import dev.millrace.database.LoadClock;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Reject;
import dev.millrace.document.Skips;
import dev.millrace.mapping.CellCounts;
import dev.millrace.pipeline.StageClock;
import dev.millrace.pipeline.StageClock.Work;
import dev.millrace.processing.RunSummary.Course;
import dev.millrace.processing.RunSummary.Documents;
import dev.millrace.processing.RunSummary.FewerRows;
import dev.millrace.processing.RunSummary.Moment;
import dev.millrace.processing.RunSummary.Rejects;
import dev.millrace.processing.RunSummary.Tables;
import dev.millrace.processing.RunSummary.Times;
import dev.millrace.sink.SinkResult;
import dev.millrace.source.DocumentSource;
import dev.millrace.workers.BatchResult;
import dev.millrace.workers.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The counts of a run: what became of the documents, rows by table, and how each worker spent its time. The coordinator adds results, the
 * workers' clocks add times. Thread-safe: any thread may read it at any time.
 */
final class RunMetrics implements Progress {

    private final Supplier<Skips> skippedBySource;
    private final LongFunction<OptionalDouble> shareOfSource;
    // Asked only once, since counting the files of a large directory takes time.
    private final OptionalLong expected;
    private final List<StageClock> clocks;
    private final long start = System.nanoTime();
    private final AtomicLong retries = new AtomicLong();

    private long documentsDone;
    private long withUnknownKeys;
    private long loaded;
    private long replaced;
    private long rejected;
    private Skips skippedByWorkers = Skips.NONE;
    private long bytes;
    private long constraintNanos;
    private volatile String finishing = "";
    private final long[] rows;
    private final long[] rowsKept;
    /** Of documents that were loaded at first; what was withdrawn and loaded again is not counted again. */
    private @Nullable CellCounts cells;

    private final CourseRecorder course = new CourseRecorder();
    private @Nullable Moment lastMoment;
    private final List<Reject> rejects = new ArrayList<>();
    private final Map<String, Long> rejectsByCode = new TreeMap<>();
    /** By table and code. */
    private final Map<String, Map<String, Long>> rejectsByTable = new TreeMap<>();

    /** @param limit how many documents a run reads at most */
    RunMetrics(DocumentSource source, long limit, List<StageClock> clocks, int tables) {
        this(
                source::skips,
                // What a limit leaves unread is no part of the work.
                limit == Long.MAX_VALUE ? source::share : bytesDone -> OptionalDouble.empty(),
                atMost(limit, source.estimatedDocuments()),
                clocks,
                tables);
    }

    /** For a run that was stopped before it could open its source. */
    RunMetrics(List<StageClock> clocks, int tables) {
        this(() -> Skips.NONE, bytesDone -> OptionalDouble.empty(), OptionalLong.empty(), clocks, tables);
    }

    private RunMetrics(
            Supplier<Skips> skippedBySource,
            LongFunction<OptionalDouble> shareOfSource,
            OptionalLong expected,
            List<StageClock> clocks,
            int tables) {
        this.skippedBySource = skippedBySource;
        this.shareOfSource = shareOfSource;
        this.expected = expected;
        this.clocks = List.copyOf(clocks);
        this.rows = new long[tables];
        this.rowsKept = new long[tables];
    }

    private static OptionalLong atMost(long limit, OptionalLong expected) {
        return expected.isPresent() ? OptionalLong.of(Math.min(limit, expected.getAsLong())) : expected;
    }

    synchronized void add(BatchResult result) {
        documentsDone += result.documents();
        withUnknownKeys += result.withUnknownKeys();
        skippedByWorkers = skippedByWorkers.plus(result.sink().skips());
        addOutcomes(result);
        course.note(seconds(), this::moment);
        CellCounts its = result.sink().cells();
        if (cells == null) {
            cells = its;
        } else if (its != null) {
            cells.add(its);
        }
    }

    /**
     * A part of the run that was loaded elsewhere.
     *
     * @param clock is given the time that it took
     */
    synchronized void add(PartResult part, MappingContract contract, StageClock clock) {
        withUnknownKeys += part.withUnknownKeys();
        skippedByWorkers = skippedByWorkers.plus(part.skips());
        bytes += part.bytes();
        loaded += part.loaded();
        replaced += part.replaced();
        retries.addAndGet(part.retries());
        for (int table = 0; table < rows.length; table++) {
            rows[table] += part.rows()[table];
            rowsKept[table] += part.kept()[table];
        }
        part.firstRejects().stream()
                .limit(RunSummary.SHOWN_REJECTS - rejects.size())
                .forEach(rejects::add);
        part.rejectsByCode().forEach((code, count) -> {
            rejected += count;
            rejectsByCode.merge(code, count, Long::sum);
        });
        part.rejectsByTable()
                .forEach((table, codes) -> codes.forEach((code, count) -> rejectsByTable
                        .computeIfAbsent(table, unseen -> new TreeMap<>())
                        .merge(code, count, Long::sum)));
        for (Work work : Work.values()) {
            clock.add(work, part.stageNanos()[work.ordinal()]);
        }
        course.note(seconds(), this::moment);
        if (part.cells() != null) {
            cells = cells == null ? new CellCounts(contract) : cells;
            cells.addNumbers(part.cells());
        }
    }

    /** What was counted so far, as a part of a run that others add up. */
    synchronized PartResult part(
            int number, Loaded loading, boolean skippedForeignKeyChecks, @Nullable Coverage coverage) {
        StageClock clock = clocks.get(0);
        long[] stages = new long[Work.values().length];
        for (Work work : Work.values()) {
            stages[work.ordinal()] = clock.nanoseconds(work);
        }
        return new PartResult(
                number,
                loading.isFinished() ? "" : loading.failure(),
                documentsDone,
                withUnknownKeys,
                loaded,
                replaced,
                rejected,
                skips(),
                bytes,
                retries.get(),
                rows.clone(),
                rowsKept.clone(),
                cells == null ? null : cells.numbers(),
                stages,
                List.copyOf(rejects),
                Map.copyOf(rejectsByCode),
                byTable(),
                loading.paths(),
                skippedForeignKeyChecks,
                coverage == null ? null : coverage.toBytes());
    }

    /** A batch of documents that have been read before: those that were withdrawn are loaded again, the others are not counted. */
    synchronized void addAgain(BatchResult result) {
        documentsDone += result.documents();
        addOutcomes(result);
        SinkResult.Again before = result.sink().again();
        loaded -= before.loaded();
        // Not below zero: where only a part of the source was read before, documents beyond it were not counted.
        skippedByWorkers = skippedByWorkers.plus(Skips.loadedBefore(-Math.min(before.skipped(), skips().loaded())));
        for (int table = 0; table < rows.length; table++) {
            rows[table] -= before.rows()[table];
        }
    }

    private void addOutcomes(BatchResult result) {
        bytes += result.bytes();
        loaded += result.sink().accepted();
        replaced += result.sink().replaced();
        for (int table = 0; table < rows.length; table++) {
            rows[table] += result.sink().rows()[table];
            rowsKept[table] += result.sink().kept()[table];
        }
        result.sink().rejects().forEach(this::addReject);
    }

    /** Documents of this run that are not loaded any more; the next run loads them. */
    synchronized void leaveOut(long documents) {
        loaded -= documents;
    }

    /** Documents of this run that are not loaded any more, and that the source no longer has. They count as rejected. */
    synchronized void addWithdrawn(long documents, List<Reject> some) {
        loaded -= documents;
        some.forEach(this::addReject);
        long others = documents - some.size();
        if (others > 0) {
            rejected += others;
            rejectsByCode.merge(FaultCode.WITHDRAWN.word(), others, Long::sum);
        }
    }

    private void addReject(Reject reject) {
        rejected++;
        String code = reject.fault().code().word();
        rejectsByCode.merge(code, 1L, Long::sum);
        String table = reject.fault().table();
        if (table != null) {
            rejectsByTable.computeIfAbsent(table, unseen -> new TreeMap<>()).merge(code, 1L, Long::sum);
        }
        if (rejects.size() < RunSummary.SHOWN_REJECTS) {
            rejects.add(reject);
        }
    }

    /** @param work what the run does after the last document, as text for people; "" when it reads documents again */
    void finish(String work) {
        finishing = work;
    }

    @Override
    public String finishing() {
        return finishing;
    }

    /** How long keys, foreign keys and indexes were built. */
    synchronized void addConstraints(long nanoseconds) {
        constraintNanos += nanoseconds;
    }

    /** The clock for a worker's engine. */
    LoadClock loadClock(StageClock clock) {
        return new LoadClock() {
            @Override
            public void add(Part part, long nanoseconds) {
                switch (part) {
                    case ENCODE -> clock.add(Work.ENCODE, nanoseconds);
                    case LOAD -> clock.add(Work.LOAD, nanoseconds);
                    case COMMIT -> clock.add(Work.COMMIT, nanoseconds);
                }
            }

            @Override
            public void retried() {
                retries.incrementAndGet();
            }
        };
    }

    @Override
    public OptionalLong expected() {
        return expected;
    }

    @Override
    public OptionalDouble share() {
        return shareOfSource.apply(bytes());
    }

    @Override
    public synchronized long read() {
        return loaded + rejected + skipped();
    }

    @Override
    public synchronized long loaded() {
        return loaded;
    }

    @Override
    public synchronized long rejected() {
        return rejected;
    }

    @Override
    public synchronized long skipped() {
        return skips().total();
    }

    /** Documents skipped, by workers and by the source itself. */
    synchronized Skips skips() {
        Skips skips = skippedByWorkers.plus(skippedBySource.get());
        // It is not known which contract had loaded those that were withdrawn and loaded again.
        return new Skips(
                skips.loaded(),
                Math.min(skips.loaded(), skips.ofOtherContract()),
                skips.rejected(),
                skips.leftAlone(),
                skips.unselected());
    }

    @Override
    public synchronized long bytes() {
        return bytes;
    }

    @Override
    public double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    /** Documents of the source whose outcome is known. The other counts are of records, of which a document can hold several. */
    synchronized long documentsDone() {
        return documentsDone;
    }

    /** Whether so many documents were rejected that the target holds rows of, and none was loaded: they are somebody else's. */
    synchronized boolean metRowsOfOthersOnly(int documents) {
        return loaded == 0
                && rejected >= documents
                && rejectsByCode.getOrDefault(FaultCode.DUPLICATE_KEY.word(), 0L) == rejected;
    }

    /** Rejects of texts that may hold documents whose keys could not be read. */
    synchronized long withUnknownKeys() {
        return withUnknownKeys;
    }

    /** @param notDeleted why documents that the source no longer has were not deleted; "" if there is no such reason */
    synchronized Documents documents(String notDeleted, long forgotten) {
        return new Documents(read(), loaded, replaced, rejected, skips(), 0, notDeleted, forgotten);
    }

    /**
     * @param paths how each table was loaded
     * @param fewerRows what was seen of rows that are not there any more; null for nothing
     */
    synchronized Tables tables(
            MappingContract contract,
            Map<String, String> paths,
            boolean foreignKeysImplied,
            @Nullable FewerRows fewerRows) {
        Map<String, Long> loadedRows = new LinkedHashMap<>();
        Map<String, Long> keptRows = new LinkedHashMap<>();
        for (TableMapping table : contract.tables()) {
            loadedRows.put(table.name(), rows[table.index()]);
            if (rowsKept[table.index()] > 0) {
                keptRows.put(table.name(), rowsKept[table.index()]);
            }
        }
        return new Tables(
                loadedRows,
                keptRows,
                paths,
                foreignKeysImplied,
                RunSummary.Cells.of(contract, cells, loadedRows),
                fewerRows);
    }

    private Moment moment(double seconds) {
        return new Moment(
                inMilliseconds(seconds), loaded + rejected, Arrays.stream(rows).sum(), bytes, stageSeconds());
    }

    /** Everything has been read and loaded; keys may still be built. */
    synchronized void endOfLoading() {
        lastMoment = moment(seconds());
    }

    /** How the run went until the end of the loading, over time and by worker. */
    synchronized Course course() {
        List<Map<String, Double>> workers =
                clocks.stream().map(clock -> seconds(clock::nanoseconds)).toList();
        return new Course(workers, course.with(lastMoment == null ? moment(seconds()) : lastMoment));
    }

    Times times() {
        return new Times(inMilliseconds(seconds()), bytes(), stageSeconds(), bottleneck(), retries.get());
    }

    synchronized Rejects rejects() {
        return new Rejects(List.copyOf(rejects), new TreeMap<>(rejectsByCode), byTable());
    }

    private Map<String, Map<String, Long>> byTable() {
        Map<String, Map<String, Long>> byTable = new TreeMap<>();
        rejectsByTable.forEach((table, codes) -> byTable.put(table, new TreeMap<>(codes)));
        return byTable;
    }

    /** Seconds by stage, summed over the workers, in the order of the stages. */
    private Map<String, Double> stageSeconds() {
        Map<String, Double> seconds = seconds(this::total);
        synchronized (this) {
            if (constraintNanos > 0) {
                seconds.put(RunSummary.CONSTRAINTS, inMilliseconds(constraintNanos / 1e9));
            }
        }
        return seconds;
    }

    private static Map<String, Double> seconds(ToLongFunction<Work> nanoseconds) {
        Map<String, Double> seconds = new LinkedHashMap<>();
        for (Work work : Work.values()) {
            seconds.put(work.label(), inMilliseconds(nanoseconds.applyAsLong(work) / 1e9));
        }
        return seconds;
    }

    /** As precisely as the summary is written, so that what is read of it again is what it was. */
    static double inMilliseconds(double seconds) {
        return Math.round(seconds * 1e3) / 1e3;
    }

    /**
     * What limits the speed, as text for people. A worker's preparing thread is always in one of three states: it waits for the source,
     * waits for its own load, or works. The state that takes the most time shows what has to become faster.
     */
    @Override
    public String bottleneck() {
        long source = total(Work.READ_WAIT);
        long load = total(Work.LOAD_WAIT);
        long work = total(Work.VALIDATE) + total(Work.PARSE) + total(Work.MAP);
        long all = source + load + work;
        if (all == 0) {
            return "nothing to do";
        }
        if (load >= source && load >= work) {
            return words("database load: workers waited %d %% of their time on it", load, all);
        }
        if (source >= work) {
            return words("source: workers waited %d %% of their time on it", source, all);
        }
        return words("parsing and mapping: workers spent %d %% of their time on it", work, all);
    }

    private static String words(String pattern, long part, long all) {
        return String.format(Locale.ROOT, pattern, Math.round(100.0 * part / all));
    }

    private long total(Work work) {
        long sum = 0;
        for (StageClock clock : clocks) {
            sum += clock.nanoseconds(work);
        }
        return sum;
    }
}
