package dev.millrace.sink;

import dev.millrace.contract.MappingContract;
import dev.millrace.mapping.CellCounts;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** Counts documents and rows and keeps nothing: the sink of a dry run. */
@API(status = API.Status.STABLE, since = "0.1")
public final class CountingSink implements Sink<Outcome> {
    private final int tables;
    private final @Nullable MappingContract contract;

    /** @param tables how many tables the contract has */
    public CountingSink(int tables) {
        this.tables = tables;
        this.contract = null;
    }

    /** One that counts values, too. */
    public CountingSink(MappingContract contract) {
        this.tables = contract.tables().size();
        this.contract = contract;
    }

    @Override
    public Outcome prepare(Outcome outcome) {
        return outcome;
    }

    @Override
    public SinkResult accept(List<Outcome> batch) {
        long[] rows = new long[tables];
        CellCounts cells = contract == null ? null : new CellCounts(contract);
        for (Outcome outcome : batch) {
            if (outcome instanceof Mapped document) {
                for (int table = 0; table < tables; table++) {
                    rows[table] += document.rows().get(table).size();
                }
                if (cells != null) {
                    cells.add(document.rows());
                }
            }
        }
        SinkResult result = SinkResult.ofAll(batch, rows);
        return cells == null ? result : result.with(cells);
    }

    @Override
    public void close() {
        // It holds nothing.
    }
}
