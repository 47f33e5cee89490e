package dev.millrace.database;

import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import dev.millrace.dialect.TableFinder;
import dev.millrace.dialect.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds ledgers in a catalog, and tells their tables from others of the same names. */
final class LedgerFinder {
    /** Columns that are told of a table that is not a ledger's, at most. */
    private static final int SHOWN = 8;

    private final Dialect dialect;
    private final TableFinder finder;

    LedgerFinder(Dialect dialect, TableFinder finder) {
        this.dialect = dialect;
        this.finder = finder;
    }

    /**
     * The tables of a contract's ledger, whether they are there or not.
     *
     * @param schema of the contract's tables, as the catalog writes it; null in a database without schemas
     */
    LedgerTables of(@Nullable String schema, LedgerNames names) throws SQLException {
        String own = names.schema();
        if (own == null || !dialect.capabilities().contains(Capability.SCHEMAS)) {
            return new LedgerTables(schema, names);
        }
        return new LedgerTables(finder.schema(own).orElse(own), names);
    }

    /** Where a ledger's table is, if it is there, whoever's it may be. */
    Optional<TableName> find(TableDefinition table) {
        return finder.find(table.schema(), table.name());
    }

    /** What stands under the name of a ledger's table and is none, a line each, with what to do. */
    List<String> collisions(List<TableDefinition> tables) throws SQLException {
        List<String> problems = new ArrayList<>();
        for (TableDefinition table : tables) {
            Optional<TableName> found = find(table);
            if (table.schema() == null && !finder.several(table.name()).isEmpty()) {
                problems.add("table " + table.name() + " – is in several schemas ("
                        + finder.several(table.name()).stream()
                                .map(TableName::schema)
                                .collect(Collectors.joining(", "))
                        + "), and the connection has none of its own – name one with --ledger-schema NAME");
            }
            if (found.isPresent()) {
                collision(table, found.get()).ifPresent(problems::add);
            }
        }
        return problems;
    }

    private Optional<String> collision(TableDefinition table, TableName found) throws SQLException {
        List<TableFinder.Column> there = finder.columns(found);
        List<String> lacking = lacking(table, there);
        String what;
        if (lacking.isEmpty()) {
            if (!finder.isView(found)) {
                return Optional.empty();
            }
            what = "is a view, and the ledger needs a table";
        } else {
            String kind = finder.isView(found) ? "a view" : "a table";
            List<String> columns = there.stream().map(TableFinder.Column::name).toList();
            what = "is " + kind + " of somebody else's, not the ledger's: it has the columns " + list(columns)
                    + " and lacks " + list(lacking);
        }
        return Optional.of(shown(found) + " – " + what + " – have the ledger elsewhere with "
                + (dialect.capabilities().contains(Capability.SCHEMAS) ? "--ledger-schema NAME or " : "")
                + "--ledger-prefix TEXT, or as the contract's 'ledger: { schema: …, prefix: … }'"
                + (ForeignLog.isLog(there)
                        ? "; what that log calls loaded is taken over by 'millrace import-ledger'"
                        : ""));
    }

    /** The columns of a ledger's table that another lacks; but for one that was added to it later. */
    private static List<String> lacking(TableDefinition table, List<TableFinder.Column> there) {
        return table.columns().stream()
                .map(Column::name)
                .filter(name -> !name.equals(LedgerTables.ROW_KEYS)
                        && TableFinder.column(there, name).isEmpty())
                .toList();
    }

    private static String list(List<String> columns) {
        return String.join(", ", columns.subList(0, Math.min(SHOWN, columns.size())))
                + (columns.size() > SHOWN ? " …" : "");
    }

    private static String shown(TableName table) {
        return "table " + (table.schema() == null ? "" : table.schema() + ".") + table.name();
    }

    /** All ledgers of the database, whatever their names begin with, in the order of these. */
    List<LedgerTables> all() throws SQLException {
        List<LedgerTables> ledgers = new ArrayList<>();
        for (LedgerTables ledger : byName()) {
            if (isThere(ledger)) {
                ledgers.add(ledger);
            }
        }
        return ledgers;
    }

    /** Those of them that have the schema and the prefix which are asked for, where any is. */
    List<LedgerTables> all(LedgerNames names) throws SQLException {
        String schema = dialect.capabilities().contains(Capability.SCHEMAS) ? names.schema() : null;
        String wanted = schema == null ? null : finder.schema(schema).orElse(schema);
        String prefix = names.prefix();
        return all().stream()
                .filter(ledger -> wanted == null || wanted.equals(ledger.schema()))
                .filter(ledger -> prefix == null
                        || prefix.equalsIgnoreCase(
                                Objects.requireNonNullElse(ledger.names().prefix(), "")))
                .toList();
    }

