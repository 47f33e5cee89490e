package dev.millrace.database;

import dev.millrace.database.LoadPlan.Kind;
import dev.millrace.database.LoadPlan.Step;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Purpose;
import dev.millrace.dialect.Retrying;
import dev.millrace.dialect.Stop;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.ForeignKey;
import dev.millrace.dialect.TableFinder;
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
 * Builds the keys, foreign keys and indexes that a contract's tables were created without: several tables at once, all keys
 * before the foreign keys. Each is a transaction of its own, so whoever starts again goes on with those that are left.
 */
final class ConstraintBuilder {
    private final Database database;
    private final Dialect dialect;
    private final Target target;
    private final int connections;
    private boolean needed;

    /** What rows are in the way of a key or foreign key. */
    record Violation(Step step, long count) {
        /** In words for the user. */
        String words() {
            if (count == 0) {
                return place() + " – a value is too large for a key or index";
            }
            return step.reference().isPresent()
                    ? place() + " – " + count + (count == 1 ? " row refers" : " rows refer")
                            + " to rows that are not in table "
                            + step.reference().get().table()
                    : place() + " – " + count + (count == 1 ? " key is" : " keys are") + " there more than once";
        }

        /** Where it is. */
        String place() {
            return "table " + step.table().name() + ", columns (" + String.join(", ", step.columns()) + ")";
        }
    }

    /** @param connections how many tables are worked on at once; at least 1 */
    ConstraintBuilder(Target target, int connections) {
        this.target = target;
        this.database = target.database();
        this.dialect = database.dialect();
        this.connections = connections;
    }

    /**
     * Builds what is missing, as far as the rows allow it.
     *
     * @return what they do not allow; empty when nothing is missing any more
     */
    List<Violation> build() throws SQLException, TargetException {
        Optional<Missing> found = target.retrying().connected(this::missing);
        if (found.isEmpty()) {
            return List.of();
        }
        Missing missing = found.get();
        needed |= !missing.steps().isEmpty();
        List<Violation> violations = build(missing, false);
        // A foreign key wants the key that it refers to.
        return violations.isEmpty() ? build(missing, true) : violations;
    }

    /**
     * What is to be built.
     *
     * @param list where it is struck out
     */
    private record Missing(PendingConstraints list, List<Step> steps) {}

    private Optional<Missing> missing(Connection connection) throws SQLException, TargetException {
        TableFinder finder = new TableFinder(connection);
        Optional<PendingConstraints> list = TargetSchema.pending(connection, finder, database, target.contract());
        if (list.isEmpty()) {
            return Optional.empty();
        }
        LoadPlan plan = new LoadPlan(
                dialect, target.contract(), TargetSchema.wanted(connection, finder, dialect, target.contract()));
        return Optional.of(new Missing(list.get(), list.get().among(connection, plan.steps())));
    }

    /** Whether anything was missing. */
    boolean wasNeeded() {
        return needed;
    }

    private List<Violation> build(Missing missing, boolean foreignKeys) throws SQLException, TargetException {
        Map<TableDefinition, List<Step>> byTable = missing.steps().stream()
                .filter(step -> (step.kind() == Kind.FOREIGN_KEY) == foreignKeys)
                .collect(Collectors.groupingBy(Step::table, LinkedHashMap::new, Collectors.toList()));
        if (byTable.isEmpty()) {
            return List.of();
        }
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(connections, byTable.size()));
        try {
            List<Future<List<Violation>>> tables = new ArrayList<>();
            for (List<Step> steps : byTable.values()) {
                tables.add(threads.submit(() -> buildTable(missing.list(), steps)));
            }
            List<Violation> violations = new ArrayList<>();
            ExecutionException broken = null;
            // Where one breaks, the others go on: what they have begun serves the next run, and nobody is left behind.
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
            Stop.rethrow(broken, TargetException.class);
            throw new IllegalStateException("building keys and indexes failed", broken);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while building keys and indexes", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private List<Violation> buildTable(PendingConstraints list, List<Step> steps) throws SQLException, TargetException {
        List<Violation> violations = new ArrayList<>();
        for (Step step : steps) {
            target.stop().check();
            Retrying retrying = target.retrying();
            SQLException failure;
            while ((failure = tryToBuild(list, step)) != null) {
                if (dialect.classify(failure).isOfARow()) {
                    violations.add(new Violation(step, count(step)));
                    break;
                }
                retrying.after(failure);
            }
        }
        return violations;
    }

    /** Builds and strikes out in one transaction, where the database does not commit by itself in between. */
    private @Nullable SQLException tryToBuild(PendingConstraints list, Step step) {
        try (Connection connection = database.connect(Purpose.BUILD);
                Statement statement = connection.createStatement();
                Stop.Ending atStop = target.stop().ends(statement, connection)) {
            connection.setAutoCommit(false);
            try {
                statement.execute(step.sql());
            } catch (SQLException e) {
                connection.rollback();
                if (dialect.classify(e).isOfARow() || !PendingConstraints.isThere(connection, step)) {
                    return e;
                }
            }
            list.strike(connection, step);
            connection.commit();
            return null;
        } catch (SQLException e) {
            return e;
        }
    }

    private long count(Step step) throws SQLException, TargetException {
        String violating = step.reference().isPresent()
                ? "SELECT COUNT(*) FROM " + step.table().qualified(dialect) + " t WHERE " + isOrphan(dialect, step)
                : "SELECT COUNT(*) FROM (" + repeatedKeys(dialect, step) + ") d";
        return target.retrying().connected(connection -> {
            try (Statement statement = connection.createStatement();
                    Stop.Ending atStop = target.stop().ends(statement, connection);
                    ResultSet rows = statement.executeQuery(violating)) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        });
    }

    /** A SELECT of the keys that several rows have. */
    static String repeatedKeys(Dialect dialect, Step step) {
        String columns = TableDefinition.list(dialect, step.columns());
        String noNull = step.columns().stream()
                .map(column -> dialect.quote(column) + " IS NOT NULL")
                .collect(Collectors.joining(" AND "));
        return "SELECT " + columns + " FROM " + step.table().qualified(dialect) + " WHERE " + noNull + " GROUP BY "
                + columns + " HAVING COUNT(*) > 1";
    }

    /** The condition for rows, called t, that refer to none. */
    static String isOrphan(Dialect dialect, Step step) {
        ForeignKey key = step.reference().orElseThrow();
        List<String> conditions = new ArrayList<>();
        List<String> equal = new ArrayList<>();
        for (int i = 0; i < key.columns().size(); i++) {
            String own = "t." + dialect.quote(key.columns().get(i));
            conditions.add(own + " IS NOT NULL");
            equal.add("p." + dialect.quote(key.tableColumns().get(i)) + " = " + own);
        }
        return String.join(" AND ", conditions)
                + " AND NOT EXISTS (SELECT 1 FROM "
                + dialect.qualified(step.table().schema(), key.table()) + " p WHERE " + String.join(" AND ", equal)
                + ")";
    }
}
