package dev.millrace.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.Database;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunSummary.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is given a limit is finished when it has read so many records: its keys are there, and show what they forbid. */
class LimitedRunKeysTest {

    private static final String CONTRACT = """
            contract: 1
            name: orders
            tables:
              orders:
                columns:
                  id: { path: "@id", type: bigint, key: true }
            """;

    @TempDir
    private Path folder;

    private Database target;

    @BeforeEach
    void write() throws Exception {
        target = Database.of("jdbc:h2:file:" + folder.resolve("target"), new Properties());
        Path in = Files.createDirectory(folder.resolve("in"));
        int[] ids = {1, 2, 2, 3, 1, 4};
        for (int i = 0; i < ids.length; i++) {
            Files.writeString(in.resolve(i + ".xml"), "<order id='" + ids[i] + "'/>");
        }
    }

    @Test
    void buildsItsKeysAndRejectsWhatTheyForbid() throws Exception {
        RunSummary limited = run(3);

        assertThat(limited.status()).isEqualTo(Status.FINISHED);
        assertThat(limited.documents().loaded()).isEqualTo(2);
        assertThat(limited.documents().rejected()).isEqualTo(1);
        assertThat(count("processing_pending")).isZero();
        try (Connection connection = target.connect();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("INSERT INTO \"orders\" VALUES (2)"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("primary key");
        }
    }

    @Test
    void leavesTheRestToTheNextRunWhichComesToTheSameAsOneWithoutALimit() throws Exception {
        run(3);

        RunSummary rest = run(Long.MAX_VALUE);

        assertThat(rest.status()).isEqualTo(Status.FINISHED);
        assertThat(rest.documents().loaded()).isEqualTo(2);
        assertThat(rest.documents().rejected()).isEqualTo(1);
        assertThat(rest.documents().skipped()).isEqualTo(3);
        assertThat(count("orders")).isEqualTo(4);
    }

    private RunSummary run(long limit) throws Exception {
        MappingContract contract = ContractReader.read(CONTRACT, "orders.yaml").contract();
        RunOptions options = RunOptions.from(new FromFiles(folder.resolve("in").toString()))
                .to(target)
                .workers(1)
                .createTables(true)
                .limit(limit)
                .build();
        return new ProductionProcessor(contract, options).run(progress -> {});
    }

    private int count(String table) throws SQLException {
        try (Connection connection = target.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM \"" + table + "\"")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
