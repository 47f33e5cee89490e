package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Markers in every kind of value and in every kind of reject, and passwords from every place: everything that real processes
 * say, at the highest log level, and all that the ledger holds is looked through for them.
 */
@Timeout(180)
class PrivacyTest {

    /** In every value of every document. */
    private static final String VALUE = "Zaphod";

    private static final String PASSWORD = "Heart0fGold";

    private static final String CONTRACT = """
            contract: 1
            name: people
            document:
              record: /person
              require:
                - { test: "not(string-length(@age) = 11)", reason: "age must be told" }
            source: { table: app_xml, key: app_id, xml: xml }
            codes:
              gender: { M: 1, F: 2, otherwise: reject }
            tables:
              person:
                columns:
                  id:     { path: "@id", type: varchar(40), key: true }
                  name:   { path: name, type: varchar(20) }
                  gender: { path: "@gender", codes: gender, type: smallint }
                  born:   { path: "@born", type: date }
                  age:    { path: "@age", type: integer }
                  alias:  { path: "number(@alias) + 1", type: integer }
                  home:   { path: address/city, type: varchar(20) }
                  note:   { path: note, type: text }
            """;

    /** What is wrong with each is in the middle; the rest is sound. */
    private static final List<String> DOCUMENTS = List.of(
            person("ZaphodSound", "", "<name>Zaphod</name><note>Zaphod</note>"),
            person("ZaphodSound", "", "<name>Zaphod a second time</name>"),
            person("1", "gender='Zaphod'", ""),
            person("2", "born='Zaphod'", ""),
            person("3", "age='ZaphodAge'", ""),
            person("4", "age='ZaphodGuard'", ""),
            person("5", "", "<name>Zaphod Zaphod Zaphod Zaphod</name>"),
            person("6", "", "<address><city>Zaphod</city><city>Zaphod</city></address>"),
            person("7", "", "<note>Zaphod raises</note>"),
            person("8", "", "<note>Zaphod raises with a state of his own</note>"),
            person("9", "", "<note>Zaphod is no number</note>"),
            person("10", "", "<note>Zaphod&#1;</note>"),
            person("11", "", "<ZaphodTag>"),
            person("12", "Zaphod", ""),
            person("13", "alias='Zaphod'", ""),
            person("14", "", "<note>&Zaphod;</note>"),
            "<!DOCTYPE person [<!ENTITY e 'Zaphod'>]><person id='15'>&e;</person>",
            "Zaphod is no XML at all",
            person("16", "age='3.7'", "<note>Zaphod breaks the run</note>"));

    @TempDir
    private static Path folder;

    private static OwnPostgres server;
    private static Path contract;

    @BeforeAll
    static void start() throws Exception {
        server = new OwnPostgres(folder.resolve("data"));
        contract = Files.writeString(folder.resolve("people.yaml"), CONTRACT);
        List<String> rows = new ArrayList<>();
        for (String document : DOCUMENTS) {
            rows.add("(" + (rows.size() + 1) + ", '" + document.replace("'", "''") + "')");
        }
        server.execute(
                "CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml text)",
                "INSERT INTO app_xml VALUES " + String.join(", ", rows));
    }

