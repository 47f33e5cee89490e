package dev.millrace.sink;

import dev.millrace.document.Reject;
import dev.millrace.document.Skips;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import java.util.ArrayList;
import java.util.List;

/** Counts documents and rows and keeps nothing: the sink of a dry run. */
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
        int mapped = 0;
        List<Reject> rejects = new ArrayList<>();
        for (Outcome outcome : batch) {
            if (outcome instanceof Mapped document) {
                mapped++;
                for (int table = 0; table < tables; table++) {
                    rows[table] += document.rows().get(table).size();
                }
            } else if (outcome instanceof Rejected document) {
                rejects.add(document.reject());
            }
        }
        return new SinkResult(mapped, Skips.NONE, rejects, rows);
    }

    @Override
    public void close() {
        // It holds nothing.
    }
}
