package dev.millrace.cli;

import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.DocumentPipeline.Examined;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.StageClock;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.FileSource;
import dev.millrace.source.SourceException;
import dev.millrace.xml.PathObserver;
import dev.millrace.xml.Projection;
import dev.millrace.xml.XmlLimits;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Maps the documents of files without any database. */
final class Samples {

    /** What {@code meta: run-id} gives, since there is no run. */
    private static final String RUN_ID = "preview";

    private final MappingContract contract;
    private final Projection projection;
    private final XmlLimits limits;
    private final boolean showValues;
    private final @Nullable PathObserver observer;
    private DocumentPipeline pipeline;
    private long left;

    /** @param limit records at most, of all specifications together */
    Samples(MappingContract contract, XmlLimits limits, boolean showValues, long limit) {
        this(contract, limits, showValues, limit, null);
    }

    /** @param observer is told of all that the documents hold; null for nobody */
    Samples(
            MappingContract contract,
            XmlLimits limits,
            boolean showValues,
            long limit,
            @Nullable PathObserver observer) {
        this.contract = contract;
        this.projection = DataMapper.projection(contract);
        this.limits = limits;
        this.left = limit;
        this.showValues = showValues;
        this.observer = observer;
        this.pipeline = pipeline();
    }

    private DocumentPipeline pipeline() {
        return new DocumentPipeline(
                contract,
                projection,
                limits,
                RUN_ID,
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                showValues,
                new StageClock(),
                observer,
                null);
    }

    /** What is done with a document. */
    private interface Step<T> {
        /** @return how many records the document holds, as {@link DocumentPipeline#processAlone} says it */
        int take(DocumentPipeline pipeline, Document document, long most, List<T> into);
    }

    /**
     * @param specifications files, directories or globs
     * @param lookForMore whether to ask for one more than the limit allows, for which a pipe may have to be waited for
     * @param visitor is told the outcome of each record
     * @return whether more was met than the limit allows
     */
    boolean visit(List<String> specifications, boolean lookForMore, Consumer<Outcome> visitor)
            throws SourceException, InterruptedException {
        return each(specifications, lookForMore, DocumentPipeline::processAlone, visitor);
    }

    /** As {@link #visit}, with all that is wrong with each record. */
    boolean examine(List<String> specifications, Consumer<Examined> visitor)
            throws SourceException, InterruptedException {
        return each(specifications, true, DocumentPipeline::examine, visitor);
    }

    private <T> boolean each(List<String> specifications, boolean lookForMore, Step<T> step, Consumer<T> visitor)
            throws SourceException, InterruptedException {
        List<T> found = new ArrayList<>();
        for (String specification : specifications) {
            try (DocumentSource source = FileSource.open(
                    specification, projection, contract.document().doctype(), limits)) {
                while (left > 0 || lookForMore) {
                    Document document = source.next();
                    if (document == null) {
                        break;
                    }
                    if (left == 0) {
                        return true;
                    }
                    // A file that is read whole may hold several records, and it is these that count.
                    int records = step.take(pipeline, document, left, found);
                    if (records == DocumentPipeline.OUT_OF_MEMORY) {
                        pipeline = pipeline();
                    }
                    boolean more = records > left;
                    left -= found.size();
                    found.forEach(visitor);
                    found.clear();
                    if (more) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
