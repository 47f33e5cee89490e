package dev.millrace.verification;

import dev.millrace.verification.VerificationReport.Rows;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What a target holds of a contract, at one moment where its database has such a thing.
 *
 * @param documents those that the ledger holds as loaded: how many, and a checksum of their keys and the hashes of their texts
 * @param tables in the contract's order
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record TargetState(Rows documents, List<Table> tables) {

    /**
     * A table, whoever has put its rows there.
     *
     * @param name as the contract writes it
     * @param excluded columns that the checksum leaves out, because they hold a run's id or time
     */
    public record Table(String name, Rows rows, List<String> excluded) {

        public Table {
            excluded = List.copyOf(excluded);
        }
    }

    public TargetState {
        tables = List.copyOf(tables);
    }

    /** The rows of all tables. */
    public long rows() {
        return tables.stream().mapToLong(table -> table.rows().count()).sum();
    }
}
