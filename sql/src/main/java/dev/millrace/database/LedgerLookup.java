package dev.millrace.database;

import dev.millrace.dialect.Database;
import dev.millrace.document.Skip;
import dev.millrace.source.jdbc.SettledDocuments;
import dev.millrace.workers.Stop;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks up in the ledger which documents a run would skip. Its own connection is opened by the first lookup. */
final class LedgerLookup implements SettledDocuments {
    private final Target target;
    private volatile @Nullable Connection connection;
    private @Nullable ProcessingLog log;

    LedgerLookup(Target target) {
        this.target = target;
    }

    @Override
    public Map<String, Skip> among(List<String> keys) throws SQLException {
        ProcessingLog asked = log;
        if (asked == null) {
            Connection opened = target.database().connect();
            connection = opened;
            asked = target.ledger().log(opened);
            log = asked;
        }
        List<String> ledgerKeys = new ArrayList<>(keys.size());
        for (String key : keys) {
            ledgerKeys.add(PendingDocument.ledgerKey(key));
        }
        boolean rejectsOnly = target.options().retryRejects();
        String thisRun = target.run().runId();
        Map<String, Skip> found = new HashMap<>();
        Set<String> wanted = new HashSet<>();
        asked.states(ledgerKeys, (key, loaded, withdrawn, runId) -> {
            if (runId.equals(thisRun)) {
                // The engine tells what another try of a part has settled, and counts it.
                wanted.add(key);
            } else if (loaded) {
                found.put(key, target.ledger().loadedBefore(runId));
            } else if (rejectsOnly || withdrawn) {
                wanted.add(key);
            } else {
                found.put(key, Skip.REJECTED);
            }
        });
        Map<String, Skip> settled = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            Skip skip = found.get(ledgerKeys.get(i));
            if (skip == null && rejectsOnly && !wanted.contains(ledgerKeys.get(i))) {
                skip = Skip.LEFT_ALONE;
            }
            if (skip != null) {
                settled.put(keys.get(i), skip);
            }
        }
        return settled;
    }

    @Override
    public void stop() {
        Connection open = connection;
        if (open != null) {
            Stop.abort(open);
        }
    }

    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        log = null;
        if (open != null) {
            Database.closeQuietly(open);
        }
    }
}
