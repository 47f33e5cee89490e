package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each command that meets a ledger finds it under the names that an option or the contract gives, and refuses others' tables. */
class LedgerNamesTest {

    private static final String[] NAMES = {"--ledger-schema", "etl", "--ledger-prefix", "mr_"};

    private final String target = "jdbc:h2:mem:" + UUID.randomUUID();

    @TempDir
    private Path folder;

    private Path contract = Path.of("");
    private Path in = Path.of("");
    private Connection open;

    @BeforeEach
    void prepare() throws Exception {
        contract = SmallContract.in(folder);
        in = Files.createDirectory(folder.resolve("in"));
        Files.writeString(in.resolve("1.xml"), SmallContract.document(1));
        Files.writeString(in.resolve("2.xml"), SmallContract.tooLong(2));
        open = DriverManager.getConnection(target);
        execute("CREATE TABLE processing_log (log_id int PRIMARY KEY, app_id int NOT NULL, status varchar(20))");
    }

    @AfterEach
    void close() throws SQLException {
        open.close();
    }

    @Test
    void everyCommandRefusesWhatIsSomebodyElses() {
        for (String[] command : List.of(
                new String[] {"run", contract.toString(), "--from", in.toString(), "--to", target, "--create-tables"},
                new String[] {"verify", contract.toString(), "--from", in.toString(), "--to", target},
                new String[] {"check", contract.toString(), "--against", target},
                new String[] {"rejects", "--to", target},
                new String[] {"rejects", "--to", target, "--contract", contract.toString()},
                new String[] {"runs", "--to", target},
                new String[] {"status", "--to", target})) {
            Invocation refused = Invocation.of(command);

            assertThat(refused.exitCode()).as(refused.all()).isEqualTo(2);
            assertThat(refused.err())
                    .contains(
                            "PROCESSING_LOG – is a table of somebody else's",
                            "--ledger-schema NAME or --ledger-prefix TEXT")
                    .doesNotContain("internal error");
        }
    }

    @Test
    void everyCommandTakesTheNamesThatAreGiven() throws Exception {
        Invocation ran =
                of(NAMES, "run", contract.toString(), "--from", in.toString(), "--to", target, "--create-tables");
        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
        assertThat(ran.err() + ran.out())
                .contains("millrace rejects --to " + target
                        + " --contract orders --ledger-schema etl --ledger-prefix mr_")
                .contains("--ledger-schema etl --ledger-prefix mr_ --retry-rejects");

        Invocation again =
                of(NAMES, "run", contract.toString(), "--from", in.toString(), "--to", target, "--summary", "-");
        assertThat(again.out()).contains("\"loaded_before\":1");
        assertThat(of(NAMES, "verify", contract.toString(), "--from", in.toString(), "--to", target)
                        .exitCode())
                .isZero();
        assertThat(of(NAMES, "check", contract.toString(), "--against", target).exitCode())
                .isZero();
        assertThat(of(NAMES, "rejects", "--to", target).out()).contains("1 reject");
        assertThat(of(NAMES, "rejects", "--to", target, "--contract", contract.toString())
                        .out())
                .contains("1 reject");
        Invocation exported = of(
                NAMES,
                "rejects",
                "--export",
                folder.resolve("out").toString(),
                "--contract",
                contract.toString(),
                "--from",
                in.toString(),
                "--to",
                target);
        assertThat(exported.exitCode()).as(exported.all()).isZero();
        assertThat(of(NAMES, "runs", "--to", target).out()).contains("finished");
        assertThat(of(NAMES, "ddl", contract.toString(), "--dialect", "postgresql", "--with-ledger")
                        .out())
                .contains(
                        "CREATE SCHEMA IF NOT EXISTS \"etl\"",
                        "\"etl\".\"mr_processing_log\"",
                        "mr_processing_log_pkey");
    }

    @Test
    void theOnlyLedgerIsFoundWithoutItsNames() {
        of(NAMES, "run", contract.toString(), "--from", in.toString(), "--to", target, "--create-tables");

        for (String command : List.of("runs", "status", "rejects")) {
            Invocation found = Invocation.of(command, "--to", target);
            assertThat(found.exitCode()).as(found.all()).isZero();
            assertThat(found.out()).contains("orders");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "duckdb"})
    void aContractsFileLeadsToTheOnlyLedgerWhateverItsSchema(String database) throws Exception {
        String url = url(database);
        String[] etl = {"--ledger-schema", "etl"};
        Invocation ran = of(etl, "run", contract.toString(), "--from", in.toString(), "--to", url, "--create-tables");
        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);

