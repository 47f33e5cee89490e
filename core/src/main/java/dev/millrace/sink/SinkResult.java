package dev.millrace.sink;

import dev.millrace.document.Reject;
import dev.millrace.document.Skips;
import dev.millrace.mapping.CellCounts;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.pipeline.Outcome.Unselected;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What became of a batch; every document of it is in exactly one of the three.
 *
 * @param accepted documents that the sink has taken in: loaded, counted or compared
 * @param replaced how many of these took the place of an older version
 * @param skips documents of which the sink held enough, so that nothing was done
 * @param rejects documents rejected, by the mapper or by the sink
 * @param rows rows taken in, by table index
 * @param kept rows of documents taken in, by table index, in whose place another row with their key stays (on-duplicate): the
 *     first one for keep-first, a later one of the same batch for update
 * @param again what of the batch counts already
 * @param cells the values of the rows of documents that were taken in; null where the sink does not count them
 */
@API(status = API.Status.STABLE, since = "0.1")
public record SinkResult(
        int accepted,
        int replaced,
        Skips skips,
        List<Reject> rejects,
        long[] rows,
        long[] kept,
        Again again,
        @Nullable CellCounts cells) {

    /**
     * Documents of a batch that were withdrawn, as they were counted before.
     *
     * @param loaded documents that this run had loaded
     * @param rows their rows, by table index
     * @param skipped documents that another run had loaded
     */
    public record Again(int loaded, int skipped, long[] rows) {}

    public SinkResult {
        rejects = List.copyOf(rejects);
    }

    /** A result in which every row went in. */
    public SinkResult(int accepted, Skips skips, List<Reject> rejects, long[] rows) {
        this(accepted, 0, skips, rejects, rows, new long[rows.length], new Again(0, 0, new long[rows.length]), null);
    }

    /** This result with the values counted. */
    public SinkResult with(CellCounts counts) {
        return new SinkResult(accepted, replaced, skips, rejects, rows, kept, again, counts);
    }

    /** The result of a sink that takes in whatever was mapped, and rejects nothing of its own. */
    public static SinkResult ofAll(List<Outcome> batch, long[] rows) {
        List<Reject> rejects = new ArrayList<>();
        int unselected = 0;
        for (Outcome outcome : batch) {
            if (outcome instanceof Rejected document) {
                rejects.add(document.reject());
            } else if (outcome instanceof Unselected) {
                unselected++;
            }
        }
        return new SinkResult(batch.size() - rejects.size() - unselected, Skips.unselected(unselected), rejects, rows);
    }

    /** Documents skipped, for whatever reason. */
    public int skipped() {
        return (int) skips.total();
    }

    /** All documents of the batch. */
    public int documents() {
        return accepted + skipped() + rejects.size();
    }
}
