package dev.millrace.database;

import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.database.RowCounts.Rows;
import dev.millrace.database.ledger.ContractLog;
import dev.millrace.database.ledger.DocumentRows;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.TableDefinition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * That tables hold fewer rows of loaded documents than they were given. Only the first and the last documents of the ledger, by their keys,
 * are looked at, so that it takes no longer where there are millions: tables that were emptied, or dropped and made anew, show so.
 *
 * @param lookedAt loaded documents whose rows were counted
 * @param documents how many of these have fewer rows than the ledger says
 * @param rowsInLedger what these had when they were loaded
 * @param rows what they have now
 * @param emptyTables tables of the contract that hold no row at all
 */
public record FewerRows(int lookedAt, int documents, long rowsInLedger, long rows, List<String> emptyTables) {
    /** Entries of the ledger that are looked at, at each end. */
    private static final int AT_EACH_END = 100;

    /** A document and a half-finished answer may meet where another process is loading it anew; not twice. */
    private static final int LOOKS = 2;

    public FewerRows {
        emptyTables = List.copyOf(emptyTables);
    }

    /** Looks; empty where all that was looked at is there. Where rows of documents cannot be found, only empty tables show. */
    static Optional<FewerRows> look(
            Connection connection, TargetSchema schema, DocumentRows documentRows, RunLedger ledger, Dialect dialect)
            throws SQLException {
        Optional<FewerRows> found = Optional.empty();
        for (int look = 0; look < LOOKS; look++) {
            found = new Look(connection, schema, documentRows, ledger, dialect).compare();
            if (found.isEmpty()) {
                break;
            }
        }
        return found;
    }

    private record Look(
            Connection connection, TargetSchema schema, DocumentRows documentRows, RunLedger ledger, Dialect dialect) {

        Optional<FewerRows> compare() throws SQLException {
            ContractLog log = schema.contractLog(dialect);
            Map<String, ProcessingLog.Entry> entries = new LinkedHashMap<>();
            read(log, "", entries);
            read(log, " DESC", entries);
            entries.values().removeIf(entry -> !entry.loaded() || entry.rowCount() == 0);
            if (entries.isEmpty()) {
                return Optional.empty();
            }
            boolean found = documentRows.obstacle().isEmpty();
            List<ProcessingLog.Entry> known = new ArrayList<>();
            List<String> keys = new ArrayList<>();
            for (ProcessingLog.Entry entry : entries.values()) {
                if (found && entry.rowKeys() != null && isReadable(entry.rowKeys())) {
                    known.add(entry);
                    keys.add(entry.rowKeys());
                }
            }
            List<Rows> rows = RowCounts.of(connection, dialect, documentRows, keys);
            int documents = 0;
            long inLedger = 0;
            long there = 0;
            for (int i = 0; i < known.size(); i++) {
                if (isShort(known.get(i), rows.get(i))) {
                    documents++;
                    inLedger += known.get(i).rowCount();
                    there += rows.get(i).total();
                }
            }
            if (known.isEmpty() && EmptiedTables.areEmpty(connection, dialect, schema.tables())) {
                documents = entries.size();
                inLedger = entries.values().stream()
                        .mapToLong(ProcessingLog.Entry::rowCount)
                        .sum();
            }
            return documents == 0
                    ? Optional.empty()
                    : Optional.of(new FewerRows(
                            known.isEmpty() ? documents : known.size(), documents, inLedger, there, emptyTables()));
        }

        private void read(ContractLog log, String order, Map<String, ProcessingLog.Entry> entries) throws SQLException {
            String select = dialect.firstRows("SELECT " + ProcessingLog.COLUMNS + ", [row_keys] FROM []"
                    + " WHERE [contract_name] = ? ORDER BY [contract_name]" + order + ", [document_key]" + order);
            try (PreparedStatement statement = log.prepare(connection, select)) {
                statement.setString(1, log.contract());
                statement.setInt(2, AT_EACH_END);
                try (ResultSet found = statement.executeQuery()) {
                    while (found.next()) {
                        entries.put(found.getString(1), ProcessingLog.Entry.read(dialect, found, true));
                    }
                }
            }
        }

        private boolean isReadable(String keys) {
            try {
                documentRows.keys().read(keys);
                return true;
            } catch (IllegalArgumentException otherTables) {
                return false;
            }
        }

        /** Rows that documents share are among those of the ledger, and cannot be counted; an older contract may have had more tables. */
        private boolean isShort(ProcessingLog.Entry entry, Rows rows) {
            boolean comparable = !ledger.isOfOtherContract(entry.runId())
                    && schema.contract().tables().stream()
                            .map(TableMapping::onDuplicate)
                            .allMatch(OnDuplicate.REJECT::equals);
            if (comparable) {
                return rows.total() < entry.rowCount();
            }
            boolean hasTopLevelRows = documentRows.keys().read(Objects.requireNonNull(entry.rowKeys())).stream()
                    .anyMatch(root -> !root.isEmpty());
            return hasTopLevelRows && !rows.there();
        }

        private List<String> emptyTables() throws SQLException {
            List<String> empty = new ArrayList<>();
            for (TableDefinition table : schema.tables()) {
                if (EmptiedTables.areEmpty(connection, dialect, List.of(table))) {
                    empty.add(table.name());
                }
            }
            return empty;
        }
    }
}
