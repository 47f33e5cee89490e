package dev.millrace.cli;

import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.StageClock;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.FileSource;
import dev.millrace.source.SourceException;
import dev.millrace.xml.Projection;
import dev.millrace.xml.XmlLimits;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Maps the documents of files without any database. */
final class Samples {

    /** What {@code meta: run-id} gives, since there is no run. */
    private static final String RUN_ID = "preview";

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
     * @param visitor is told the outcome of each record
     */
    void visit(List<String> specifications, Consumer<Outcome> visitor) throws SourceException, InterruptedException {
        List<Outcome> found = new ArrayList<>();
        for (String specification : specifications) {
            try (DocumentSource source = FileSource.open(
                    specification, projection, contract.document().doctype(), limits)) {
                while (left > 0) {
                    Document document = source.next();
                    if (document == null) {
                        break;
                    }
                    // A file that is read whole may hold several records, and it is these that count.
                    int records = pipeline.processAlone(document, left, found);
                    if (records == DocumentPipeline.OUT_OF_MEMORY) {
                        pipeline = pipeline();
                    }
                    left -= found.size();
                    found.forEach(visitor);
                    found.clear();
                }
            }
        }
    }
}