    /** What is a ledger by the name of its log. To know more, the catalog is to be asked for each: there can be hundreds. */
    private List<LedgerTables> byName() {
        List<LedgerTables> ledgers = new ArrayList<>();
        for (TableName log : finder.namesEndingIn(LedgerNames.LOG)) {
            String prefix = log.name().substring(0, log.name().length() - LedgerNames.LOG.length());
            try {
                ledgers.add(new LedgerTables(log.schema(), new LedgerNames(log.schema(), prefix)));
            } catch (IllegalArgumentException otherName) {
                // No ledger of ours has such a name.
            }
        }
        return ledgers;
    }

    /**
     * The ledger that somebody wants to read: as named, or, where no prefix is, the only one that is there.
     *
     * @throws TargetException when there is none, or it is not clear which
     */
    LedgerTables toRead(Database database, LedgerNames names) throws SQLException, TargetException {
        String schema = names.schema();
        if (!dialect.capabilities().contains(Capability.SCHEMAS)) {
            schema = null;
        }
        LedgerTables asked =
                new LedgerTables(schema == null ? null : finder.schema(schema).orElse(schema), names);
        LedgerTables found = located(asked);
        if (isThere(found)) {
            return found;
        }
        List<LedgerTables> all = all();
        if (names.prefix() == null) {
            String wanted = asked.schema();
            List<LedgerTables> those = all.stream()
                    .filter(ledger -> wanted == null || wanted.equals(ledger.schema()))
                    .toList();
            if (those.size() == 1) {
                return those.get(0);
            }
        }
        if (asked.schema() == null && !finder.several(asked.log().name()).isEmpty()) {
            throw new TargetException(
                    database.displayUrl() + " – several schemas have a table "
                            + asked.log().name()
                            + ", and it is not clear which is meant"
                            + others(all),
                    true,
                    null);
        }
        List<String> collisions = collisions(asked.ofEveryLedger());
        throw new TargetException(
                database.displayUrl() + (schema == null ? "" : ", schema " + schema) + " – holds no ledger ("
                        + asked.log().name() + (schema == null ? ", looked for in all schemas" : "")
                        + (names.prefix() == null ? " and under any prefix" : "")
                        + "): nothing has been loaded here, or the user has no right on it"
                        + others(all)
                        + (collisions.isEmpty() ? "" : "\n" + String.join("\n", collisions)),
                true,
                null);
    }

    /** The ledger in the schema in which its log is: where the schema was left open, all its tables are those of one. */
    LedgerTables located(LedgerTables ledger) {
        return find(ledger.log())
                .map(log -> new LedgerTables(log.schema(), ledger.names()))
                .orElse(ledger);
    }

    /** In words, which other ledgers there are; "" if there is none. */
    String others() throws SQLException {
        return others(all());
    }

    private static String others(List<LedgerTables> all) {
        return all.isEmpty()
                ? ""
                : " – a ledger is here with "
                        + all.stream()
                                .map(ledger -> ledger.names().options())
                                .collect(Collectors.joining(", one with "));
    }

    private boolean isThere(LedgerTables ledger) throws SQLException {
        return isThere(ledger.log()) && isThere(ledger.runs());
    }

    private boolean isThere(TableDefinition table) throws SQLException {
        Optional<TableName> found = find(table);
        return found.isPresent() && lacking(table, finder.columns(found.get())).isEmpty();
    }

    /** A table under the name that the catalog has for it. */
    TableDefinition resolved(TableDefinition table) {
        String name = find(table).map(TableName::name).orElse(table.name());
        return new TableDefinition(table.schema(), name, table.columns(), table.key(), List.of(), List.of(), List.of());
    }

    /** Whether a ledger is there and holds anything of a contract. */
    boolean holds(Connection connection, LedgerTables ledger, String contract) throws SQLException {
        if (find(ledger.log()).isEmpty()) {
            return false;
        }
        try (PreparedStatement select = select(connection, ledger, "[contract_name]", "")) {
            select.setString(1, contract);
            return hasRow(select);
        }
    }

    /**
     * Another ledger that knows documents of a contract of which the one asked for knows none.
     *
     * @param refused whether it must be the one that is meant; otherwise it may be that of tables elsewhere
     * @param words what there is, and what to do
     */
    record Second(boolean refused, String words) {}

