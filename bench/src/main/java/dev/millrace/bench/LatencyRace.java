package dev.millrace.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.Load;
import dev.millrace.database.LoadClock;
import dev.millrace.database.LoadOptions;
import dev.millrace.database.MigrationEngine;
import dev.millrace.database.RunInfo;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.document.Document;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunSummary;
import dev.millrace.samples.SampleApplications;
import dev.millrace.sink.SinkException;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.FileSource;
import dev.millrace.xml.XmlLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.Callable;

/**
 * What it is worth that a run does not wait for a database far away: that there are several workers, that each prepares a batch
 * while another is loading, and that each keeps its connection. All in one JVM, which has done each thing once before it is
 * measured; medians.
 */
final class LatencyRace {

    private static final Duration ROUND_TRIP = Duration.ofMillis(5);
    private static final int[] WORKERS = {1, 2, 4, 8};
    private static final int POOLED_WORKERS = 4;
    private static final int BATCH = 500;

    /** So many large documents take about as long to be prepared as their rows to be loaded from so far. */
    private static final int LARGE_BATCH = 180;

    private static final int SMALL_PER_LARGE_BATCH = 2_000;
    private static final long UNBOUNDED_BYTES = 1L << 30;

    private final Server server;
    private final Path directory;
    private final String near;
    private final String far;
    private final int rounds;
    private final MappingContract contract = SampleDocuments.contract();

    private LatencyRace(Server server, Path directory, DelayingProxy proxy, int rounds) throws Exception {
        this.server = server;
        this.directory = directory;
        this.near = server.url();
        this.far = near.replace(":" + server.port() + "/", ":" + proxy.port() + "/");
        this.rounds = rounds;
    }

    /** @param documents small ones for the first and last table; the second takes a batch of large ones for each 2,000 of them */
    static void run(int documents, int rounds) throws Exception {
        try (Scratch scratch = Scratch.in(null);
                Server server = Server.start(scratch.directory());
                DelayingProxy proxy = new DelayingProxy(server.port(), ROUND_TRIP)) {
            LatencyRace race = new LatencyRace(server, scratch.directory(), proxy, rounds);
            print("%s. PostgreSQL %s, medians of %d rounds.", Machine.description(), server.version(), rounds);
            race.workers(documents);
            race.overlap(documents / SMALL_PER_LARGE_BATCH * LARGE_BATCH);
            race.pool(documents);
        }
    }

    private void workers(int documents) throws Exception {
        Workload workload = SampleDocuments.make(server, directory, DocumentSet.SMALL, documents);
        RunOptions.Builder run = RunOptions.from(RunOptions.From.table(Database.of(near, new Properties())))
                .to(Database.of(far, new Properties()));
        print("%n**workers**: %,d small documents, %d ms a round trip", documents, ROUND_TRIP.toMillis());
        print("%n| workers | documents/s | ÷ one worker |%n|---:|---:|---:|");
        double one = 0;
        for (int workers : WORKERS) {
            RunOptions options = run.workers(workers).build();
            double seconds = median(() -> process(options, documents));
            one = one == 0 ? seconds : one;
            print("| %d | %,.0f | %.2f |", workers, workload.documents() / seconds, one / seconds);
        }
    }

    private void overlap(int count) throws Exception {
        Path folder = Files.createDirectory(directory.resolve("large"));
        SampleApplications applications = SampleDocuments.applications(DocumentSet.LARGE);
        for (int n = 1; n <= count; n++) {
            Files.write(folder.resolve(String.format(Locale.ROOT, "%06d.xml", n)), applications.document(n));
        }
        Database database = Database.of(far, new Properties());
        RunOptions options = RunOptions.from(new RunOptions.FromFiles(folder.toString()))
                .to(database)
                .workers(1)
                .batchDocuments(LARGE_BATCH)
                .batchBytes(UNBOUNDED_BYTES)
                .build();
        List<InTurn> inTurn = new ArrayList<>();
        double sequential = median(() -> {
            InTurn lap = inTurn(folder, database);
            inTurn.add(lap);
            return lap.starting + lap.preparing + lap.loading;
        });
        double overlapped = median(() -> process(options, count));
        InTurn last = inTurn.get(inTurn.size() - 1);
        print(
                "%n**overlap**: %,d large documents in files, one worker, %d documents a transaction, %d ms a round trip",
                count, LARGE_BATCH, ROUND_TRIP.toMillis());
        print("%n| | seconds |%n|---|---:|");
        print("| start: look at the tables, connect | %.2f |", last.starting);
        print("| read, validate, parse, map | %.2f |", last.preparing);
        print("| load | %.2f |", last.loading);
        print("| one after the other | %.2f |", sequential);
        print("| Millrace | %.2f |", overlapped);
        print("| gained | %.2f × |", sequential / overlapped);
    }

