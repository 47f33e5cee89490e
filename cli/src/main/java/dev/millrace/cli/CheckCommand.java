package dev.millrace.cli;

import dev.millrace.cli.TextTable.Align;
import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.ForeignKey;
import dev.millrace.contract.TableMapping.RowSet;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.document.Reject;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.source.SourceException;
import dev.millrace.xml.path.PathExpression;
import dev.millrace.xml.path.PathExpression.Evaluator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "check",
        description =
                "Finds mistakes in a contract: in itself, against sample documents, against the tables of a database.",
        customSynopsis = "millrace check CONTRACT [SAMPLE…] [OPTION…]",
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  millrace check loans.yaml 'samples/2024-*.xml'",
            "  millrace check loans.yaml --against jdbc:postgresql://localhost/loans"
        })
final class CheckCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(index = "0", paramLabel = "CONTRACT", description = "The mapping contract: YAML or JSON.")
    private Path contractFile = Path.of("");

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "SAMPLE",
            description = "Files, directories, globs in quotes, archives, or - for standard input.")
    private List<String> samples = List.of();

    @Option(
            names = "--against",
            paramLabel = "URL",
            description = "Compare with the tables of this database, which a run would load into. Changes nothing.")
    private @Nullable String against;

    @Mixin
    private final LedgerNameOptions ledger = new LedgerNameOptions();

    @Mixin
    private final LoginOptions login = new LoginOptions();

    @Option(names = "--limit", paramLabel = "N", description = "Read at most N documents, each record counted (1000).")
    private long limit = 1000;

    @Option(names = "--show-values", description = "Show values in the reasons of rejects. They may be private.")
    private boolean showValues;

    @Mixin
    private final LimitOptions limits = new LimitOptions();

    CheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException, SourceException, TargetException, InterruptedException {
        LimitOptions.positive("--limit", limit);
        MappingContract contract = ContractFile.read(contractFile, ledger.names(), console);
        int columns =
                contract.tables().stream().mapToInt(t -> t.columns().size()).sum();
        print(contract.name() + ": a sound contract with "
                + Amounts.count(contract.tables().size(), "table") + " and " + Amounts.count(columns, "column"));
        showTables(contract);
        showSlowPaths(contract);
        if (against != null) {
            checkTables(contract, against);
        }
        return samples.isEmpty() ? ExitCode.OK : checkSamples(contract);
    }

    private void checkTables(MappingContract contract, String url) throws UsageException, TargetException {
        Database database = login.database(url, "--against", null, null, "MILLRACE_TO_PASSWORD", console);
        ledger.check(database.dialect());
        List<String> warnings = Target.check(database, contract);
        print("");
        print("The tables of " + database.displayUrl() + " fit the contract.");
        warnings.forEach(warning -> wrapped("  warning: " + warning, 4));
    }

    private void showTables(MappingContract contract) {
        TextTable tables = new TextTable()
                .column("Table", Align.LEFT)
                .column("Columns", Align.RIGHT)
                .column("Key", Align.LEFT)
                .column("Refers to", Align.LEFT);
        for (TableMapping table : contract.tables()) {
            List<String> references = new ArrayList<>();
            for (ForeignKey key : table.keys().foreignKeys()) {
                TableMapping ancestor = contract.tables().get(key.table());
                references.add(ancestor.name() + " (" + names(table, key.columns()) + ")");
            }
            tables.row(
                    table.name(),
                    Integer.toString(table.columns().size()),
                    names(table, table.key()),
                    String.join(", ", references));
        }
        print("");
        tables.lines("  ", console.tableWidth()).forEach(this::print);
    }

    private static String names(TableMapping table, List<Integer> columns) {
        return String.join(
                ", ",
                columns.stream().map(index -> table.columns().get(index).name()).toList());
    }

    private void showSlowPaths(MappingContract contract) {
        Set<String> slow = new LinkedHashSet<>();
        contract.lets().forEach(let -> addIfSlow(slow, "let " + let.name(), let.expression()));
        for (TableMapping table : contract.tables()) {
            for (RowSet set : table.rows().sets()) {
                addIfSlow(slow, table.name() + " (rows)", set.rows());
                for (ColumnMapping column : set.columns()) {
                    if (column != null && column.source() instanceof ColumnMapping.Path path) {
                        addIfSlow(slow, table.name() + "." + column.name(), path.expression());
                    }
                }
            }
        }
        print("");
        if (slow.isEmpty()) {
            print("All paths are evaluated natively, in one pass.");
        } else {
            print(Amounts.count(slow.size(), "path") + " evaluated by Saxon-HE, which is slower:");
            slow.forEach(line -> wrapped("  " + line, 4));
        }
    }

    private static void addIfSlow(Set<String> slow, String where, @Nullable PathExpression path) {
        if (path != null && path.evaluator() == Evaluator.SAXON) {
            slow.add(where + ": " + path.text());
        }
    }

    /** Counts what the samples give: rows, rejects, and the columns that got no value. */
    private static final class Findings implements Consumer<Outcome> {

        private final MappingContract contract;
        private final Map<String, Reject> firstByCode = new LinkedHashMap<>();
        private final Map<String, Integer> countByCode = new LinkedHashMap<>();
        private final long[] rows;
        private final boolean[][] found;
        private final boolean[][] filled;
        private int mapped;
        private int rejected;

        Findings(MappingContract contract) {
            this.contract = contract;
            this.rows = new long[contract.tables().size()];
            this.found = new boolean[rows.length][];
            this.filled = new boolean[rows.length][];
            for (TableMapping table : contract.tables()) {
                found[table.index()] = new boolean[table.columns().size()];
                filled[table.index()] = new boolean[table.columns().size()];
            }
        }

        @Override
        public void accept(Outcome outcome) {
            if (outcome instanceof Mapped document) {
                count(document);
            } else if (outcome instanceof Rejected document) {
                count(document.reject());
            }
        }

        private void count(Mapped document) {
            mapped++;
            for (TableMapping table : contract.tables()) {
                boolean[] tableFilled = filled[table.index()];
                for (Row row : document.rows().get(table.index())) {
                    rows[table.index()]++;
                    for (int column = 0; column < tableFilled.length; column++) {
                        found[table.index()][column] |= row.values()[column] != null;
                        tableFilled[column] |= isFilled(table, column, row.values()[column]);
                    }
                }
            }
        }

        /** A value that equals the column's default does not show that the path found something. */
        private static boolean isFilled(TableMapping table, int column, @Nullable Object value) {
            if (value == null) {
                return false;
            }
            for (RowSet set : table.rows().sets()) {
                ColumnMapping mapping = set.columns().get(column);
                if (mapping != null && Objects.equals(mapping.role().defaultValue(), value)) {
                    return false;
                }
            }
            return true;
        }

        private void count(Reject reject) {
            rejected++;
            String code = reject.fault().code().word();
            firstByCode.putIfAbsent(code, reject);
            countByCode.merge(code, 1, Integer::sum);
        }

        /** Tables and columns whose paths matched nothing. */
        List<String> unmatched() {
            List<String> unmatched = new ArrayList<>();
            for (TableMapping table : contract.tables()) {
                if (rows[table.index()] == 0) {
                    unmatched.add(table.name() + ": no row in any sample");
                    continue;
                }
                for (int column = 0; column < table.columns().size(); column++) {
                    if (!filled[table.index()][column]) {
                        unmatched.add(
                                table.name() + "." + table.columns().get(column).name() + ": no value"
                                        + (found[table.index()][column] ? " but the default in " : " in ")
                                        + Amounts.count(rows[table.index()], "row"));
                    }
                }
            }
            return unmatched;
        }
    }

    private int checkSamples(MappingContract contract) throws UsageException, SourceException, InterruptedException {
        Findings findings = new Findings(contract);
        boolean more = new Samples(contract, limits.limits(1), showValues, limit).visit(samples, true, findings);
        print("");
        print(Amounts.count(findings.mapped + findings.rejected, "sample") + ": " + findings.mapped + " mapped, "
                + findings.rejected + " rejected" + (more ? "; there are more, which were not read (--limit)" : ""));
        findings.countByCode.forEach((code, count) -> {
            print("  " + count + "  " + code);
            wrapped("     first: " + SummaryScreen.line(Objects.requireNonNull(findings.firstByCode.get(code))), 12);
        });
        List<String> unmatched = findings.mapped == 0 ? List.of() : findings.unmatched();
        for (String line : unmatched) {
            console.err().println("warning: " + line);
        }
        return findings.rejected == 0 ? ExitCode.OK : ExitCode.REJECTS;
    }

    private void print(String line) {
        console.out().println(line);
    }

    private void wrapped(String text, int hanging) {
        Paragraph.wrap(text, console.terminal().width(), hanging).forEach(this::print);
    }
}
