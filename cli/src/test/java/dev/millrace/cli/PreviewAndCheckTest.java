package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreviewAndCheckTest {

    @TempDir
    private Path folder;

    private String contract = "";
    private String sound = "";
    private String tooLong = "";

    @BeforeEach
    void writeSamples() throws IOException {
        contract = SmallContract.in(folder).toString();
        sound = Files.writeString(folder.resolve("1.xml"), SmallContract.document(1))
                .toString();
        tooLong = Files.writeString(folder.resolve("2.xml"), SmallContract.tooLong(2))
                .toString();
    }

    @Test
    void previewsRowsAsTables() {
        Invocation preview = Invocation.of("preview", contract, sound);

        assertThat(preview.exitCode()).as(preview.err()).isZero();
        assertThat(preview.err()).isEmpty();
        assertThat(preview.out()).isEqualTo("""
                        orders: 1 row
                          id  buyer   placed
                          --  ------  ----------
                           1  Zaphod  2024-05-01

                        item: 2 rows
                          order_id  pos  price
                          --------  ---  -----
                                 1    1   1.50
                                 1    2  22.00
                        """);
    }

    @Test
    void turnsATableThatIsTooWideForTheTerminal() {
        FakeTerminal narrow = new FakeTerminal();
        narrow.width = 23;

        assertThat(Invocation.in(narrow, "preview", contract, sound, "--table", "orders")
                        .out())
                .isEqualTo("""
                        orders: 1 row
                                  row 1
                                  ----------
                          id      1
                          buyer   Zaphod
                          placed  2024-05-01
                        """);
    }

    @Test
    void previewsRowsAsJson() {
        assertThat(Invocation.of("preview", contract, sound, "--format", "json").out())
                .isEqualTo("{\"document\":\"1.xml\",\"rows\":{\"orders\":[{\"id\":1,\"buyer\":\"Zaphod\","
                        + "\"placed\":\"2024-05-01\"}],\"item\":[{\"order_id\":1,\"pos\":1,\"price\":1.50},"
                        + "{\"order_id\":1,\"pos\":2,\"price\":22.00}]}}\n");
    }

    @Test
    void previewsRowsAsCsv() {
        assertThat(Invocation.of("preview", contract, sound, "--format", "csv", "--table", "item")
                        .out())
                .isEqualTo("order_id,pos,price\n1,1,1.50\n1,2,22.00\n");
    }

    @Test
    void writesOneTableAsCsv() {
        Invocation preview = Invocation.of("preview", contract, sound, "--format", "csv");

        assertThat(preview.exitCode()).isEqualTo(2);
        assertThat(preview.out()).isEmpty();
        assertThat(preview.err())
                .isEqualTo("--format csv writes one table: name it with --table – the contract has orders, item"
                        + System.lineSeparator());
    }

    @Test
    void tellsWhereARejectIsWithoutItsValue() {
        Invocation preview = Invocation.of("preview", contract, tooLong);

        assertThat(preview.exitCode()).isEqualTo(3);
        assertThat(preview.err())
                .startsWith("rejected: document 2.xml, orders.buyer, line 1:1: ")
                .contains("[value-too-long]")
                .doesNotContain(SmallContract.MARKER)
                .hasLineCount(1);
    }

    @Test
    void namesTheTablesWhenOneIsAskedForThatIsNotThere() {
        Invocation preview = Invocation.of("preview", contract, sound, "--table", "odrers");

        assertThat(preview.exitCode()).isEqualTo(2);
        assertThat(preview.err()).contains("orders, item").hasLineCount(1);
    }

    @Test
    void checksAContractByItself() {
        Invocation check = Invocation.of("check", contract);

        assertThat(check.exitCode()).as(check.err()).isZero();
        assertThat(check.out()).startsWith("""
                        orders: a sound contract with 2 tables and 6 columns

                          Table   Columns  Key            Refers to
                          ------  -------  -------------  -----------------
                          orders        3  id
                          item          3  order_id, pos  orders (order_id)
                        """);
    }

    @Test
    void checksAContractAgainstSamples() {
        Invocation check = Invocation.of("check", contract, sound, tooLong);

        assertThat(check.exitCode()).isEqualTo(3);
        assertThat(check.out())
                .contains(
                        "2 samples: 1 mapped, 1 rejected",
                        "1  orders.buyer  value-too-long",
                        "first: document 2.xml, orders.buyer")
                .doesNotContain(SmallContract.MARKER);
        assertThat(check.err()).isEmpty();
    }

    @Test
    void warnsOfPathsThatMatchNothing() throws IOException {
        Path bare = Files.writeString(folder.resolve("3.xml"), "<order id=\"3\"><buyer>x</buyer></order>");

        Invocation check = Invocation.of("check", contract, bare.toString());

        assertThat(check.exitCode()).isZero();
        assertThat(check.err())
                .isEqualTo("warning: orders.placed: no value in 1 row – the samples have no @placed\n"
                        + "warning: item: no row in any sample – the samples have no item\n");
    }

    @Test
    void exitsWithThreeForWhatStaysEmptyWhereAsked() throws IOException {
        Path bare = Files.writeString(folder.resolve("3.xml"), "<order id=\"3\"><buyer>x</buyer></order>");

        assertThat(Invocation.of("check", contract, bare.toString(), "--strict").exitCode())
                .isEqualTo(3);
    }

    @Test
    void tellsWhatSamplesSayAsOneObject() throws IOException {
        Path bare = Files.writeString(folder.resolve("3.xml"), "<order id=\"3\"><buyr>x</buyr></order>");

        Invocation check = Invocation.of("check", contract, bare.toString(), tooLong, "--format", "json");

        assertThat(check.exitCode()).isEqualTo(3);
        assertThat(check.out())
                .hasLineCount(1)
                .startsWith("{\"version\":1,\"contract\":\"orders\",\"samples\":{\"mapped\":0,\"rejected\":2,")
                .contains(
                        "\"spotless\":false",
                        "{\"table\":\"orders\",\"column\":\"buyer\",\"code\":\"value-too-long\",\"count\":1,\"documents\":1,"
                                + "\"first\":{\"document\":\"2.xml\"",
                        "{\"column\":\"id\",\"filled\":2,\"changed_by_policy\":{}}");
        assertThat(check.err()).contains("a sound contract");
        assertThat(Invocation.of("check", contract, "--format", "json").exitCode())
                .isEqualTo(2);
    }

    @Test
    void saysWhereOnlyTheDefaultWasSeen() throws IOException {
        Path file = Files.writeString(folder.resolve("defaults.yaml"), """
                contract: 1
                name: defaults
                tables:
                  t:
                    columns:
                      id: { path: "@id", type: integer, key: true }
                      n: { path: "@n", type: integer, default: 3 }
                """);
        Path sample = Files.writeString(folder.resolve("4.xml"), "<r id='1'/>");

        Invocation check = Invocation.of("check", file.toString(), sample.toString());

        assertThat(check.err()).isEqualTo("warning: t.n: no value but the default in 1 row – the samples have no @n\n");
    }

    @Test
    void checksAllSamplesAndSaysTheSameWithAnyNumberOfWorkers() throws IOException {
        Path many = Files.createDirectories(folder.resolve("many"));
        for (int i = 0; i < 1_500; i++) {
            Files.writeString(
                    many.resolve(i + ".xml"),
                    i % 100 == 0
                            ? "<order id='x" + i + "'/>"
                            : "<order id='" + i % 1_200 + "'><buyer>b</buyer></order>");
        }

        Invocation one = Invocation.of("check", contract, many.toString(), "--workers", "1", "--format", "json");

        assertThat(one.out())
                .contains(
                        "\"mapped\":1485,\"rejected\":15,",
                        "\"more\":false,\"stopped\":false",
                        "\"repeated_keys\":297");
        for (String workers : new String[] {"2", "5"}) {
            Invocation several =
                    Invocation.of("check", contract, many.toString(), "--workers", workers, "--format", "json");
            assertThat(several.out()).isEqualTo(one.out());
            assertThat(several.err()).isEqualTo(one.err());
        }
        assertThat(Invocation.of("check", contract, many.toString(), "--limit", "1200")
                        .out())
                .contains("1,200 samples", "there are more, which were not read");
    }

    @Test
    void endsAtCtrlCWithWhatIsKnown() {
        FakeTerminal terminal = new FakeTerminal();
        terminal.interrupts = true;

        Invocation check = Invocation.in(terminal, "check", contract, sound, tooLong);

        assertThat(check.exitCode()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(check.out()).contains("samples: 0 mapped, 0 rejected; stopped before all were read");
        assertThat(check.err()).contains("Stopping: what the samples say so far comes next.");
    }

    @Test
    void goesOnWithoutHintsWhereTagsAreData() throws IOException {
        StringBuilder tags = new StringBuilder("<order id='7'><buyer>b</buyer>");
        for (int i = 0; i < 30; i++) {
            tags.append("<g").append(i).append('>');
            for (int n = 0; n < 900; n++) {
                tags.append("<n").append(n).append("/>");
            }
            tags.append("</g").append(i).append('>');
        }
        Path sample = Files.writeString(folder.resolve("tags.xml"), tags + "</order>");

        Invocation check = Invocation.of("check", contract, sample.toString());

        assertThat(check.exitCode()).isZero();
        assertThat(check.out()).contains("The samples have more than 20,000 distinct paths");
        assertThat(check.err()).contains("item: no row in any sample\n");
    }

    @Test
    void checksAContractAgainstTheTablesOfADatabase() throws SQLException {
        String url = "jdbc:h2:mem:check-against";
        try (Connection keepsItOpen = DriverManager.getConnection(url);
                Statement statement = keepsItOpen.createStatement()) {
            Invocation missing = Invocation.of("check", contract, "--against", url);

            assertThat(missing.exitCode()).isEqualTo(2);
            assertThat(missing.err()).contains("table orders – is not in the target", "table item – is not");

            assertThat(Invocation.of("run", contract, "--from", sound, "--to", url, "--create-tables")
                            .exitCode())
                    .isZero();
            Invocation fitting = Invocation.of("check", contract, "--against", url);

            assertThat(fitting.exitCode()).as(fitting.err()).isZero();
            assertThat(fitting.out()).contains("The tables of " + url + " fit the contract.");

            statement.execute("ALTER TABLE \"item\" DROP COLUMN \"price\"");
            Invocation unfit = Invocation.of("check", contract, "--against", url);

            assertThat(unfit.exitCode()).isEqualTo(2);
            assertThat(unfit.err()).contains("table item – has no column price");
        }
    }

    @Test
    void printsTheTables() {
        Invocation ddl = Invocation.of("ddl", contract, "--dialect", "postgresql");

        assertThat(ddl.exitCode()).as(ddl.err()).isZero();
        assertThat(ddl.out())
                .contains("CREATE TABLE \"orders\"", "numeric(9, 2)".replace(" ", ""))
                .contains(";\n");
        assertThat(Invocation.of("ddl", contract, "--dialect", "oracle").err())
                .isEqualTo(
                        "--dialect: \"oracle\" – expected postgresql or sqlserver or h2 or duckdb or sqlite or mariadb\n");
    }

    @Test
    void refusesBeforehandWhatTheDatabaseCannotIndex() throws IOException {
        Path notes = Path.of(contract).resolveSibling("notes.yaml");
        Files.writeString(notes, """
                contract: 1
                name: notes
                tables:
                  note:
                    index: words
                    columns:
                      id: { path: "@id", type: integer, key: true }
                      words: { path: ., type: text }
                """);
        String reason = "column words is text, which cannot be in a key or an index of h2 – make it varchar(n)";

        Invocation ddl = Invocation.of("ddl", notes.toString(), "--dialect", "h2");
        Invocation check = Invocation.of("check", notes.toString(), "--against", "jdbc:h2:mem:check-indexes");

        assertThat(ddl.exitCode()).isEqualTo(2);
        assertThat(ddl.err()).contains(reason);
        assertThat(check.exitCode()).isEqualTo(2);
        assertThat(check.err()).contains("table note – " + reason);
    }

    /** As it is where a contract reaches beyond the records, so that the file is read whole. */
    @Test
    void countsTheRecordsOfAFileThatIsReadWhole() throws IOException {
        String text = Files.readString(Path.of(contract));
        for (String header : new String[] {"", "/orders/@day"}) {
            Path several = Files.writeString(
                    folder.resolve("several.yaml"),
                    text.replace("record: /order ", "record: /orders/order ")
                            .replace(
                                    "path: buyer,",
                                    "path: \"(" + (header.isEmpty() ? "" : "//orders/x, ") + "buyer)[1]\","));
            StringBuilder orders = new StringBuilder("<orders>");
            for (int i = 0; i < 50; i++) {
                orders.append(SmallContract.document(i));
            }
            String file = Files.writeString(folder.resolve("fifty.xml"), orders + "</orders>")
                    .toString();

            assertThat(Invocation.of("check", several.toString(), file, "--limit", "5")
                            .out())
                    .contains("5 samples: 5 mapped, 0 rejected; there are more");
            assertThat(Invocation.of("check", several.toString(), file, "--limit", "50")
                            .out())
                    .contains("50 samples: 50 mapped, 0 rejected")
                    .doesNotContain("there are more");
            assertThat(Invocation.of("preview", several.toString(), file, "--limit", "5", "--table", "orders")
                            .out())
                    .contains("orders: 5 rows");
        }
    }
}
