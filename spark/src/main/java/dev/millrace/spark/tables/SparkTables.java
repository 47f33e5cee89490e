package dev.millrace.spark.tables;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.spark.Documents;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.storage.StorageLevel;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a contract, of the documents of a Dataset or of files: one typed Dataset for each, and what was rejected.
 *
 * <pre>{@code
 * try (SparkTables tables = Millrace.tables(documents, contract)) {
 *     tables.table("orders").write().parquet("orders");
 *     tables.table("order_lines").write().parquet("order_lines");
 *     tables.rejects().show(false);
 * }
 * }</pre>
 *
 * <p>Nothing is read before a Dataset is used. Then each document is parsed once, whatever the number of tables: the rows of all tables are
 * kept at the {@link TablesOptions#storage storage level}, by partition, and each Dataset reads its own of them. {@link #close} gives that
 * room back, and Datasets that are used after it parse the documents again.
 *
 * <p>The rows are those of a run on one machine. What a database adds is not there: documents that share a key are not found, and the rows
 * that an {@code on-duplicate} of the contract would merge are all there.
 *
 * <p>Thread-safe, as a Dataset is.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class SparkTables implements AutoCloseable {

    private final MappingContract contract;
    private final org.apache.spark.sql.classic.SparkSession spark;
    private final List<TableForm> forms;
    private final Documents documents;
    private final MappingTask task;
    private final StorageLevel storage;
    /** Rows of all tables; null until they are asked for. */
    private @Nullable JavaRDD<Chunk> chunks;

    private final boolean covers;
    private final boolean times;
    private final Map<String, Dataset<Row>> tables = new LinkedHashMap<>();

    /**
     * What became of the documents.
     *
     * @param mapped gave rows, or none without a fault
     * @param rejected are among the rejects
     * @param unselected are not for the contract, by its {@code document.select}
     */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public record Counts(long mapped, long rejected, long unselected) {}

    /**
     * @param documents read when a Dataset is used
     * @throws IllegalArgumentException when the contract has a column that Spark cannot hold, or takes from a run what its columns cannot
     *     hold, in one line
     */
    @API(status = API.Status.INTERNAL)
    public SparkTables(SparkSession session, Documents documents, MappingContract contract, TablesOptions options) {
        SparkTypes.check(contract);
        if (!(session instanceof org.apache.spark.sql.classic.SparkSession classic)) {
            throw new IllegalArgumentException("the session is one of Spark Connect, which runs elsewhere; use"
                    + " spark.read().format(\"millrace\") there");
        }
        this.contract = contract;
        this.spark = classic;
        this.documents = documents;
        this.covers = options.coverage();
        this.times = SparkTypes.hasTimes(session);
        this.forms = TableForm.all(contract);
        this.task = MappingTask.of(contract, options);
        this.storage = options.storage();
    }

    private JavaRDD<Chunk> chunks(int... wanted) {
        // Of this object, nothing goes to the executors.
        MappingTask mapping = task;
        Documents.Reading reading = documents.reading();
        boolean timed = times;
        boolean covered = covers;
        return documents.rows().mapPartitions(rows -> new Chunks(mapping, reading, rows, wanted, timed, covered));
    }

    /**
     * The rows of one of the contract's tables.
     *
     * @param name as the contract writes it
     * @throws IllegalArgumentException when the contract has no such table
     */
    public Dataset<Row> table(String name) {
        for (int t = 0; t < contract.tables().size(); t++) {
            if (forms.get(t).name().equals(name)) {
                return dataset(t);
            }
        }
        throw new IllegalArgumentException(
                "contract " + contract.name() + " has no table " + name + Words.nearest(name, names()));
    }

    /** The names of the contract's tables, in its order: parents before children. */
    public List<String> names() {
        return contract.tables().stream().map(TableMapping::name).toList();
    }

    /** Each of the contract's tables by its name, in the contract's order; unmodifiable. */
    public Map<String, Dataset<Row>> all() {
        Map<String, Dataset<Row>> all = new LinkedHashMap<>();
        names().forEach(name -> all.put(name, table(name)));
        return Collections.unmodifiableMap(all);
    }

    /** The documents that gave no rows, and why: one row for each, with the columns of the JSON form of a reject. */
    public Dataset<Row> rejects() {
        return dataset(Chunks.rejects(contract));
    }

    /**
     * Each path of the documents, and what the contract does with it.
     *
     * @throws IllegalStateException when {@link TablesOptions#withCoverage} was not asked for
     */
    public Dataset<Row> coverage() {
        if (!covers) {
            throw new IllegalStateException("coverage was not counted; ask for it with TablesOptions.withCoverage()");
        }
        return CoverageRows.together(dataset(Chunks.coverage(contract)));
    }

    /** What became of the documents; reads them, where no Dataset was used before. */
    public Counts counts() {
        Row sums = dataset(Chunks.counts(contract))
                .selectExpr("sum(mapped)", "sum(rejected)", "sum(unselected)")
                .head();
        return sums.isNullAt(0) ? new Counts(0, 0, 0) : new Counts(sums.getLong(0), sums.getLong(1), sums.getLong(2));
    }

    private synchronized Dataset<Row> dataset(int table) {
        return tables.computeIfAbsent(forms.get(table).name(), name -> made(table));
    }

    private Dataset<Row> made(int table) {
        // Without room for the others, only its own rows are made.
        JavaRDD<Chunk> from = storage.equals(StorageLevel.NONE()) ? chunks(table) : kept();
        JavaRDD<InternalRow> rows = from.filter(chunk -> chunk.table() == table).flatMap(Chunk::iterator);
        return spark.internalCreateDataFrame(rows.rdd(), forms.get(table).schema(times), false);
    }

    private JavaRDD<Chunk> kept() {
        JavaRDD<Chunk> all = chunks;
        if (all == null) {
            all = chunks(IntStream.range(0, forms.size()).toArray());
            all.setName("millrace tables of " + contract.name()).persist(storage);
            chunks = all;
        }
        return all;
    }

    /** Gives back the room of the rows that are kept; waits for nothing. */
    @Override
    public synchronized void close() {
        if (chunks != null) {
            chunks.unpersist(false);
        }
    }
}