    private static String person(String id, String attributes, String content) {
        return "<person id='" + id + "' " + attributes + ">" + content + "</person>";
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Test
    void saysNoValueAndNoPasswordAnywhere() throws Exception {
        Path passwordFile = Files.writeString(folder.resolve("password"), PASSWORD);
        String url = server.url();
        String withPassword = url + "&password=" + PASSWORD;
        Path summary = folder.resolve("summary.json");
        Path log = folder.resolve("run.log");
        Map<String, String> said = new TreeMap<>();

        sayHere(
                said,
                "create",
                "run",
                contract.toString(),
                "--from",
                url,
                "--to",
                url,
                "--create-tables",
                "--limit",
                "1");
        server.execute(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " IF NEW.note LIKE '%raises' THEN RAISE EXCEPTION 'refused: %', NEW.note; END IF;"
                        + " IF NEW.note LIKE '%own' THEN RAISE EXCEPTION 'refused: %', NEW.note USING ERRCODE = 'ZZ001'; END IF;"
                        + " IF NEW.note LIKE '%no number' THEN NEW.age = NEW.note::integer; END IF;"
                        + " RETURN NEW; END $$",
                "CREATE TRIGGER refuse BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION refuse()");
        String command = say(
                said,
                "run",
                "run",
                contract.toString(),
                "--from",
                url,
                "--to",
                url,
                "--password-file",
                passwordFile.toString(),
                "--summary",
                summary.toString(),
                "--log-file",
                log.toString());
        assertThat(command).doesNotContain(PASSWORD);
        said.put("summary", Files.readString(summary));
        said.put("log", Files.readString(log));
        assertThat(said.get("summary")).contains("\"rejected\":18");
        say(said, "url", "run", contract.toString(), "--from", withPassword, "--to", withPassword, "--retry-rejects");
        sayHere(
                said,
                "refused",
                "run",
                contract.toString(),
                "--from",
                url,
                "--to",
                withPassword.replace("/postgres?", "/x?"));
        sayHere(said, "nobody", "runs", "--to", withPassword.replace(":" + server.port(), ":1"));
        sayHere(said, "malformed", "runs", "--to", "postgres://loader:" + PASSWORD + "@localhost/x");
        sayHere(said, "status", "status", "--to", withPassword);
        sayHere(said, "runs", "runs", "--to", withPassword);
        sayHere(said, "rejects", "rejects", "--to", withPassword);
        sayHere(said, "check", "check", contract.toString(), samples().toString());
        sayHere(said, "dry", "run", contract.toString(), "--from", samples().toString(), "--dry-run");
        server.execute(
                "DROP TRIGGER refuse ON person",
                "DROP FUNCTION refuse",
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " RAISE EXCEPTION 'refused: %', NEW.note USING ERRCODE = '42P01'; END $$",
                "CREATE TRIGGER refuse BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION refuse()");
        say(said, "broken", "run", contract.toString(), "--from", url, "--to", url, "--retry-rejects");
        said.put("processing_log", server.query("SELECT t::text FROM processing_log t"));
        said.put("processing_run", server.query("SELECT t::text FROM processing_run t"));
        said.put("processing_coverage", server.query("SELECT t::text FROM processing_coverage t"));

        assertThat(said)
                .allSatisfy((where, text) ->
                        assertThat(text).as(where).doesNotContain(VALUE).doesNotContain(PASSWORD));
    }

    private static Path samples() throws IOException {
        Path samples = folder.resolve("samples");
        if (Files.notExists(samples)) {
            Files.createDirectory(samples);
            for (int i = 0; i < DOCUMENTS.size(); i++) {
                Files.writeString(samples.resolve(i + ".xml"), DOCUMENTS.get(i));
            }
        }
        return samples;
    }

    private static void sayHere(Map<String, String> said, String name, String... words) {
        FakeTerminal terminal = new FakeTerminal();
        terminal.environment.put("MILLRACE_PASSWORD", PASSWORD);
        List<String> command = new ArrayList<>(List.of(words));
        command.add("--verbose");
        Invocation told = Invocation.in(terminal, command.toArray(new String[0]));
        said.put(name, told.all() + " exit code " + told.exitCode());
    }

    /** Runs a command in a process of its own, with a password in its environment; returns what {@code ps} shows of it. */
    private static String say(Map<String, String> said, String name, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(words));
        command.add("--verbose");
        File output = folder.resolve(name + ".txt").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(output).redirectErrorStream(true);
        builder.environment().put("MILLRACE_PASSWORD", PASSWORD);
        Process process = builder.start();
        String shown = String.join("\n", process.info().arguments().orElse(new String[0]));
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        said.put(name, Files.readString(output.toPath()) + " exit code " + process.exitValue());
        return shown;
    }
}
