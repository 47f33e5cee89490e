package dev.millrace.cli;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.ExistingTables;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.document.WholeFile;
import dev.millrace.reference.ImportedContract;
import dev.millrace.reference.Mode;
import dev.millrace.reference.ReferenceException;
import dev.millrace.reference.ReferenceImport;
import dev.millrace.reference.TargetTable;
import dev.millrace.reference.TargetTables;
import dev.millrace.report.Amounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        description =
                "Converts a mapping contract of the original Python system into a Millrace contract. With --against it has the"
                        + " types, sizes, keys and NULLs of the tables that are there, and what differs is told.",
        customSynopsis = "millrace import REFERENCE.json [-o CONTRACT] [--against URL] [OPTION…]",
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  millrace import mapping_contract.json -o loans.yaml",
            "  millrace import mapping_contract.json -o loans.yaml --against 'jdbc:sqlserver://host;databaseName=loans'"
        })
final class ImportCommand implements Callable<Integer> {

    /** For the ledger's tables, where the original's own log has their names already. */
    private static final String LEDGER_PREFIX = "millrace_";

    private final Console console;

    @Parameters(paramLabel = "REFERENCE.json", description = "The original's mapping contract: JSON or YAML.")
    private Path reference = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "CONTRACT",
            description = "The file to write, which must not be there yet (standard output).")
    private @Nullable Path output;

    @Mixin
    private final AgainstOptions against = new AgainstOptions();

    @Mixin
    private final LoginOptions login = new LoginOptions();

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description =
                    "as-meant, or as-reference: with leading zeros and last characters lost as the original loses them"
                            + " (as-meant).")
    private String mode = "as-meant";

    @Option(names = "--name", paramLabel = "NAME", description = "The contract's name (that of the file).")
    private @Nullable String name;

    ImportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException {
        against.check();
        String text;
        ImportedContract imported;
        try {
            text = Files.readString(reference);
            imported = ReferenceImport.convert(text, reference.toString(), contractName(), mode());
            if (against.isGiven()) {
                TargetTables tables = tables(imported.yaml());
                imported = ReferenceImport.convert(text, reference.toString(), contractName(), mode(), tables);
            }
        } catch (IOException e) {
            throw new UsageException(Messages.unreadable(reference, e));
        } catch (ReferenceException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        write(imported.yaml());
        imported.differences().forEach(difference -> console.err().println("note: " + difference));
        return ExitCode.OK;
    }

    /** Looks up the tables that the contract has to fit, by the names of those that it would create. */
    private TargetTables tables(String yaml) throws UsageException {
        Database database = against.database(login, console);
        MappingContract contract;
        ExistingTables there;
        try {
            contract = ContractReader.read(yaml, reference.toString()).contract();
            there = ExistingTables.of(database, contract);
        } catch (ContractException e) {
            throw new IllegalStateException(e);
        } catch (TargetException e) {
            // Nothing has been written yet, so the user can fix this and start again.
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        if (there.tables().isEmpty()) {
            throw new UsageException("--against: none of the contract's "
                    + Amounts.count(contract.tables().size(), "table") + " is in " + database.displayUrl()
                    + (there.schema() == null ? "" : ", schema " + there.schema())
                    + " – name the database of the tables, and a user who may see them; without --against the contract is"
                    + " for tables that --create-tables makes");
        }
        Map<String, TargetTable> tables = new LinkedHashMap<>();
        there.tables().forEach((name, table) -> tables.put(name, targetTable(table)));
        String schema = contract.schema();
        return new TargetTables(
                there.isNamed() ? schema : null, there.schema(), tables, there.ledgerIsTaken() ? LEDGER_PREFIX : null);
    }

    private static TargetTable targetTable(ExistingTables.Table table) {
        return new TargetTable(
                table.name(),
                table.columns().stream()
                        .map(column -> new TargetTable.Column(
                                column.name(),
                                column.words(),
                                column.closest().orElse(null),
                                column.nullable(),
                                column.numbered(),
                                column.computed(),
                                column.defaultValue()))
                        .toList(),
                table.primaryKey(),
                table.uniqueKeys());
    }

    private Mode mode() throws UsageException {
        for (Mode known : Mode.values()) {
            if (mode.equals(known.name().toLowerCase(Locale.ROOT).replace('_', '-'))) {
                return known;
            }
        }
        throw new UsageException("--mode: \"" + mode + "\" – expected as-meant or as-reference");
    }

    private String contractName() {
        if (name != null) {
            return name;
        }
        String file = String.valueOf(output == null ? reference.getFileName() : output.getFileName());
        int dot = file.lastIndexOf('.');
        return dot > 0 ? file.substring(0, dot) : file;
    }

    private void write(String yaml) throws UsageException {
        Path file = output;
        if (file == null) {
            console.out().print(yaml);
            return;
        }
        try {
            // Never overwrites: somebody may have changed the file by hand.
            WholeFile.create(file, yaml.getBytes(StandardCharsets.UTF_8));
        } catch (FileAlreadyExistsException e) {
            throw new UsageException("-o: " + file + " is there already – name another file, or remove it");
        } catch (IOException e) {
            throw OutputFile.failed("-o", file, e);
        }
    }
}
