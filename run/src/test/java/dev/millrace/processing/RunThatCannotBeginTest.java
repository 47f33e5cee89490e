package dev.millrace.processing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.Ledger;
import dev.millrace.dialect.Database;
import dev.millrace.processing.RunOptions.FromFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that breaks between its row in the ledger and its first document. */
class RunThatCannotBeginTest {

    private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

    @TempDir
    private Path folder;

    @Test
    void isWrittenDownAsFailedWhenWhoeverWatchesItThrows() throws Exception {
        Files.writeString(folder.resolve("a.xml"), "<r n='1'/>");

        RunSummary summary = processor().run(progress -> {
            throw new IllegalStateException("no screen");
        });

        assertThat(summary.status()).isEqualTo(RunSummary.Status.FAILED);
        assertThat(summary.failure())
                .isEqualTo("the program's own listener has thrown java.lang.IllegalStateException");
        assertThat(lastStatus()).isEqualTo("failed");
    }

    private ProductionProcessor processor() throws Exception {
        MappingContract contract = ContractReader.read("""
                contract: 1
                name: numbers
                tables:
                  numbers:
                    columns:
                      n: { path: "@n", type: bigint, key: true }
                """, "test.yaml").contract();
        RunOptions options = RunOptions.from(new FromFiles(folder.toString()))
                .to(Database.of(url, new Properties()))
                .workers(1)
                .batchDocuments(10)
                .createTables(true)
                .build();
        return new ProductionProcessor(contract, options);
    }

    private String lastStatus() throws Exception {
        try (Ledger ledger = Ledger.open(Database.of(url, new Properties()), LedgerNames.DEFAULT)) {
            return ledger.runs(1).get(0).status();
        }
    }
}
