package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.dialect.DialectJar;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process with jars of others on its class path. */
class ForeignDialectTest {
    @TempDir
    private Path folder;

    private Path documents = Path.of("");
    private Path contract = Path.of("");

    @BeforeEach
    void createSource() throws Exception {
        contract = SmallContract.in(folder);
        documents = Files.createDirectory(folder.resolve("documents"));
        for (int id = 1; id <= 20; id++) {
            Files.writeString(documents.resolve(id + ".xml"), SmallContract.document(id));
        }
    }

    @Test
    void loadsDocumentsThroughADialectInAJarOfItsOwn() throws Exception {
        Path jar = DialectJar.write(folder, "Acme", "acme", "jdbc:acme:");
        String place = folder.resolve("target").toString();

        assertThat(run(List.of(jar), "jdbc:acme:" + place)).isZero();

        assertThat(Files.readString(folder.resolve("err"))).isEmpty();
        assertThat(Files.readString(folder.resolve("out"))).contains("20 loaded, 0 rejected", "batch-insert");
        try (Connection connection = DriverManager.getConnection("jdbc:h2:" + place);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM \"item\"")) {
            row.next();
            assertThat(row.getInt(1)).isEqualTo(40);
        }
        // What the log has is looked up, and skipped.
        assertThat(run(List.of(jar), "jdbc:acme:" + place)).isZero();
        assertThat(Files.readString(folder.resolve("out"))).contains("20 skipped");
    }

    @Test
    void saysInOneLineWhichDialectCannotBeLoaded() throws Exception {
        Path jar = DialectJar.services(folder.resolve("broken.jar"), "com.example.Broken");

        assertThat(run(List.of(jar), "jdbc:broken:x")).isEqualTo(2);

        assertThat(Files.readAllLines(folder.resolve("err")))
                .singleElement()
                .asString()
                .contains("jdbc:broken:…", "postgresql, sqlserver", "com.example.Broken", "left out");

        // Nobody else is held up by it.
        assertThat(run(List.of(jar), "jdbc:h2:" + folder.resolve("h2"))).isZero();
        assertThat(Files.readString(folder.resolve("err"))).isEmpty();
    }

    private int run(List<Path> jars, String url) throws Exception {
        String path = Stream.concat(jars.stream().map(Path::toString), Stream.of(System.getProperty("java.class.path")))
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m"));
        command.addAll(List.of("-cp", path, Main.class.getName(), "run", contract.toString()));
        command.addAll(List.of("--from", documents.toString(), "--to", url, "--create-tables"));
        return new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start()
                .waitFor();
    }
}
