package dev.millrace.database;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.database.ConstraintBuilder.Violation;
import dev.millrace.database.LoadPlan.Step;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.TableDefinition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Documents whose rows keep a key or foreign key from being built. A row does not say which document it is of, but the database
 * knows which transaction wrote it, and the ledger's rows come in the same transactions: all documents of these transactions
 * are taken back, rows and ledger together, as if they had never been loaded. Loaded again with the keys in place, each of them
 * ends as it would have ended had the keys been there from the start.
 */
final class DisputedDocuments {
    /** Transactions named in one statement. */
    private static final int CHUNK = 500;

    private final Target target;
    private final Dialect dialect;

    DisputedDocuments(Target target) {
        this.target = target;
        this.dialect = target.database().dialect();
    }

    /**
     * What was taken back.
     *
     * @param rows by table of the contract
     */
    record TakenBack(int documents, long[] rows) {}

    /** Whether the documents of rows can be told at all. Rows that may replace others are no longer what they were loaded as. */
    static boolean canBeTold(Dialect dialect, MappingContract contract) {
        return dialect.transactionOf("t").isPresent()
                && contract.tables().stream().map(TableMapping::onDuplicate).allMatch(OnDuplicate.REJECT::equals);
    }

    /**
     * Takes the documents back in one transaction.
     *
     * @return empty, and nothing is changed, when rows are not this run's own: their documents need not be in its source
     */
    Optional<TakenBack> takeBack(List<Violation> violations) throws SQLException {
        if (!canBeTold(dialect, target.contract())) {
            return Optional.empty();
        }
        try (Connection connection = target.database().connect()) {
            connection.setAutoCommit(false);
            List<String> transactions = transactions(connection, violations);
            if (transactions.isEmpty() || !areOfThisRun(connection, transactions)) {
                return Optional.empty();
            }
            List<TableDefinition> tables = target.tables();
            long[] rows = new long[tables.size()];
            for (int t = tables.size() - 1; t >= 0; t--) {
                rows[t] = delete(connection, tables.get(t).qualified(dialect), "", transactions);
            }
            String loaded = LedgerTables.statement(dialect, "", " AND t.[status] = 'loaded'");
            int documents = (int) delete(connection, target.schema().log().qualified(dialect), loaded, transactions);
            connection.commit();
            return Optional.of(new TakenBack(documents, rows));
        }
    }

    private List<String> transactions(Connection connection, List<Violation> violations) throws SQLException {
        Set<String> transactions = new TreeSet<>();
        for (Violation violation : violations) {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(select(violation.step()))) {
                while (rows.next()) {
                    transactions.add(rows.getString(1));
                }
            }
        }
        return List.copyOf(transactions);
    }

    private String select(Step step) {
        String from;
        if (step.reference().isPresent()) {
            from = ConstraintBuilder.orphans(dialect, step);
        } else {
            List<String> equal = step.columns().stream()
                    .map(column -> "t." + dialect.quote(column) + " = d." + dialect.quote(column))
                    .toList();
            from = step.table().qualified(dialect) + " t JOIN (" + ConstraintBuilder.repeatedKeys(dialect, step)
                    + ") d ON " + String.join(" AND ", equal);
        }
        return "SELECT DISTINCT " + transaction() + " FROM " + from;
    }

    private boolean areOfThisRun(Connection connection, List<String> transactions) throws SQLException {
        String select = LedgerTables.statement(
                dialect,
                target.schema().log().qualified(dialect),
                "SELECT DISTINCT " + transaction() + " FROM [] t WHERE t.[contract_name] = ? AND t.[run_id] = ?");
        Set<String> own = new TreeSet<>();
        try (PreparedStatement statement = connection.prepareStatement(select)) {
            statement.setString(1, target.contract().name());
            statement.setString(2, target.run().runId());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    own.add(rows.getString(1));
                }
            }
        }
        return own.containsAll(transactions);
    }

    private long delete(Connection connection, String table, String condition, List<String> transactions)
            throws SQLException {
        long deleted = 0;
        for (int from = 0; from < transactions.size(); from += CHUNK) {
            List<String> chunk =
                    new ArrayList<>(transactions.subList(from, Math.min(from + CHUNK, transactions.size())));
            String sql = "DELETE FROM " + table + " t WHERE " + transaction() + " IN ("
                    + String.join(", ", Collections.nCopies(chunk.size(), "?")) + ")" + condition;
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < chunk.size(); i++) {
                    statement.setString(i + 1, chunk.get(i));
                }
                deleted += statement.executeUpdate();
            }
        }
        return deleted;
    }

    private String transaction() {
        return dialect.transactionOf("t").orElseThrow();
    }
}
