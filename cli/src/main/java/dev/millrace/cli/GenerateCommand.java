package dev.millrace.cli;

import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.report.Amounts;
import dev.millrace.samples.SampleApplications;
import dev.millrace.samples.SampleApplications.Settings;
import dev.millrace.samples.SampleApplications.Size;
import dev.millrace.samples.SampleFault;
import dev.millrace.samples.SampleWriter;
import dev.millrace.samples.WideSamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "generate",
        description = "Makes sample loan applications: the same ones for the same seed, on every machine.",
        customSynopsis = "millrace generate --documents N --to URL|DIRECTORY|FILE.xml [OPTION…]",
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  millrace generate --documents 10000 --to jdbc:postgresql://localhost/intake",
            "  millrace generate --documents 20 --faults 10%% --to samples"
        })
final class GenerateCommand implements Callable<Integer> {

    /** The source table of the example contract. */
    private static final String TABLE = "app_xml";

    private final Console console;

    @Option(names = "--documents", paramLabel = "N", required = true, description = "How many documents.")
    private long documents;

    @Option(
            names = "--to",
            paramLabel = "PLACE",
            required = true,
            description =
                    "A JDBC URL, or postgresql://USER@HOST/DATABASE, for the table app_xml(app_id, xml), which is created if it is not there; a directory for"
                            + " a file each; a name ending in .xml for one file with all.")
    private String place = "";

    @Option(names = "--table", paramLabel = "TABLE", description = "Another table than app_xml.")
    private String table = TABLE;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            description = "Size of a document: small (2 KB), medium (20 KB) or large (230 KB) (small).")
    private Size size = Size.SMALL;

    @Option(names = "--seed", paramLabel = "N", description = "Another seed makes other documents (1).")
    private long seed = 1;

    @Option(
            names = "--faults",
            paramLabel = "P%",
            description = "Share of documents with a defect, every kind in turn (0%%).")
    private String faults = "0%";

    @Option(
            names = "--columns",
            paramLabel = "N",
            description =
                    "For a contract of so many columns, which --contract writes (" + WideSamples.OWN_COLUMNS + ").")
    private int columns = WideSamples.OWN_COLUMNS;

    @Option(names = "--contract", paramLabel = "FILE", description = "Writes the contract that loads the documents.")
    private @Nullable Path contract;

    @Option(names = "--start-id", paramLabel = "N", description = "Key of the first document (1).")
    private long startId = 1;

    @Mixin
    private final LoginOptions login = new LoginOptions();

    GenerateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException, TargetException, InterruptedException {
        LimitOptions.positive("--documents", documents);
        LimitOptions.positive("--start-id", startId);
        if (columns < WideSamples.OWN_COLUMNS || columns > WideSamples.MOST_COLUMNS) {
            throw new UsageException("--columns: " + columns + " – expected " + WideSamples.OWN_COLUMNS + " to "
                    + WideSamples.MOST_COLUMNS);
        }
        if (DatabaseUrl.isOther(place)) {
            throw new UsageException("--to: " + DatabaseUrl.shown(place)
                    + " – expected a JDBC URL (jdbc:…), a directory, or a name that ends in .xml");
        }
        boolean oneFile =
                !DatabaseUrl.isOne(place) && place.toLowerCase(Locale.ROOT).endsWith(".xml");
        SampleWriter writer = new SampleWriter(
                new SampleApplications(settings(oneFile)), startId, documents, progress(console, documents));
        if (contract != null) {
            writeContract(contract);
        }
        String where = DatabaseUrl.isOne(place) ? writeTable(writer) : writeFiles(writer, Path.of(place), oneFile);
        console.out().println(Amounts.count(documents, "document") + " in " + where);
        if (contract != null) {
            console.out().println("their contract, of " + columns + " columns, in " + contract);
        }
        return ExitCode.OK;
    }

    private void writeContract(Path file) throws UsageException {
        try {
            OutputFile.write("--contract", file, WideSamples.contract(DemoCommand.contractText(), columns));
        } catch (IOException e) {
            throw new IllegalStateException("the demo's contract cannot be read", e);
        }
    }

    private Settings settings(boolean oneFile) throws UsageException {
        Settings sound = Settings.of(seed, size).withColumns(columns);
        double percent = faultPercent();
        if (percent == 0) {
            return sound;
        }
        // In one file, some defects would make all other records unreadable too.
        List<SampleFault> kinds = Arrays.stream(SampleFault.values())
                .filter(fault -> !oneFile || fault.isWithinRecord())
                .toList();
        return sound.withFaults(percent, kinds);
    }

    private double faultPercent() throws UsageException {
        OptionalDouble percent = Percentage.parse(faults);
        return percent.orElseThrow(() -> new UsageException("--faults: \"" + faults + "\" – expected 0% to 100%"));
    }

    private String writeTable(SampleWriter writer) throws UsageException, TargetException, InterruptedException {
        Database database = login.database(place, new LoginOptions.Own("--to", null, null, "MILLRACE_TO"), console);
        writeTable(writer, database, table);
        return "table " + table + " of " + database.displayUrl();
    }

    static void writeTable(SampleWriter writer, Database database, String table)
            throws UsageException, TargetException, InterruptedException {
        try {
            writer.toTable(database, table);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        } catch (SQLException e) {
            if (database.isMistake(e)) {
                throw new UsageException(database.explain(e));
            }
            throw new TargetException(database.explain(e), false, e);
        }
    }

    private static String writeFiles(SampleWriter writer, Path path, boolean oneFile)
            throws UsageException, InterruptedException {
        if (!oneFile && Files.isRegularFile(path)) {
            throw new UsageException(
                    "--to: " + path + " is a file – expected a JDBC URL, a directory, or a name that ends in .xml");
        }
        try {
            if (oneFile) {
                writer.toFile(path);
                return "file " + path;
            }
            writer.toDirectory(path);
            return "directory " + path;
        } catch (IOException e) {
            throw OutputFile.failed("--to", path, e);
        }
    }

    /** Shows how many documents are written so far, if a person looks at it. */
    static LongConsumer progress(Console console, long documents) {
        if (!console.terminal().isRedrawn()) {
            return written -> {};
        }
        return written -> {
            String line = Amounts.count(written) + " of " + Amounts.count(documents, "document") + " written";
            console.err().print("\r" + (written < documents ? line : " ".repeat(line.length()) + "\r"));
            console.err().flush();
        };
    }
}
