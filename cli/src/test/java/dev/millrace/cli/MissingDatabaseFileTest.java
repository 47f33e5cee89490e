package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that look into a database or take out of it create none where its name is wrong. */
class MissingDatabaseFileTest {

    @TempDir
    private Path folder;

    @Test
    void createNothingWhereAFilesNameIsWrong() throws IOException {
        String contract = SmallContract.in(folder).toString();
        Path in = Files.createDirectory(folder.resolve("in"));
        Files.writeString(in.resolve("1.xml"), SmallContract.document(1));
        Path databases = Files.createDirectory(folder.resolve("databases"));
        for (String kind : List.of("h2", "sqlite", "duckdb")) {
            String url = "jdbc:" + kind + ":" + databases.resolve("wrong");
            for (List<String> command : List.of(
                    List.of("check", contract, "--against"),
                    List.of("ddl", contract, "--against"),
                    List.of("import", contract, "--against"),
                    List.of("forget", contract, "--all", "--yes", "--to"),
                    List.of("verify", contract, "--from", in.toString(), "--to"),
                    List.of("status", "--to"),
                    List.of("rejects", "--to"),
                    List.of("runs", "--to"))) {
                List<String> arguments = new ArrayList<>(command);
                arguments.add(url);

                Invocation result = Invocation.of(arguments.toArray(String[]::new));

                assertThat(result.exitCode()).as(arguments + result.all()).isEqualTo(2);
                if (!command.get(0).equals("import")) {
                    assertThat(result.err())
                            .as(arguments.toString())
                            .contains(" – there is no such file: ")
                            .contains(databases.resolve("wrong").toString());
                }
                try (Stream<Path> created = Files.list(databases)) {
                    assertThat(created).as(arguments.toString()).isEmpty();
                }
            }
        }
    }
}
