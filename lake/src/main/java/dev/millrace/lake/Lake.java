package dev.millrace.lake;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.Load;
import dev.millrace.database.LoadClock;
import dev.millrace.database.LoadOptions;
import dev.millrace.database.OnExisting;
import dev.millrace.database.RowLocator;
import dev.millrace.database.RunInfo;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.lake.LakeFormat.Compression;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.sink.Sink;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory of files that a run writes, exactly once: see {@code docs/lake.md}. One run at a time has it open; others may read it
 * meanwhile, by {@link #read}.
 *
 * <pre>{@code
 * try (Lake lake = Lake.open(Path.of("warehouse"), contract, LakeFormat.PARQUET)) {
 *     RunOptions options = RunOptions.from(From.files("loans")).to(lake.database()).build();
 *     RunSummary summary = lake.processor(options).run();
 * }
 * }</pre>
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Lake implements AutoCloseable {
    /** What all workers together hold in memory of rows that are not written yet. What is more goes into temporary files. */
    private static final long STAGING_BYTES = 768_000_000;

    private static final long SMALLEST_STAGING_BYTES = 96_000_000;
    /** Of a worker's memory; the rest is for writing files. */
    private static final double SHARE_OF_ROWS = 0.5;

    private static final long CATALOG_BYTES = 192_000_000;
    /** Files of text are read in blocks of some rows of the largest size. */
    private static final long VIEWS_BYTES = 512_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(Lake.class);

    private static final Cleaner CLEANER = Cleaner.create();

    private final LakeDirectory directory;
    private final LakeDirectory.Lock lock;
    private final MappingContract contract;
    private final LakeDescription description;
    private final List<LakeTable> tables;
    private final List<Group.Sealed> groups;
    private final LakeDatabase catalog;
    private final Database database;
    private final boolean hasSchema;
    private final Publisher.Steps steps;
    private final long groupBytes;
    private @Nullable RunOptions options;
    private @Nullable Publisher publisher;
    private @Nullable KnownDocuments known;

    private Lake(
            LakeDirectory directory,
            LakeDirectory.Lock lock,
            MappingContract contract,
            LakeDescription description,
            List<LakeTable> tables,
            List<Group.Sealed> groups,
            LakeDatabase catalog,
            boolean hasSchema,
            Publisher.Steps steps,
            long groupBytes) {
        this.directory = directory;
        this.lock = lock;
        this.contract = contract;
        this.description = description;
        this.tables = tables;
        this.groups = groups;
        this.catalog = catalog;
        this.database = catalog.database(directory);
        this.hasSchema = hasSchema;
        this.steps = steps;
        this.groupBytes = groupBytes;
    }

    /** As the other, without compression of files of text, and without folders for a column's values. */
    public static Lake open(Path directory, MappingContract contract, LakeFormat format) throws TargetException {
        return open(directory, contract, new Form(format, null, null));
    }

    /**
     * How files are to be. What is null is as the directory has it; in a new one, Parquet, not compressed, and no partition.
     *
     * @param partition the name of a column, or {@link #LOAD_DAY}
     */
    public record Form(
            @Nullable LakeFormat format,
            @Nullable Compression compression,
            @Nullable String partition) {
        /** Puts the files of each day into a folder: that of the run's beginning, in UTC. */
        public static final String LOAD_DAY = "load-day";

        private LakeDescription description() {
            return new LakeDescription(
                    format == null ? LakeFormat.PARQUET : format,
                    compression == null ? Compression.NONE : compression,
                    partition,
                    List.of());
        }
    }

    /**
     * Opens a directory for a run, makes it if it is not there, and goes on where a run was killed.
     *
     * @throws TargetException when it holds something else, another run has it open, its files are not as they were written, or it cannot
     *     hold the contract's tables
     */
    public static Lake open(Path directory, MappingContract contract, Form form) throws TargetException {
        return open(directory, contract, form, Publisher.Steps.NOBODY, Long.MAX_VALUE);
    }

    /** @param groupBytes of memory, from which on a worker's rows are written, if that is less than what it has anyway */
    static Lake open(Path directory, MappingContract contract, Form form, Publisher.Steps steps, long groupBytes)
            throws TargetException {
        LakeDirectory files = new LakeDirectory(directory);
        MappingContract held = contract.withoutSchema();
        List<LakeTable> tables = LakeTable.of(LakeDatabase.DUCK_DB, held);
        files.create();
        LakeDirectory.Lock lock = files.lock();
        LakeDatabase catalog = null;
        try {
            LakeDescription before = files.isLake() ? files.describe() : form.description();
            checkForm(files, form, before);
            List<Group.Sealed> groups = files.groups();
            if (!groups.isEmpty() && !files.isLake()) {
                throw files.problem(
                        "is without " + LakeDirectory.HOME + "/lake.json, which says what its tables are – restore it");
            }
            files.recover(groups, before);
            LakeDescription description = before.with(merged(files, before.tables(), tables));
            checkPartition(files, description, tables);
            List<LakeTable> own = tables.stream()
                    .map(table -> table(description, table.name()).orElseThrow())
                    .toList();
            catalog = catalog(files, description, groups, held.name());
            return new Lake(
                    files, lock, held, description, own, groups, catalog, contract.schema() != null, steps, groupBytes);
        } catch (TargetException | RuntimeException | Error e) {
            close(catalog, lock);
            throw e;
        }
    }

    private static void checkForm(LakeDirectory files, Form form, LakeDescription there) throws TargetException {
        if (form.format() != null && form.format() != there.format()) {
            throw files.problem(
                    "holds files of another format: " + there.format().word() + ", and not "
                            + form.format().word() + " – leave --format out, or name another directory");
        }
        if (form.compression() != null && form.compression() != there.compression()) {
            throw files.problem("holds files of another compression: "
                    + there.compression().word() + ", and not "
                    + form.compression().word() + " – leave --compression out, or name another directory");
        }
        if (form.partition() != null && !form.partition().equals(there.partition())) {
            throw files.problem("holds files that are "
                    + (there.partition() == null ? "not partitioned" : "partitioned by " + there.partition())
                    + " – leave --partition out, or name another directory");
        }
    }

    private static void checkPartition(LakeDirectory files, LakeDescription description, List<LakeTable> tables)
            throws TargetException {
        String column = description.partition();
        if (column != null && tables.stream().noneMatch(table -> Partition.isIn(column, table))) {
            throw files.problem("--partition " + column
                    + ": no table of the contract has such a column – name one of a table, or load-day");
        }
    }

    private static Optional<LakeTable> table(LakeDescription description, String name) {
        return description.tables().stream()
                .filter(table -> table.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** Tables that are there stay as they are; the others are added. */
    private static List<LakeTable> merged(LakeDirectory files, List<LakeTable> there, List<LakeTable> wanted)
            throws TargetException {
        List<LakeTable> all = new ArrayList<>(there);
        for (LakeTable table : wanted) {
            if (there.stream().noneMatch(table::isSameFolderAs)) {
                Path folder = files.top().resolve(table.name());
                if (Files.exists(folder)) {
                    throw files.problem("holds " + table.name()
                            + " already, which is no table of Millrace's – move it away, or name another directory");
                }
                all.add(table);
            }
        }
        return all;
    }

    /** The ledger of the contract, and its tables without their rows: what a run has to know of its target. */
    private static LakeDatabase catalog(
            LakeDirectory files, LakeDescription description, List<Group.Sealed> groups, String contract)
            throws TargetException {
        LakeDatabase catalog = null;
        try {
            catalog = new LakeDatabase(CATALOG_BYTES, 1, files.temporary());
            catalog.addRuns(files);
            catalog.addLog(files, groups, contract);
            for (LakeTable table : description.tables()) {
                catalog.execute(table.create(LakeDatabase.DUCK_DB, true));
            }
            return catalog;
        } catch (SQLException | IOException e) {
            close(catalog, null);
            throw unreadable(files, e);
        } catch (TargetException | RuntimeException | Error e) {
            close(catalog, null);
            throw e;
        }
    }

    private static TargetException unreadable(LakeDirectory files, Exception fault) {
        return fault instanceof SQLException sql
                ? new TargetException(
                        files.shown() + " – cannot be read: "
                                + String.valueOf(sql.getMessage())
                                        .lines()
                                        .findFirst()
                                        .orElse(""),
                        false,
                        fault)
                : files.broken("cannot be read", (IOException) fault);
    }

    /**
     * The directory as a database that can be read: its tables, and the ledger. What is committed later is not in it. It is closed when
     * nobody uses it any more.
     *
     * @param wholeFiles whether the bytes of all files are compared with the manifests; else it is their sizes
     * @throws TargetException when it is no lake, or its files are not as they were written
     */
    public static Database read(Path directory, boolean wholeFiles) throws TargetException {
        LakeDirectory files = new LakeDirectory(directory);
        LakeDescription description = files.describe();
        List<Group.Sealed> groups = files.groups();
        files.awaitNames(groups);
        if (wholeFiles) {
            for (Group.Sealed sealed : groups) {
                for (Group.Part part : sealed.group().files()) {
                    files.checkContent(part);
                }
            }
        }
        LakeDatabase views = null;
        try {
            Path temporary = Paths.get(
                    System.getProperty("java.io.tmpdir"),
                    "millrace-duckdb-" + ProcessHandle.current().pid());
            views = new LakeDatabase(VIEWS_BYTES, Runtime.getRuntime().availableProcessors(), temporary);
            views.addViews(files, description, groups);
        } catch (SQLException | IOException e) {
            close(views, null);
            throw unreadable(files, e);
        } catch (TargetException | RuntimeException | Error e) {
            close(views, null);
            throw e;
        }
        Database database = views.database(files);
        // Commands open and close connections as they need them, and none of them is the last one.
        CLEANER.register(database, views::close);
        return database;
    }

    /** Stands for the directory in {@link RunOptions}, whose other choices are to be those of {@link #refusal}. */
    public Database database() {
        return database;
    }

    /** Why files cannot be loaded so, for people; empty where they can. */
    public static Optional<String> refusal(OnExisting onExisting, boolean deleteMissing) {
        if (deleteMissing) {
            return Optional.of("--delete-missing: rows in files cannot be deleted – leave it out, or load a database");
        }
        return switch (onExisting) {
            case SKIP, FAIL -> Optional.empty();
            case REPLACE, RELOAD ->
                Optional.of("--on-existing " + onExisting.name().toLowerCase(Locale.ROOT)
                        + ": rows in files cannot be replaced – use skip or fail, load into a new directory, or load a"
                        + " database");
        };
    }

    /**
     * A run into the directory; one for each time that it is opened.
     *
     * @param runOptions into {@link #database}
     * @throws IllegalArgumentException when files cannot be loaded so
     */
    public ProductionProcessor processor(RunOptions runOptions) {
        if (runOptions.to() != database || options != null) {
            throw new IllegalArgumentException("a lake is opened for one run, whose target is its database");
        }
        refusal(runOptions.onExisting(), runOptions.deleteMissing()).ifPresent(reason -> {
            throw new IllegalArgumentException(reason);
        });
        options = runOptions;
        if (hasSchema) {
            LOG.warn("{} – a directory has no schemas: the tables are there without the contract's", directory.shown());
        }
        return new ProductionProcessor(contract, runOptions, this::sink);
    }

    /** The contract as it is loaded: a directory has neither schemas nor names for a ledger. */
    public MappingContract contract() {
        return contract;
    }

    private Sink<?> sink(Target target, int worker, LoadClock clock, RowLocator locator) throws TargetException {
        RunOptions asked = Objects.requireNonNull(options, "options");
        LakeDatabase staging = null;
        try {
            if (publisher == null) {
                begin(target, asked);
            }
            long bytes = Math.max(SMALLEST_STAGING_BYTES, STAGING_BYTES / asked.workers());
            Files.createDirectories(directory.temporary());
            staging = new LakeDatabase(bytes, 1, directory.temporary());
            Objects.requireNonNull(publisher, "publisher").empty(staging);
            LoadOptions same = LoadOptions.DEFAULTS
                    .retryRejects(asked.retryRejects())
                    .onExisting(asked.onExisting())
                    .showValues(asked.showValues())
                    .ledgerAlone(true);
            seed(staging, target);
            RunInfo run = target.run();
            Load load = new Load(Target.prepare(staging.database(directory), contract, run, same));
            unseed(staging);
            return new LakeSink(
                    publisher,
                    Objects.requireNonNull(known, "known"),
                    staging,
                    load,
                    load.engine(worker, clock, locator),
                    clock,
                    worker,
                    Math.min(groupBytes, (long) (bytes * SHARE_OF_ROWS)));
        } catch (SQLException e) {
            close(staging, null);
            throw unreadable(directory, e);
        } catch (IOException e) {
            close(staging, null);
            throw directory.broken("cannot be written", e);
        } catch (TargetException | RuntimeException | Error e) {
            close(staging, null);
            throw e;
        }
    }

    /** What is written before the first row: the tables, and that the run has begun. */
    private void begin(Target target, RunOptions asked) throws TargetException, SQLException, IOException {
        directory.describe(description);
        String runId = target.run().runId();
        writeRun(runId);
        known = new KnownDocuments(catalog, contract.name(), runId);
        publisher = new Publisher(
                directory,
                description,
                tables,
                groups,
                contract,
                runId,
                target.run().startedAt(),
                asked.showValues(),
                steps);
    }

    private void writeRun(String runId) throws SQLException, IOException {
        Path file = directory.runs().resolve(runId + ".json");
        Path beside = directory.runs().resolve(runId + ".json" + LakeDirectory.UNCOMMITTED);
        catalog.writeRun(runId, beside);
        LakeDirectory.force(beside);
        directory.moveForGood(beside, file);
    }

    /** Tells an engine's ledger what it asks of earlier runs: whether there were any, and which had another text of the contract. */
    private void seed(LakeDatabase staging, Target target) throws SQLException {
        staging.execute(LakeDatabase.create(LakeDatabase.LEDGER.runs(), true));
        String name = LakeDatabase.literal(contract.name());
        for (String other : target.ledger().runsOfOtherContracts()) {
            staging.execute("INSERT INTO " + LakeDatabase.LEDGER.runs().qualified(LakeDatabase.DUCK_DB)
                    + " (run_id, contract_name, contract_hash, status, started_at, workers, source) VALUES ("
                    + LakeDatabase.literal(other) + ", " + name + ", '', 'failed', now(), 1, '')");
        }
        if (target.ledger().isHeld()) {
            staging.execute("INSERT INTO " + LakeDatabase.LEDGER.log().qualified(LakeDatabase.DUCK_DB)
                    + " (content_hash, finished_at, row_count, attempt, worker, contract_name, document_key, status, run_id)"
                    + " VALUES (0, now(), 0, 0, 0, " + name + ", '', 'loaded', '')");
        }
    }

    private static void unseed(LakeDatabase staging) throws SQLException {
        staging.execute("DELETE FROM " + LakeDatabase.LEDGER.log().qualified(LakeDatabase.DUCK_DB));
    }

    /**
     * Writes the end of the run, and lets others have the directory.
     *
     * @throws TargetException when the end cannot be written: the run then stands there as running, and its documents as they are
     */
    @Override
    public void close() throws TargetException {
        try {
            if (publisher != null) {
                writeRun(publisher.runId());
            }
            directory.deleteTemporary();
        } catch (SQLException | IOException e) {
            if (hasFinished()) {
                throw new TargetException(
                        directory.shown() + " – the end of the run cannot be written: " + e.getMessage(), false, e);
            }
            // Why the run broke is told already. That matters, and not that its end cannot be written either.
            LOG.debug("{} – the end of the run cannot be written", directory.shown(), e);
        } finally {
            if (known != null) {
                known.close();
            }
            close(catalog, lock);
        }
    }

    private boolean hasFinished() {
        String runs = LakeDatabase.LEDGER.runs().qualified(LakeDatabase.DUCK_DB);
        try (Statement statement = catalog.root().createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM " + runs + " WHERE status = 'finished' AND run_id = "
                                + LakeDatabase.literal(publisher == null ? "" : publisher.runId()))) {
            return row.next() && row.getLong(1) > 0;
        } catch (SQLException e) {
            return false;
        }
    }

    private static void close(@Nullable LakeDatabase database, LakeDirectory.@Nullable Lock lock) {
        if (database != null) {
            database.close();
        }
        if (lock != null) {
            lock.close();
        }
    }
}
