package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the ledgers of several schemas hold is shown, whoever looks sees what he may, and nothing is left out without a word. */
class SeveralLedgersTest {

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private static Path folder = Path.of("");

    private static OwnPostgres server;
    private static Path fine = Path.of("");
    private static Path faulty = Path.of("");

    @BeforeAll
    static void loadIntoTwoSchemas() throws Exception {
        server = new OwnPostgres(folder.resolve("data"));
        Path in = Files.createDirectory(folder.resolve("in"));
        Files.writeString(in.resolve("1.xml"), SmallContract.document(1));
        fine = contract("fine", "");
        faulty = contract("faulty", "schema: other\n");
        server.execute("CREATE SCHEMA other");
        assertThat(run(fine, in).exitCode()).isZero();
        for (int i = 2; i <= 17; i++) {
            Files.writeString(in.resolve(i + ".xml"), SmallContract.tooLong(i));
        }
        assertThat(run(faulty, in).exitCode()).isEqualTo(3);
        server.execute(
                "CREATE USER narrow",
                "GRANT USAGE ON SCHEMA other TO narrow",
                "GRANT SELECT ON ALL TABLES IN SCHEMA other TO narrow",
                "CREATE USER blind");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void showsRejectsOfAllSchemas() {
        Invocation rejects = of("rejects");

        assertThat(rejects.exitCode()).as(rejects.err()).isZero();
        assertThat(rejects.out())
                .startsWith("16 rejects in 2 ledgers")
                .contains("Ledger other.processing_log: 16 rejects")
                .doesNotContain("Ledger public.processing_log");
        assertThat(of("rejects", "--limit", "3").out()).contains("and 13 more (--limit)");
        assertThat(of("rejects", "1.xml").err())
                .isEqualTo("document 1.xml – none of the processing logs has a reject of it" + System.lineSeparator());
        assertThat(of("rejects", "7.xml").out()).contains("faulty", "Ledger    other.processing_log");
    }

    @Test
    void showsRunsAndStatusOfAllSchemas() {
        assertThat(of("runs").out())
                .containsPattern("other.processing_log .*faulty")
                .containsPattern("public.processing_log .*fine");
        assertThat(of("status").out())
                .contains("Ledger other.processing_log", "Ledger public.processing_log")
                .containsPattern("faulty +rejected +16")
                .containsPattern("fine +loaded +1")
                .doesNotContain("There is another ledger");
    }

    @Test
    void showsOneLedgerWhereASchemaIsNamed() {
        Invocation rejects = of("rejects", "--ledger-schema", "public");
        assertThat(rejects.out()).isEqualTo("0 rejects" + System.lineSeparator());
        assertThat(of("status", "--schema", "public").out())
                .contains("There is another ledger here: --ledger-schema other")
                .doesNotContain("faulty ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "runs", "rejects"})
    void goesToTheLedgerOfAContractsFile(String command) {
        Invocation shown = of(command, "--contract", faulty.toString());

        assertThat(shown.exitCode()).as(shown.err()).isZero();
        assertThat(shown.out()).contains("faulty").doesNotContain("fine", "public.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "runs", "rejects"})
    void refusesAContractOfWhichNobodyKnows(String command) {
        Invocation refused = of(command, "--contract", "fin");

        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err())
                .contains("no run of a contract \"fin\" is in any of its 2 ledgers, did you mean fine?"
                        + " – there are runs of: faulty, fine");
        assertThat(of(command, "--contract", "fine").out()).doesNotContain("faulty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "runs", "rejects"})
    void showsWhatAUserMayReadAndNamesTheRest(String command) {
        Invocation shown = of("narrow", command);

        assertThat(shown.exitCode()).as(shown.err()).isZero();
        assertThat(shown.out()).contains("faulty");
        assertThat(shown.err())
                .isEqualTo("not shown, as this user may not read it: the ledger of --ledger-schema public"
                        + " --ledger-prefix ''" + System.lineSeparator());
        Invocation refused = of("blind", command);
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("the user lacks a privilege (SELECT) on the ledger other.processing_log");
    }

    @Test
    void writesRejectsForPrograms() {
        List<JsonNode> rejects = objects(of("rejects", "--format", "json"));
        List<String> csv = of("rejects", "--format", "csv").out().lines().toList();

        assertThat(rejects).as("all, whatever a screen would hold").hasSize(16);
        assertThat(rejects.get(0).get("ledger_schema").asString()).isEqualTo("other");
        assertThat(rejects.get(0).get("rejected_at").asString()).endsWith("Z");
        assertThat(csv).hasSize(17);
        assertThat(csv.get(0)).isEqualTo(String.join(",", rejects.get(0).propertyNames()));
        assertThat(objects(of("rejects", "--by", "code", "--format", "json")))
                .singleElement()
                .matches(code -> code.get("documents").asLong() == 16);
        Invocation some = of("rejects", "--format", "json", "--limit", "5");
        assertThat(some.out()).hasLineCount(5);
        assertThat(some.err()).contains("and 11 more (--limit)");
        assertThat(of("rejects", "--format", "text").out()).startsWith("16 rejects");
    }

    @Test
    void writesRunsAndStatusForPrograms() {
        List<JsonNode> runs = objects(of("runs", "--format", "json"));
        List<JsonNode> status = objects(of("status", "--format", "json"));

        assertThat(runs).hasSize(2);
        assertThat(runs.get(0).get("contract").asString()).isEqualTo("faulty");
        assertThat(runs.get(0).get("summary").get("status").asString()).isEqualTo("finished");
        assertThat(runs.get(0).get("started_at").asString()).endsWith("Z");
        assertThat(of("runs", "--format", "csv").out().lines().findFirst())
                .hasValue(String.join(",", runs.get(0).propertyNames()));
        assertThat(status).hasSize(2);
        assertThat(status.get(0).get("documents_rejected").asLong()).isEqualTo(16);
        assertThat(status.get(1).get("rows").asLong()).isEqualTo(3);
        assertThat(of("status", "--format", "csv").out().lines().findFirst())
                .hasValue(String.join(",", status.get(0).propertyNames()));
        assertThat(of("status", "--format", "xml").err()).contains("expected table, json or csv");
    }

    private static List<JsonNode> objects(Invocation told) {
        return told.out().lines().map(JSON::readTree).toList();
    }

    private static Path contract(String name, String more) throws Exception {
        Path small = SmallContract.in(folder);
        return Files.writeString(
                folder.resolve(name + ".yaml"),
                Files.readString(small).replace("name: orders\n", "name: " + name + "\n" + more));
    }

    private static Invocation run(Path contract, Path in) {
        return Invocation.of(
                "run", contract.toString(), "--from", in.toString(), "--to", server.url(), "--create-tables");
    }

    private static Invocation of(String... words) {
        boolean user = words[0].equals("narrow") || words[0].equals("blind");
        String url = user ? server.url().replace("user=postgres", "user=" + words[0]) : server.url();
        List<String> command = new ArrayList<>(Arrays.asList(words).subList(user ? 1 : 0, words.length));
        FakeTerminal pipe = new FakeTerminal();
        pipe.outputIsTerminal = false;
        return Invocation.in(
                pipe, Stream.concat(command.stream(), Stream.of("--to", url)).toArray(String[]::new));
    }
}
