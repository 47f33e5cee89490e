package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.Ddl;
import dev.millrace.database.LoadOptions;
import dev.millrace.database.RunInfo;
import dev.millrace.database.Target;
import dev.millrace.dialect.Database;
import dev.millrace.kit.faults.FaultyDatabase;
import dev.millrace.kit.faults.JdbcFault;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** How often a catalog is asked: a question takes milliseconds, and on some servers the longer the more tables there are. */
class CatalogQuestionsTest {
    private static final String URL = "jdbc:h2:mem:questions;DB_CLOSE_DELAY=-1";
    private static final int TENANTS = 20;

    @Test
    void areAsManyWhereOthersHaveLedgersOfTheirOwn() throws Exception {
        Database database = Database.of(URL, new Properties());
        MappingContract contract = contract("tenant");
        try (FaultyDatabase counted = FaultyDatabase.of("jdbc:h2:mem:questions");
                Connection open = database.connect();
                Statement statement = open.createStatement()) {
            for (String create : Ddl.statements(database.dialect(), contract, false)) {
                statement.execute(create);
            }
            int alone = calls(counted, database, contract);
            for (int i = 0; i < TENANTS; i++) {
                Target.prepare(
                        database,
                        contract("tenant_" + i),
                        new RunInfo("run-" + i, Instant.now(), "test", 1),
                        LoadOptions.DEFAULTS.createTables(true));
            }

            int amongOthers = calls(counted, database, contract);

            assertThat(alone).isPositive();
            assertThat(amongOthers).isEqualTo(alone);
            statement.execute("SHUTDOWN");
        }
    }

    private static int calls(FaultyDatabase counted, Database database, MappingContract contract) throws Exception {
        counted.failAt(Integer.MAX_VALUE, JdbcFault.FATAL);
        Target.check(database, contract);
        return counted.calls();
    }

    private static MappingContract contract(String schema) throws Exception {
        return ContractReader.read("""
                        contract: 1
                        name: orders
                        schema: %s
                        tables:
                          orders:
                            columns:
                              id: { path: "@id", type: bigint, key: true }
                        """.formatted(schema), "test").contract();
    }
}
