package dev.millrace.cli;

import dev.millrace.contract.ContractReader;
import dev.millrace.processing.CoverageJson;
import dev.millrace.processing.RunSummary;
import dev.millrace.verification.ManifestJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "schema",
        description =
                "Prints the JSON Schema of contracts, with which an editor checks and completes them, of the summary that run"
                        + " --summary writes, of the manifest that run --manifest writes, or of what diff, explain or coverage writes"
                        + " with --format json.",
        customSynopsis = "millrace schema [contract|summary|manifest|diff|explanation|coverage]",
        sortOptions = false,
        footer = {"", "Example:", "  millrace schema > contract.schema.json"})
final class SchemaCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(
            arity = "0..1",
            paramLabel = "contract|summary|manifest|diff|explanation|coverage",
            description = "Which one (contract).")
    private Of of = Of.CONTRACT;

    /** What has a schema. */
    enum Of {
        CONTRACT(ContractReader.class, "/dev/millrace/contract.schema.json"),
        SUMMARY(RunSummary.class, "/dev/millrace/run-summary.schema.json"),
        DIFF(SchemaCommand.class, "/dev/millrace/contract-diff.schema.json"),
        EXPLANATION(SchemaCommand.class, "/dev/millrace/explanation.schema.json"),
        COVERAGE(CoverageJson.class, "/dev/millrace/coverage.schema.json"),
        MANIFEST(ManifestJson.class, "/dev/millrace/manifest.schema.json");

        private final Class<?> beside;
        private final String resource;

        Of(Class<?> beside, String resource) {
            this.beside = beside;
            this.resource = resource;
        }
    }

    SchemaCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (InputStream schema = of.beside.getResourceAsStream(of.resource)) {
            if (schema == null) {
                throw new IllegalStateException(of.resource + " is missing");
            }
            console.out().print(new String(schema.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(of.resource + " cannot be read", e);
        }
        return ExitCode.OK;
    }
}
