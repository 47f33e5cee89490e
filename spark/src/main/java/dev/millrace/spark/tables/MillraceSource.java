package dev.millrace.spark.tables;

import dev.millrace.source.SourceException;
import dev.millrace.spark.FileDocuments;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.apiguardian.api.API;

/**
 * Tables of documents as a source of Spark:
 *
 * <pre>{@code
 * Dataset<Row> orders = spark.read().format("millrace")
 *         .option("contract", "orders.yaml").option("table", "orders").load("documents/*.xml");
 * }</pre>
 *
 * <p>Spark finds it by its name, and makes it.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class MillraceSource implements TableProvider, DataSourceRegister {

    /** For Spark. */
    public MillraceSource() {}

    @Override
    public String shortName() {
        return "millrace";
    }

    @Override
    public StructType inferSchema(CaseInsensitiveStringMap options) {
        SparkSession session = SparkSession.active();
        return SourceOptions.of(session, options).form().schema(SparkTypes.hasTimes(session));
    }

    @Override
    public Table getTable(StructType schema, Transform[] partitioning, Map<String, String> properties) {
        SparkSession session = SparkSession.active();
        SourceOptions options = SourceOptions.of(session, properties);
        int tasks = session.sparkContext().defaultParallelism();
        List<FileDocuments.Parts> parts = new ArrayList<>();
        for (String path : options.paths()) {
            try {
                parts.add(FileDocuments.parts(session, path, tasks));
            } catch (SourceException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }
        return new MillraceTable(options, parts, SparkTypes.hasTimes(session));
    }
}
