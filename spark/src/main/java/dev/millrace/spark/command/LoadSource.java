package dev.millrace.spark.command;

import dev.millrace.cli.ClusterFrontEnd.Manner;
import dev.millrace.cli.ClusterFrontEnd.Source;
import dev.millrace.contract.MappingContract;
import dev.millrace.source.SourceException;
import dev.millrace.spark.DatabaseDocuments;
import dev.millrace.spark.Documents;
import dev.millrace.spark.FileDocuments;
import dev.millrace.spark.TableDocuments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a command on a cluster that say what is read, and how it is cut up. */
final class LoadSource {

    /** Partitions for each connection: what a lost executor costs is a part of one, and slow ones are waited for a part as long. */
    private static final int PARTITIONS_OF_CONNECTION = 8;

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "How many tasks load at a time, each over a connection of its own, however many cores the"
                    + " cluster has (4).")
    private int connections = 4;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Into how many partitions the source is cut, at most (8 for each connection).")
    private @Nullable Integer partitions;

    @Option(
            names = "--from-format",
            paramLabel = "FORMAT",
            description = "That --from is a table of this format of Spark's: parquet, orc, avro, delta, iceberg, table"
                    + " (one of the catalogue) … Without it, --from names a database or files of XML.")
    private @Nullable String format;

    @Option(
            names = "--from-option",
            paramLabel = "NAME=VALUE",
            description = "An option for the format. May be given several times.")
    private List<String> formatOptions = new ArrayList<>();

    @Option(
            names = "--keep-partitions",
            description =
                    "Load the partitions of a table as they are: no document is moved, but the second one of a key"
                            + " is found by the ledger alone.")
    private boolean keepPartitions;

    /** How many tasks load at a time. */
    int connections() {
        return connections;
    }

    /**
     * The documents of a source; looks whether it is there.
     *
     * @param source as the command line names it
     */
    Documents documents(SparkSession session, Source source, MappingContract contract, Manner manner)
            throws SourceException {
        if (partitions != null && partitions < 1) {
            throw SourceException.usage("--partitions: " + partitions + " – expected a number from 1 on");
        }
        int parts = partitions == null ? connections * PARTITIONS_OF_CONNECTION : partitions;
        if (format == null && !formatOptions.isEmpty()) {
            throw SourceException.usage(
                    "--from-option: is for a table of Spark's – name its format with --from-format");
        }
        if (source.database() != null) {
            if (format != null) {
                throw SourceException.usage(
                        "--from-format: " + source.database().description() + " is a database, which has no format");
            }
            return DatabaseDocuments.of(
                    session,
                    source.database(),
                    contract,
                    manner.limits(),
                    manner.retries(),
                    manner.showValues(),
                    parts);
        }
        if (format == null) {
            if (source.keyColumn() != null || source.xmlColumn() != null) {
                throw SourceException.usage((source.keyColumn() != null ? "--key-column" : "--xml-column")
                        + " is for a table, but --from " + source.text()
                        + " names files of XML – name the table's format with --from-format, such as parquet");
            }
            return FileDocuments.of(session, source.text(), parts);
        }
        if (manner.firstOnly()) {
            throw SourceException.usage(
                    "--limit: a table of Spark's has its documents in no order, so that none are the first – leave"
                            + " it out, and name a smaller table");
        }
        String key = either(source.keyColumn(), contract.source().key(), "key", "--key-column");
        String xml = either(source.xmlColumn(), contract.source().xml(), "xml", "--xml-column");
        Dataset<Row> table = table(session, format, source.text());
        return keepPartitions
                ? TableDocuments.of(table, key, xml, source.text())
                : TableDocuments.byKey(table, key, xml, source.text(), parts);
    }

    /** As {@link #documents}, for whoever does not mind in which partition a document is: nothing is moved. */
    public Documents unmoved(SparkSession session, Source source, MappingContract contract, Manner manner)
            throws SourceException {
        keepPartitions = true;
        return documents(session, source, contract, manner);
    }

    private Dataset<Row> table(SparkSession session, String named, String from) throws SourceException {
        DataFrameReader reader = session.read();
        for (Map.Entry<String, String> option : formatOptions().entrySet()) {
            reader = reader.option(option.getKey(), option.getValue());
        }
        try {
            return named.equals("table")
                    ? reader.table(from)
                    : reader.format(named).load(from);
        } catch (Exception e) { // Scala declares none
            throw SourceException.usage(from + " – cannot be read as " + named + ": "
                    + String.valueOf(e.getMessage())
                            .lines()
                            .findFirst()
                            .orElse(e.getClass().getName()));
        }
    }

    private Map<String, String> formatOptions() throws SourceException {
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : formatOptions) {
            int sign = option.indexOf('=');
            if (sign < 1) {
                throw SourceException.usage("--from-option: " + option.length() + " characters without a name and '=' –"
                        + " expected NAME=VALUE");
            }
            options.put(option.substring(0, sign), option.substring(sign + 1));
        }
        return options;
    }

    private static String either(@Nullable String option, @Nullable String contractsOwn, String key, String optionName)
            throws SourceException {
        if (option != null) {
            return option;
        }
        if (contractsOwn != null) {
            return contractsOwn;
        }
        throw SourceException.usage("the source is a table, but nothing says which " + key + " to read: give "
                + optionName + ", or write 'source: { " + key + ": … }' in the contract");
    }
}
