package dev.millrace.dialect.postgresql;

import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Loading;
import dev.millrace.dialect.TableDefinition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes PostgreSQL skip the check of foreign keys that the contract implies. PostgreSQL checks them by a trigger, which executes a query for each
 * row; with {@code session_replication_role = replica} a transaction fires no ordinary trigger. So this is only for transactions that load
 * tables whose only triggers on INSERT are those of such keys.
 */
final class ForeignKeyTriggers {
    /** From this version on the right to a setting can be granted. */
    private static final int GRANTED_SETTINGS = 15;

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    /** The columns of each foreign key of a table, and whether equal values are enough to satisfy it. */
    private static final String FOREIGN_KEYS = """
            SELECT c.oid, c.confrelid = CAST(? AS regclass), a.attname, r.attname,
                c.confmatchtype = 's' AND (a.atttypid, a.atttypmod, a.attcollation) = (r.atttypid, r.atttypmod, r.attcollation)
            FROM pg_catalog.pg_constraint c, LATERAL unnest(c.conkey, c.confkey) AS k (own, referenced)
                JOIN pg_catalog.pg_attribute a ON a.attnum = k.own
                JOIN pg_catalog.pg_attribute r ON r.attnum = k.referenced
            WHERE c.contype = 'f' AND c.conrelid = CAST(? AS regclass) AND a.attrelid = c.conrelid AND r.attrelid = c.confrelid
            """;

    private final Connection connection;
    private final Dialect dialect;
    private final List<TableDefinition> tables;

    /** @param tables all that the transactions load, with the foreign keys that are implied */
    ForeignKeyTriggers(Connection connection, Dialect dialect, List<TableDefinition> tables) {
        this.connection = connection;
        this.dialect = dialect;
        this.tables = tables;
    }

    /** What {@link Dialect#impliedForeignKeys} says. */
    Optional<Loading.ImpliedForeignKeys> impliedForeignKeys() throws SQLException {
        Set<Long> implied = new HashSet<>();
        for (TableDefinition table : tables) {
            for (TableDefinition.ForeignKey key : table.foreignKeys()) {
                implied.addAll(found(table, key));
            }
        }
        if (implied.isEmpty() || !maySetRole()) {
            return Optional.empty();
        }
        // With these locks, which loading takes anyway, nobody can add a key or a trigger. Those that were added before
        // are
        // seen, since each statement sees what is committed. The setting ends with the transaction.
        String lock = "LOCK TABLE "
                + tables.stream()
                        .map(table -> "ONLY " + table.qualified(dialect))
                        .collect(Collectors.joining(", "))
                + " IN ROW EXCLUSIVE MODE";
        String role =
                "SELECT pg_catalog.set_config('session_replication_role', CASE WHEN " + areTheOnlyTriggers(implied)
                        + " THEN 'replica' ELSE pg_catalog.current_setting('session_replication_role') END, true) = 'replica'";
        // The user may lack a privilege, or the server may only resemble PostgreSQL. That has to show now, not in the
        // first batch.
        return answer(connection, role) && mayLock(lock)
                ? Optional.of(transaction -> answer(transaction, lock + "; " + role))
                : Optional.empty();
    }

    /** Does not wait for locks; the first batch does. */
    private boolean mayLock(String lock) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(lock + " NOWAIT");
            return true;
        } catch (SQLException e) {
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                return true;
            }
            throw e;
        }
    }

    private boolean maySetRole() throws SQLException {
        return connection.getMetaData().getDatabaseMajorVersion() >= GRANTED_SETTINGS
                ? is("pg_catalog.has_parameter_privilege('session_replication_role', 'SET')")
                : is("CAST(pg_catalog.current_setting('is_superuser') AS boolean)");
    }

    /** The table's constraints that are the key: its columns, no others, and each of the type of the one that it refers to. */
    private Set<Long> found(TableDefinition table, TableDefinition.ForeignKey key) throws SQLException {
        Set<List<String>> wanted = new HashSet<>();
        for (int i = 0; i < key.columns().size(); i++) {
            wanted.add(List.of(key.columns().get(i), key.tableColumns().get(i)));
        }
        Map<Long, Set<List<String>>> pairs = new HashMap<>();
        Set<Long> others = new HashSet<>();
        try (PreparedStatement select = connection.prepareStatement(FOREIGN_KEYS)) {
            select.setString(1, dialect.qualified(table.schema(), key.table()));
            select.setString(2, table.qualified(dialect));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    long constraint = rows.getLong(1);
                    pairs.computeIfAbsent(constraint, id -> new HashSet<>())
                            .add(List.of(rows.getString(3), rows.getString(4)));
                    if (!rows.getBoolean(2) || !rows.getBoolean(5)) {
                        others.add(constraint);
                    }
                }
            }
        }
        pairs.keySet().removeAll(others);
        pairs.values().removeIf(columns -> !columns.equals(wanted));
        return pairs.keySet();
    }

    /**
     * Excludes partitioned tables, which also have triggers in their partitions; tables with other triggers, which may check, change or leave
     * out rows; and transactions with one snapshot, which do not see triggers that were added later.
     */
    private String areTheOnlyTriggers(Set<Long> implied) {
        return "pg_catalog.current_setting('transaction_isolation') = 'read committed'"
                + " AND NOT EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid IN (" + ids() + ") AND relkind <> 'r')"
                + " AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid IN (" + ids()
                + ") AND tgenabled <> 'D' AND tgtype & 4 <> 0 AND NOT (tgconstraint IN ("
                + implied.stream().map(String::valueOf).collect(Collectors.joining(", ")) + ") AND tgconstrrelid IN ("
                + ids() + ")))";
    }

    private String ids() {
        List<String> ids = new ArrayList<>();
        for (TableDefinition table : tables) {
            String name = table.qualified(dialect).replace("\\", "\\\\").replace("'", "''");
            ids.add("CAST(E'" + name + "' AS regclass)");
        }
        return String.join(", ", ids);
    }

    private boolean is(String condition) throws SQLException {
        return answer(connection, "SELECT " + condition);
    }

    /** The truth value that the last of several statements returns. */
    private static boolean answer(Connection connection, String statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean rows = statement.execute(statements);
            while (!rows && statement.getUpdateCount() >= 0) {
                rows = statement.getMoreResults();
            }
            ResultSet answer = statement.getResultSet();
            return answer != null && answer.next() && answer.getBoolean(1);
        }
    }
}
