package dev.millrace.database;

import dev.millrace.contract.LedgerNames;
import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableFinder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The ledgers of a database, whatever schema they are in and whatever their names begin with, read over one connection. Those that the
 * user may not read are named instead. Not thread-safe.
 */
public final class Ledgers implements AutoCloseable {
    private final Connection connection;
    private final List<Ledger> readable;
    private final List<LedgerNames> unreadable;

    private Ledgers(Connection connection, List<Ledger> readable, List<LedgerNames> unreadable) {
        this.connection = connection;
        this.readable = List.copyOf(readable);
        this.unreadable = List.copyOf(unreadable);
    }

    /**
     * Opens all ledgers that have the schema and the prefix which are asked for; all that there are where neither is.
     *
     * @throws TargetException when the database cannot be reached, holds no such ledger, or none that the user may read
     */
    public static Ledgers open(Database database, LedgerNames names) throws TargetException {
        return open(database, names, true);
    }

    /** Opens the one ledger that a run with these names would use; the rest as {@link #open}. */
    public static Ledgers of(Database database, LedgerNames names) throws TargetException {
        return open(database, names, false);
    }

    private static Ledgers open(Database database, LedgerNames names, boolean all) throws TargetException {
        Connection connection = Connections.open(database);
        try {
            LedgerFinder finder = new LedgerFinder(database.dialect(), new TableFinder(connection));
            List<LedgerTables> there = all ? finder.all(names) : List.of();
            if (there.isEmpty()) {
                // Says what is there in its place.
                there = List.of(finder.toRead(database, names));
            }
            List<Ledger> readable = new ArrayList<>();
            List<LedgerNames> unreadable = new ArrayList<>();
            for (LedgerTables ledger : there) {
                if (isReadable(database, connection, finder, ledger)) {
                    readable.add(Ledger.of(database, connection, finder, ledger));
                } else {
                    unreadable.add(LedgerFinder.named(ledger));
                }
            }
            if (readable.isEmpty()) {
                throw new TargetException(
                        database.displayUrl() + " – the user lacks a privilege (SELECT) on "
                                + there.stream()
                                        .map(ledger -> LedgerFinder.shown(ledger) + " and its "
                                                + ledger.runs().name())
                                        .collect(Collectors.joining(", and on "))
                                + " – ask for it, or name another ledger with --ledger-schema",
                        true,
                        null);
            }
            return new Ledgers(connection, readable, unreadable);
        } catch (SQLException e) {
            Database.closeQuietly(connection);
            throw TargetException.unreadable(database, "the ledger cannot be read", e);
        } catch (TargetException | RuntimeException | Error e) {
            Database.closeQuietly(connection);
            throw e;
        }
    }

    /** Those that the user may read, one at least, in the order of their names. They are closed with this. */
    public List<Ledger> readable() {
        return readable;
    }

    /** Those that the user may not read. */
    public List<LedgerNames> unreadable() {
        return unreadable;
    }

    @Override
    public void close() {
        Database.closeQuietly(connection);
    }

    private static boolean isReadable(
            Database database, Connection connection, LedgerFinder finder, LedgerTables ledger) throws SQLException {
        for (TableDefinition table : ledger.ofEveryLedger()) {
            String select = LedgerTables.statement(
                    database.dialect(),
                    finder.resolved(table).qualified(database.dialect()),
                    "SELECT [contract_name] FROM [] WHERE 1 = 0");
            try (PreparedStatement statement = connection.prepareStatement(select);
                    ResultSet none = statement.executeQuery()) {
                none.next();
            } catch (SQLException e) {
                if (!database.isLackOfPrivilege(e)) {
                    throw e;
                }
                return false;
            }
        }
        return true;
    }
}
