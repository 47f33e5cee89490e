package dev.millrace.bench;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.RejectedDocument;
import dev.millrace.document.Document;
import dev.millrace.mapping.DataMapper;
import dev.millrace.mapping.MappedDocument;
import dev.millrace.processing.DocumentPipeline;
import dev.millrace.processing.StageClock;
import dev.millrace.xml.XmlLimits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** All that a worker does with sound documents before it loads them: validate, parse, map. Not thread-safe. */
final class Preparation {

    private final DocumentPipeline pipeline;
    private final List<RejectedDocument> rejected = new ArrayList<>();

    Preparation(MappingContract contract) {
        pipeline = new DocumentPipeline(
                contract,
                DataMapper.projection(contract),
                XmlLimits.DEFAULTS,
                "bench",
                Instant.EPOCH,
                false,
                new StageClock());
    }

    /** @throws IllegalStateException when the document is rejected */
    void map(Document document, List<MappedDocument> mapped) {
        pipeline.process(document, mapped, rejected);
        if (!rejected.isEmpty()) {
            throw new IllegalStateException(rejected.get(0).fault().toString());
        }
    }

    /** @throws IllegalStateException when a document is rejected */
    List<MappedDocument> batch(List<Document> documents) {
        List<MappedDocument> mapped = new ArrayList<>(documents.size());
        for (Document document : documents) {
            map(document, mapped);
        }
        return mapped;
    }

    List<List<MappedDocument>> batches(List<Document> documents, int size) {
        List<List<MappedDocument>> batches = new ArrayList<>();
        for (int from = 0; from < documents.size(); from += size) {
            batches.add(batch(documents.subList(from, Math.min(documents.size(), from + size))));
        }
        return batches;
    }
}