        for (String command : List.of("status", "runs", "rejects")) {
            Invocation found = Invocation.of(command, "--to", url, "--contract", contract.toString());

            assertThat(found.exitCode()).as(found.all()).isZero();
            assertThat(found.out()).contains("orders");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "duckdb"})
    void namesTheOtherLedgersWhereThatOfAContractsFileIsNotThere(String database) throws Exception {
        String url = url(database);
        for (String schema : List.of("etl", "far")) {
            Path of = Files.writeString(
                    folder.resolve(schema + ".yaml"),
                    Files.readString(contract)
                            .replace("name: orders\n", "name: " + schema + "\nschema: " + schema + "\n"));
            Invocation ran =
                    Invocation.of("run", of.toString(), "--from", in.toString(), "--to", url, "--create-tables");
            assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
        }

        for (String command : List.of("status", "runs", "rejects")) {
            Invocation open = Invocation.of(command, "--to", url, "--contract", contract.toString());
            Invocation named = of(
                    new String[] {"--ledger-schema", "far"}, command, "--to", url, "--contract", contract.toString());

            assertThat(open.exitCode()).as(open.all()).isEqualTo(2);
            assertThat(open.err())
                    .contains("several schemas have a table processing_log, and it is not clear which is meant")
                    .contains("a ledger is here with --ledger-schema etl", "one with --ledger-schema far");
            assertThat(named.exitCode()).as(named.all()).isEqualTo(2);
            assertThat(named.err())
                    .contains("no run of a contract \"orders\" is in the ledger far.processing_log")
                    .contains("another ledger is here with --ledger-schema etl");
        }
    }

    private String url(String database) throws SQLException {
        execute("DROP TABLE processing_log");
        return database.equals("h2") ? target : "jdbc:duckdb:" + folder.resolve("orders.duckdb");
    }

    @Test
    void theContractGivesTheNamesAndAnOptionCountsMore() throws Exception {
        Files.writeString(contract, Files.readString(contract) + "ledger: { prefix: own_ }\n");
        Invocation ran =
                Invocation.of("run", contract.toString(), "--from", in.toString(), "--to", target, "--create-tables");
        assertThat(ran.exitCode()).as(ran.all()).isEqualTo(3);
        assertThat(ran.all()).contains("--ledger-prefix own_");
        assertThat(Invocation.of("rejects", "--to", target, "--contract", contract.toString())
                        .exitCode())
                .isZero();

        Invocation other = of(
                new String[] {"--ledger-prefix", "other_"},
                "run",
                contract.toString(),
                "--from",
                in.toString(),
                "--to",
                target);
        assertThat(other.exitCode()).as(other.all()).isEqualTo(2);
        assertThat(other.err())
                .contains(
                        "own_processing_log holds 1 document of contract orders as loaded",
                        "give --ledger-prefix own_");

        execute("DELETE FROM \"item\"", "DELETE FROM \"orders\"");
        of(
                new String[] {"--ledger-prefix", "other_"},
                "run",
                contract.toString(),
                "--from",
                in.toString(),
                "--to",
                target);
        Invocation status = Invocation.of("status", "--to", target, "--ledger-prefix", "own_");
        assertThat(status.out())
                .contains("There is another ledger here: --ledger-schema PUBLIC --ledger-prefix other_");
        Invocation both = Invocation.of("status", "--to", target);
        assertThat(both.exitCode()).isZero();
        assertThat(both.out()).contains("Ledger PUBLIC.other_processing_log", "Ledger PUBLIC.own_processing_log");
        Invocation none = Invocation.of("status", "--to", target, "--ledger-prefix", "no_");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err())
                .contains("holds no ledger (no_processing_log, looked for in all schemas)")
                .contains(
                        "--ledger-schema PUBLIC --ledger-prefix other_", "--ledger-schema PUBLIC --ledger-prefix own_");
    }

    @Test
    void aTableOfTheContractMayHaveTheNameThatTheLedgerDoesNotHave() throws Exception {
        Files.writeString(
                contract,
                Files.readString(contract)
                        .replace("orders:\n    columns", "processing_run:\n    columns")
                        .replace("parent: orders", "parent: processing_run")
                        .replace("orders.id", "processing_run.id"));

        Invocation refused = Invocation.of("check", contract.toString());
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("orders.yaml:6:3: tables: table processing_run has the name of a table");
        assertThat(of(NAMES, "check", contract.toString()).exitCode()).isZero();
        // Which schema the tables are in is known only there.
        Invocation same =
                of(new String[] {"--ledger-schema", "public"}, "check", contract.toString(), "--against", target);
        assertThat(same.exitCode()).isEqualTo(2);
        assertThat(same.err())
                .contains("table processing_run – has the name of a table of the ledger's in the same schema");
    }

    @Test
    void namesThatCannotBeAreRefused() {
        for (String[] names : List.of(
                new String[] {"--ledger-prefix", "my log"},
                new String[] {"--ledger-prefix", "x".repeat(41)},
                new String[] {"--ledger-schema", " "},
                new String[] {"--ledger-schema", "a\u001bb"})) {
            Invocation refused = of(names, "run", contract.toString(), "--from", in.toString(), "--to", target);
            assertThat(refused.exitCode()).as(refused.all()).isEqualTo(2);
            assertThat(refused.err()).startsWith(names[0] + ": ").hasLineCount(1);
        }
        Invocation sqlite = of(
                NAMES,
                "run",
                contract.toString(),
                "--from",
                in.toString(),
                "--to",
                "jdbc:sqlite:" + folder.resolve("orders.db"));
        assertThat(sqlite.exitCode()).isEqualTo(2);
        assertThat(sqlite.err())
                .contains("--ledger-schema: sqlite has no schemas – tell ledgers apart by --ledger-prefix");
    }

    private static Invocation of(String[] names, String... command) {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(List.of(names));
        return Invocation.of(words.toArray(String[]::new));
    }

    private void execute(String... statements) throws SQLException {
        try (Statement statement = open.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
