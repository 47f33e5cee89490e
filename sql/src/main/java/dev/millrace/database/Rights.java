package dev.millrace.database;

import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.SqlFault;
import dev.millrace.dialect.TableDefinition;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out what the user may do with tables, by statements that change no row. Each database's catalog would need another query, and some hide
 * what is not granted.
 */
final class Rights {
    private static final String NO_ROW = " WHERE 1 = 0";
    /** Such a statement only waits while another session builds an index or changes the table. */
    private static final int SECONDS = 5;

    private final Connection connection;
    private final Database database;

    /** @param connection with auto-commit on, which it still has afterwards */
    Rights(Connection connection, Database database) {
        this.connection = connection;
        this.database = database;
    }

    /** The tables that the user may not load, or not delete from: a line each. */
    List<String> lacking(List<TableDefinition> tables, boolean deletes) throws SQLException {
        List<String> lacking = new ArrayList<>();
        Dialect dialect = database.dialect();
        if (!dialect.takesLogin()) {
            return lacking;
        }
        for (TableDefinition table : tables) {
            Optional<String> insert = insert(table);
            if (insert.isPresent() && !may(insert.get())) {
                lacking.add("table " + table.name() + " – the user may not insert rows; have INSERT granted");
            }
            if (deletes && !may("DELETE FROM " + table.qualified(dialect) + NO_ROW)) {
                lacking.add("table " + table.name()
                        + " – the user may not delete rows, as documents that are replaced or gone"
                        + " need; have DELETE granted");
            }
        }
        return lacking;
    }

    /** A table with the privileges that are needed on it, of SELECT, INSERT, UPDATE and DELETE. */
    record Needed(TableDefinition table, List<String> privileges) {}

    /** Which of the privileges that are needed the user lacks: a line for each table. */
    List<String> lacking(List<Needed> tables) throws SQLException {
        List<String> lacking = new ArrayList<>();
        Dialect dialect = database.dialect();
        for (Needed needed : tables) {
            TableDefinition table = needed.table();
            String name = table.qualified(dialect);
            String column = dialect.quote(table.columns().get(0).name());
            List<String> missing = new ArrayList<>();
            for (String privilege : needed.privileges()) {
                String sql = switch (privilege) {
                    case "SELECT" -> "SELECT " + column + " FROM " + name + NO_ROW;
                    case "INSERT" -> insert(table).orElseThrow();
                    case "UPDATE" -> "UPDATE " + name + " SET " + column + " = NULL" + NO_ROW;
                    case "DELETE" -> "DELETE FROM " + name + NO_ROW;
                    default -> throw new IllegalArgumentException(privilege);
                };
                if (!may(sql)) {
                    missing.add(privilege);
                }
            }
            if (!missing.isEmpty()) {
                String all = String.join(", ", missing);
                lacking.add("table " + (table.schema() == null ? "" : table.schema() + ".") + table.name()
                        + " – the user lacks " + (missing.size() == 1 ? "a privilege" : "privileges") + " (" + all
                        + "), which a run needs there; have " + all + " granted");
            }
        }
        return lacking;
    }

    /** Whether a table exists that the catalog hides, because the user has no privilege on it. */
    boolean mayBeHidden(TableDefinition table) throws SQLException {
        return database.dialect().takesLogin() && !may("SELECT 1 FROM " + table.qualified(database.dialect()) + NO_ROW);
    }

    /**
     * Inserts NULLs, since a user who loads need not be allowed to read; with their types, which some databases need. Numbered columns are left
     * out: a statement that names them may be refused before privileges are checked.
     */
    private Optional<String> insert(TableDefinition table) {
        Dialect dialect = database.dialect();
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (TableDefinition.Column column : table.columns()) {
            if (!column.numbered()) {
                names.add(column.name());
                values.add(dialect.typedNull(column.type()));
            }
        }
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of("INSERT INTO " + table.qualified(dialect) + " (" + TableDefinition.list(dialect, names)
                        + ") SELECT " + String.join(", ", values) + " FROM (SELECT 1 AS x) y" + NO_ROW);
    }

    /** Other faults of the statement are not reported here. */
    private boolean may(String sql) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            int before = statement.getQueryTimeout();
            statement.setQueryTimeout(SECONDS);
            try {
                statement.execute(sql);
            } finally {
                // In H2 the time-out is the connection's, and would also end later statements.
                statement.setQueryTimeout(before);
            }
            return true;
        } catch (SQLException e) {
            if (database.dialect().classify(e) == SqlFault.CONNECTION) {
                throw e;
            }
            return !database.isLackOfPrivilege(e);
        } finally {
            // A trigger can do something even if there is no row.
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }
}
