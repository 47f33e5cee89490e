package dev.millrace.cli;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.RejectedDocument;
import dev.millrace.document.Document;
import dev.millrace.document.Reject;
import dev.millrace.mapping.DataMapper;
import dev.millrace.mapping.MappedDocument;
import dev.millrace.processing.DocumentPipeline;
import dev.millrace.processing.StageClock;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.FileSource;
import dev.millrace.source.SourceException;
import dev.millrace.xml.Projection;
import dev.millrace.xml.XmlLimits;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Maps the documents of files without any database. */
final class Samples {

    /** Stands for the run where there is none. */
    private static final String RUN_ID = "preview";

    /** Told about each document. */
    interface Visitor {

        void mapped(MappedDocument document);

        void rejected(Reject reject);
    }

    private final MappingContract contract;
    private final Projection projection;
    private final XmlLimits limits;
    private final boolean showValues;
    private DocumentPipeline pipeline;
    private long left;

    /** @param limit records at most, of all specifications together */
    Samples(MappingContract contract, XmlLimits limits, boolean showValues, long limit) {
        this.contract = contract;
        this.projection = DataMapper.projection(contract);
        this.limits = limits;
        this.left = limit;
        this.showValues = showValues;
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
                new StageClock());
    }

    /**
     * @param specifications files, directories or globs
     * @param lookForMore whether to ask for one more than the limit allows, for which a pipe may have to be waited for
     * @return whether more was met than the limit allows
     */
    boolean visit(List<String> specifications, boolean lookForMore, Visitor visitor)
            throws SourceException, InterruptedException {
        List<MappedDocument> mapped = new ArrayList<>();
        List<RejectedDocument> rejected = new ArrayList<>();
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
                    int records = pipeline.processAlone(document, left, mapped, rejected);
                    if (records == DocumentPipeline.OUT_OF_MEMORY) {
                        pipeline = pipeline();
                    }
                    boolean more = records > left;
                    left -= mapped.size() + rejected.size();
                    mapped.forEach(visitor::mapped);
                    rejected.forEach(reject -> visitor.rejected(new Reject(reject.key(), reject.fault())));
                    mapped.clear();
                    rejected.clear();
                    if (more) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
