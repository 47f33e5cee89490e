package dev.millrace.cli;

import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.FileSource;
import dev.millrace.source.SourceException;
import dev.millrace.xml.Projection;
import dev.millrace.xml.XmlLimits;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The documents of several specifications, one after the other, up to a number of records: a file that is read whole may hold several, and
 * it is these that count. Read by one thread; what it says of a document, whoever was handed that may ask.
 */
final class SampleDocuments implements DocumentSource {

    private final List<String> specifications;
    private final MappingContract contract;
    private final Projection projection;
    private final XmlLimits limits;
    private final @Nullable ToLongFunction<Document> records;

    private int opened;
    private volatile @Nullable DocumentSource source;
    private volatile boolean stopped;
    private long left;
    private long number;
    /** The document of which only some records are wanted, and how many of them. */
    private volatile long cut = -1;

    private volatile long ofCut;
    private volatile boolean more;

    /**
     * @param limit records at most; {@link Long#MAX_VALUE} for all
     * @param records says how many records a document holds; asked only where there is a limit
     */
    SampleDocuments(
            List<String> specifications,
            MappingContract contract,
            Projection projection,
            XmlLimits limits,
            long limit,
            ToLongFunction<Document> records) {
        this.specifications = specifications;
        this.contract = contract;
        this.projection = projection;
        this.limits = limits;
        this.left = limit;
        this.records = limit == Long.MAX_VALUE ? null : records;
    }

    @Override
    public @Nullable Document next() throws SourceException, InterruptedException {
        Document next = more ? null : fromSources();
        if (next == null || records == null) {
            return next;
        }
        if (left == 0) {
            more = true;
            return null;
        }
        long its = records.applyAsLong(next);
        if (its > left) {
            cut = number;
            ofCut = left;
            more = true;
        }
        left -= Math.min(its, left);
        number++;
        return next;
    }

    private @Nullable Document fromSources() throws SourceException, InterruptedException {
        while (!stopped) {
            DocumentSource open = source;
            if (open != null) {
                Document next = open.next();
                if (next != null) {
                    return next;
                }
                open.close();
                source = null;
            }
            if (opened == specifications.size()) {
                return null;
            }
            DocumentSource made = FileSource.open(
                    specifications.get(opened++),
                    projection,
                    contract.document().doctype(),
                    limits);
            source = made;
            if (stopped) {
                made.stop();
            }
        }
        return null;
    }

    /** How many records of a document are wanted, from its first on. */
    long most(long document) {
        return document == cut ? ofCut : Long.MAX_VALUE;
    }

    /** Whether there are more records than the limit allows. */
    boolean hasMore() {
        return more;
    }

    @Override
    public String description() {
        return String.join(", ", specifications);
    }

    @Override
    public void stop() {
        stopped = true;
        DocumentSource open = source;
        if (open != null) {
            open.stop();
        }
    }

    @Override
    public void close() {
        DocumentSource open = source;
        if (open != null) {
            open.close();
            source = null;
        }
    }
}
