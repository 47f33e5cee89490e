package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandTest {

    private static final String REFERENCE = """
            {"source_table": "parcels", "source_column": "xml", "xml_root_element": "Provenir",
             "mappings": [
              {"xml_path": "/Provenir/Request", "xml_attribute": "ID", "target_table": "app_base",
               "target_column": "app_id", "data_type": "int", "mapping_type": ["identity_insert"], "nullable": false},
              {"xml_path": "/Provenir/Request/parcel", "xml_attribute": "code", "target_table": "app_base",
               "target_column": "code", "data_type": "string", "data_length": 9, "mapping_type": ["numbers_only"],
               "nullable": true}]}
            """;

    @TempDir
    private Path folder;

    @Test
    void writesAContractThatMakesRows() throws IOException {
        Path contract = folder.resolve("parcels.yaml");
        Path document = Files.writeString(
                folder.resolve("1.xml"), "<Provenir><Request ID='7'><parcel code='00-12'/></Request></Provenir>");

        Invocation imported = Invocation.of("import", reference(REFERENCE), "-o", contract.toString());

        assertThat(imported.exitCode()).as(imported.err()).isZero();
        assertThat(imported.out()).isEmpty();
        assertThat(imported.err()).contains("note: ");
        assertThat(Files.readString(contract)).contains("name: parcels");
        assertThat(Invocation.of("check", contract.toString()).exitCode()).isZero();
        assertThat(Invocation.of("preview", contract.toString(), document.toString())
                        .out())
                .contains("0012");
    }

    @Test
    void losesLeadingZerosAsTheOriginalDoesWhenAskedTo() throws IOException {
        Invocation meant = Invocation.of("import", reference(REFERENCE));
        Invocation original = Invocation.of("import", reference(REFERENCE), "--mode", "as-reference");

        assertThat(meant.out()).doesNotContain("'^0+([0-9])'");
        assertThat(original.out()).contains("'^0+([0-9])'");
    }

    @Test
    void doesNotOverwriteAContract() throws IOException {
        Path contract = Files.writeString(folder.resolve("mine.yaml"), "contract: 1");

        Invocation refused = Invocation.of("import", reference(REFERENCE), "-o", contract.toString());

        assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err()).contains("is there already");
        assertThat(Files.readString(contract)).isEqualTo("contract: 1");
    }

    @Test
    void tellsWhatIsWrongWithTheReference() throws IOException {
        Invocation wrong = Invocation.of("import", reference(REFERENCE.replace("\"source_table\": \"parcels\", ", "")));

        assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(wrong.err())
                .contains("reference.json: 'source_table' is missing")
                .hasLineCount(1);
        assertThat(Invocation.of("import", folder.resolve("no.json").toString()).exitCode())
                .isEqualTo(ExitCode.USAGE);
        assertThat(Invocation.of("import", reference(REFERENCE), "--mode", "exact")
                        .err())
                .contains("expected as-meant or as-reference");
    }

    @Test
    void writesNothingWhereTheTablesCannotBeLookedAt() throws IOException {
        Path contract = folder.resolve("parcels.yaml");
        String database = "jdbc:h2:mem:without-parcels";

        Invocation wrongUrl = against("jdbc:postgresql://127.0.0.1:1/nothing", contract);
        Invocation noUrl = against("parcels.db", contract);
        Invocation otherDatabase = against(database, contract);

        assertThat(wrongUrl.exitCode()).as(wrongUrl.all()).isEqualTo(ExitCode.USAGE);
        assertThat(noUrl.err()).contains("--against", "expected a JDBC URL");
        assertThat(noUrl.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(otherDatabase.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(otherDatabase.err())
                .contains("none of the contract's 1 table is in " + database)
                .hasLineCount(1);
        assertThat(against("jdbc:h2:" + folder.resolve("parcels"), contract).err())
                .contains("there is no such file");
        assertThat(contract).doesNotExist();
    }

    @Test
    void writesNothingWhereTheLogInIsRefused() throws Exception {
        Path contract = folder.resolve("parcels.yaml");
        String database = "jdbc:h2:" + folder.resolve("parcels");
        try (Connection connection = DriverManager.getConnection(database + ";USER=me;PASSWORD=right");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE app_base (app_id int PRIMARY KEY, code varchar(9))");
        }

        Invocation refused = against(database + ";USER=me;PASSWORD=wrong", contract);

        assertThat(refused.exitCode()).as(refused.all()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.all()).doesNotContain("wrong");
        assertThat(contract).doesNotExist();
        assertThat(against(database + ";USER=me;PASSWORD=right", contract).exitCode())
                .isZero();
        assertThat(contract).exists();
    }

    private Invocation against(String url, Path contract) throws IOException {
        return Invocation.of("import", reference(REFERENCE), "--against", url, "-o", contract.toString());
    }

    private String reference(String text) throws IOException {
        return Files.writeString(folder.resolve("reference.json"), text).toString();
    }
}
