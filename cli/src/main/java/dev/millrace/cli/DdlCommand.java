package dev.millrace.cli;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.Ddl;
import dev.millrace.database.SchemaChange;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialects;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "ddl",
        description =
                "Prints the CREATE TABLE statements of a contract's tables, or what makes tables that are there fit it.",
        customSynopsis = "millrace ddl CONTRACT (--dialect DIALECT | --against URL) [OPTION…]",
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  millrace ddl loans.yaml --dialect postgresql | psql warehouse",
            "  millrace ddl loans.yaml --against jdbc:postgresql://localhost/warehouse"
        })
final class DdlCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(paramLabel = "CONTRACT", description = "The mapping contract: YAML or JSON.")
    private Path contractFile = Path.of("");

    @Option(
            names = "--dialect",
            paramLabel = "DIALECT",
            description = "postgresql, sqlserver, h2, duckdb, sqlite or mariadb.")
    private @Nullable String dialectName;

    @Mixin
    private final AgainstOptions against = new AgainstOptions();

    @Option(
            names = "--with-ledger",
            description = "The processing log's tables as well, which a run creates itself where they are missing.")
    private boolean withLedger;

    @Mixin
    private final LedgerNameOptions ledger = new LedgerNameOptions();

    @Mixin
    private final LoginOptions login = new LoginOptions();

    DdlCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException, TargetException {
        against.check();
        if (against.isGiven()) {
            return change();
        }
        String name = dialectName;
        if (name == null) {
            throw new UsageException(
                    "ddl: for which database? – give --dialect DIALECT, or --against URL to change tables that are there");
        }
        Dialect dialect = dialect(name);
        ledger.check(dialect);
        MappingContract contract = ContractFile.read(contractFile, ledger.names(), console);
        try {
            List<String> statements = Ddl.statements(dialect, contract, withLedger);
            for (String statement : statements) {
                console.out().println(statement + ";");
                console.out().println();
            }
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        return ExitCode.OK;
    }

    /** The dialect that --dialect names. */
    static Dialect dialect(String name) throws UsageException {
        return Dialects.named(name).orElseThrow(() -> unknownDialect(name));
    }

    private static UsageException unknownDialect(String name) {
        List<String> names = Dialects.all().stream().map(Dialect::name).toList();
        return new UsageException("--dialect: \"" + name + "\""
                + NearestWord.to(name, names)
                        .map(near -> ", did you mean " + near + "?")
                        .orElse("")
                + " – expected " + String.join(" or ", names)
                + Dialects.problems().stream().map(problem -> "; " + problem).collect(Collectors.joining()));
    }

    private int change() throws UsageException, TargetException {
        if (dialectName != null || withLedger) {
            throw new UsageException(
                    "--against and " + (dialectName == null ? "--with-ledger" : "--dialect")
                            + " exclude each other: the URL says which database it is, and a run makes and changes its ledger itself");
        }
        MappingContract contract = ContractFile.read(contractFile, ledger.names(), console);
        Database database = against.database(login, console);
        ledger.check(database.dialect());
        List<SchemaChange> changes = SchemaChange.between(database, contract);
        int exitCode = ExitCode.OK;
        for (SchemaChange change : changes) {
            String words = change.words().replaceAll("\\R", " ");
            if (!words.isEmpty()) {
                console.out().println("-- " + words);
            }
            if (change.statement() == null) {
                exitCode = ExitCode.DIFFERENT;
            } else {
                console.out().println(change.statement() + ";");
            }
            console.out().println();
        }
        if (changes.isEmpty()) {
            console.out().println("-- The tables of " + database.displayUrl() + " fit the contract.");
        }
        return exitCode;
    }
}
