package dev.millrace.lake;

import dev.millrace.contract.MappingContract;
import dev.millrace.lake.Group.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes groups. First all files, under names that end in {@code .tmp}, which are forced to disk; then the manifest, whose rename is the
 * commit; then the files get their names. A run that is killed before the rename leaves files that the next run deletes, and after it
 * files that the next run gives their names.
 */
final class Publisher {
    /** A step of publishing that has been done; for tests, which end the process there. */
    enum Step {
        PART_WRITTEN,
        LEDGER_WRITTEN,
        COMMITTED,
        PART_NAMED,
        DONE
    }

    /** Is told of steps. */
    interface Steps {
        Steps NOBODY = step -> {};

        void done(Step step);
    }

    private final LakeDirectory directory;
    private final LakeDescription description;
    private final List<LakeTable> tables;
    private final MappingContract contract;
    private final String runId;
    private final boolean showValues;
    private final Partition partition;
    private final Steps steps;
    private final AtomicLong files = new AtomicLong();
    /** Of the last group; both guarded by this. */
    private long number;

    private String seal;

    /** @param tables the contract's */
    Publisher(
            LakeDirectory directory,
            LakeDescription description,
            List<LakeTable> tables,
            List<Group.Sealed> groups,
            MappingContract contract,
            String runId,
            Instant startedAt,
            boolean showValues,
            Steps steps) {
        this.directory = directory;
        this.description = description;
        this.tables = List.copyOf(tables);
        this.contract = contract;
        this.runId = runId;
        this.showValues = showValues;
        this.partition = new Partition(description.partition(), startedAt);
        this.steps = steps;
        this.number = groups.size();
        this.seal = groups.isEmpty() ? "" : groups.get(groups.size() - 1).seal();
    }

    String runId() {
        return runId;
    }

    LakeDirectory directory() {
        return directory;
    }

    LakeFormat format() {
        return description.format();
    }

    boolean showValues() {
        return showValues;
    }

    /**
     * Writes what a worker has gathered, and empties its tables.
     *
     * @throws IOException also when nobody knows whether it is committed: the next run does
     */
    void publish(LakeDatabase staging, int worker) throws SQLException, IOException {
        List<Path> uncommitted = new ArrayList<>();
        try {
            publish(staging, worker, uncommitted);
        } catch (SQLException | IOException e) {
            // The disk may be full.
            for (Path file : uncommitted) {
                Files.deleteIfExists(file);
            }
            throw e;
        }
    }

    /** @param uncommitted is given the files that are in vain where this breaks */
    private void publish(LakeDatabase staging, int worker, List<Path> uncommitted) throws SQLException, IOException {
        String log = LakeDatabase.LEDGER.log().qualified(LakeDatabase.DUCK_DB);
        String name = "part-" + runId + "-" + worker + "-" + files.incrementAndGet();
        List<Part> parts = new ArrayList<>();
        for (LakeTable table : tables) {
            parts.addAll(write(staging, table, name, uncommitted));
        }
        long documents = count(staging, log);
        long supersedes = count(staging, log + " WHERE attempt > 1") + count(staging, "removed");
        staging.execute("INSERT INTO " + log + " (content_hash, finished_at, row_count, attempt, worker, contract_name,"
                + " document_key, status, run_id) SELECT DISTINCT 0, now(), 0, 0, " + worker + ", "
                + LakeDatabase.literal(contract.name()) + ", document_key, '" + LakeDatabase.REMOVED + "', "
                + LakeDatabase.literal(runId) + " FROM removed");
        Part ledger = write(
                staging,
                null,
                "SELECT " + LakeDatabase.logColumns() + " FROM " + log,
                LakeFormat.PARQUET.copyOptions(description.compression()),
                LakeDirectory.ledgerPath(name + LakeFormat.PARQUET.ending(description.compression())),
                uncommitted);
        forceFolders(parts, ledger);
        steps.done(Step.LEDGER_WRITTEN);
        // Whatever breaks from here on, they may be committed.
        uncommitted.clear();
        commit(parts, ledger, worker, documents, supersedes);
        steps.done(Step.COMMITTED);
        for (Part part : parts) {
            name(part);
            steps.done(Step.PART_NAMED);
        }
        name(ledger);
        forceFolders(parts, ledger);
        steps.done(Step.DONE);
        empty(staging);
    }

