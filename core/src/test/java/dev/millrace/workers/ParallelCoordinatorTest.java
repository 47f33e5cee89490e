package dev.millrace.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.StageClock;
import dev.millrace.sink.CountingSink;
import dev.millrace.sink.Sink;
import dev.millrace.sink.SinkException;
import dev.millrace.sink.SinkResult;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.xml.XmlLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pool's own promises: everything is handed out once, the first failure wins, nothing hangs, nothing is left behind. */
@Timeout(60)
class ParallelCoordinatorTest {

    private static final String CONTRACT = """
            contract: 1
            name: numbers
            tables:
              numbers:
                columns:
                  n: { path: "@n", type: bigint, key: true }
            """;

    private final Stop stop = new Stop();

    @Test
    void handsOutEveryDocumentOnceWhateverTheBatchSize() throws Exception {
        for (int batch : new int[] {1, 7, 500}) {
            for (int workers : new int[] {1, 3, 8}) {
                ParallelCoordinator pool = pool(workers, batch, 1 << 20, Long.MAX_VALUE);
                AtomicLong rows = new AtomicLong();

                End end = pool.run(
                        new Numbers(1_000),
                        result -> rows.addAndGet(result.sink().rows()[0]));

                assertThat(end).isInstanceOf(End.OfSource.class);
                assertThat(rows.get()).isEqualTo(1_000);
                assertThat(pool.documentsRead()).isEqualTo(1_000);
                assertNoThreadIsLeft();
            }
        }
    }

    @Test
    void endsWithoutDocuments() throws Exception {
        List<BatchResult> results = new ArrayList<>();

        End end = pool(2, 10, 1 << 20, Long.MAX_VALUE).run(new Numbers(0), results::add);

        assertThat(end).isInstanceOf(End.OfSource.class);
        assertThat(results).isEmpty();
    }

    @Test
    void readsNoMoreThanTheLimit() throws Exception {
        Numbers source = new Numbers(1_000);
        ParallelCoordinator pool = pool(2, 10, 1 << 20, 25);

        pool.run(source, result -> {});

        assertThat(source.delivered).isEqualTo(25);
        assertThat(pool.documentsRead()).isEqualTo(25);
    }

    @Test
    void closesABatchAtItsByteLimit() throws Exception {
        List<Integer> sizes = new ArrayList<>();
        int documentBytes = "<r n=\"1\"/>".length();

        pool(1, 500, 3L * documentBytes, Long.MAX_VALUE).run(new Numbers(9), result -> sizes.add(result.documents()));

        assertThat(sizes).containsExactly(3, 3, 3);
    }

    @Test
    void sharesOutWhatItExpectsAndBeginsWithSmallBatchesWhereItExpectsNothing() throws Exception {
        List<Integer> expected = Collections.synchronizedList(new ArrayList<>());
        List<Integer> unexpected = Collections.synchronizedList(new ArrayList<>());
        List<StageClock> clocks = List.of(new StageClock(), new StageClock());

        pool(clocks, 500, 1 << 20, Long.MAX_VALUE, OptionalLong.of(1_000))
                .run(new Numbers(1_000), result -> expected.add(result.documents()));
        pool(clocks, 500, 1 << 20, Long.MAX_VALUE, OptionalLong.empty())
                .run(new Numbers(1_000), result -> unexpected.add(result.documents()));

        assertThat(expected).hasSize(8).containsOnly(125);
        assertThat(unexpected).hasSizeGreaterThan(8).contains(50);
    }

    @Test
    void givesADocumentLargerThanABatchOneOfItsOwn() throws Exception {
        List<Integer> sizes = new ArrayList<>();

        pool(1, 500, 1, Long.MAX_VALUE).run(new Numbers(4), result -> sizes.add(result.documents()));

        assertThat(sizes).containsExactly(1, 1, 1, 1);
    }

