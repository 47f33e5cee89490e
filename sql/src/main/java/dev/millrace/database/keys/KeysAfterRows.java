package dev.millrace.database.keys;

import dev.millrace.database.ledger.ContractLog;
import dev.millrace.database.ledger.DocumentRows;
import dev.millrace.dialect.DatabaseAccess;
import dev.millrace.dialect.RetryPolicy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Builds the keys, foreign keys and indexes that this run or an earlier one created tables without.
 *
 * <ol>
 *   <li>A {@link KeyPlan} says which keys can be built later: those of tables whose rows can be traced to their documents.
 *   <li>{@link PendingKeys} is the list of missing keys in the ledger. A {@link KeyBuilder} builds them.
 *   <li>Rows that a key refuses are a {@link Violation}. A {@link Withdrawal} deletes the rows of their documents, so that the key can be
 *       built.
 *   <li>The caller reads the {@link WithdrawnDocuments} again and loads them with the keys in place, whichever run had loaded them before.
 * </ol>
 *
 * Thread-safe.
 */
public final class KeysAfterRows {
    /** How long to wait if rows seem to be of no document, since others may be loading or withdrawing these. */
    private static final RetryPolicy OTHERS = new RetryPolicy(4, Duration.ofMillis(100), Duration.ofMillis(500));

    private final DatabaseAccess access;
    private final PendingKeys.Finder finder;
    private final DocumentRows documentRows;
    private final ContractLog log;
    private final boolean keysWait;
    private volatile boolean keysWereMissing;

    /**
     * @param documentRows of the contract's tables as they are in the database
     * @param keysWait whether the run loads tables that get their keys only after the rows
     */
    public KeysAfterRows(
            DatabaseAccess access,
            PendingKeys.Finder finder,
            DocumentRows documentRows,
            ContractLog log,
            boolean keysWait) {
        this.access = access;
        this.finder = finder;
        this.documentRows = documentRows;
        this.log = log;
        this.keysWait = keysWait;
    }

    /**
     * The result of building keys, foreign keys and indexes.
     *
     * @param needed whether anything was missing
     * @param violations as text for people, the keys that rows violate; empty when nothing is missing any more
     * @param withdrawn documents that are not loaded any more because keys refuse their rows
     */
    public record Built(boolean needed, List<String> violations, long withdrawn) {}

    /** Builds what earlier runs have not built, before the run loads anything. */
    public Built buildWhatIsLeft(int connections) throws SQLException {
        Built built = build(connections);
        keysWereMissing = built.needed();
        return built;
    }

    /**
     * Builds what is missing, and withdraws the documents whose rows violate it; {@link #withdrawn} says which are still withdrawn.
     *
     * @param connections how many it may use at once; the engines are closed
     */
    public Built build(int connections) throws SQLException {
        KeyBuilder builder = new KeyBuilder(access, finder, connections);
        Withdrawal withdrawal = new Withdrawal(access, documentRows, log);
        long documents = 0;
        RetryPolicy.Tries inVain = OTHERS.begin(access.stop());
        while (true) {
            List<Violation> violations = builder.build();
            access.stop().check();
            int withdrawn = violations.isEmpty() ? 0 : withdrawal.of(violations);
            documents += withdrawn;
            if (withdrawn > 0) {
                inVain = OTHERS.begin(access.stop());
            } else if (violations.isEmpty() || !inVain.pauseQuietly()) {
                List<String> words = violations.stream().map(Violation::words).toList();
                return new Built(builder.wasNeeded(), words, documents);
            }
        }
    }

    /** Whether documents may have been withdrawn since the run began, by itself or by another process. */
    public boolean mayHaveWithdrawn() {
        return keysWait || keysWereMissing;
    }

    /** The documents of the contract that were withdrawn and not loaded again, as a run sees them. */
    public WithdrawnDocuments withdrawn(String runId) throws SQLException {
        return access.retrying().connected(connection -> WithdrawnDocuments.find(connection, log, runId));
    }

    /** The keys of all of them, in the form that they have in the log; empty if they are more than {@code limit}. */
    public Set<String> keysWithdrawn(int limit) throws SQLException {
        return access.retrying().connected(connection -> WithdrawnDocuments.keys(connection, log, limit));
    }
}