    /**
     * Whether a contract's documents are in another ledger than the one that is asked for, and in the tables: then they would all be
     * loaded again.
     *
     * @param tables those of the contract that are there
     */
    Optional<Second> second(
            Connection connection, LedgerTables ledger, MappingContract contract, List<TableDefinition> tables)
            throws SQLException {
        if (tables.isEmpty() || holds(connection, ledger, contract.name()) || !haveRows(connection, tables)) {
            return Optional.empty();
        }
        boolean chosen = !contract.ledger().equals(LedgerNames.DEFAULT);
        for (LedgerTables other : byName()) {
            if (find(other.log()).equals(find(ledger.log())) || isOfOtherTables(other, tables) || !isThere(other)) {
                continue;
            }
            long documents = loaded(connection, other, contract.name());
            if (documents > 0) {
                boolean beside = Objects.equals(other.schema(), tables.get(0).schema());
                String otherwise = beside
                        ? ", or delete these documents there if the tables' rows are not theirs"
                        : ", or, if the tables' rows are not theirs, "
                                + (chosen ? "go on" : "choose: " + named(ledger).options());
                return Optional.of(new Second(
                        beside || !chosen,
                        shown(other) + " holds " + documents + (documents == 1 ? " document" : " documents")
                                + " of contract " + contract.name() + " as loaded, and " + shown(ledger)
                                + ", which was asked for, knows none of them: they would be loaded again – give "
                                + options(other, ledger) + otherwise));
            }
        }
        return Optional.empty();
    }

    /** A ledger's schema and prefix, both said. */
    static LedgerNames named(LedgerTables ledger) {
        return new LedgerNames(ledger.schema(), ledger.names().prefix());
    }

    /** A ledger beside tables of the same names in another schema is that of these. */
    private boolean isOfOtherTables(LedgerTables other, List<TableDefinition> tables) {
        String schema = other.schema();
        TableDefinition first = tables.get(0);
        return schema != null
                && !schema.equals(first.schema())
                && finder.find(schema, first.name()).isPresent();
    }

    /** How a ledger is asked for where another one was asked for. */
    private static String options(LedgerTables ledger, LedgerTables asked) {
        List<String> options = new ArrayList<>();
        if (ledger.schema() != null && !ledger.schema().equals(asked.schema())) {
            options.add("--ledger-schema " + ledger.schema());
        }
        String prefix = Objects.requireNonNullElse(ledger.names().prefix(), "");
        if (!prefix.equals(Objects.requireNonNullElse(asked.names().prefix(), ""))) {
            options.add("--ledger-prefix " + (prefix.isEmpty() ? "''" : prefix));
        }
        return String.join(" and ", options);
    }

    private long loaded(Connection connection, LedgerTables ledger, String contract) throws SQLException {
        try (PreparedStatement select =
                select(connection, ledger, dialect.count(), " AND [status] = '" + LedgerTables.LOADED + "'")) {
            select.setString(1, contract);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        } catch (SQLException e) {
            if (!dialect.isLackOfPrivilege(e)) {
                throw e;
            }
            // One that this user may not read is another's.
            return 0;
        }
    }

    private PreparedStatement select(Connection connection, LedgerTables ledger, String what, String condition)
            throws SQLException {
        return connection.prepareStatement(LedgerTables.statement(
                dialect,
                resolved(ledger.log()).qualified(dialect),
                "SELECT " + what + " FROM [] WHERE [contract_name] = ?" + condition));
    }

    private boolean haveRows(Connection connection, List<TableDefinition> tables) throws SQLException {
        for (TableDefinition table : tables) {
            String column = dialect.quote(table.columns().get(0).name());
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT " + column + " FROM " + table.qualified(dialect))) {
                if (hasRow(select)) {
                    return true;
                }
            } catch (SQLException e) {
                if (!dialect.isLackOfPrivilege(e)) {
                    throw e;
                }
                // Who loads need not be allowed to read. It may have rows.
                return true;
            }
        }
        return false;
    }

    private static boolean hasRow(PreparedStatement select) throws SQLException {
        select.setMaxRows(1);
        try (ResultSet rows = select.executeQuery()) {
            return rows.next();
        }
    }

    /** A ledger for people, by its log. */
    static String shown(LedgerTables ledger) {
        return "the ledger " + (ledger.schema() == null ? "" : ledger.schema() + ".")
                + ledger.log().name();
    }
}
