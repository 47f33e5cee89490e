package dev.millrace.discovery;

import dev.millrace.contract.ContractText;
import dev.millrace.document.Document;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.summary.PathSummary;
import dev.millrace.workers.Stop;
import dev.millrace.xml.XmlLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Drafts of documents in memory. */
final class Drafts {

    /** One that can be changed for each test. */
    static final DraftOptions OPTIONS = DraftOptions.of("test");

    private Drafts() {}

    /** Documents with the keys {@code 1.xml}, {@code 2.xml} and so on. */
    static List<Document> documents(String... texts) {
        List<Document> documents = new ArrayList<>();
        for (String text : texts) {
            documents.add(
                    Document.ofBytes((documents.size() + 1) + ".xml", text.getBytes(StandardCharsets.UTF_8), "test"));
        }
        return documents;
    }

    /** The draft's text. */
    static String draft(List<Document> documents, DraftOptions options, int workers)
            throws SourceException, DraftException {
        Discovery discovery = new Discovery(
                List.of(large -> DocumentSource.of("test", documents)),
                options,
                XmlLimits.forWorkers(workers),
                workers,
                PathSummary.MOST_PATHS,
                new Stop());
        PathSummary summary = discovery.summarize(document -> {});
        ContractText contract = discovery.draft(summary, document -> {}).contract();
        return contract.text();
    }
}