    @Test
    void tellsTheSourcesFailureAndJoinsEveryone() throws Exception {
        Numbers source = new Numbers(1_000);
        source.failAt = 777;

        End end = pool(4, 10, 1 << 20, Long.MAX_VALUE).run(source, result -> {});

        assertThat(((End.Failed) end).cause())
                .isInstanceOf(SourceException.class)
                .hasMessage("the disk is on fire");
        assertNoThreadIsLeft();
    }

    @Test
    void tellsTheFirstFailureOfAWorkerWhileTheReaderIsBlocked() throws Exception {
        IllegalStateException broken = new IllegalStateException("broken");

        End end = pool(4, 1, 1 << 20, Long.MAX_VALUE).run(new Numbers(100_000), result -> {
            throw broken;
        });

        assertThat(end).isEqualTo(new End.Failed(broken));
        assertNoThreadIsLeft();
    }

    @Test
    void countsTheLoadingOfItsLastBatchAsTimeThatAWorkerWaited() throws Exception {
        StageClock clock = new StageClock();

        pool(List.of(clock), 10, 1 << 20, Long.MAX_VALUE).run(new Numbers(10), result -> sleep(100));

        assertThat(clock.nanoseconds(StageClock.Work.LOAD_WAIT))
                .isGreaterThan(Duration.ofMillis(90).toNanos());
    }

