package dev.millrace.cli;

import dev.millrace.contract.ContractDifference;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.SchemaChange;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "diff",
        description =
                "Tells what differs in the meaning of two contracts, what becomes of loaded rows, and the statements that change tables.",
        customSynopsis = "millrace diff OLD NEW [--dialect DIALECT | --against URL] [OPTION…]",
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  millrace diff loans-2024.yaml loans.yaml",
            "  millrace diff loans-2024.yaml loans.yaml --dialect postgresql",
            "  millrace diff loans-2024.yaml loans.yaml --against jdbc:postgresql://localhost/warehouse"
        })
final class DiffCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(index = "0", paramLabel = "OLD", description = "The contract as it was: YAML or JSON.")
    private Path oldFile = Path.of("");

    @Parameters(index = "1", paramLabel = "NEW", description = "The contract as it is to be.")
    private Path newFile = Path.of("");

    @Option(
            names = "--dialect",
            paramLabel = "DIALECT",
            description =
                    "Print the statements that make OLD's tables those of NEW in this database: postgresql, sqlserver, h2,"
                            + " duckdb, sqlite or mariadb.")
    private @Nullable String dialectName;

    @Mixin
    private final AgainstOptions against = new AgainstOptions();

    @Mixin
    private final LedgerNameOptions ledger = new LedgerNameOptions();

    @Mixin
    private final LoginOptions login = new LoginOptions();

    @Option(
            names = "--format",
            paramLabel = "FORM",
            description = "text (default), or json: one object, whose JSON Schema is that of 'millrace schema diff'.")
    private Format format = Format.text;

    /** In what form the differences are written; the words are those of the command line. */
    enum Format {
        text,
        json
    }

    DiffCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException, TargetException {
        against.check();
        if (against.isGiven() && dialectName != null) {
            throw new UsageException(
                    "--against and --dialect exclude each other: the URL says which database it is, and its tables count then");
        }
        Dialect dialect = dialectName == null ? null : DdlCommand.dialect(dialectName);
        if (dialect != null) {
            ledger.check(dialect);
        }
        List<MappingContract> contracts = contracts();
        MappingContract before = contracts.get(0);
        MappingContract after = contracts.get(1);
        List<ContractDifference> differences = ContractDifference.between(before, after);
        DiffTarget target = target(before, after, dialect);
        DiffReport report = new DiffReport(oldFile.toString(), before, newFile.toString(), after, differences, target);
        if (format == Format.json) {
            console.out().println(DiffJson.write(report));
        } else {
            DiffScreen.lines(report, console.tableWidth()).forEach(console.out()::println);
        }
        return differences.isEmpty() && (target == null || target.changes().isEmpty())
                ? ExitCode.OK
                : ExitCode.DIFFERENT;
    }

    private List<MappingContract> contracts() throws UsageException {
        try {
            if (Files.isSameFile(oldFile, newFile)) {
                throw new UsageException("OLD and NEW are one file: " + newFile
                        + " – name the older contract first, such as one that 'git show HEAD~1:./FILE' has written");
            }
        } catch (IOException e) {
            // Reading it tells.
        }
        List<MappingContract> contracts = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Path file : List.of(oldFile, newFile)) {
            try {
                ContractReader.Result result = ContractFile.readQuietly(file, ledger.names());
                contracts.add(result.contract());
            } catch (UsageException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        if (!problems.isEmpty()) {
            throw new UsageException(String.join("\n", problems));
        }
        return contracts;
    }

    private @Nullable DiffTarget target(MappingContract before, MappingContract after, @Nullable Dialect dialect)
            throws UsageException, TargetException {
        if (against.isGiven()) {
            Database database = against.database(login, console);
            ledger.check(database.dialect());
            return new DiffTarget(
                    database.dialect().name(), database.displayUrl(), SchemaChange.between(database, before, after));
        }
        if (dialect == null) {
            return null;
        }
        try {
            return new DiffTarget(dialect.name(), null, SchemaChange.between(dialect, before, after));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--dialect " + dialect.name() + ": " + e.getMessage());
        }
    }
}
