package dev.millrace.cli;

import dev.millrace.contract.LedgerNames;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Capability;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Schema and names of the ledger's tables. */
final class LedgerNameOptions {

    @Option(
            names = "--ledger-schema",
            paramLabel = "NAME",
            description = "Schema of the ledger's tables, processing_log and others; else the contract's ledger.schema,"
                    + " else that of its tables.")
    private @Nullable String schema;

    @Option(
            names = "--ledger-prefix",
            paramLabel = "TEXT",
            description = "What the names of the ledger's tables begin with; else the contract's ledger.prefix.")
    private @Nullable String prefix;

    LedgerNames names() throws UsageException {
        return names(schema, prefix);
    }

    static LedgerNames names(@Nullable String schema, @Nullable String prefix) throws UsageException {
        if (schema != null && schema.isBlank()) {
            throw new UsageException("--ledger-schema: expected the name of a schema");
        }
        try {
            return new LedgerNames(schema, prefix);
        } catch (IllegalArgumentException e) {
            throw new UsageException((prefix == null ? "--ledger-schema: " : "--ledger-prefix: ") + e.getMessage());
        }
    }

    /** Refuses all of them where the ledger is files. */
    void refuseForFiles() throws UsageException {
        if (schema != null || prefix != null) {
            throw new UsageException((schema == null ? "--ledger-prefix" : "--ledger-schema")
                    + ": a directory of files has one ledger, which has no name – leave it out");
        }
    }

    /** Refuses a schema where the database has none. In a contract that is only a warning, since it may be for several databases. */
    void check(Dialect dialect) throws UsageException {
        if (schema != null && !dialect.capabilities().contains(Capability.SCHEMAS)) {
            throw new UsageException(
                    "--ledger-schema: " + dialect.name() + " has no schemas – tell ledgers apart by --ledger-prefix");
        }
    }
}
