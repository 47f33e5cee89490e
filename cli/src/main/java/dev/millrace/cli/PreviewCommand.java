package dev.millrace.cli;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.Column;
import dev.millrace.document.Reject;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.pipeline.Outcome.Unselected;
import dev.millrace.report.Amounts;
import dev.millrace.source.SourceException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "preview",
        description = "Shows the rows that a contract makes of a few documents. Needs no database.",
        customSynopsis = "millrace preview CONTRACT SAMPLE… [OPTION…]",
        sortOptions = false,
        footer = {"", "Example:", "  millrace preview loans.yaml samples/4711.xml --table contact_base"},
        exitCodeList = "3:A sample is rejected.")
final class PreviewCommand implements Callable<Integer> {

    /** The forms in which rows can be written. */
    enum Format {
        table,
        json,
        csv
    }

    private final Console console;

    @Parameters(index = "0", paramLabel = "CONTRACT", description = "The mapping contract: YAML or JSON.")
    private Path contractFile = Path.of("");

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "SAMPLE",
            description = "Files, directories, globs in quotes, archives, or - for standard input.")
    private List<String> samples = List.of();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "table, csv (of one table: --table), or json: one object a line for each document (table).")
    private Format format = Format.table;

    @Option(names = "--table", paramLabel = "NAME", description = "Show only this table.")
    private @Nullable String table;

    @Option(names = "--limit", paramLabel = "N", description = "Read at most N documents, each record counted (10).")
    private long limit = 10;

    @Option(
            names = "--rows",
            paramLabel = "N",
            description = "Show at most N rows of a table, in the format table (20).")
    private int rows = 20;

    @Option(
            names = "--show-values",
            description = "Show values in the reasons of rejects as well. They may be private.")
    private boolean showValues;

    @Mixin
    private final LimitOptions limits = new LimitOptions();

    PreviewCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException, SourceException, InterruptedException {
        LimitOptions.positive("--limit", limit);
        LimitOptions.positive("--rows", rows);
        MappingContract contract = ContractFile.read(contractFile, console);
        List<TableMapping> tables = wanted(contract);
        if (format == Format.csv && tables.size() > 1) {
            throw new UsageException(
                    "--format csv writes one table: name it with --table – the contract has " + names(contract));
        }
        List<Mapped> documents = new ArrayList<>();
        List<Reject> rejects = new ArrayList<>();
        List<String> unselected = new ArrayList<>();
        PrintStream out = console.out();
        new Samples(contract, limits.limits(1), showValues, limit).visit(samples, outcome -> {
            if (outcome instanceof Rejected rejected) {
                rejects.add(rejected.reject());
            } else if (outcome instanceof Mapped mapped && format != Format.json) {
                documents.add(mapped);
            } else if (outcome instanceof Unselected other) {
                unselected.add(other.key());
            }
            if (format == Format.json) {
                out.println(RowJson.outcome(outcome, tables));
            }
        });
        if (format == Format.table) {
            showTables(tables, documents);
        } else if (format == Format.csv) {
            showCsv(tables.get(0), documents);
        }
        for (Reject reject : rejects) {
            console.err()
                    .println("rejected: " + SummaryScreen.line(reject) + " ["
                            + reject.fault().code().word() + "]");
        }
        for (String key : unselected) {
            console.err().println("not selected: " + TextTable.printable(key));
        }
        return rejects.isEmpty() ? ExitCode.OK : ExitCode.REJECTS;
    }

    private List<TableMapping> wanted(MappingContract contract) throws UsageException {
        if (table == null) {
            return contract.tables();
        }
        List<TableMapping> wanted =
                contract.tables().stream().filter(t -> t.name().equals(table)).toList();
        if (wanted.isEmpty()) {
            throw new UsageException(
                    "--table: the contract has no table \"" + table + "\" – it has " + names(contract));
        }
        return wanted;
    }

    private static String names(MappingContract contract) {
        return contract.tables().stream().map(TableMapping::name).collect(Collectors.joining(", "));
    }

    private void showTables(List<TableMapping> tables, List<Mapped> documents) {
        boolean first = true;
        for (TableMapping shown : tables) {
            List<@Nullable Object[]> values = values(shown, documents);
            console.out()
                    .println((first ? "" : System.lineSeparator()) + shown.name() + ": "
                            + Amounts.count(values.size(), "row"));
            first = false;
            if (values.isEmpty()) {
                continue;
            }
            RowTables.lines(shown.columns(), values.subList(0, Math.min(rows, values.size())), console.tableWidth())
                    .forEach(console.out()::println);
            if (values.size() > rows) {
                console.out().println("  and " + Amounts.count(values.size() - rows, "more row") + " (--rows)");
            }
        }
    }

    private void showCsv(TableMapping shown, List<Mapped> documents) {
        PrintStream out = console.out();
        List<Column> columns = shown.columns();
        out.println(columns.stream().map(column -> CellText.csv(column.name())).collect(Collectors.joining(",")));
        for (@Nullable Object[] row : values(shown, documents)) {
            List<String> fields = new ArrayList<>();
            for (int i = 0; i < row.length; i++) {
                fields.add(CellText.csv(row[i], columns.get(i).type()));
            }
            out.println(String.join(",", fields));
        }
    }

    private static List<@Nullable Object[]> values(TableMapping table, List<Mapped> documents) {
        List<@Nullable Object[]> values = new ArrayList<>();
        for (Mapped document : documents) {
            for (Row row : document.rows().get(table.index())) {
                values.add(row.values());
            }
        }
        return values;
    }
}