    private void name(Part part) throws IOException {
        Files.move(directory.uncommitted(part), directory.top().resolve(part.path()));
    }

    private void forceFolders(List<Part> parts, Part ledger) throws IOException {
        Set<Path> one = new LinkedHashSet<>();
        for (Part part : parts) {
            one.add(directory.top().resolve(part.path()).getParent());
        }
        one.add(directory.top().resolve(ledger.path()).getParent());
        for (Path folder : one) {
            LakeDirectory.forceFolder(folder);
        }
    }

    private synchronized void commit(List<Part> parts, Part ledger, int worker, long documents, long supersedes)
            throws IOException {
        Group group = new Group(
                number + 1,
                seal,
                runId,
                contract.name(),
                contract.hash(),
                worker,
                Instant.now(),
                documents,
                supersedes,
                ledger,
                parts);
        String manifest = group.write();
        // Before the commit: when memory runs out afterwards, the next group would name the seal of another.
        String next = Group.seal(manifest);
        directory.commit(group, manifest);
        number++;
        seal = next;
    }

    private List<Part> write(LakeDatabase staging, LakeTable table, String name, List<Path> uncommitted)
            throws SQLException, IOException {
        String quoted = LakeDatabase.DUCK_DB.quote(table.name());
        if (count(staging, quoted) == 0) {
            return List.of();
        }
        String ending = description.format().ending(description.compression());
        String select =
                "SELECT " + description.format().written(LakeDatabase.DUCK_DB, table.columns()) + " FROM " + quoted;
        List<Part> parts = new ArrayList<>();
        for (Partition.Folder folder : partition.folders(staging, table)) {
            parts.add(write(
                    staging,
                    table.name(),
                    select + folder.where(),
                    description.format().copyOptions(description.compression()),
                    // Two values can lead to one folder, as where a file system does not tell A from a.
                    table.name() + "/" + folder.path() + name
                            + (folder.path().isEmpty() ? "" : "-" + (parts.size() + 1)) + ending,
                    uncommitted));
            steps.done(Step.PART_WRITTEN);
        }
        return parts;
    }

    private Part write(
            LakeDatabase staging,
            @Nullable String table,
            String select,
            String options,
            String path,
            List<Path> uncommitted)
            throws SQLException, IOException {
        Path file = directory.top().resolve(path + LakeDirectory.UNCOMMITTED);
        uncommitted.add(file);
        createFolder(file.getParent());
        long rows = staging.update(
                "COPY (" + select + ") TO " + LakeDatabase.literal(file.toString()) + " (" + options + ")");
        LakeDirectory.force(file);
        return new Part(table, path, rows, Files.size(file), LakeDirectory.sha256(file));
    }

    private static void createFolder(@Nullable Path folder) throws IOException {
        if (folder != null && !Files.isDirectory(folder)) {
            Path above = folder.getParent();
            createFolder(above);
            Files.createDirectories(folder);
            LakeDirectory.forceFolder(above);
        }
    }

    private static long count(LakeDatabase staging, String from) throws SQLException {
        try (Statement statement = staging.root().createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + from)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** Anew, since deleting rows would not give their memory back. */
    void empty(LakeDatabase staging) throws SQLException {
        for (LakeTable table : tables) {
            staging.execute(table.create(LakeDatabase.DUCK_DB, false));
        }
        staging.execute("CREATE OR REPLACE TABLE removed (document_key varchar)");
        staging.execute(LakeDatabase.create(LakeDatabase.LEDGER.log(), true)
                .replaceFirst("CREATE TABLE", "CREATE OR REPLACE TABLE"));
    }
}