    @Test
    void loadsWhatIsPreparedWhenStopped() throws Exception {
        ParallelCoordinator pool = pool(2, 10, 1 << 20, Long.MAX_VALUE);
        CountDownLatch begun = new CountDownLatch(1);
        AtomicLong rows = new AtomicLong();
        Thread stopper = new Thread(() -> {
            try {
                begun.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            stop.ask("enough");
        });
        stopper.start();

        End end = pool.run(new Numbers(Long.MAX_VALUE), result -> {
            rows.addAndGet(result.sink().accepted());
            begun.countDown();
        });

        stopper.join();
        assertThat(end).isEqualTo(new End.Stopped("enough"));
        assertThat(rows.get()).isPositive();
        assertThat(pool.documentsRead() - pool.documentsLeft()).isEqualTo(rows.get());
        assertNoThreadIsLeft();
    }

    /** The sixth document is in the hands of the only worker, or will be, when the end is asked for; it would never be done. */
    @Test
    void leavesTheRestOfABatchAndTheDocumentAtHandWhenStopped() throws Exception {
        ParallelCoordinator pool = pool(
                """
                contract: 1
                name: numbers
                tables:
                  numbers:
                    columns:
                      n: { path: "@n", type: bigint, key: true }
                      sum:
                        path: "if (@n = '6') then sum(for $i in 1 to 9000000 return sum(for $j in 1 to 9000000 return $j)) else 0"
                        type: bigint
                """,
                XmlLimits.DEFAULTS.withSteps(Long.MAX_VALUE),
                List.of(new StageClock()),
                10,
                1 << 20,
                Long.MAX_VALUE,
                OptionalLong.empty());
        Numbers source = new Numbers(Long.MAX_VALUE);
        // The second batch has found its place where the first one was.
        source.at(21, () -> stop.ask("enough"));
        AtomicLong loaded = new AtomicLong();

        End end = pool.run(source, result -> loaded.addAndGet(result.sink().accepted()));

        assertThat(end).isEqualTo(new End.Stopped("enough"));
        assertThat(loaded.get()).isLessThanOrEqualTo(5);
        assertThat(pool.documentsRead() - pool.documentsLeft()).isEqualTo(loaded.get());
        assertNoThreadIsLeft();
    }

    /** So that a failure is told when it happens, and not when all that is in memory has been mapped. */
    @Test
    void leavesTheDocumentsOfOtherWorkersWhenOneBreaks() throws Exception {
        ParallelCoordinator pool = pool(
                """
                contract: 1
                name: numbers
                tables:
                  numbers:
                    columns:
                      n:
                        path: "sum(for $i in 1 to 9000000 return sum(for $j in 1 to 9000000 return $j))"
                        type: bigint
                        key: true
                """,
                XmlLimits.DEFAULTS.withSteps(Long.MAX_VALUE),
                List.of(new StageClock(), new StageClock()),
                10,
                1 << 20,
                Long.MAX_VALUE,
                OptionalLong.empty());
        Numbers source = new Numbers(1_000);
        source.failAt = 31;

        End end = pool.run(source, result -> {});

        assertThat(((End.Failed) end).cause()).hasMessage("the disk is on fire");
        assertNoThreadIsLeft();
    }

    @Test
    void leavesWhatItHasReadWhenTheSourceBreaksBecauseItIsStopped() throws Exception {
        ParallelCoordinator pool = pool(2, 10, 1 << 20, Long.MAX_VALUE);
        Numbers source = new Numbers(Long.MAX_VALUE);
        source.failAt = 8;
        source.stopping = stop;

        End end = pool.run(source, result -> {});

        assertThat(end).isEqualTo(new End.Stopped("enough"));
        assertThat(pool.documentsRead() - pool.documentsLeft()).isZero();
    }

    @Test
    void endsEvenWhenStoppedBeforeItBegins() throws Exception {
        ParallelCoordinator pool = pool(2, 10, 1 << 20, Long.MAX_VALUE);
        stop.ask("too late");

        assertThat(pool.run(new Numbers(Long.MAX_VALUE), result -> {})).isEqualTo(new End.Stopped("too late"));
        assertThat(pool.documentsRead() - pool.documentsLeft()).isZero();
    }

    @Test
    void takesAnInterruptOfItsCallerForAWishToStop() throws Exception {
        ParallelCoordinator pool = pool(2, 10, 1 << 20, Long.MAX_VALUE);
        Thread caller = Thread.currentThread();
        CountDownLatch begun = new CountDownLatch(1);
        Thread interrupter = new Thread(() -> {
            try {
                begun.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            caller.interrupt();
        });
        interrupter.start();

        AtomicLong done = new AtomicLong();
        End end = pool.run(new Numbers(Long.MAX_VALUE), result -> {
            done.addAndGet(result.documents());
            begun.countDown();
        });

        assertThat(Thread.interrupted()).isTrue();
        assertThat(end).isEqualTo(new End.Stopped(Stop.INTERRUPTED));
        assertThat(pool.documentsRead() - pool.documentsLeft()).isEqualTo(done.get());
        interrupter.join(Duration.ofSeconds(10).toMillis());
        assertNoThreadIsLeft();
    }

    /** Gathers batches, of which it keeps three at a time; breaks or gives up at the one that it is told. */
    private static final class GatheringSink implements Sink<Outcome> {
        private final CountingSink counting = new CountingSink(1);
        private final int breaksAt;
        private int batches;
        private boolean committed;

        GatheringSink(int breaksAt) {
            this.breaksAt = breaksAt;
        }

        @Override
        public Outcome prepare(Outcome outcome) {
            return outcome;
        }

        @Override
        public SinkResult accept(List<Outcome> batch) throws SinkException {
            batches++;
            if (batches == breaksAt) {
                throw new SinkException("broken", null);
            }
            if (batches == -breaksAt) {
                throw SinkException.stopped(new IOException("stopped"));
            }
            return counting.accept(batch);
        }

        @Override
        public boolean isKept() {
            return committed || batches % 3 == 0;
        }

        @Override
        public void commit() {
            committed = true;
        }

        @Override
        public void close() {
            counting.close();
        }
    }

    @Test
    void tellsOfBatchesWhenTheSinkKeepsThem() throws Exception {
        List<Integer> told = new ArrayList<>();
        GatheringSink sink = new GatheringSink(0);

        End end = pool(sink).run(new Numbers(100), result -> {
            assertThat(sink.isKept()).isTrue();
            told.add(result.documents());
        });

        assertThat(end).isInstanceOf(End.OfSource.class);
        assertThat(told).hasSize(10).containsOnly(10);
    }

    @Test
    void tellsNothingOfBatchesThatAreLost() throws Exception {
        List<BatchResult> told = new ArrayList<>();

        End end = pool(new GatheringSink(6)).run(new Numbers(100), told::add);

        assertThat(end).isInstanceOf(End.Failed.class);
        assertThat(told).hasSize(3);
    }

    @Test
    void leavesWhatASinkHasNotKeptWhenItGivesUp() throws Exception {
        List<BatchResult> told = new ArrayList<>();
        ParallelCoordinator pool = pool(new GatheringSink(-6));

        pool.run(new Numbers(100), told::add);

        assertThat(told).hasSize(3);
        assertThat(pool.documentsLeft()).isEqualTo(70);
    }

    private ParallelCoordinator pool(Sink<?> sink) throws Exception {
        MappingContract contract = ContractReader.read(CONTRACT, "numbers.yaml").contract();
        StageClock clock = new StageClock();
        Supplier<DocumentPipeline> pipeline = () -> new DocumentPipeline(
                contract, DataMapper.projection(contract), XmlLimits.DEFAULTS, "run", Instant.EPOCH, false, clock);
        return new ParallelCoordinator(
                List.of(new Worker<>(pipeline, sink, clock)),
                10,
                1 << 20,
                Long.MAX_VALUE,
                document -> 1,
                OptionalLong.empty(),
                stop);
    }

    private ParallelCoordinator pool(int workers, int batchDocuments, long batchBytes, long limit) throws Exception {
        List<StageClock> clocks =
                Stream.generate(StageClock::new).limit(workers).toList();
        return pool(clocks, batchDocuments, batchBytes, limit);
    }

    /** A worker for each clock. */
    private ParallelCoordinator pool(List<StageClock> clocks, int batchDocuments, long batchBytes, long limit)
            throws Exception {
        return pool(clocks, batchDocuments, batchBytes, limit, OptionalLong.empty());
    }

    private ParallelCoordinator pool(
            List<StageClock> clocks, int batchDocuments, long batchBytes, long limit, OptionalLong expected)
            throws Exception {
        return pool(CONTRACT, XmlLimits.DEFAULTS, clocks, batchDocuments, batchBytes, limit, expected);
    }

    private ParallelCoordinator pool(
            String text,
            XmlLimits limits,
            List<StageClock> clocks,
            int batchDocuments,
            long batchBytes,
            long limit,
            OptionalLong expected)
            throws Exception {
        MappingContract contract = ContractReader.read(text, "numbers.yaml").contract();
        List<Worker<?>> pool = new ArrayList<>();
        for (StageClock clock : clocks) {
            Supplier<DocumentPipeline> pipeline = () -> new DocumentPipeline(
                    contract, DataMapper.projection(contract), limits, "run", Instant.EPOCH, false, clock);
            pool.add(new Worker<>(pipeline, new CountingSink(1), clock));
        }
        return new ParallelCoordinator(pool, batchDocuments, batchBytes, limit, document -> 1, expected, stop);
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertNoThreadIsLeft() {
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("millrace-") && thread.isAlive());
    }

    /** Documents {@code <r n="1"/>}, {@code <r n="2"/>} and so on. */
    private static final class Numbers implements DocumentSource {

        private final long count;
        private long delivered;
        private long failAt = Long.MAX_VALUE;
        private Stop stopping = new Stop();
        private long eventAt;
        private Runnable event = () -> {};

        Numbers(long count) {
            this.count = count;
        }

        /** What happens before a document is delivered. */
        void at(long document, Runnable happens) {
            eventAt = document;
            event = happens;
        }

        @Override
        public @Nullable Document next() throws SourceException {
            if (delivered == count) {
                return null;
            }
            delivered++;
            if (delivered == eventAt) {
                event.run();
            }
            if (delivered == failAt) {
                stopping.ask("enough");
                throw new SourceException("the disk is on fire", new IOException());
            }
            byte[] xml = ("<r n=\"" + delivered % 10 + "\"/>").getBytes(StandardCharsets.UTF_8);
            return Document.ofText(String.valueOf(delivered), xml, "numbers");
        }

        @Override
        public String description() {
            return "numbers";
        }

        @Override
        public OptionalLong estimatedDocuments() {
            return OptionalLong.of(count);
        }

        @Override
        public long skipped() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
