package dev.millrace.kit;

import dev.millrace.kit.TestedDatabase.OtherProgram;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;

/** A database's own program that executes what it reads from its standard input, in UTF-8. */
record SqlProgram(List<String> command, UnaryOperator<String> literal) implements OtherProgram {

    /** Ends the test, with a word on what to install, if the program is not on this machine. */
    static OtherProgram of(String name, UnaryOperator<String> literal, String... arguments) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            Path program = Path.of(folder, name);
            if (Files.isExecutable(program)) {
                List<String> command = new ArrayList<>(List.of(program.toString()));
                command.addAll(List.of(arguments));
                return new SqlProgram(command, literal);
            }
        }
        return Assumptions.abort("install " + name + " to have it insert the texts of this test");
    }

    @Override
    public void insert(String table, int id, String text) throws SQLException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("PGCLIENTENCODING", "UTF8");
        String statement = "INSERT INTO " + table + " VALUES (" + id + ", " + literal.apply(text) + ");\n";
        try {
            Process process = builder.start();
            process.getOutputStream().write(statement.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new SQLException(command.get(0) + ": " + said);
            }
        } catch (IOException e) {
            throw new SQLException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException(e);
        }
    }
}
