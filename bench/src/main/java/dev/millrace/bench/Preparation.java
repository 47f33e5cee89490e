package dev.millrace.bench;

import dev.millrace.contract.MappingContract;
import dev.millrace.coverage.Coverage;
import dev.millrace.coverage.CoverageCollector;
import dev.millrace.document.Document;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.pipeline.StageClock;
import dev.millrace.xml.XmlLimits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that a worker does with sound documents before it loads them: validate, parse, map. Not thread-safe. */
final class Preparation {

    private final DocumentPipeline pipeline;
    private final List<Outcome> outcomes = new ArrayList<>();

    private long number;

    Preparation(MappingContract contract) {
        this(contract, null);
    }

    private Preparation(MappingContract contract, @Nullable CoverageCollector coverage) {
        pipeline = new DocumentPipeline(
                contract,
                DataMapper.projection(contract),
                XmlLimits.DEFAULTS,
                "bench",
                Instant.EPOCH,
                false,
                new StageClock(),
                null,
                null,
                coverage);
    }

    /** One that counts what the contract leaves out, as a run does by default. */
    static Preparation counting(MappingContract contract) {
        return new Preparation(contract, new Coverage(contract).collector());
    }

    /** @throws IllegalStateException when the document is rejected */
    void map(Document document, List<Mapped> mapped) {
        outcomes.clear();
        pipeline.process(document, number++, Long.MAX_VALUE, outcomes);
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Rejected rejected) {
                throw new IllegalStateException(rejected.fault().toString());
            }
            mapped.add((Mapped) outcome);
        }
    }

    /** @throws IllegalStateException when a document is rejected */
    List<Mapped> batch(List<Document> documents) {
        List<Mapped> mapped = new ArrayList<>(documents.size());
        for (Document document : documents) {
            map(document, mapped);
        }
        return mapped;
    }

    List<List<Mapped>> batches(List<Document> documents, int size) {
        List<List<Mapped>> batches = new ArrayList<>();
        for (int from = 0; from < documents.size(); from += size) {
            batches.add(batch(documents.subList(from, Math.min(documents.size(), from + size))));
        }
        return batches;
    }
}
