package dev.millrace.database;

import dev.millrace.dialect.RetryPolicy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Builds the keys, foreign keys and indexes that tables were created without, by this run or one before. Where rows forbid one and their
 * documents can be told, these documents are taken back: their rows are deleted, so that the key can be built, and the run loads the
 * documents again under it, whichever run had loaded them. {@link LoadPlan} says when a run may do so, {@link PendingConstraints} is where
 * the ledger notes what is missing, {@link ConstraintBuilder} builds, and {@link DisputedDocuments} takes back. Thread-safe.
 */
public final class KeysAfterRows {
    /** How long rows that no document seems to have brought may be those that others are loading or taking back. */
    private static final RetryPolicy OTHERS = new RetryPolicy(4, Duration.ofMillis(100), Duration.ofMillis(500));

    private final Target target;

    public KeysAfterRows(Target target) {
        this.target = target;
    }

    /**
     * What became of keys, foreign keys and indexes.
     *
     * @param needed whether anything was missing
     * @param violations in words, what the rows do not allow; empty when nothing is missing any more
     * @param takenBack documents that are not loaded any more because keys forbid their rows
     */
    public record Built(boolean needed, List<String> violations, long takenBack) {}

    /**
     * Builds what is missing, and takes back the documents whose rows forbid it; {@link #takenBack} says what is left of them.
     *
     * @param connections how many it may use at once; the engines are closed
     */
    public Built build(int connections) throws SQLException, TargetException {
        ConstraintBuilder builder = new ConstraintBuilder(target, connections);
        long documents = 0;
        RetryPolicy.Tries inVain = OTHERS.begin(target.stop());
        while (true) {
            List<ConstraintBuilder.Violation> violations = builder.build();
            target.stop().check();
            int takenBack = violations.isEmpty() ? 0 : new DisputedDocuments(target).takeBack(violations);
            documents += takenBack;
            if (takenBack > 0) {
                inVain = OTHERS.begin(target.stop());
            } else if (violations.isEmpty() || !inVain.pauseQuietly()) {
                List<String> words = violations.stream()
                        .map(ConstraintBuilder.Violation::words)
                        .toList();
                return new Built(builder.wasNeeded(), words, documents);
            }
        }
    }

    /** Whether documents may have been taken back while the run went on, by itself or by another process. */
    public boolean mayHaveTakenBack() {
        return target.keysWereMissing() || target.schema().keysWait();
    }

    /** The documents of the contract that were taken back and not loaded again. */
    public TakenBack takenBack() throws SQLException, TargetException {
        return target.retrying()
                .connected(connection -> TakenBack.find(
                        connection,
                        target.database().dialect(),
                        target.schema(),
                        target.contract().name(),
                        target.run().runId()));
    }

    /** The keys of all of them, in the form that they have in the log; empty if they are more than {@code limit}. */
    public Set<String> keysTakenBack(int limit) throws SQLException, TargetException {
        return target.retrying()
                .connected(connection -> TakenBack.keys(
                        connection,
                        target.database().dialect(),
                        target.schema(),
                        target.contract().name(),
                        limit));
    }
}
