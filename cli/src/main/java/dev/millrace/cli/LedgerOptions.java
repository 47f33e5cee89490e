package dev.millrace.cli;

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
            names = "--schema",
            paramLabel = "SCHEMA",
            description = "The schema with the processing log; needed only where several have one.")
    private @Nullable String schema;

    Ledger open(Console console) throws UsageException, TargetException {
        return Ledger.open(database(console), schema);
    }

    /** The ledger of a contract's own schema, unless another is named. */
    Ledger open(Database database, MappingContract contract) throws TargetException {
        return Ledger.open(database, schema == null ? contract.schema() : schema);
    }

    Database database(Console console) throws UsageException {
        return target.database(login, console);
    }

    LoginOptions login() {
        return login;
    }
}
