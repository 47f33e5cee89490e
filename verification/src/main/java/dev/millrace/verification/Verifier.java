package dev.millrace.verification;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.TargetException;
import dev.millrace.database.TargetReader;
import dev.millrace.processing.DocumentSweep;
import dev.millrace.sink.SinkException;
import dev.millrace.source.SourceException;
import dev.millrace.verification.ReadingPass.Finding;
import dev.millrace.verification.VerificationReport.Documents;
import dev.millrace.verification.VerificationReport.TableReport;
import dev.millrace.workers.Progress;
import dev.millrace.workers.Stop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Maps a source again and compares the rows with those in the target. Memory does not grow with either side.
 *
 * <p>The first pass adds up hashes of rows by bucket of keys, on both sides. If the sums agree, so do the tables, and nothing was
 * sorted. Otherwise a second pass sorts the rows of the buckets that differ, by their bytes and outside of the databases,
 * whose orders differ, and a merge names what is missing, too many or different. The target is seen at one moment through both
 * passes, where its database has such a thing.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class Verifier {

    private static final int MOST_BUCKETS = 4096;
    /** All tables together: 6 MiB of sums for each side. */
    private static final int ALL_BUCKETS = 1 << 18;

    private final MappingContract contract;
    private final VerifyOptions options;
    private final Stop stop = new Stop();
    private final Instant startedAt = Instant.now();
    private final long start = System.nanoTime();

    public Verifier(MappingContract contract, VerifyOptions options) {
        this.contract = contract;
        this.options = options;
    }

    /**
     * @param onStart is given the look at the progress each time when the source is read, in documents, and when the target is, in
     *     rows
     * @throws SourceException when the source cannot be opened or breaks
     * @throws TargetException when the target cannot be read, lacks a table or holds no ledger
     * @throws VerificationException when there is no room for temporary files, source or target have changed on the way, or the calling
     *     thread was interrupted, which it stays
     */
    public VerificationReport run(Consumer<Progress> onStart)
            throws SourceException, TargetException, VerificationException {
        try {
            return stop.await("millrace-verify", () -> verify(onStart));
        } catch (ExecutionException e) {
            if (stop.isAsked()) {
                throw new VerificationException("stopped before the end: " + stop.reason(), e.getCause());
            }
            Stop.rethrow(e, SourceException.class);
            Stop.rethrow(e, TargetException.class);
            Stop.rethrow(e, VerificationException.class);
            throw new IllegalStateException(e);
        }
    }

    /**
     * Asks for the end: {@link #run} then throws a {@link VerificationException} soon, whatever it waits for. Any thread may call it, more
     * than once.
     */
    public void stop() {
        stop.ask("stopped on request");
    }

    /** The same, with nobody to look at the progress. */
    public VerificationReport run() throws SourceException, TargetException, VerificationException {
        return run(progress -> {});
    }

    private VerificationReport verify(Consumer<Progress> onStart)
            throws SourceException, TargetException, VerificationException {
        try (TargetReader target = TargetReader.open(options.to(), contract, stop)) {
            List<ComparedTable> tables = ComparedTables.of(target);
            LoadedDocuments documents = new LoadedDocuments();
            VerificationReport report = compare(target, tables, documents, onStart);
            if (documents.hasSharedKeys()) {
                // Now it is known which documents the log means; the others do not belong into the sums.
                documents.restart();
                report = compare(target, tables, documents, onStart);
            }
            return report;
        } catch (IOException e) {
            throw noRoom(e);
        } catch (UncheckedIOException e) {
            throw noRoom(e.getCause());
        } catch (SinkException e) {
            throw new TargetException(options.to().displayUrl() + " – " + e.getMessage(), false, e);
        }
    }

    private VerificationReport compare(
            TargetReader target, List<ComparedTable> tables, LoadedDocuments documents, Consumer<Progress> onStart)
            throws SourceException, TargetException, VerificationException, SinkException, IOException {
        int buckets = Math.min(MOST_BUCKETS, Integer.highestOneBit(Math.max(1, ALL_BUCKETS / tables.size())));
        List<TableFindings> findings = new ArrayList<>();
        // Documents share keys of these tables, so that sums say nothing; they are sorted at once, and whole.
        List<@Nullable BitSet> shared = new ArrayList<>();
        for (ComparedTable table : tables) {
            findings.add(new TableFindings(table, options.differences(), options.showValues()));
            shared.add(table.shared() ? all(buckets) : null);
        }
        try (ReadingPass first = pass(target, tables, documents, shared, buckets, onStart)) {
            first.merge(group -> findings.get(group.key().table().index()).add(group));
            List<@Nullable BitSet> differing = new ArrayList<>();
            for (ComparedTable table : tables) {
                BitSet different = first.expected(table.index()).differences(first.found(table.index()));
                differing.add(table.shared() || different.isEmpty() ? null : different);
            }
            if (differing.stream().anyMatch(different -> different != null)) {
                documents.restart();
                try (ReadingPass second = pass(target, tables, documents, differing, buckets, onStart)) {
                    checkUnchanged(tables, first, second);
                    int log = tables.size() - 1;
                    second.merge(group -> {
                        int table = group.key().table().index();
                        if (table == log) {
                            documents.add(group);
                        } else {
                            findings.get(table).add(group);
                        }
                    });
                }
            }
            return report(tables, findings, first, documents);
        }
    }

    private ReadingPass pass(
            TargetReader target,
            List<ComparedTable> tables,
            LoadedDocuments documents,
            List<@Nullable BitSet> collected,
            int buckets,
            Consumer<Progress> onStart)
            throws SourceException, TargetException, SinkException {
        ReadingPass pass = new ReadingPass(tables, documents, collected, buckets, options.sortBytes());
        try {
            DocumentSweep sweep = new DocumentSweep(
                    target.contract(), options.from(), options.limits(), options.workers(), options.showValues());
            sweep.run(() -> pass.comparer(target, target.contract()), onStart, stop);
            onStart.accept(pass.progress());
            pass.read(target);
            return pass;
        } catch (SourceException | TargetException | SinkException | RuntimeException | Error e) {
            pass.close();
            throw e;
        }
    }

    private static void checkUnchanged(List<ComparedTable> tables, ReadingPass first, ReadingPass second)
            throws VerificationException {
        for (ComparedTable table : tables) {
            int index = table.index();
            boolean source =
                    first.expected(index).differences(second.expected(index)).isEmpty();
            boolean target = first.found(index).differences(second.found(index)).isEmpty();
            if (!source || !target) {
                throw new VerificationException(
                        "table " + table.name() + " – " + (source ? "the target" : "the source")
                                + " changed while it was verified – try again when nothing writes to it",
                        null);
            }
        }
    }

    private VerificationReport report(
            List<ComparedTable> tables, List<TableFindings> findings, ReadingPass pass, LoadedDocuments loaded) {
        List<TableReport> reports = new ArrayList<>();
        for (int i = 0; i < tables.size() - 1; i++) {
            reports.add(findings.get(i).report(pass.expected(i), pass.found(i)));
        }
        Documents documents = new Documents(
                pass.count(Finding.COMPARED),
                pass.count(Finding.UNMAPPABLE),
                pass.count(Finding.REJECTED) + pass.count(Finding.KEPT),
                pass.count(Finding.KEPT),
                pass.count(Finding.NOT_LOADED),
                pass.count(Finding.DUPLICATE),
                pass.count(Finding.UNSELECTED),
                loaded.gone(),
                loaded.changed(),
                loaded.examples());
        return new VerificationReport(
                contract.name(), startedAt, (System.nanoTime() - start) / 1e9, documents, reports);
    }

    private static BitSet all(int buckets) {
        BitSet all = new BitSet(buckets);
        all.set(0, buckets);
        return all;
    }

    private static VerificationException noRoom(@Nullable IOException fault) {
        return new VerificationException(
                "temporary files in " + System.getProperty("java.io.tmpdir")
                        + " – cannot be written or read: " + (fault == null ? "" : fault.getMessage())
                        + " – make room, or name another folder with MILLRACE_JAVA_OPTS=-Djava.io.tmpdir=…",
                fault);
    }
}
