package dev.millrace.explain;

import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.StageClock;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.xml.XmlLimits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds a document in a source: by its key, or by its number. Reads the source until it is found; where the contract takes keys from the
 * documents, it parses each for that, and maps none. Not thread-safe.
 */
public final class DocumentFinder {

    private static final String NUMBER = "#";
    private static final int MOST_KEYS = 1_000;

    private final MappingContract contract;
    private final XmlLimits limits;
    private final boolean keysAreInDocuments;
    private final List<String> keys = new ArrayList<>();
    private DocumentPipeline pipeline;
    private long seen;

    /**
     * A record of a document.
     *
     * @param index within the document, from 0
     * @param several whether more than this one was meant: the name is that of all records of a file, or the source has further documents
     */
    public record Found(Document document, int index, boolean several) {}

    public DocumentFinder(MappingContract contract, XmlLimits limits) {
        // Without tables there is a key, but nothing to map.
        this.contract = contract.with(List.of());
        this.limits = limits;
        this.keysAreInDocuments = contract.document().key() != null;
        this.pipeline = pipeline();
    }

    private DocumentPipeline pipeline() {
        return new DocumentPipeline(
                contract,
                DataMapper.projection(contract),
                limits,
                DocumentPipeline.NO_RUN,
                Instant.EPOCH,
                false,
                new StageClock());
    }

    /** How many records were looked at so far. */
    public long seen() {
        return seen;
    }

    /** The first keys of those, for who asked for one that is not there. */
    public List<String> keys() {
        return List.copyOf(keys);
    }

    private void note(String key) {
        if (keys.size() < MOST_KEYS) {
            keys.add(key);
        }
    }

    /**
     * The document with a key: that of the ledger, or else that of the source. A file that holds one record is found by the file's key too.
     */
    public Optional<Found> byKey(DocumentSource source, String key) throws SourceException, InterruptedException {
        Document only = null;
        for (Document next = source.next(); next != null; next = source.next()) {
            boolean first = next.key().equals(key + NUMBER + 1);
            if (only != null) {
                return Optional.of(new Found(only, 0, next.key().equals(key + NUMBER + 2)));
            }
            if (first) {
                only = next;
                continue;
            }
            Found found = of(next, key);
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.ofNullable(only).map(document -> new Found(document, 0, false));
    }

    private @Nullable Found of(Document document, String key) {
        boolean its = document.key().equals(key);
        boolean numbered = key.startsWith(document.key() + NUMBER);
        if (!keysAreInDocuments && !its && !numbered) {
            seen++;
            note(document.key());
            return null;
        }
        List<Outcome> outcomes = outcomes(document);
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i).key().equals(key) || numbered && key.equals(document.key() + NUMBER + (i + 1))) {
                return new Found(document, i, false);
            }
        }
        return its ? new Found(document, 0, outcomes.size() > 1) : null;
    }

    /**
     * The n-th record of a source.
     *
     * @param number from 1; 0 for the only one
     */
    public Optional<Found> byNumber(DocumentSource source, long number) throws SourceException, InterruptedException {
        Found first = null;
        for (Document next = source.next(); next != null; next = source.next()) {
            if (first != null) {
                return Optional.of(new Found(first.document, 0, true));
            }
            long before = seen;
            int records = outcomes(next).size();
            if (number == 0) {
                first = new Found(next, 0, records > 1);
            } else if (number <= before + records) {
                return Optional.of(new Found(next, (int) (number - before - 1), false));
            }
        }
        return Optional.ofNullable(first);
    }

    private List<Outcome> outcomes(Document document) {
        List<Outcome> outcomes = new ArrayList<>();
        if (pipeline.processAlone(document, Long.MAX_VALUE, outcomes) == DocumentPipeline.OUT_OF_MEMORY) {
            pipeline = pipeline();
        }
        outcomes.forEach(outcome -> note(outcome.key()));
        seen += outcomes.size();
        return outcomes;
    }
}
