package dev.millrace.spark.tables;

import dev.millrace.contract.MappingContract;
import dev.millrace.spark.Documents;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.types.StructField;

/**
 * What {@code tables CONTRACT --from … --to DIR --format FORMAT} does: each table into a folder of its name below DIR, the rejects into
 * {@code DIR/rejects}, and when all are there, an empty {@code DIR/_SUCCESS}.
 */
public final class TablesCommand {

    private static final String SUCCESS = "_SUCCESS";

    /** With these, Parquet files have the column types of SQL, as those of a run into files have them, and no date is moved. */
    private static final Map<String, String> PARQUET = Map.of(
            "spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS",
            "spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED");

    private TablesCommand() {}

    /**
     * Where to write, and how.
     *
     * @param directory on any file system that Spark writes to; not there yet, or empty
     * @param format a format of Spark, such as {@code parquet}
     * @param writing options of the format, such as {@code compression}
     */
    public record Target(String directory, String format, Map<String, String> writing) {

        public Target {
            writing = Map.copyOf(writing);
        }
    }

    /**
     * What was written.
     *
     * @param counts of documents
     * @param folders by table, in the contract's order; then that of the rejects
     */
    public record Result(SparkTables.Counts counts, Map<String, String> folders) {}

    /**
     * Refuses a target before anything is read.
     *
     * @throws IllegalArgumentException in one line
     */
    public static void check(SparkSession session, MappingContract contract, Target target) throws IOException {
        checkFormat(session, contract, target.format());
        Path directory = new Path(target.directory());
        FileSystem files = directory.getFileSystem(session.sparkContext().hadoopConfiguration());
        if (files.exists(directory)
                && (files.getFileStatus(directory).isFile() || files.listStatus(directory).length > 0)) {
            throw new IllegalArgumentException(
                    target.directory() + " – is there and not empty; name another directory, or remove it");
        }
    }

    private static void checkFormat(SparkSession session, MappingContract contract, String format) {
        Object source;
        try {
            source = DataSource.lookupDataSource(format, session.sessionState().conf())
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "--format " + format + " – Spark has no such format here; "
                            + "parquet, orc, json and csv are its own, others come with --packages",
                    e);
        }
        if (!(source instanceof FileFormat files)) {
            return;
        }
        for (TableForm form : TableForm.all(contract)) {
            for (StructField field : form.schema(SparkTypes.hasTimes(session)).fields()) {
                if (!files.supportDataType(field.dataType())) {
                    throw new IllegalArgumentException(
                            "--format " + format + " – cannot hold column " + form.name() + "."
                                    + field.name() + ", which is "
                                    + field.dataType().sql().toLowerCase(Locale.ROOT)
                                    + "; use parquet");
                }
            }
        }
    }

    /**
     * Writes the tables.
     *
     * @throws IllegalArgumentException as {@link #check} does, and where the contract has a column that Spark cannot hold
     */
    public static Result write(
            SparkSession session, Documents documents, MappingContract contract, Target target, TablesOptions options)
            throws IOException {
        check(session, contract, target);
        Map<String, String> before = new LinkedHashMap<>();
        PARQUET.forEach((name, value) -> {
            before.put(name, session.conf().get(name));
            session.conf().set(name, value);
        });
        try (SparkTables tables = new SparkTables(session, documents, contract, options)) {
            Map<String, String> folders = new LinkedHashMap<>();
            tables.all().forEach((name, rows) -> folders.put(name, write(rows, name, target)));
            String rejects =
                    TableForm.all(contract).get(Chunks.rejects(contract)).name();
            folders.put(rejects, write(tables.rejects(), rejects, target));
            Path done = new Path(target.directory(), SUCCESS);
            done.getFileSystem(session.sparkContext().hadoopConfiguration())
                    .create(done)
                    .close();
            return new Result(tables.counts(), folders);
        } finally {
            before.forEach(session.conf()::set);
        }
    }

    private static String write(Dataset<Row> rows, String table, Target target) {
        String folder = new Path(target.directory(), table).toString();
        rows.write()
                .format(target.format())
                .options(target.writing())
                .mode(SaveMode.ErrorIfExists)
                .save(folder);
        return folder;
    }
}
