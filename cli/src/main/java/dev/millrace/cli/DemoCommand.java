package dev.millrace.cli;

import dev.millrace.cli.RunCommand.Outcome;
import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.report.Amounts;
import dev.millrace.samples.SampleApplications;
import dev.millrace.samples.SampleApplications.Settings;
import dev.millrace.samples.SampleApplications.Size;
import dev.millrace.samples.SampleWriter;
import dev.millrace.source.SourceException;
import dev.millrace.verification.VerificationException;
import dev.millrace.verification.VerificationReport;
import dev.millrace.verification.Verifier;
import dev.millrace.verification.VerifyOptions;
import dev.millrace.xml.XmlLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description =
                "Shows the whole job: puts sample loan applications into a table app_xml, loads them into linked tables, and"
                        + " shows the rows. Uses a database in memory, unless --to names another.",
        customSynopsis = "millrace demo [OPTION…]",
        sortOptions = false,
        footer = {"", "Example:", "  millrace demo --documents 10000 --to jdbc:h2:./millrace-demo"},
        exitCodeList = "3:Documents are not in the target, or the target differs from what the documents give.")
final class DemoCommand implements Callable<Integer> {

    /** The contract of examples/loan-applications, which the build copies here. */
    private static final String CONTRACT = "demo/contract.yaml";

    private static final String TABLE = "app_xml";
    private static final int SHOWN_ROWS = 3;
    private static final long SEED = 1;

    private final Console console;

    @Option(names = "--documents", paramLabel = "N", description = "How many documents (750).")
    private long documents = 750;

    @Option(names = "--workers", paramLabel = "N", description = "Workers, each with a connection of its own (4).")
    private int workers = RunOptions.DEFAULT_WORKERS;

    @Mixin
    private final TargetOptions target = new TargetOptions();

    @Mixin
    private final LoginOptions login = new LoginOptions();

    @Option(
            names = "--summary",
            paramLabel = "FILE",
            description =
                    "Write the summary as JSON. With - it goes to standard output, and the rest to standard error.")
    private @Nullable String summaryFile;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Write the page about the run here (a temporary file, which is named).")
    private @Nullable String reportFile;

    @Mixin
    private final WatchOptions watching = new WatchOptions();

    @Option(names = "--no-progress", description = "Do not show progress.")
    private boolean noProgress;

    DemoCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call()
            throws UsageException, SourceException, TargetException, SQLException, IOException, ContractException,
                    InterruptedException, VerificationException {
        LimitOptions.positive("--documents", documents);
        LimitOptions.positive("--workers", workers);
        if (target.isGiven()) {
            return run(target.database(login, console));
        }
        Database memory = Database.of("jdbc:h2:mem:demo-" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", new Properties());
        try {
            return run(memory);
        } finally {
            try (Connection connection = memory.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("SHUTDOWN");
            }
        }
    }

    private int run(Database database)
            throws UsageException, SourceException, TargetException, SQLException, IOException, ContractException,
                    InterruptedException, VerificationException {
        SummaryOutput output = SummaryOutput.to(summaryFile, console);
        ReportOutput given = ReportOutput.to(reportFile, console);
        try (WatchOutput watch = watching.output(console)) {
            return run(database, output, given, watch);
        }
    }

    private int run(Database database, SummaryOutput output, ReportOutput given, WatchOutput watch)
            throws UsageException, SourceException, TargetException, SQLException, IOException, ContractException,
                    InterruptedException, VerificationException {
        PrintStream screen = output.screen();
        int width = console.terminal().width();
        String place = target.isGiven() ? database.displayUrl() : "a database in memory";
        String begin = Amounts.count(documents, "sample document") + " into table " + TABLE + " of " + place;
        Paragraph.wrap(begin, width, 2).forEach(screen::println);
        watch.announce();
        SampleWriter writer = new SampleWriter(
                new SampleApplications(Settings.of(SEED, Size.MEDIUM)),
                1,
                documents,
                GenerateCommand.progress(console, documents));
        GenerateCommand.writeTable(writer, database, TABLE);
        MappingContract contract = ContractReader.read(contractText(), CONTRACT).contract();
        RunOptions options = options(database);
        Outcome outcome = RunCommand.run(contract, options, console, !noProgress, watch);
        RunSummary summary = outcome.summary();
        ReportOutput page = reportFile == null ? ReportOutput.anywhere("millrace-demo-", console) : given;
        Path saved = page.write(summary) ? page.file() : null;
        watch.ended(summary, saved);
        screen.println();
        output.write(summary, ExitCode.of(summary, outcome.interrupted()));
        if (summary.documents().loaded() + summary.documents().skipped() > 0) {
            showRows(database, contract, screen, width);
        }
        boolean equal = true;
        if (summary.status() == Status.FINISHED) {
            VerificationReport report = new Verifier(contract, verifyOptions(database)).run();
            equal = report.isEqual();
            screen.println();
            Paragraph.wrap(VerificationScreen.headline(report), width, 2).forEach(screen::println);
        }
        screen.println();
        Paragraph.wrap(comparison(summary), width, 0).forEach(screen::println);
        if (saved != null) {
            screen.println("The run as a page, for a browser:");
            screen.println("  " + saved);
        }
        if (!target.isGiven()) {
            screen.println("To keep the database:");
            screen.println("  millrace demo --to jdbc:h2:./millrace-demo");
        }
        return equal ? ExitCode.of(summary, outcome.interrupted()) : ExitCode.DIFFERENT;
    }

    static String contractText() throws IOException {
        try (InputStream text = Objects.requireNonNull(DemoCommand.class.getResourceAsStream(CONTRACT), CONTRACT)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private RunOptions options(Database database) {
        return RunOptions.from(From.table(database))
                .to(database)
                .workers(workers)
                .createTables(true)
                .showValues(true)
                .build();
    }

    private VerifyOptions verifyOptions(Database database) {
        return new VerifyOptions(
                From.table(database),
                database,
                workers,
                VerifyOptions.DEFAULT_DIFFERENCES,
                XmlLimits.DEFAULTS,
                true,
                VerifyOptions.DEFAULT_SORT_BYTES);
    }

    private static void showRows(Database database, MappingContract contract, PrintStream screen, int width)
            throws SQLException {
        Dialect dialect = database.dialect();
        try (Connection connection = database.connect()) {
            for (TableMapping table : contract.tables()) {
                screen.println();
                screen.println(table.name() + ", the first rows");
                RowTables.firstColumns(table.columns(), firstRows(connection, dialect, contract.schema(), table), width)
                        .forEach(screen::println);
            }
        }
    }

    private static List<@Nullable Object[]> firstRows(
            Connection connection, Dialect dialect, @Nullable String schema, TableMapping table) throws SQLException {
        List<String> columns = new ArrayList<>();
        List<String> key = new ArrayList<>();
        for (TableMapping.Column column : table.columns()) {
            columns.add(dialect.quote(column.name()));
            if (column.key()) {
                key.add(dialect.quote(column.name()));
            }
        }
        String select = "SELECT " + String.join(", ", columns) + " FROM " + dialect.qualified(schema, table.name())
                + " ORDER BY " + String.join(", ", key);
        List<@Nullable Object[]> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(dialect.firstRows(select))) {
            statement.setInt(1, SHOWN_ROWS);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    @Nullable Object[] row = new Object[columns.size()];
                    for (int i = 0; i < row.length; i++) {
                        row[i] = found.getString(i + 1);
                    }
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    private static String comparison(RunSummary summary) {
        return "This run: " + Amounts.rate(summary.documentsPerMinute())
                + " documents/minute. The Python system that Millrace"
                + " comes from reported 959.5, on another machine and database and with documents of its own;"
                + " docs/performance.md has figures from one machine.";
    }
}
