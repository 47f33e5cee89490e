package dev.millrace.reference;

import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a database that a contract is to fit.
 *
 * @param schema what the new contract names as its schema; null for the connection's own
 * @param shown the schema, for messages; null in a database without schemas
 * @param tables those that are there, by the name that the contract has for them
 * @param ledgerPrefix what the new contract's ledger is to begin with; null for nothing
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record TargetTables(
        @Nullable String schema,
        @Nullable String shown,
        Map<String, TargetTable> tables,
        @Nullable String ledgerPrefix) {

    public TargetTables {
        tables = Map.copyOf(tables);
    }
}
