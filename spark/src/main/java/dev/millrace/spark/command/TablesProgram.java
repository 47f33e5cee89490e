package dev.millrace.spark.command;

import dev.millrace.cli.ClusterFrontEnd.Manner;
import dev.millrace.cli.ClusterFrontEnd.Source;
import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.source.SourceException;
import dev.millrace.source.Sources;
import dev.millrace.spark.Documents;
import dev.millrace.spark.tables.SparkTables;
import dev.millrace.spark.tables.TablesCommand;
import dev.millrace.spark.tables.TablesOptions;
import dev.millrace.xml.XmlLimits;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code tables}: writes the tables of a contract by Spark's own writers. */
@Command(
        name = TablesProgram.NAME,
        description = "Writes a folder for each table of a contract, and one for the rejects.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class TablesProgram implements Callable<Integer> {

    static final String NAME = "tables";

    private static final int OK = 0;
    private static final int BROKEN = 1;
    private static final int USAGE = 2;
    private static final int REJECTS = 3;

    private static final int MOST_CAUSES = 20;

    private final PrintStream out;

    @Parameters(paramLabel = "CONTRACT", description = "The mapping contract.")
    private Path contract = Path.of("");

    @Option(
            names = "--from",
            required = true,
            paramLabel = "SOURCE",
            description = "Files of XML, a directory or a glob, on any file system; or a table, with --from-format.")
    private String from = "";

    @Option(
            names = "--key-column",
            paramLabel = "COLUMN",
            description = "The column with the documents' keys, where --from is a table (source.key of the contract).")
    private @Nullable String keyColumn;

    @Option(
            names = "--xml-column",
            paramLabel = "COLUMN",
            description = "The column with the documents, where --from is a table (source.xml of the contract).")
    private @Nullable String xmlColumn;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "DIR",
            description =
                    "The directory to write, which is not there yet or is empty. DIR/_SUCCESS is there when all tables are.")
    private String to = "";

    @Option(names = "--format", paramLabel = "FORMAT", description = "A format that Spark writes (parquet).")
    private String format = "parquet";

    @Option(
            names = "--option",
            paramLabel = "NAME=VALUE",
            description = "An option for the format, such as compression=zstd. May be given several times.")
    private Map<String, String> options = new LinkedHashMap<>();

    private final LoadSource source;

    private TablesProgram(LoadSource source, PrintStream out) {
        this.source = source;
        this.out = out;
    }

    /** Runs a command line, and returns the exit code. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        LoadSource source = new LoadSource();
        CommandSpec sourceOptions = CommandSpec.forAnnotatedObject(source);
        sourceOptions.remove(sourceOptions.findOption("--connections"));
        sourceOptions.remove(sourceOptions.findOption("--keep-partitions"));
        CommandSpec spec = CommandSpec.forAnnotatedObject(new TablesProgram(source, out));
        spec.addMixin("source", sourceOptions);
        spec.usageMessage()
                .customSynopsis("spark-submit … millrace-spark.jar tables CONTRACT --from SOURCE --to DIR [OPTION…]");
        CommandLine line = new CommandLine(spec);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        line.setOut(new PrintWriter(out, true, Charset.defaultCharset()));
        line.setParameterExceptionHandler((e, given) -> {
            err.println(NAME + ": " + firstLine(e) + " – see " + NAME + " --help");
            return USAGE;
        });
        line.setExecutionExceptionHandler((e, command, result) -> {
            Throwable told = told(e);
            boolean wrong = told instanceof IllegalArgumentException
                    || told instanceof ContractException
                    || told instanceof SourceException unusable && unusable.isUsage();
            err.println(told instanceof ContractException ? told.getMessage() : NAME + ": " + firstLine(told));
            return wrong ? USAGE : BROKEN;
        });
        return line.execute(args);
    }

    @Override
    public Integer call() throws Exception {
        MappingContract mapping = read();
        if (Sources.isDatabase(from)) {
            throw SourceException.usage(
                    "--from: a database is read by Spark here: --from-format jdbc, with its options (url, dbtable,"
                            + " partitionColumn …) by --from-option");
        }
        // One that was there before is somebody else's to end.
        boolean lent = SparkSession.getDefaultSession().isDefined();
        SparkSession session = SparkSession.builder()
                .appName("millrace tables " + mapping.name())
                .getOrCreate();
        try {
            TablesCommand.Target target = new TablesCommand.Target(to, format, options);
            TablesCommand.check(session, mapping, target);
            Documents documents = source.unmoved(
                    session,
                    new Source(from, null, keyColumn, xmlColumn),
                    mapping,
                    new Manner(XmlLimits.DEFAULTS, RetryPolicy.DEFAULT, false, false));
            TablesCommand.Result result = TablesCommand.write(
                    session,
                    documents,
                    mapping,
                    target,
                    TablesOptions.defaults().withSourceName(documents.description()));
            SparkTables.Counts counts = result.counts();
            result.folders().forEach((name, folder) -> out.println(name + ": " + folder));
            out.println(counts.mapped() + " documents mapped, " + counts.rejected() + " rejected, "
                    + counts.unselected() + " not selected");
            return counts.rejected() == 0 ? OK : REJECTS;
        } finally {
            if (!lent) {
                session.stop();
            }
        }
    }

    private MappingContract read() throws SourceException, ContractException {
        try {
            return ContractReader.read(contract).contract();
        } catch (IOException e) {
            throw SourceException.usage(contract + " – cannot be read; check the path");
        }
    }

    /** What is behind the failure of a job, where that is ours to tell; else the failure. */
    private static Throwable told(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
            if (cause instanceof SourceException) {
                return cause;
            }
            cause = cause.getCause();
        }
        return failure;
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage())
                .lines()
                .findFirst()
                .orElse(e.getClass().getName());
    }
}
