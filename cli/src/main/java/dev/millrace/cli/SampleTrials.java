package dev.millrace.cli;

import dev.millrace.contract.MappingContract;
import dev.millrace.coverage.Coverage;
import dev.millrace.coverage.CoverageReport;
import dev.millrace.document.Document;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.DocumentPipeline.Examined;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.pipeline.StageClock;
import dev.millrace.source.SourceException;
import dev.millrace.trial.Trial;
import dev.millrace.workers.End;
import dev.millrace.workers.HandOut;
import dev.millrace.workers.Stop;
import dev.millrace.xml.Projection;
import dev.millrace.xml.XmlLimits;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tries a contract on all documents of some files, by several threads. What it finds does not depend on how many these are. */
final class SampleTrials {

    /** What {@code meta: run-id} gives, since there is no run. */
    private static final String RUN_ID = "preview";

    private final MappingContract contract;
    private final Projection projection;
    private final XmlLimits limits;
    private final boolean showValues;
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final Stop stop;
    private final Consumer<Document> progress;
    /** Held for writing by who needs all memory for one document. */
    private final ReadWriteLock memory = new ReentrantReadWriteLock();

    /**
     * @param stop ends it early: the trial is of what was read by then
     * @param progress is told of each document, by several threads
     */
    SampleTrials(
            MappingContract contract, XmlLimits limits, boolean showValues, Stop stop, Consumer<Document> progress) {
        this.contract = contract;
        this.projection = DataMapper.projection(contract);
        this.limits = limits;
        this.showValues = showValues;
        this.stop = stop;
        this.progress = progress;
    }

    /**
     * What was found.
     *
     * @param more whether there are more records than the limit allows
     */
    record Found(Trial trial, CoverageReport coverage, boolean more) {}

    /**
     * @param specifications files, directories or globs
     * @param limit records at most, of all specifications together; {@link Long#MAX_VALUE} for all
     * @param workers threads that map
     */
    Found run(List<String> specifications, long limit, int workers) throws SourceException {
        List<Taker> takers = new ArrayList<>();
        DocumentPipeline counting = limit == Long.MAX_VALUE ? null : pipeline(null);
        try (SampleDocuments documents = new SampleDocuments(
                specifications,
                contract,
                projection,
                limits,
                limit,
                document -> counting == null ? 1 : counting.records(document))) {
            Coverage covered = new Coverage(contract);
            for (int i = 0; i < workers; i++) {
                takers.add(new Taker(documents, covered.another()));
            }
            End end = HandOut.numbered(takers, stop).run(documents);
            if (end instanceof End.Failed failed) {
                throw broken(failed.cause());
            }
            Trial all = takers.get(0).trial;
            takers.subList(1, takers.size()).forEach(taker -> all.add(taker.trial));
            takers.forEach(taker -> covered.add(taker.coverage));
            return new Found(all, covered.report(), documents.hasMore());
        }
    }

    private static SourceException broken(Throwable cause) {
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof SourceException source) {
            return source;
        }
        throw new IllegalStateException(cause);
    }

    private DocumentPipeline pipeline(@Nullable Taker taker) {
        DocumentPipeline made = new DocumentPipeline(
                contract,
                projection,
                limits,
                RUN_ID,
                now,
                showValues,
                new StageClock(),
                taker == null ? null : taker.trial.observer(),
                null,
                taker == null ? null : taker.coverage.collector());
        made.giveUpWhen(stop::isAsked);
        return made;
    }

    /** A thread's part. */
    private final class Taker implements HandOut.Taker {

        private final SampleDocuments documents;
        private final Trial trial = new Trial(contract);
        private final Coverage coverage;
        private @Nullable DocumentPipeline pipeline;

        Taker(SampleDocuments documents, Coverage coverage) {
            this.documents = documents;
            this.coverage = coverage;
        }

        @Override
        public void take(long number, Document document) {
            List<Examined> found = examine(memory.readLock(), number, document);
            if (found == null) {
                // The others' documents may be what has filled the memory.
                found = examine(memory.writeLock(), number, document);
            }
            if (found == null) {
                found = List.of(outOfMemory(document));
            }
            DocumentPipeline used = pipeline;
            if (used == null || !used.hasGivenUp()) {
                trial.add(number, found);
                progress.accept(document);
            }
        }

        private Examined outOfMemory(Document document) {
            DocumentPipeline fresh = pipeline(this);
            pipeline = fresh;
            Rejected rejected = fresh.outOfMemory(document);
            return new Examined(rejected, List.of(rejected.fault()), List.of());
        }

        /** Null when there was not memory enough. */
        private @Nullable List<Examined> examine(Lock lock, long number, Document document) {
            DocumentPipeline mine = pipeline;
            if (mine == null) {
                mine = pipeline(this);
                pipeline = mine;
            }
            List<Examined> found = new ArrayList<>();
            lock.lock();
            try {
                if (mine.examine(document, number, documents.most(number), found) != DocumentPipeline.OUT_OF_MEMORY) {
                    return found;
                }
            } finally {
                lock.unlock();
            }
            pipeline = null;
            return null;
        }
    }
}
