package dev.millrace.database;

import dev.millrace.mapping.MappedDocument;
import java.util.List;

/**
 * What a worker gives its engine at once.
 *
 * @param mapped documents to load, in the source's order
 * @param rejected documents to write to the ledger as rejected
 */
public record LoadBatch(List<MappedDocument> mapped, List<RejectedDocument> rejected) {

    public LoadBatch {
        mapped = List.copyOf(mapped);
        rejected = List.copyOf(rejected);
    }
}
