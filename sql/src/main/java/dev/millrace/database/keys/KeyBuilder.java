package dev.millrace.database.keys;

import dev.millrace.database.keys.KeyPlan.Key;
import dev.millrace.database.keys.KeyPlan.Kind;
import dev.millrace.database.keys.PendingKeys.Missing;
import dev.millrace.dialect.DatabaseAccess;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Purpose;
import dev.millrace.dialect.Retrying;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.workers.Stop;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Builds the keys, foreign keys and indexes that a contract's tables were created without: for several tables at once, and all keys before the
 * foreign keys. Each is built in its own transaction, so a later run goes on with those that are left.
 */
final class KeyBuilder {
    private final DatabaseAccess access;
    private final Dialect dialect;
    private final PendingKeys.Finder finder;
    private final int connections;
    private boolean needed;

    /** @param connections for how many tables it builds at once; at least 1 */
    KeyBuilder(DatabaseAccess access, PendingKeys.Finder finder, int connections) {
        this.access = access;
        this.dialect = access.dialect();
        this.finder = finder;
        this.connections = connections;
    }

    /**
     * Builds what is missing, as far as the rows allow it.
     *
     * @return the rows that violate a key; empty when nothing is missing any more
     */
    List<Violation> build() throws SQLException {
        Optional<Missing> found = access.retrying().connected(finder::find);
        if (found.isEmpty()) {
            return List.of();
        }
        Missing missing = found.get();
        needed |= !missing.keys().isEmpty();
        List<Violation> violations = build(missing, false);
        // A foreign key needs the key that it refers to.
        return violations.isEmpty() ? build(missing, true) : violations;
    }

    /** Whether anything was missing. */
    boolean wasNeeded() {
        return needed;
    }

    private List<Violation> build(Missing missing, boolean foreignKeys) throws SQLException {
        Map<TableDefinition, List<Key>> byTable = missing.keys().stream()
                .filter(key -> (key.kind() == Kind.FOREIGN_KEY) == foreignKeys)
                .collect(Collectors.groupingBy(Key::table, LinkedHashMap::new, Collectors.toList()));
        if (byTable.isEmpty()) {
            return List.of();
        }
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(connections, byTable.size()));
        try {
            List<Future<List<Violation>>> tables = new ArrayList<>();
            for (List<Key> keys : byTable.values()) {
                tables.add(threads.submit(() -> buildTable(missing.list(), keys)));
            }
            List<Violation> violations = new ArrayList<>();
            ExecutionException broken = null;
            // If one fails, the others go on: the keys they have begun are then there for the next run, and no thread
            // is left.
            for (Future<List<Violation>> table : tables) {
                try {
                    violations.addAll(table.get());
                } catch (ExecutionException e) {
                    broken = broken == null ? e : broken;
                }
            }
            if (broken == null) {
                return violations;
            }
            Stop.rethrow(broken, SQLException.class);
            throw new IllegalStateException("building keys and indexes failed", broken);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while building keys and indexes", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private List<Violation> buildTable(PendingKeys list, List<Key> keys) throws SQLException {
        List<Violation> violations = new ArrayList<>();
        for (Key key : keys) {
            access.stop().check();
            Retrying retrying = access.retrying();
            SQLException failure;
            while ((failure = tryToBuild(list, key)) != null) {
                if (dialect.classify(failure).isOfARow()) {
                    violations.add(new Violation(key, count(key)));
                    break;
                }
                retrying.after(failure);
            }
        }
        return violations;
    }

    /** Builds a key and deletes it from the list, in one transaction unless the database commits in between. */
    private @Nullable SQLException tryToBuild(PendingKeys list, Key key) {
        try (Connection connection = access.database().connect(Purpose.BUILD);
                Statement statement = connection.createStatement();
                Stop.Ending atStop = access.stop().ends(statement, connection)) {
            connection.setAutoCommit(false);
            try {
                statement.execute(key.sql());
            } catch (SQLException e) {
                connection.rollback();
                if (dialect.classify(e).isOfARow() || !PendingKeys.isThere(connection, key)) {
                    return e;
                }
            }
            list.strike(connection, key);
            connection.commit();
            return null;
        } catch (SQLException e) {
            return e;
        }
    }

    private long count(Key key) throws SQLException {
        return access.retrying().connected(connection -> {
            try (Statement statement = connection.createStatement();
                    Stop.Ending atStop = access.stop().ends(statement, connection);
                    ResultSet rows = statement.executeQuery(Violation.count(dialect, key))) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        });
    }
}