    /** Seconds. */
    private record InTurn(double starting, double preparing, double loading) {}

    /** One thread, which prepares a batch, loads it, and only then turns to the next. */
    private InTurn inTurn(Path folder, Database database) throws Exception {
        server.freshTables(contract);
        Preparation preparation = new Preparation(contract);
        long preparing = 0;
        long begin = System.nanoTime();
        long started;
        try (DocumentSource source = FileSource.open(
                        folder.toString(),
                        DataMapper.projection(contract),
                        contract.document().doctype(),
                        XmlLimits.DEFAULTS);
                MigrationEngine engine = new Load(prepared(database)).engine(1, LoadClock.NONE)) {
            started = System.nanoTime();
            while (true) {
                long start = System.nanoTime();
                List<Mapped> batch = new ArrayList<>();
                Document document = null;
                while (batch.size() < LARGE_BATCH && (document = source.next()) != null) {
                    preparation.map(document, batch);
                }
                preparing += System.nanoTime() - start;
                if (batch.isEmpty()) {
                    break;
                }
                load(engine, batch);
            }
        }
        return new InTurn((started - begin) / 1e9, preparing / 1e9, (System.nanoTime() - started - preparing) / 1e9);
    }

    private void pool(int documents) throws Exception {
        List<List<Mapped>> batches =
                new Preparation(contract).batches(SampleDocuments.inMemory(DocumentSet.SMALL, documents), BATCH);
        print("%n**connections**: %,d small documents, mapped before, loaded by %d workers", documents, POOLED_WORKERS);
        print("%n| round trip | own connection, s | borrowed from a pool for each batch, s | borrowed ÷ own |");
        print("|---|---:|---:|---:|");
        for (String url : List.of(near, far)) {
            Database own = Database.of(url, new Properties());
            double dedicated = median(() -> loadAll(batches, own, true));
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(url);
            config.setMaximumPoolSize(POOLED_WORKERS);
            try (HikariDataSource pool = new HikariDataSource(config)) {
                Database pooled = Database.of(url, pool);
                double borrowed = median(() -> loadAll(batches, pooled, false));
                print(
                        "| %s | %.2f | %.2f | %.2f |",
                        url.equals(near) ? "none" : ROUND_TRIP.toMillis() + " ms",
                        dedicated,
                        borrowed,
                        borrowed / dedicated);
            }
        }
    }

    private double loadAll(List<List<Mapped>> batches, Database database, boolean keepsConnection) throws Exception {
        server.freshTables(contract);
        Load load = new Load(prepared(database));
        long start = System.nanoTime();
        Parallel.run(POOLED_WORKERS, worker -> {
            MigrationEngine engine = load.engine(worker + 1, LoadClock.NONE);
            try {
                for (int i = worker; i < batches.size(); i += POOLED_WORKERS) {
                    load(engine, batches.get(i));
                    if (!keepsConnection) {
                        engine.close();
                        engine = load.engine(worker + 1, LoadClock.NONE);
                    }
                }
            } finally {
                engine.close();
            }
        });
        return (System.nanoTime() - start) / 1e9;
    }

    private Target prepared(Database database) throws TargetException {
        return Target.prepare(database, contract, new RunInfo("race", Instant.now(), "race", 1), LoadOptions.DEFAULTS);
    }

    private static void load(MigrationEngine engine, List<Mapped> batch) throws SinkException {
        if (engine.accept(batch.stream().map(engine::prepare).toList()).accepted() != batch.size()) {
            throw new IllegalStateException("not all documents were loaded");
        }
    }

    /** Seconds of a whole run into empty tables. */
    private double process(RunOptions options, long documents) throws Exception {
        server.freshTables(contract);
        RunSummary summary = new ProductionProcessor(contract, options).run(progress -> {});
        MillraceRun.check(summary, documents);
        return summary.times().seconds();
    }

    /** Of the rounds, after one of warm-up. */
    private double median(Callable<Double> lap) throws Exception {
        lap.call();
        double[] seconds = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            seconds[round] = lap.call();
        }
        return Report.median(seconds);
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
