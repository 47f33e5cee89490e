package dev.millrace.database;

import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping;
import dev.millrace.database.ledger.ContractLog;
import dev.millrace.database.ledger.DocumentRows;
import dev.millrace.database.ledger.DocumentRows.RootJoin;
import dev.millrace.database.ledger.DocumentRows.RootTable;
import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.TableDefinition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From a row of the target to the document that it was loaded from: by its row in a top-level table, whose key the ledger notes. */
final class RowOrigin {
    private static final int FETCH_ROWS = 1_000;

    private final Connection connection;
    private final Dialect dialect;
    private final DocumentRows documentRows;
    private final ContractLog log;

    RowOrigin(Connection connection, Dialect dialect, DocumentRows documentRows, ContractLog log) {
        this.connection = connection;
        this.dialect = dialect;
        this.documentRows = documentRows;
        this.log = log;
    }

    /** Whether the documents of a table's rows can be found at all. */
    boolean isKnown(int table) {
        return documentRows.origins(table).isPresent();
    }

    /**
     * What leads to a row's document: the identity of its row in the top-level table, or the document's key itself where the row has it.
     *
     * @return empty when there is no such row
     */
    Optional<Root> root(TableMapping table, TableDefinition definition, List<Object> key) throws SQLException {
        RootJoin origins = documentRows.origins(table.index()).orElseThrow();
        RootTable root = documentRows.roots().get(origins.root());
        StringBuilder select = new StringBuilder("SELECT ")
                .append(origins.columns())
                .append(" FROM ")
                .append(definition.qualified(dialect))
                .append(" t")
                .append(origins.joins());
        String and = " WHERE ";
        for (int column : table.key()) {
            select.append(and)
                    .append("t.")
                    .append(dialect.quote(definition.columns().get(column).name()))
                    .append(" = ?");
            and = " AND ";
        }
        try (PreparedStatement statement = connection.prepareStatement(select.toString())) {
            int parameter = 0;
            for (int column : table.key()) {
                SqlType type = table.columns().get(column).type();
                dialect.bind(statement, parameter + 1, type, key.get(parameter));
                parameter++;
            }
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                Object[] values = new Object[root.columns().size()];
                for (int i = 0; i < values.length; i++) {
                    Object value = dialect.read(rows, i + 1, root.type(i));
                    values[i] = value == null ? "" : value;
                }
                String identity = documentRows.keys().identity(origins.root(), values);
                return Optional.of(new Root(identity, root.ofDocument() ? String.valueOf(values[0]) : null));
            }
        }
    }

    /** @param documentKey the key of the document, or null where only the ledger has it */
    record Root(String identity, @Nullable String documentKey) {}

    /** The key of the loaded document that has the row, as the ledger has it; empty when none has. */
    Optional<String> document(Root root) throws SQLException {
        String select =
                "SELECT [document_key], [row_keys] FROM [] WHERE [contract_name] = ? AND [status] = ? AND [row_keys] IS NOT NULL"
                        + (root.documentKey == null ? "" : " AND [document_key] = ?");
        try (PreparedStatement statement = log.prepare(connection, select)) {
            statement.setFetchSize(FETCH_ROWS);
            statement.setString(1, log.contract());
            statement.setString(2, LedgerTables.LOADED);
            if (root.documentKey != null) {
                statement.setString(3, TargetReader.logKey(root.documentKey.stripTrailing()));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (identities(rows.getString(2)).contains(root.identity)) {
                        return Optional.of(rows.getString(1));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private Set<String> identities(String rowKeys) {
        List<List<Object[]>> roots;
        try {
            roots = documentRows.keys().read(rowKeys);
        } catch (IllegalArgumentException e) {
            // Loaded when the contract had other tables or keys.
            return Set.of();
        }
        Set<String> identities = new HashSet<>();
        for (int root = 0; root < roots.size(); root++) {
            for (Object[] values : roots.get(root)) {
                identities.add(documentRows.keys().identity(root, values));
            }
        }
        return identities;
    }
}
