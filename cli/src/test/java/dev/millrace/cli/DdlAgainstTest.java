package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command prints is SQL that can be executed as it is, comments included; which statements these are is the kit's. */
class DdlAgainstTest {

    private final String target = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

    @TempDir
    private Path folder;

    private Path contract = Path.of("");
    private Path in = Path.of("");
    private @Nullable Connection open;

    @BeforeEach
    void load() throws IOException, SQLException {
        open = DriverManager.getConnection(target);
        contract = SmallContract.in(folder);
        in = Files.createDirectory(folder.resolve("in"));
        Files.writeString(in.resolve("1.xml"), SmallContract.document(1));
        Files.writeString(in.resolve("2.xml"), SmallContract.tooLong(2));
    }

    @AfterEach
    void close() throws SQLException {
        if (open != null) {
            open.close();
        }
    }

    @Test
    void printsWhatMakesTablesFitAndARunLoadsThen() throws Exception {
        assertThat(run("--create-tables").exitCode()).isEqualTo(3);
        change("varchar(12), required: true", "varchar(40)");
        change(
                "price:    {",
                "size:     { path: '@size', type: integer, required: true, default: 7 }\n      price:    {");

        Invocation before = check();
        Invocation printed = against();

        assertThat(before.exitCode()).isEqualTo(2);
        assertThat(printed.exitCode()).as(printed.all()).isZero();
        assertThat(printed.out()).isEqualTo("""
                        ALTER TABLE "PUBLIC"."orders" ALTER COLUMN "buyer" SET DATA TYPE varchar(80);

                        ALTER TABLE "PUBLIC"."orders" ALTER COLUMN "buyer" DROP NOT NULL;

                        -- table item – column size is 'required' in the contract; it may be NULL for the rows that are there, until they are reloaded
                        ALTER TABLE "PUBLIC"."item" ADD "size" integer;

                        """);

        execute(printed.out());

        assertThat(check().exitCode()).isZero();
        assertThat(check().out()).doesNotContain("warning");
        assertThat(against().out()).isEqualTo("-- The tables of " + target + " fit the contract.\n");
        Invocation reloaded = run("--on-existing", "reload");
        assertThat(reloaded.exitCode()).as(reloaded.all()).isZero();
        assertThat(reloaded.out()).contains("2 read: 2 loaded");
    }

    @Test
    void printsEverythingForTablesThatAreNotThere() throws Exception {
        change("name: orders\n", "name: orders\nschema: far\n");

        execute(against().out());

        assertThat(check().exitCode()).isZero();
        assertThat(run().exitCode()).isEqualTo(3);
    }

    @Test
    void saysWhatItCannotDoInExitCode3() throws Exception {
        run("--create-tables");
        change("type: date", "type: integer");

        Invocation printed = against();

        assertThat(printed.exitCode()).isEqualTo(3);
        assertThat(printed.out())
                .startsWith("-- table orders, column placed – is date, which does not go with integer")
                .contains(
                        "drop the table and those below it, and load again with --create-tables --on-existing reload");
        execute(printed.out());
    }

    @Test
    void refusesWhatDoesNotGoTogether() {
        Invocation both = Invocation.of("ddl", contract.toString(), "--against", target, "--dialect", "h2");
        Invocation none = Invocation.of("ddl", contract.toString());
        Invocation ledger = Invocation.of("ddl", contract.toString(), "--against", target, "--with-ledger");

        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("--against and --dialect exclude each other");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).contains("--dialect DIALECT, or --against URL");
        assertThat(ledger.exitCode()).isEqualTo(2);
    }

    private Invocation against() {
        return Invocation.of("ddl", contract.toString(), "--against", target);
    }

    private Invocation check() {
        return Invocation.of("check", contract.toString(), "--against", target);
    }

    private Invocation run(String... more) {
        String[] args = new String[more.length + 6];
        System.arraycopy(
                new String[] {"run", contract.toString(), "--from", in.toString(), "--to", target}, 0, args, 0, 6);
        System.arraycopy(more, 0, args, 6, more.length);
        return Invocation.of(args);
    }

    private void change(String from, String to) throws IOException {
        String text = Files.readString(contract);
        assertThat(text).contains(from);
        Files.writeString(contract, text.replace(from, to));
    }

    private void execute(String script) throws SQLException {
        if (open == null) {
            throw new IllegalStateException("closed");
        }
        try (Statement statement = open.createStatement()) {
            statement.execute(script);
        }
    }
}
