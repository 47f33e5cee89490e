package dev.millrace.sink;

import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import java.util.List;
import org.apiguardian.api.API;

/** Counts documents and rows and keeps nothing: the sink of a dry run. */
@API(status = API.Status.STABLE, since = "0.1")
public final class CountingSink implements Sink<Outcome> {
    private final int tables;

    /** @param tables how many tables the contract has */
    public CountingSink(int tables) {
        this.tables = tables;
    }

    @Override
    public Outcome prepare(Outcome outcome) {
        return outcome;
    }

    @Override
    public SinkResult accept(List<Outcome> batch) {
        long[] rows = new long[tables];
        for (Outcome outcome : batch) {
            if (outcome instanceof Mapped document) {
                for (int table = 0; table < tables; table++) {
                    rows[table] += document.rows().get(table).size();
                }
            }
        }
        return SinkResult.ofAll(batch, rows);
    }

    @Override
    public void close() {
        // It holds nothing.
    }
}
