package dev.millrace.database;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.NarrowColumn;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.database.LedgerFinder.Second;
import dev.millrace.database.keys.KeyPlan;
import dev.millrace.database.keys.KeyPlan.Key;
import dev.millrace.database.keys.KeyPlan.Kind;
import dev.millrace.database.keys.PendingKeys;
import dev.millrace.database.ledger.ContractLog;
import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.dialect.PhysicalNames;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import dev.millrace.dialect.TableDefinition.ForeignKey;
import dev.millrace.dialect.TableFinder;
import dev.millrace.dialect.TableName;
import dev.millrace.mapping.Narrowing;
import dev.millrace.workers.Stop;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a run as they are in the database, after missing ones were created and the others compared with the contract.
 *
 * @param runs the ledger's table of runs
 * @param log the processing log
 * @param seen the ledger's table of documents that runs have read
 * @param coverage the ledger's table of what was counted of documents; null where nothing is to be written into it
 * @param reports the ledger's table of what reports need; null where nothing is to be written into it
 * @param tables the contract's, in its order
 * @param contract with the types of narrow columns that are there
 * @param keysWait whether the run loads tables that get their keys, foreign keys and indexes only after the rows
 * @param warnings a line each
 */
record TargetSchema(
        TableDefinition runs,
        TableDefinition log,
        TableDefinition seen,
        @Nullable TableDefinition coverage,
        @Nullable TableDefinition reports,
        List<TableDefinition> tables,
        MappingContract contract,
        boolean keysWait,
        List<String> warnings) {

    TargetSchema {
        tables = List.copyOf(tables);
        warnings = List.copyOf(warnings);
    }

    /**
     * The contract's tables, compared with those in the database.
     *
     * @param ledger where its tables are, or are to be
     * @param missing tables that do not exist
     * @param tables all of them: with the catalog's names if they exist, otherwise as they will be created
     * @param contract with the types of narrow columns that are there
     * @param plan the keys that the tables can get after the rows
     * @param pending those of them that are not built yet
     */
    private record Comparison(
            @Nullable String schema,
            TableFinder finder,
            LedgerTables ledger,
            List<TableDefinition> missing,
            List<TableDefinition> tables,
            MappingContract contract,
            KeyPlan plan,
            List<Key> pending,
            List<String> warnings) {}

    /**
     * What a run will do with the tables.
     *
     * @param createsTables whether missing ones are created
     * @param deletes whether rows of loaded documents may have to be deleted
     * @param deletesMissing whether documents that the source does not have are deleted
     * @param readsPending whether it matters which keys are not built yet
     */
    private record Use(boolean createsTables, boolean deletes, boolean deletesMissing, boolean readsPending) {
        static final Use VERIFY = new Use(false, false, false, false);
        static final Use FORGET = new Use(true, true, false, true);
        static final Use CHECK = new Use(false, false, false, true);
    }

    /** @param connection with auto-commit on, which it still has afterwards */
    static TargetSchema prepare(
            Connection connection,
            Database database,
            MappingContract contract,
            RunInfo run,
            LoadOptions options,
            Stop stop)
            throws TargetException, SQLException {
        Comparison compared = compare(
                connection,
                database,
                contract,
                new Use(options.createTables(), options.deletes(), options.deleteMissing(), true));
        List<TableDefinition> there = new ArrayList<>(compared.tables());
        there.removeAll(compared.missing());
        if (!options.ledgerAlone()) {
            refuse(new Rights(connection, database).lacking(there, options.deletes()));
        }
        LedgerTables ledger = compared.ledger();
        LedgerFinder ledgers = new LedgerFinder(database.dialect(), compared.finder());
        boolean keysWait = options.keysMayWait()
                && compared.plan().mayWait()
                && (compared.missing().size() == compared.tables().size()
                        || mayContinue(connection, database.dialect(), compared, run));
        List<TableDefinition> missing = new ArrayList<>();
        List<TableDefinition> needed = new ArrayList<>(ledger.ofEveryLedger());
        if (keysWait) {
            // First, since the keys that other tables still need are noted there.
            needed.add(0, ledger.pending());
        }
        if (options.deleteMissing()) {
            needed.add(ledger.seen());
        }
        boolean isNewLedger = ledgers.find(ledger.log()).isEmpty();
        if (isNewLedger) {
            needed.addAll(ledger.forLater());
        }
        for (TableDefinition table : needed) {
            if (ledgers.find(table).isEmpty()) {
                missing.add(table);
            }
        }
        missing.addAll(compared.missing());
        new TableCreation(database, contract, keysWait ? compared.plan() : null).create(missing, stop);
        List<String> warnings = new ArrayList<>(compared.warnings());
        warnings.addAll(database.dialect().warnings(connection, compared.missing()));
        List<TableDefinition> lacking = isNewLedger || options.ledgerAlone()
                ? List.of()
                : ledger.forLater().stream()
                        .filter(table -> ledgers.find(table).isEmpty())
                        .toList();
        Optional<String> notKept = isNewLedger || options.ledgerAlone()
                ? Optional.empty()
                : addForLater(database, contract, ledgers, ledger, lacking, stop);
        notKept.ifPresent(warnings::add);
        TableFinder after = missing.isEmpty() && lacking.isEmpty() ? compared.finder() : new TableFinder(connection);
        TargetSchema prepared = of(database.dialect(), after, compared, keysWait, warnings);
        bringUpToDate(connection, database, after, prepared.log());
        return notKept.isPresent() || options.ledgerAlone()
                ? prepared
                : prepared.keeping(new LedgerFinder(database.dialect(), after), ledger);
    }

    /**
     * Gives a ledger of an earlier version what it lacks.
     *
     * @return why nothing can be kept for later, without which a run goes on
     */
    private static Optional<String> addForLater(
            Database database,
            MappingContract contract,
            LedgerFinder ledgers,
            LedgerTables ledger,
            List<TableDefinition> lacking,
            Stop stop)
            throws SQLException {
        String why;
        List<String> others = ledgers.collisions(ledger.forLater());
        if (!others.isEmpty()) {
            why = String.join("; ", others);
        } else {
            try {
                new TableCreation(database, contract, null).create(lacking, stop);
                return Optional.empty();
            } catch (TargetException e) {
                why = "this user may not create table "
                        + lacking.stream().map(TableDefinition::name).collect(Collectors.joining(" and "))
                        + "; have the statements of 'millrace ddl --with-ledger' for it executed";
            } catch (SQLException e) {
                if (database.mayPass(e)) {
                    throw e;
                }
                why = database.reason(e, false);
            }
        }
        return Optional.of("the ledger does not keep what 'coverage --to' and 'report' tell of this run: " + why);
    }

    /** With the tables for later, which are there. */
    private TargetSchema keeping(LedgerFinder ledgers, LedgerTables ledger) {
        return new TargetSchema(
                runs,
                log,
                seen,
                ledgers.resolved(ledger.coverage()),
                ledgers.resolved(ledger.reports()),
                tables,
                contract,
                keysWait,
                warnings);
    }

    private static TargetSchema of(
            Dialect dialect, TableFinder finder, Comparison compared, boolean keysWait, List<String> warnings) {
        LedgerFinder ledgers = new LedgerFinder(dialect, finder);
        return new TargetSchema(
                ledgers.resolved(compared.ledger().runs()),
                ledgers.resolved(compared.ledger().log()),
                ledgers.resolved(compared.ledger().seen()),
                null,
                null,
                compared.tables(),
                compared.contract(),
                keysWait,
                warnings);
    }

    /**
     * Whether a run may go on loading tables without keys that another run has begun to load. Not if that run had another source: its documents were
     * loaded first and have to stay, so those of this run are checked against them.
     */
    private static boolean mayContinue(Connection connection, Dialect dialect, Comparison compared, RunInfo run)
            throws SQLException {
        if (!compared.plan().isUnbuilt(connection, compared.missing(), compared.pending())) {
            return false;
        }
        TargetSchema before = of(dialect, compared.finder(), compared, true, List.of());
        String source = LedgerTables.storable(run.source());
        return before.contractLog(dialect).sources(connection).values().stream().allMatch(source::equals);
    }

    /** What the ledger holds of the contract. */
    ContractLog contractLog(Dialect dialect) {
        return new ContractLog(dialect, runs, log, contract.name());
    }

    /**
     * Compares, and creates nothing.
     *
     * @throws TargetException when a table is missing or unfit, or there is no ledger
     */
    static TargetSchema existing(Connection connection, Database database, MappingContract contract)
            throws TargetException, SQLException {
        Comparison compared = compare(connection, database, contract, Use.VERIFY);
        requireLedger(database, new LedgerFinder(database.dialect(), compared.finder()), compared.ledger());
        return of(database.dialect(), compared.finder(), compared, false, compared.warnings());
    }

    private static void requireLedger(Database database, LedgerFinder ledgers, LedgerTables ledger)
            throws TargetException, SQLException {
        if (ledgers.find(ledger.log()).isEmpty()) {
            throw new TargetException(
                    database.displayUrl() + (ledger.schema() == null ? "" : ", schema " + ledger.schema())
                            + " – holds no ledger (" + ledger.log().name() + "): nothing has been loaded here"
                            + ledgers.others(),
                    true,
                    null);
        }
    }

    /**
     * The processing log of a contract, which is there.
     *
     * @throws TargetException when it is not, or is somebody else's
     */
    static TableDefinition existingLog(Connection connection, Database database, MappingContract contract)
            throws TargetException, SQLException {
        Dialect dialect = database.dialect();
        TableFinder finder = new TableFinder(connection);
        LedgerFinder ledgers = new LedgerFinder(dialect, finder);
        LedgerTables ledger = ledgers.of(schema(connection, dialect, finder, contract), contract.ledger());
        refuse(ledgers.collisions(List.of(ledger.log())));
        requireLedger(database, ledgers, ledger);
        return ledgers.resolved(ledger.log());
    }

    /**
     * Tables that documents are deleted from.
     *
     * @param absent the indexes of those that are not there
     * @param unindexed whether some are still without their keys
     */
    record ToDelete(TargetSchema schema, Set<Integer> absent, boolean unindexed) {}

    /**
     * Compares, and creates nothing; tables of the contract may be missing.
     *
     * @throws TargetException when a table is unfit, or there is no ledger
     */
    static ToDelete toDelete(Connection connection, Database database, MappingContract contract)
            throws TargetException, SQLException {
        Comparison compared = compare(connection, database, contract, Use.FORGET);
        requireLedger(database, new LedgerFinder(database.dialect(), compared.finder()), compared.ledger());
        Set<Integer> absent = new HashSet<>();
        for (TableDefinition missing : compared.missing()) {
            absent.add(compared.tables().indexOf(missing));
        }
        return new ToDelete(
                of(database.dialect(), compared.finder(), compared, false, compared.warnings()),
                absent,
                !compared.pending().isEmpty());
    }

    /** Compares, and creates nothing. Returns warnings, a line each. */
    static List<String> check(Connection connection, Database database, MappingContract contract)
            throws TargetException, SQLException {
        Comparison compared = compare(connection, database, contract, Use.CHECK);
        List<String> warnings = new ArrayList<>(compared.warnings());
        warnings.addAll(database.dialect().warnings(connection, compared.plan().tables()));
        List<TableDefinition> there = new ArrayList<>(compared.tables());
        there.removeAll(compared.missing());
        warnings.addAll(new Rights(connection, database).lacking(there, false));
        for (Key key : compared.pending()) {
            warnings.add("table " + key.table().name() + " – " + key.name()
                    + " is still to be built, after the rows: the next run of the contract does that");
        }
        return warnings;
    }

    /**
     * Tables that are only compared.
     *
     * @param hasLedger whether the ledger's tables exist
     */
    record Look(TargetSchema schema, boolean hasLedger) {}

    /** Compares, and creates nothing. */
    static Look look(Connection connection, Database database, MappingContract contract)
            throws TargetException, SQLException {
        Comparison compared = compare(connection, database, contract, Use.CHECK);
        LedgerFinder ledgers = new LedgerFinder(database.dialect(), compared.finder());
        return new Look(
                of(database.dialect(), compared.finder(), compared, false, compared.warnings()),
                ledgers.find(compared.ledger().log()).isPresent());
    }

    private static Comparison compare(Connection connection, Database database, MappingContract contract, Use use)
            throws TargetException, SQLException {
        Dialect dialect = database.dialect();
        List<TableDefinition> tables = physicalTables(dialect, contract);
        TableFinder finder = new TableFinder(connection);
        String schema = schema(connection, dialect, finder, contract);
        LedgerFinder ledgers = new LedgerFinder(dialect, finder);
        LedgerTables ledger = ledgers.of(schema, contract.ledger());
        refuse(collisions(ledgers, ledger, tables, schema, use));
        KeyPlan plan = new KeyPlan(
                dialect,
                contract,
                tables.stream().map(table -> in(schema, table)).toList());
        Optional<PendingKeys> list =
                use.readsPending() ? pending(connection, finder, database, contract) : Optional.empty();
        List<Key> pending = list.isPresent() ? list.get().among(connection, plan.all()) : List.of();
        List<TableDefinition> missing = new ArrayList<>();
        List<TableDefinition> resolved = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        List<List<@Nullable NarrowColumn>> narrow = new ArrayList<>();
        if (schema == null && contract.schema() != null) {
            warnings.add(dialect.name()
                    + " has no schemas: the tables and the ledger stand there without the contract's schema "
                    + contract.schema());
        }
        if (contract.ledger().schema() != null && !dialect.capabilities().contains(Capability.SCHEMAS)) {
            warnings.add(dialect.name() + " has no schemas: the ledger stands there without its schema "
                    + contract.ledger().schema());
        }
        for (int i = 0; i < tables.size(); i++) {
            TableDefinition table = tables.get(i);
            OnDuplicate onDuplicate = contract.tables().get(i).onDuplicate();
            TableDefinition here = in(schema, table);
            Optional<TableName> found = finder.find(schema, table.name());
            List<@Nullable NarrowColumn> narrowHere =
                    new ArrayList<>(Collections.nCopies(table.columns().size(), (NarrowColumn) null));
            narrow.add(narrowHere);
            boolean keyIsPending = pending.stream()
                    .anyMatch(
                            key -> key.kind() == Kind.PRIMARY_KEY && key.table().equals(here));
            Optional<String> unclear = unclear(finder, here);
            if (unclear.isPresent()) {
                problems.add(unclear.get());
                resolved.add(here);
                continue;
            }
            if (found.isEmpty() || pending.stream().anyMatch(key -> key.table().equals(here))) {
                problems.addAll(unfit(dialect, here));
            }
            if (found.isPresent()) {
                TableDefinition there = ExistingTable.check(
                        dialect,
                        finder,
                        found.get(),
                        here,
                        keyIsPending,
                        onDuplicate,
                        narrowHere,
                        problems,
                        warnings,
                        new ArrayList<>());
                if (there.numbered()) {
                    dialect.refusesNumbers(connection, there)
                            .ifPresent(why -> problems.add("table " + there.name() + " – " + why));
                }
                if (keyIsPending) {
                    resolved.add(there);
                    continue;
                }
                if (onDuplicate != OnDuplicate.REJECT) {
                    ExistingTable.checkKey(
                            dialect,
                            finder,
                            there,
                            "'on-duplicate: " + word(onDuplicate) + "' needs to find a row by it",
                            problems);
                } else if (use.deletes()) {
                    ExistingTable.checkKey(
                            dialect,
                            finder,
                            there,
                            "without one the rows of one document cannot be told from another's",
                            problems);
                }
                resolved.add(there);
            } else if (use.createsTables()) {
                missing.add(here);
                resolved.add(here);
            } else {
                problems.add("table " + table.name() + " – is not in the target"
                        + (schema == null ? "" : " (schema " + schema + ")")
                        + (new Rights(connection, database).mayBeHidden(here)
                                ? ", or the user has no right on it and may not see it – have SELECT and INSERT on it granted, or"
                                        + " create it"
                                : " – create it")
                        + " with --create-tables or with the statements of 'millrace ddl'");
            }
        }
        if (use.deletes() && !dialect.deletesWithReferences()) {
            checkReferences(dialect, finder, resolved, problems);
        }
        MappingContract held = Narrowing.of(contract, narrow, problems);
        refuse(problems);
        List<TableDefinition> there =
                resolved.stream().filter(table -> !missing.contains(table)).toList();
        Optional<Second> second = ledgers.second(connection, ledger, contract, there);
        if (second.isPresent()) {
            if (second.get().refused()) {
                problems.add(second.get().words());
                refuse(problems);
            }
            warnings.add(second.get().words());
        }
        return new Comparison(schema, finder, ledger, missing, resolved, held, plan, pending, warnings);
    }

    /**
     * The contract's tables under the names that the database can hold.
     *
     * @throws TargetException when two of the contract's names cannot be told apart there
     */
    private static List<TableDefinition> physicalTables(Dialect dialect, MappingContract contract)
            throws TargetException {
        try {
            return PhysicalNames.tables(dialect, contract);
        } catch (IllegalArgumentException e) {
            throw new TargetException("contract " + contract.name() + " – " + e.getMessage(), true, e);
        }
    }

    /**
     * What would make the tables that are there fit the contract, in an order in which it can be executed; empty where they do. Compares as
     * {@link #check} does, and changes nothing.
     *
     * @param renames what may be there under an older name
     * @throws TargetException when the database cannot hold what the contract wants
     */
    static List<SchemaChange> changes(
            Connection connection, Database database, Renames renames, MappingContract contract)
            throws TargetException, SQLException {
        Dialect dialect = database.dialect();
        List<TableDefinition> tables = physicalTables(dialect, contract);
        TableFinder finder = new TableFinder(connection);
        String schema = schema(connection, dialect, finder, contract);
        List<SchemaChange> changes = new ArrayList<>();
        if (schema != null && contract.schema() != null && finder.schema(schema).isEmpty()) {
            changes.add(SchemaChange.of(dialect.createSchema(schema)));
        }
        Optional<PendingKeys> list = pending(connection, finder, database, contract);
        List<TableDefinition> here =
                tables.stream().map(table -> in(schema, table)).toList();
        List<Key> pending =
                list.isPresent() ? list.get().among(connection, new KeyPlan(dialect, contract, here).all()) : List.of();
        List<String> problems = new ArrayList<>();
        List<SchemaChange> renamed = new ArrayList<>();
        List<SchemaChange> commented = new ArrayList<>();
        List<SchemaChange> created = new ArrayList<>();
        for (TableDefinition table : here) {
            unclear(finder, table).ifPresent(problems::add);
            refuse(problems);
            TableMapping mapping = contract.tables().get(here.indexOf(table));
            Renames.Present present = renames.present(dialect, finder, mapping, table);
            Optional<TableName> found = present.found();
            if (found.isEmpty()) {
                problems.addAll(unfit(dialect, table));
                refuse(problems);
                Ddl.create(dialect, table).forEach(statement -> created.add(SchemaChange.of(statement)));
                continue;
            }
            boolean keyIsPending = pending.stream()
                    .anyMatch(
                            key -> key.kind() == Kind.PRIMARY_KEY && key.table().equals(table));
            changes.addAll(SchemaChange.of(
                    dialect, finder, found.get(), present.table(), keyIsPending, mapping.onDuplicate()));
            renamed.addAll(present.renaming(dialect));
            List<TableFinder.Column> there = finder.columns(found.get());
            commented.addAll(SchemaChange.comments(
                    dialect,
                    table,
                    column -> !present.columns().containsValue(column)
                            && TableFinder.column(there, column).isEmpty()));
        }
        changes.addAll(renamed);
        changes.addAll(commented);
        // Their foreign keys refer to what is there by now.
        changes.addAll(created);
        return changes;
    }

    /** What is wrong where the connection has no schema and several others have the table: one of them would be taken at random. */
    private static Optional<String> unclear(TableFinder finder, TableDefinition table) {
        List<TableName> several = table.schema() == null ? finder.several(table.name()) : List.of();
        return several.isEmpty()
                ? Optional.empty()
                : Optional.of("table " + table.name() + " – is in several schemas ("
                        + several.stream().map(TableName::schema).collect(Collectors.joining(", "))
                        + "), and the connection has none of its own – name one as the contract's 'schema'");
    }

    /** Tables with names of the ledger's tables that are not the ledger's. */
    private static List<String> collisions(
            LedgerFinder ledgers, LedgerTables ledger, List<TableDefinition> tables, @Nullable String schema, Use use)
            throws SQLException {
        List<TableDefinition> used = new ArrayList<>(ledger.ofEveryLedger());
        if (use.readsPending()) {
            used.add(ledger.pending());
        }
        // For a new ledger, all of its names are checked; for an existing one, only those that are used.
        if (use.deletesMissing() || ledgers.find(ledger.log()).isEmpty()) {
            used.add(ledger.seen());
        }
        if (ledgers.find(ledger.log()).isEmpty()) {
            used.addAll(ledger.forLater());
        }
        List<String> problems = ledgers.collisions(used);
        if (Objects.equals(schema, ledger.schema())) {
            for (TableDefinition table : tables) {
                if (ledger.names().contains(table.name())) {
                    problems.add("table " + table.name()
                            + " – has the name of a table of the ledger's in the same schema – give"
                            + " the ledger another with --ledger-prefix TEXT or --ledger-schema NAME, or the table");
                }
            }
        }
        return problems;
    }

    private static void refuse(List<String> problems) throws TargetException {
        if (!problems.isEmpty()) {
            throw new TargetException(String.join("\n", problems), true, null);
        }
    }

    /** What tables are still to get, as a run creates them; empty if no run has ever created tables without something. */
    static Optional<PendingKeys.Missing> missingKeys(Connection connection, Database database, MappingContract contract)
            throws SQLException {
        TableFinder finder = new TableFinder(connection);
        Optional<PendingKeys> list = pending(connection, finder, database, contract);
        if (list.isEmpty()) {
            return Optional.empty();
        }
        Dialect dialect = database.dialect();
        String schema = schema(connection, dialect, finder, contract);
        List<TableDefinition> wanted = PhysicalNames.tables(dialect, contract).stream()
                .map(table -> in(schema, table))
                .toList();
        List<Key> keys = list.get().among(connection, new KeyPlan(dialect, contract, wanted).all());
        return Optional.of(new PendingKeys.Missing(list.get(), keys));
    }

    /** The list of what tables are still to get; empty if no run has ever created tables without something. */
    static Optional<PendingKeys> pending(
            Connection connection, TableFinder finder, Database database, MappingContract contract)
            throws SQLException {
        LedgerFinder ledgers = new LedgerFinder(database.dialect(), finder);
        String schema = schema(connection, database.dialect(), finder, contract);
        TableDefinition list = ledgers.of(schema, contract.ledger()).pending();
        return ledgers.find(list).map(found -> new PendingKeys(database.dialect(), ledgers.resolved(list), contract));
    }

    private static void checkReferences(
            Dialect dialect, TableFinder finder, List<TableDefinition> tables, List<String> problems)
            throws SQLException {
        Set<TableName> names = new HashSet<>();
        for (TableDefinition table : tables) {
            names.add(new TableName(table.schema(), table.name()));
        }
        for (TableDefinition table : tables) {
            for (TableName other : finder.referredTo(new TableName(table.schema(), table.name()))) {
                if (names.contains(other)) {
                    problems.add("table " + table.name() + " – has a foreign key to table " + other.name() + ", and "
                            + dialect.name() + " cannot delete the rows of both in one transaction, so no document can"
                            + " be replaced or deleted whole – create the tables without foreign keys, as"
                            + " --create-tables and 'millrace ddl' do");
                }
            }
        }
    }

    private static String word(OnDuplicate onDuplicate) {
        return onDuplicate.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Adds the column that logs of older versions lack. */
    private static void bringUpToDate(Connection connection, Database database, TableFinder finder, TableDefinition log)
            throws TargetException, SQLException {
        Column added = LedgerTables.rowKeys();
        List<TableFinder.Column> there = finder.columns(new TableName(log.schema(), log.name()));
        if (TableFinder.column(there, added.name()).isPresent()) {
            return;
        }
        Dialect dialect = database.dialect();
        String alter = "ALTER TABLE " + log.qualified(dialect) + " ADD " + dialect.quote(added.name()) + " "
                + dialect.typeName(added.type());
        try (Statement statement = connection.createStatement()) {
            statement.execute(alter);
        } catch (SQLException e) {
            if (TableFinder.column(finder.columns(new TableName(log.schema(), log.name())), added.name())
                    .isPresent()) {
                // Another process has added it.
                return;
            }
            throw new TargetException(
                    database.displayUrl() + " – " + log.name() + " was made by an older version and lacks column "
                            + added.name() + ", which this user may not add – have it executed: " + alter,
                    true,
                    e);
        }
    }

    /**
     * The processing log of a contract's runs, whether it exists or not.
     *
     * @throws TargetException when a table of that name is not a log of Millrace
     */
    static TableDefinition log(Connection connection, Dialect dialect, MappingContract contract)
            throws SQLException, TargetException {
        TableFinder finder = new TableFinder(connection);
        LedgerFinder ledgers = new LedgerFinder(dialect, finder);
        TableDefinition log = ledgers.of(schema(connection, dialect, finder, contract), contract.ledger())
                .log();
        refuse(ledgers.collisions(List.of(log)));
        return ledgers.resolved(log);
    }

    /** The schema of the tables; null in a database without schemas. */
    private static @Nullable String schema(
            Connection connection, Dialect dialect, TableFinder finder, MappingContract contract) throws SQLException {
        if (!dialect.capabilities().contains(Capability.SCHEMAS)) {
            return null;
        }
        return contract.schema() == null
                ? connection.getSchema()
                : finder.schema(contract.schema()).orElse(contract.schema());
    }

    private static TableDefinition in(@Nullable String schema, TableDefinition table) {
        return new TableDefinition(
                schema,
                table.name(),
                table.columns(),
                table.key(),
                table.unique(),
                table.foreignKeys(),
                table.indexes(),
                table.comments());
    }

    /** A table with the foreign keys that the contract implies, all with the catalog's names. */
    TableDefinition withForeignKeys(TableMapping mapping) {
        TableDefinition table = tables.get(mapping.index());
        List<ForeignKey> keys = mapping.keys().foreignKeys().stream()
                .map(key -> {
                    TableDefinition referenced = tables.get(key.table());
                    return new ForeignKey(
                            "implied",
                            names(table, key.columns()),
                            referenced.name(),
                            names(referenced, key.tableColumns()));
                })
                .toList();
        return new TableDefinition(
                table.schema(), table.name(), table.columns(), table.key(), table.unique(), keys, table.indexes());
    }

    private static List<String> names(TableDefinition table, List<Integer> columns) {
        return columns.stream().map(c -> table.columns().get(c).name()).toList();
    }

    private static List<String> unfit(Dialect dialect, TableDefinition table) {
        List<String> problems = new ArrayList<>();
        for (Column column : table.columns()) {
            try {
                dialect.columnType(table, column);
            } catch (IllegalArgumentException e) {
                problems.add("table " + table.name() + ", column " + column.name() + " – " + e.getMessage());
            }
        }
        if (problems.isEmpty()) {
            try {
                dialect.createTable(table, true);
            } catch (IllegalArgumentException e) {
                problems.add("table " + table.name() + " – " + e.getMessage());
            }
        }
        return problems;
    }
}
