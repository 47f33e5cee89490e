package dev.millrace.database;

import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import java.util.List;

/**
 * What a worker gives its engine at once.
 *
 * @param ready documents to load, in the source's order
 * @param rejected documents to write to the ledger as rejected
 */
public record LoadBatch(List<ReadyDocument> ready, List<Rejected> rejected) {

    public LoadBatch {
        ready = List.copyOf(ready);
        rejected = List.copyOf(rejected);
    }

    /** Documents whose rows are not encoded. */
    public static LoadBatch of(List<Mapped> mapped, List<Rejected> rejected) {
        return new LoadBatch(mapped.stream().map(ReadyDocument::of).toList(), rejected);
    }
}
