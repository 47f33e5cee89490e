package dev.millrace.spark;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.ContractText;
import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import dev.millrace.discovery.Draft;
import dev.millrace.discovery.DraftException;
import dev.millrace.discovery.DraftOptions;
import dev.millrace.source.SourceException;
import dev.millrace.spark.discover.SparkDiscovery;
import dev.millrace.spark.tables.SparkTables;
import dev.millrace.spark.tables.TablesOptions;
import dev.millrace.xml.XmlLimits;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apiguardian.api.API;

/** What a program on Spark begins with. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Millrace {

    private Millrace() {}

    /**
     * Reads a contract from any file system that Spark reads.
     *
     * @param file a path or URL
     * @throws IOException when it cannot be read
     * @throws ContractException when it is no contract, with every problem in it
     */
    public static MappingContract contract(SparkSession session, String file) throws IOException, ContractException {
        Path path = new Path(file);
        byte[] text;
        try (InputStream in =
                path.getFileSystem(session.sparkContext().hadoopConfiguration()).open(path)) {
            text = in.readAllBytes();
        }
        return ContractReader.read(ContractText.of(text, file), LedgerNames.DEFAULT)
                .contract();
    }

    /**
     * The tables of documents, one Dataset for each, from one parse of each document. The contract says which columns hold the keys and the
     * documents: {@code source: { key: …, xml: … }}.
     *
     * @param documents with a column of keys, unique and not null, and one of documents: strings or binary
     * @throws SourceException when the Dataset has no such columns
     * @throws IllegalArgumentException when the contract has a column that Spark cannot hold exactly; both in one line, before anything is
     *     read
     */
    public static SparkTables tables(Dataset<Row> documents, MappingContract contract) throws SourceException {
        return tables(documents, contract, TablesOptions.defaults());
    }

    /** As {@link #tables(Dataset, MappingContract)}, with options. */
    public static SparkTables tables(Dataset<Row> documents, MappingContract contract, TablesOptions options)
            throws SourceException {
        MappingContract.SourceDefaults source = contract.source();
        String key = options.keyColumn() != null ? options.keyColumn() : source.key();
        String xml = options.xmlColumn() != null ? options.xmlColumn() : source.xml();
        if (key == null || xml == null) {
            throw SourceException.usage("nothing says which column of the Dataset holds the "
                    + (key == null ? "keys" : "documents")
                    + ": name it with TablesOptions.withColumns, or write 'source: { key: …, xml: … }' in the contract; there are "
                    + String.join(", ", documents.schema().fieldNames()));
        }
        return new SparkTables(
                documents.sparkSession(),
                TableDocuments.of(documents, key, xml, options.sourceName()),
                contract,
                options);
    }

    /**
     * The tables of the documents in files. A file whose records the contract names is cut at them while it is read, whatever its size.
     *
     * @param files a file, a directory (all *.xml below it), or a glob, on any file system that Spark reads
     * @throws SourceException when there are no such files
     * @throws IllegalArgumentException when the contract has a column that Spark cannot hold exactly; both in one line, before anything is
     *     read
     */
    public static SparkTables tables(
            SparkSession session, String files, MappingContract contract, TablesOptions options)
            throws SourceException {
        int tasks = session.sparkContext().defaultParallelism();
        return new SparkTables(session, FileDocuments.of(session, files, tasks), contract, options);
    }

    /**
     * Drafts a contract of documents: the draft that {@code millrace discover} makes of them, byte for byte. Tasks read them, twice.
     *
     * @param documents with a column of keys, unique and not null, and one of documents: strings or binary
     * @throws SourceException when the Dataset has no such columns
     * @throws DraftException when there is nothing to draft, or not as it was asked for
     */
    public static Draft discover(Dataset<Row> documents, String keyColumn, String xmlColumn, DraftOptions options)
            throws SourceException, DraftException {
        return SparkDiscovery.draft(
                TableDocuments.of(documents, keyColumn, xmlColumn, "dataset"), options, XmlLimits.DEFAULTS);
    }

    /**
     * As the other one, of files.
     *
     * @param files a file, a directory (all *.xml below it), or a glob, on any file system that Spark reads
     */
    public static Draft discover(SparkSession session, String files, DraftOptions options)
            throws SourceException, DraftException {
        int tasks = session.sparkContext().defaultParallelism();
        return SparkDiscovery.draft(FileDocuments.of(session, files, tasks), options, XmlLimits.DEFAULTS);
    }
}
