package dev.millrace.cli;

import dev.millrace.contract.MappingContract;
import dev.millrace.report.CatalogueNames;
import dev.millrace.report.ContractDocument;
import dev.millrace.report.ContractDocument.Format;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "doc",
        description = "Writes what a contract says: as a page for people, or for a data catalogue.",
        customSynopsis = "millrace doc CONTRACT (-o FILE | --format FORM) [OPTION…]",
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  millrace doc loans.yaml -o loans.html",
            "  millrace doc loans.yaml --format dbt --source-name warehouse -o sources.yml",
            "  millrace doc loans.yaml --format openlineage --namespace postgres://warehouse:5432"
        })
final class DocCommand implements Callable<Integer> {

    private static final int HASH_DIGITS = 12;

    private final Console console;

    @Parameters(paramLabel = "CONTRACT", description = "The mapping contract: YAML or JSON.")
    private Path contractFile = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The file to write; one that is there is replaced. Without it, standard output.")
    private @Nullable String output;

    @Option(
            names = "--format",
            paramLabel = "FORM",
            description =
                    "html, markdown, dbt (sources.yml), openlineage (a run event) or odcs (Open Data Contract, YAML);"
                            + " by default html or markdown, as FILE ends.")
    private @Nullable String formatName;

    @Option(
            names = "--source-name",
            paramLabel = "NAME",
            description = "dbt: the source's name; by default the contract's, with _ for what a name cannot have.")
    private @Nullable String sourceName;

    @Option(
            names = "--schema",
            paramLabel = "NAME",
            description = "dbt, openlineage, odcs: the tables' schema; by default the contract's.")
    private @Nullable String schema;

    @Option(
            names = "--database",
            paramLabel = "NAME",
            description = "dbt, openlineage: the tables' database; by default none.")
    private @Nullable String database;

    @Option(
            names = "--namespace",
            paramLabel = "URI",
            description =
                    "openlineage: where job and tables are, such as postgres://warehouse:5432; by default millrace.")
    private @Nullable String namespace;

    DocCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException {
        Path file = output == null ? null : OutputFile.of("-o", output);
        Format format = format(file);
        refuse(format, "--source-name", sourceName, List.of(Format.DBT));
        refuse(format, "--schema", schema, List.of(Format.DBT, Format.OPENLINEAGE, Format.ODCS));
        refuse(format, "--database", database, List.of(Format.DBT, Format.OPENLINEAGE));
        refuse(format, "--namespace", namespace, List.of(Format.OPENLINEAGE));
        MappingContract contract = ContractFile.read(contractFile, console);
        CatalogueNames names = new CatalogueNames(
                sourceName == null ? word(contract.name()) : sourceName,
                schema,
                database,
                namespace == null ? Main.NAME : namespace);
        String madeBy = "Made by " + Version.ofProgram() + " of contract " + contract.name() + ", SHA-256 "
                + contract.hash().substring(0, HASH_DIGITS) + "…";
        String text = ContractDocument.of(contract, format, names, madeBy, Instant.now());
        if (file == null) {
            console.out().print(text);
        } else {
            OutputFile.write("-o", file, text);
        }
        return ExitCode.OK;
    }

    private Format format(@Nullable Path file) throws UsageException {
        List<String> names =
                Arrays.stream(Format.values()).map(DocCommand::word).toList();
        String given = formatName;
        if (given != null) {
            int index = names.indexOf(given.toLowerCase(Locale.ROOT));
            if (index < 0) {
                throw new UsageException("--format: \"" + given + "\""
                        + NearestWord.to(given, names)
                                .map(near -> ", did you mean " + near + "?")
                                .orElse("")
                        + " – expected " + String.join(", ", names));
            }
            return Format.values()[index];
        }
        if (file == null) {
            throw new UsageException("doc: in which form? – give -o FILE.html or FILE.md, or --format with one of "
                    + String.join(", ", names));
        }
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".html") || name.endsWith(".htm")) {
            return Format.HTML;
        }
        if (name.endsWith(".md") || name.endsWith(".markdown")) {
            return Format.MARKDOWN;
        }
        throw new UsageException(
                "-o: the ending of " + file + " does not say the form, as .html and .md do – give --format"
                        + " with one of " + String.join(", ", names));
    }

    private static void refuse(Format format, String option, @Nullable String value, List<Format> allowed)
            throws UsageException {
        if (value != null && value.isBlank()) {
            throw new UsageException(option + ": is blank – give it a name, or leave it out");
        }
        if (value != null && !allowed.contains(format)) {
            throw new UsageException(option + " is for --format "
                    + String.join(
                            " and ", allowed.stream().map(DocCommand::word).toList())
                    + ", and the form is " + word(format) + " – leave it out");
        }
    }

    private static String word(Format format) {
        return format.name().toLowerCase(Locale.ROOT);
    }

    /** A contract's name as a name in dbt, whose templates it is written in. */
    private static String word(String name) {
        String word = name.replaceAll("[^A-Za-z0-9_]+", "_");
        return word.isEmpty() || Character.isDigit(word.charAt(0)) ? "_" + word : word;
    }
}
