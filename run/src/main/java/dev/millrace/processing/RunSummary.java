package dev.millrace.processing;

import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableShape;
import dev.millrace.coverage.Coverage;
import dev.millrace.coverage.CoverageReport;
import dev.millrace.database.Load;
import dev.millrace.dialect.Database;
import dev.millrace.document.Reject;
import dev.millrace.document.Skips;
import dev.millrace.mapping.CellCounts;
import dev.millrace.processing.RunOptions.MaxRejects;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What a run did. The screen, the JSON file and the ledger all show these numbers.
 *
 * @param status how it ended
 * @param failure why it broke or was stopped, as text for people; "" if it finished
 * @param course how it went, over time and by worker
 * @param coverage what the contract made of the documents, and what it left out; null where nobody looked
 * @param setup what it was given
 */
@API(status = API.Status.STABLE, since = "0.1")
public record RunSummary(
        Run run,
        Status status,
        String failure,
        Documents documents,
        Tables tables,
        Times times,
        Rejects rejects,
        Course course,
        @Nullable CoverageReport coverage,
        Setup setup) {

    /** Of which nobody noted what it was given. */
    public RunSummary(
            Run run,
            Status status,
            String failure,
            Documents documents,
            Tables tables,
            Times times,
            Rejects rejects,
            Course course,
            @Nullable CoverageReport coverage) {
        this(run, status, failure, documents, tables, times, rejects, course, coverage, Setup.NONE);
    }

    /** The version of the JSON form. */
    public static final int VERSION = 1;

    /** How many rejects a summary names; the ledger holds them all. */
    public static final int SHOWN_REJECTS = 100;

    /** The stage after the rows: keys, foreign keys and indexes are built. Seconds by the clock, not summed over workers. */
    public static final String CONSTRAINTS = "constraints";

    /** How a run ended. */
    public enum Status {
        /** It goes on: the summary says what it has done until now ({@link ProductionProcessor#soFar}). */
        RUNNING,
        /** Every document is loaded, rejected or skipped. */
        FINISHED,
        /** Something broke. Committed documents are complete, and the run can be started again. */
        FAILED,
        /** Stopped on request, or because of too many rejects. Committed documents are complete, and the run can be started again. */
        STOPPED
    }

    /**
     * Which run it was.
     *
     * @param connections how many it had open at once
     */
    public record Run(String id, Job job, Instant startedAt, int workers, int connections) {

        static Run of(RunContext run, int connections) {
            return new Run(
                    run.runId(),
                    Job.of(run.contract(), run.options()),
                    run.startedAt(),
                    run.options().workers(),
                    connections);
        }
    }

    /**
     * What it was to do.
     *
     * @param contract the contract's name
     * @param contractHash {@link MappingContract#hash}
     * @param source without secrets
     * @param target without secrets; null where no database was named
     * @param dryRun whether nothing was loaded, and what counts as loaded could be
     */
    public record Job(
            String contract,
            String contractHash,
            String source,
            @Nullable String target,
            boolean dryRun) {

        static Job of(MappingContract contract, RunOptions options) {
            Database to = options.to();
            return new Job(
                    contract.name(),
                    contract.hash(),
                    options.from().description(),
                    to == null ? null : to.displayUrl(),
                    options.dryRun());
        }
    }

    /**
     * What became of the documents.
     *
     * @param replaced how many of the loaded documents took the place of an older version
     * @param skips documents that this run did not try to load, and why
     * @param deleted documents that the source no longer has and that were therefore deleted; not counted as read
     * @param notDeleted why such documents were not deleted, as text for people; "" if all were, or none was to be
     * @param forgotten documents that a reload took out of the ledger before it read anything, since all tables were empty
     */
    public record Documents(
            long read,
            long loaded,
            long replaced,
            long rejected,
            Skips skips,
            long deleted,
            String notDeleted,
            long forgotten) {

        /** Documents that this run did not try to load, for whatever reason. */
        public long skipped() {
            return skips.total();
        }

        /** Documents that the run has read and that are not in the target: rejected, now or before, or not tried. */
        public long unsettled() {
            return rejected + skips.unsettled();
        }
    }

    /**
     * What was loaded into the tables.
     *
     * @param rows rows loaded by table, in the contract's order
     * @param rowsKept by table, the rows of loaded documents in whose place another row with their key stays (on-duplicate):
     *     the first one for keep-first, a later one of the same batch for update; tables without any are left out
     * @param loadPaths how each table was loaded
     * @param foreignKeysImplied whether foreign keys that the contract implies were not checked row by row
     * @param cells what the columns were given
     * @param fewerRows what was seen of rows that are not there any more; null for nothing
     */
    public record Tables(
            Map<String, Long> rows,
            Map<String, Long> rowsKept,
            Map<String, String> loadPaths,
            boolean foreignKeysImplied,
            Cells cells,
            @Nullable FewerRows fewerRows) {}

    /**
     * That tables hold fewer rows of documents than these were loaded with, when the run began. The first and the last documents of the
     * ledger, by their keys, are looked at; {@code verify} finds all.
     *
     * @param lookedAt loaded documents whose rows were counted
     * @param documents how many of these have fewer rows than the ledger says
     * @param rowsInLedger what these had when they were loaded
     * @param rows what they have now
     * @param emptyTables tables of the contract that hold no row at all
     */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public record FewerRows(int lookedAt, int documents, long rowsInLedger, long rows, List<String> emptyTables) {}

    /**
     * What the columns were given, of the documents that were loaded.
     *
     * @param emptyTables tables that got no row
     * @param emptyColumns by table with rows: the columns with a path that got no value, or none but their default
     * @param changed by table, column and setting of the contract: how many values the setting made, as in
     *     {@link CellCounts.Policy}; what made none is left out
     */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public record Cells(
            List<String> emptyTables,
            Map<String, List<String>> emptyColumns,
            Map<String, Map<String, Map<String, Long>>> changed) {

        /** Where nothing was loaded, or nobody counted. */
        public static final Cells NONE = new Cells(List.of(), Map.of(), Map.of());

        public Cells {
            emptyTables = List.copyOf(emptyTables);
            // In the contract's order, which Map.copyOf does not keep.
            emptyColumns = Collections.unmodifiableMap(new LinkedHashMap<>(emptyColumns));
            changed = Collections.unmodifiableMap(new LinkedHashMap<>(changed));
        }

        /**
         * @param counts null where nobody counted
         * @param rows by table
         */
        static Cells of(MappingContract contract, @Nullable CellCounts counts, Map<String, Long> rows) {
            if (counts == null || rows.values().stream().allMatch(count -> count == 0)) {
                return NONE;
            }
            List<String> emptyTables = new ArrayList<>();
            Map<String, List<String>> emptyColumns = new LinkedHashMap<>();
            Map<String, Map<String, Map<String, Long>>> changed = new LinkedHashMap<>();
            for (TableMapping table : contract.tables()) {
                if (rows.getOrDefault(table.name(), 0L) == 0) {
                    emptyTables.add(table.name());
                    continue;
                }
                for (int column = 0; column < table.columns().size(); column++) {
                    String name = table.columns().get(column).name();
                    if (counts.given(table.index(), column) == 0 && hasPath(table, column)) {
                        emptyColumns
                                .computeIfAbsent(table.name(), unseen -> new ArrayList<>())
                                .add(name);
                    }
                    Map<String, Long> changes = counts.changes(table.index(), column);
                    if (!changes.isEmpty()) {
                        changed.computeIfAbsent(table.name(), unseen -> new LinkedHashMap<>())
                                .put(name, changes);
                    }
                }
            }
            return new Cells(emptyTables, emptyColumns, changed);
        }

        private static boolean hasPath(TableMapping table, int column) {
            return table.rows().sets().stream()
                    .map(set -> set.columns().get(column))
                    .anyMatch(mapping -> mapping != null && mapping.source() instanceof ColumnMapping.Path);
        }
    }

    /**
     * How the time was spent.
     *
     * @param seconds from the run's beginning to its end
     * @param stageSeconds seconds by stage, summed over the workers
     * @param bottleneck what limits the speed, as text for people
     * @param retries how often something was tried again
     */
    public record Times(
            double seconds, long bytesRead, Map<String, Double> stageSeconds, String bottleneck, long retries) {}

    /**
     * Why documents were rejected.
     *
     * @param first the first {@value #SHOWN_REJECTS}
     * @param byCode how many rejects of each code
     * @param byTable by table, how many of each code; without those that are no table's
     */
    public record Rejects(List<Reject> first, Map<String, Long> byCode, Map<String, Map<String, Long>> byTable) {

        /** Of which nobody noted the tables. */
        public Rejects(List<Reject> first, Map<String, Long> byCode) {
            this(first, byCode, Map.of());
        }

        /** By table, how many rejects of a code there are; those tables first that have the most. */
        public Map<String, Long> tablesOf(String code) {
            Map<String, Long> tables = new LinkedHashMap<>();
            byTable.entrySet().stream()
                    .filter(table -> table.getValue().containsKey(code))
                    .sorted(Comparator.comparing((Map.Entry<String, Map<String, Long>> table) ->
                                    -table.getValue().getOrDefault(code, 0L))
                            .thenComparing(Map.Entry::getKey))
                    .forEach(
                            table -> tables.put(table.getKey(), table.getValue().getOrDefault(code, 0L)));
            return tables;
        }
    }

    /**
     * What a run was given, for who reads of it later. Nothing of it is secret: log-ins are not among the options.
     *
     * @param tables the contract's
     * @param options by their names on the command line, those that were given and those that matter anyway
     * @param environment by its name for people: the version, Java, the machine
     */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public record Setup(List<TableShape> tables, Map<String, String> options, Map<String, String> environment) {

        /** Where nobody noted it: in the ledger of an earlier version. */
        public static final Setup NONE = new Setup(List.of(), Map.of(), Map.of());

        public Setup {
            tables = List.copyOf(tables);
            // In their order, which Map.copyOf does not keep.
            options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
            environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        }

        static Setup of(MappingContract contract, RunOptions options) {
            return new Setup(TableShape.of(contract), given(options), whereItRuns());
        }

        private static Map<String, String> given(RunOptions given) {
            Map<String, String> options = new LinkedHashMap<>();
            options.put("--batch-size", "" + given.batchDocuments());
            options.put("--batch-bytes", "" + given.batchBytes());
            if (given.limit() < Long.MAX_VALUE) {
                options.put("--limit", "" + given.limit());
            }
            options.put("--on-existing", word(given.onExisting()));
            options.put("--unmapped", word(given.unmapped()));
            options.put("--constraints", word(given.constraints()));
            putIf(given.createTables(), "--create-tables", options);
            putIf(given.retryRejects(), "--retry-rejects", options);
            putIf(given.deleteMissing(), "--delete-missing", options);
            putIf(given.checkForeignKeys(), "--check-foreign-keys", options);
            putIf(given.showValues(), "--show-values", options);
            MaxRejects most = given.maxRejects();
            if (!most.equals(MaxRejects.NONE)) {
                options.put("--max-rejects", most.count() < Long.MAX_VALUE ? "" + most.count() : most.percent() + "%");
            }
            options.put("--max-document-bytes", "" + given.limits().documentBytes());
            return options;
        }

        private static void putIf(boolean given, String option, Map<String, String> options) {
            if (given) {
                options.put(option, "given");
            }
        }

        private static String word(Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        }

        private static Map<String, String> whereItRuns() {
            Map<String, String> environment = new LinkedHashMap<>();
            String version = RunSummary.class.getPackage().getImplementationVersion();
            environment.put("Millrace", version == null ? "development build" : version);
            environment.put("Java", System.getProperty("java.version") + ", " + System.getProperty("java.vendor"));
            Runtime machine = Runtime.getRuntime();
            environment.put(
                    "Machine",
                    System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
                            + machine.availableProcessors() + " cores, heap of at most " + (machine.maxMemory() >> 20)
                            + " MiB");
            return environment;
        }
    }

    /**
     * How a run went.
     *
     * @param workers by worker, seconds by stage, in the order of the stages
     * @param moments over time, each later than the one before; a bounded number, the last one at the end of the loading
     */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public record Course(List<Map<String, Double>> workers, List<Moment> moments) {

        /** Where nobody noted it. */
        public static final Course NONE = new Course(List.of(), List.of());
    }

    /**
     * How far a run was at a moment.
     *
     * @param seconds since the run began
     * @param documents loaded or rejected until then
     * @param rows loaded until then
     * @param bytes of XML until then
     * @param stageSeconds seconds by stage until then, summed over the workers
     */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public record Moment(double seconds, long documents, long rows, long bytes, Map<String, Double> stageSeconds) {}

    static RunSummary of(
            RunContext run,
            int connections,
            RunMetrics metrics,
            Loaded loaded,
            @Nullable Load load,
            @Nullable Coverage coverage) {
        boolean foreignKeysImplied = load != null && load.hasSkippedForeignKeyChecks();
        return new RunSummary(
                Run.of(run, connections),
                loaded.status(),
                loaded.failure(),
                metrics.documents(
                        MissingPhase.obstacle(run, metrics, loaded.status()),
                        load == null ? 0 : load.target().forgotten()),
                metrics.tables(run.contract(), loaded.paths(), foreignKeysImplied, fewerRows(load)),
                metrics.times(),
                metrics.rejects(),
                metrics.course(),
                coverage == null ? null : coverage.report(),
                Setup.of(run.contract(), run.options()));
    }

    /** Of a run that goes on. What only its end tells is left out: load paths, what was deleted, coverage. */
    static RunSummary soFar(RunContext run, int connections, RunMetrics metrics) {
        return new RunSummary(
                Run.of(run, connections),
                Status.RUNNING,
                "",
                metrics.documents("", 0),
                metrics.tables(run.contract(), Map.of(), false, null),
                metrics.times(),
                metrics.rejects(),
                metrics.course(),
                null,
                Setup.of(run.contract(), run.options()));
    }

    private static @Nullable FewerRows fewerRows(@Nullable Load load) {
        return load == null
                ? null
                : load.target()
                        .fewerRows()
                        .map(seen -> new FewerRows(
                                seen.lookedAt(),
                                seen.documents(),
                                seen.rowsInLedger(),
                                seen.rows(),
                                seen.emptyTables()))
                        .orElse(null);
    }

    /** This summary, with the result of deleting the documents that the source no longer has. */
    RunSummary afterDeletion(long deleted, String reasonForOthers, Status newStatus, String newFailure) {
        Documents now = new Documents(
                documents.read,
                documents.loaded,
                documents.replaced,
                documents.rejected,
                documents.skips,
                deleted,
                reasonForOthers,
                documents.forgotten);
        return new RunSummary(run, newStatus, newFailure, now, tables, times, rejects, course, coverage, setup);
    }

    /** This summary of a run that has lasted so long. */
    RunSummary lasting(double seconds) {
        Times whole = new Times(seconds, times.bytesRead, times.stageSeconds, times.bottleneck, times.retries);
        return new RunSummary(run, status, failure, documents, tables, whole, rejects, course, coverage, setup);
    }

    /** For logs. */
    String inOneLine() {
        Skips skips = documents.skips();
        FewerRows fewer = tables.fewerRows();
        String whySkipped = skips.total() == 0
                ? ""
                : " (" + skips.loaded() + " loaded before, " + skips.ofOtherContract()
                        + " of them when the contract had another text; " + skips.rejected() + " rejected earlier; "
                        + skips.leftAlone() + " left alone; " + skips.unselected() + " not selected)";
        return String.format(
                Locale.ROOT,
                "%s %s %s: %d documents read, %d loaded, %d rejected, %d skipped%s in %.1f seconds%s%s",
                run.job().dryRun() ? "dry run" : "run",
                run.id(),
                status.name().toLowerCase(Locale.ROOT),
                documents.read(),
                documents.loaded(),
                documents.rejected(),
                documents.skipped(),
                whySkipped,
                times.seconds(),
                fewer == null
                        ? ""
                        : "; of " + fewer.lookedAt() + " documents loaded before, " + fewer.documents()
                                + " have fewer rows than the ledger says",
                failure.isEmpty() ? "" : " – " + failure);
    }

    public double documentsPerMinute() {
        return times.seconds() == 0 ? 0 : (documents.loaded() + documents.rejected()) * 60 / times.seconds();
    }
}
