package dev.millrace.cli;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.Ddl;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialects;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "ddl",
        description = "Prints the CREATE TABLE statements of a contract's tables.",
        customSynopsis = "millrace ddl CONTRACT --dialect DIALECT [OPTION…]",
        sortOptions = false,
        footer = {"", "Example:", "  millrace ddl loans.yaml --dialect postgresql | psql warehouse"})
final class DdlCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(paramLabel = "CONTRACT", description = "The mapping contract: YAML or JSON.")
    private Path contractFile = Path.of("");

    @Option(
            names = "--dialect",
            paramLabel = "DIALECT",
            required = true,
            description = "postgresql, sqlserver, h2, duckdb, sqlite or mariadb.")
    private String dialectName = "";

    @Option(
            names = "--with-ledger",
            description = "The processing log's tables as well, which a run creates itself where they are missing.")
    private boolean withLedger;

    @Mixin
    private final LedgerNameOptions ledger = new LedgerNameOptions();

    DdlCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException {
        Dialect dialect = Dialects.named(dialectName)
                .orElseThrow(() -> new UsageException("--dialect: \"" + dialectName + "\" – expected "
                        + String.join(
                                " or ",
                                Dialects.all().stream().map(Dialect::name).toList())
                        + Dialects.problems().stream()
                                .map(problem -> "; " + problem)
                                .collect(Collectors.joining())));
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
}
