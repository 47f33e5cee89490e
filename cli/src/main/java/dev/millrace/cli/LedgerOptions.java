package dev.millrace.cli;

import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.Ledger;
import dev.millrace.database.Ledgers;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import java.io.File;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which ledgers to read, of which contract, and how to write what is in them. */
final class LedgerOptions {

    @Mixin
    private final TargetOptions target = new TargetOptions();

    @Mixin
    private final LoginOptions login = new LoginOptions();

    @Option(
            names = {"--ledger-schema", "--schema"},
            paramLabel = "NAME",
            description = "Only ledgers in this schema; else those of all schemas that the user may read.")
    private @Nullable String schema;

    @Option(
            names = "--ledger-prefix",
            paramLabel = "TEXT",
            description = "Only the ledger whose tables' names begin so; else those of any prefix.")
    private @Nullable String prefix;

    @Option(
            names = "--contract",
            paramLabel = "NAME|FILE",
            description = "Only this contract, by its name; by its file also its ledger alone.")
    private @Nullable String contractOrFile;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            converter = ListFormat.Converter.class,
            description = "table, or, for programs and never cut: json, an object a line, or csv (table).")
    private ListFormat format = ListFormat.TABLE;

    /** @param contract the name of the only contract that is asked for; null for all */
    record Selection(Ledgers ledgers, @Nullable String contract) implements AutoCloseable {
        /** Whether a name alone does not tell where it is. */
        boolean isSeveral() {
            return ledgers.readable().size() > 1;
        }

        @Override
        public void close() {
            ledgers.close();
        }
    }

    ListFormat format() {
        return format;
    }

    /**
     * The ledgers that are asked for: those of all schemas unless an option or a contract's file says which. Those that the user may
     * not read are told to {@code err}.
     */
    Selection open(Console console) throws UsageException, TargetException {
        MappingContract mapping = isContractFile() ? contractFile(console) : null;
        String contract = mapping == null ? contractOrFile : mapping.name();
        Database database = database(console);
        Ledgers ledgers = mapping == null ? Ledgers.open(database, names()) : Ledgers.of(database, namesOf(mapping));
        try {
            for (LedgerNames other : ledgers.unreadable()) {
                console.err().println("not shown, as this user may not read it: the ledger of " + other.options());
            }
            if (contract != null) {
                checkContract(ledgers, contract, database);
            }
            return new Selection(ledgers, contract);
        } catch (UsageException | TargetException | RuntimeException | Error e) {
            ledgers.close();
            throw e;
        }
    }

    private static void checkContract(Ledgers ledgers, String contract, Database database)
            throws TargetException, UsageException {
        TreeSet<String> known = new TreeSet<>();
        for (Ledger ledger : ledgers.readable()) {
            known.addAll(ledger.contracts());
        }
        if (!known.contains(contract)) {
            throw new UsageException("--contract: " + database.displayUrl() + " – no run of a contract \"" + contract
                    + "\" is in "
                    + (ledgers.readable().size() == 1
                            ? "the ledger " + ledgers.readable().get(0).label()
                            : "any of its " + ledgers.readable().size() + " ledgers")
                    + (known.isEmpty()
                            ? ""
                            : NearestWord.to(contract, known)
                                            .map(near -> ", did you mean " + near + "?")
                                            .orElse("")
                                    + " – there are runs of: " + String.join(", ", known))
                    + others(ledgers));
        }
    }

    /** Where only one ledger was looked into, the others, in which the runs may be. */
    private static String others(Ledgers ledgers) throws TargetException {
        if (ledgers.readable().size() != 1) {
            return "";
        }
        List<String> others = ledgers.readable().get(0).others().stream()
                .map(LedgerNames::options)
                .toList();
        return others.isEmpty() ? "" : " – another ledger is here with " + String.join(", one with ", others);
    }

    /** The ledger of a contract, which was read with {@link #contractFile}. */
    Ledger open(Database database, MappingContract contract) throws TargetException {
        return Ledger.open(database, namesOf(contract));
    }

    /** The names of a contract's ledger where it is to be read: a prefix that is not named is none. */
    static LedgerNames namesOf(MappingContract contract) {
        return contract.ledger().or(new LedgerNames(contract.schema(), ""));
    }

    private LedgerNames names() throws UsageException {
        return LedgerNameOptions.names(schema, prefix);
    }

    boolean isContractFile() {
        return contractOrFile != null
                && (contractOrFile.matches(".*\\.(ya?ml|json)") || new File(contractOrFile).isFile());
    }

    /** The contract that is named by its file. */
    MappingContract contractFile(Console console) throws UsageException {
        return target.held(
                ContractFile.read(
                        OutputFile.of("--contract", contractOrFile == null ? "" : contractOrFile), names(), console),
                console);
    }

    Database database(Console console) throws UsageException, TargetException {
        return target.readable(login, false, console);
    }

    LoginOptions login() {
        return login;
    }
}
