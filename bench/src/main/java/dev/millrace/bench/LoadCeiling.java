package dev.millrace.bench;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * The rows, encoded beforehand, go into the tables by COPY: no loader into tables with the same keys is faster. With the
 * ledger's rows among them it shows what the ledger costs.
 */
record LoadCeiling(int connections, boolean ledger) implements Contestant {

    private static final int BUFFER_BYTES = 1 << 16;

    @Override
    public String name() {
        return "load ceiling, " + connections + " connections" + (ledger ? ", with the ledger" : "");
    }

    @Override
    public boolean loads() {
        return true;
    }

    @Override
    public void run(Workload workload) throws Exception {
        MappingContract contract = workload.contract();
        Parallel.run(connections, thread -> load(workload, contract, thread, connections, ledger));
    }

    /** Loads the parts that fall to one of some threads, each part in a transaction. */
    static void load(Workload workload, MappingContract contract, int thread, int threads, boolean ledger)
            throws SQLException, IOException {
        try (Connection connection = workload.connect()) {
            connection.setAutoCommit(false);
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            for (int part = thread; part < Workload.PARTS; part += threads) {
                if (ledger) {
                    copyIn(copy, Tables.ledger(contract), workload.rowPart(Tables.LEDGER, part));
                }
                for (TableMapping table : contract.tables()) {
                    copyIn(copy, Tables.qualified(contract, table), workload.rowPart(table.name(), part));
                }
                connection.commit();
            }
        }
    }

    private static void copyIn(CopyManager copy, String table, Path file) throws SQLException, IOException {
        try (InputStream rows = Files.newInputStream(file)) {
            copy.copyIn("COPY " + table + " FROM STDIN (FORMAT binary)", rows, BUFFER_BYTES);
        }
    }
}
