package dev.millrace.cli;

import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.Ledger;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which ledger to read. */
final class LedgerOptions {

    @Mixin
    private final TargetOptions target = new TargetOptions();

    @Mixin
    private final LoginOptions login = new LoginOptions();

    @Option(
            names = {"--ledger-schema", "--schema"},
            paramLabel = "NAME",
            description = "The schema with the processing log; needed only where several have one.")
    private @Nullable String schema;

    @Option(
            names = "--ledger-prefix",
            paramLabel = "TEXT",
            description =
                    "What the names of the ledger's tables begin with; needed only where there are several ledgers.")
    private @Nullable String prefix;

    /** As asked for, whatever a contract says. */
    LedgerNames names() throws UsageException {
        return LedgerNameOptions.names(schema, prefix);
    }

    /** The ledger that is asked for, or else the only one. */
    Ledger open(Database database) throws UsageException, TargetException {
        return Ledger.open(database, names());
    }

    /** The ledger of a contract, which was read with {@link #names()}. */
    Ledger open(Database database, MappingContract contract) throws TargetException {
        LedgerNames ledger = contract.ledger().or(new LedgerNames(contract.schema(), ""));
        return Ledger.open(database, ledger);
    }

    Database database(Console console) throws UsageException {
        return target.database(login, console);
    }

    LoginOptions login() {
        return login;
    }
}
