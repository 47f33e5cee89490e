package dev.millrace.cli;

import dev.millrace.document.WholeFile;
import dev.millrace.reference.ImportedContract;
import dev.millrace.reference.Mode;
import dev.millrace.reference.ReferenceException;
import dev.millrace.reference.ReferenceImport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        description = "Converts a mapping contract of the original Python system into a Millrace contract.",
        customSynopsis = "millrace import REFERENCE.json [-o CONTRACT] [OPTION…]",
        sortOptions = false,
        footer = {"", "Example:", "  millrace import mapping_contract.json -o loans.yaml"})
final class ImportCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(paramLabel = "REFERENCE.json", description = "The original's mapping contract: JSON or YAML.")
    private Path reference = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "CONTRACT",
            description = "The file to write, which must not be there yet (standard output).")
    private @Nullable Path output;

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
        ImportedContract imported;
        try {
            imported =
                    ReferenceImport.convert(Files.readString(reference), reference.toString(), contractName(), mode());
        } catch (IOException e) {
            throw new UsageException(Messages.unreadable(reference, e));
        } catch (ReferenceException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        write(imported.yaml());
        imported.differences().forEach(difference -> console.err().println("note: " + difference));
        return ExitCode.OK;
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
            // What somebody may have changed by hand is not overwritten.
            WholeFile.create(file, yaml.getBytes(StandardCharsets.UTF_8));
        } catch (FileAlreadyExistsException e) {
            throw new UsageException("-o: " + file + " is there already – name another file, or remove it");
        } catch (IOException e) {
            throw OutputFile.failed("-o", file, e);
        }
    }
}
