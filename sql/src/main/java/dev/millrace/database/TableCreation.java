package dev.millrace.database;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.keys.KeyPlan;
import dev.millrace.database.keys.PendingKeys;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.dialect.SqlFault;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableFinder;
import dev.millrace.workers.Stop;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Creates a run's tables: all or none, where the database can roll that back. Several processes may do so at once.
 *
 * @param plan the keys that the contract's tables get only after their rows; null for none
 */
record TableCreation(
        Database database,
        MappingContract contract,
        @Nullable KeyPlan plan) {

    /**
     * Creates them in one transaction, on a connection of its own. It may fail if another process creates the same tables at the same time. The
     * caller should then check again what is missing.
     *
     * @param missing the tables that did not exist a moment ago
     * @param stop ends waiting for others
     */
    void create(List<TableDefinition> missing, Stop stop) throws TargetException, SQLException {
        if (missing.isEmpty()) {
            return;
        }
        Dialect dialect = database.dialect();
        try (Connection connection = database.connect();
                Stop.Ending atStop = stop.aborts(connection);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            Optional<String> lock = dialect.lockForDdl();
            if (lock.isPresent()) {
                dialect.unlockForDdl().ifPresent(unlock -> Database.atReturn(connection, unlock));
                statement.execute(lock.get());
            }
            for (String schema : schemas(missing)) {
                if (new TableFinder(connection).schema(schema).isEmpty()) {
                    statement.execute(dialect.createSchema(schema));
                }
            }
            for (TableDefinition table : missing) {
                if (!isThere(connection, table)) {
                    execute(connection, table, statements(connection, table));
                }
            }
            connection.commit();
        } catch (SQLException e) {
            // Closing the connection has rolled the transaction back.
            if (dialect.isLackOfPrivilege(e)) {
                throw new TargetException(
                        database.displayUrl() + " – the user may not create tables"
                                + (schemas(missing).isEmpty()
                                        ? ""
                                        : " in schema " + String.join(" or ", schemas(missing)))
                                + " – grant that, or have the statements of 'millrace ddl' executed",
                        true,
                        e);
            }
            throw e;
        }
    }

    /** Where tables go, where there are schemas. */
    private Set<String> schemas(List<TableDefinition> tables) {
        Set<String> schemas = new LinkedHashSet<>();
        for (TableDefinition table : tables) {
            if (table.schema() != null && database.dialect().capabilities().contains(Capability.SCHEMAS)) {
                schemas.add(table.schema());
            }
        }
        return schemas;
    }

    /** What creates a table; what it gets later is noted first. */
    private List<String> statements(Connection connection, TableDefinition table) throws SQLException {
        if (plan == null || !plan.isOfContract(table)) {
            return Ddl.create(database.dialect(), table);
        }
        Optional<PendingKeys> list = TargetSchema.pending(connection, new TableFinder(connection), database, contract);
        if (list.isPresent()) {
            list.get().note(connection, table, plan.of(table));
        }
        return plan.create(table);
    }

    /** Another process may be creating the same table: then it is there in the end, whoever was first. */
    private void execute(Connection connection, TableDefinition table, List<String> statements) throws SQLException {
        Dialect dialect = database.dialect();
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            if (dialect.classify(e) == SqlFault.TRANSIENT
                    || dialect.lockForDdl().isPresent()
                    || !isThere(connection, table)) {
                throw e;
            }
        }
    }

    private static boolean isThere(Connection connection, TableDefinition table) throws SQLException {
        return new TableFinder(connection).find(table.schema(), table.name()).isPresent();
    }
}
