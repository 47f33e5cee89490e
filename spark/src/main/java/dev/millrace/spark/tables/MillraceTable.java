package dev.millrace.spark.tables;

import dev.millrace.contract.TableMapping.Column;
import dev.millrace.spark.FileDocuments;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * One table of a contract, of the files that were there when it was loaded. All queries of it have one run id and one time, that of
 * loading.
 */
final class MillraceTable implements SupportsRead {

    private final TableForm form;
    private final int table;
    private final boolean failing;
    private final MappingTask task;
    private final List<FileDocuments.Parts> parts;
    private final boolean times;

    MillraceTable(SourceOptions options, List<FileDocuments.Parts> parts, boolean times) {
        this.form = options.form();
        this.table = options.table();
        // Whoever asks for the rejects is not to be told of them by a failure.
        this.failing = options.failing() && table < Chunks.rejects(options.contract());
        this.task =
                MappingTask.of(options.contract(), TablesOptions.defaults().withDocumentBytes(options.documentBytes()));
        this.parts = List.copyOf(parts);
        this.times = times;
    }

    @Override
    public String name() {
        return "millrace " + task.name() + "." + form.name();
    }

    @Override
    @SuppressWarnings("deprecation") // Columns are made of it.
    public StructType schema() {
        return form.schema(times);
    }

    @Override
    public Map<String, String> properties() {
        String description = form.description();
        return description == null ? Map.of() : Map.of("comment", description);
    }

    @Override
    public Set<TableCapability> capabilities() {
        return Set.of(TableCapability.BATCH_READ);
    }

    @Override
    public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
        return new Builder();
    }

    /** Leaves out the columns that nobody asks for. All of them are mapped, so that what is rejected does not depend on what is asked for. */
    private final class Builder implements SupportsPushDownRequiredColumns {

        private StructType wanted = form.schema(times);

        @Override
        public void pruneColumns(StructType required) {
            wanted = required;
        }

        @Override
        public Scan build() {
            return new FilesScan(wanted);
        }
    }

    private final class FilesScan implements Scan, Batch {

        private final StructType wanted;

        FilesScan(StructType wanted) {
            this.wanted = wanted;
        }

        @Override
        public StructType readSchema() {
            return wanted;
        }

        @Override
        public String description() {
            return name() + " " + wanted.simpleString();
        }

        @Override
        public Batch toBatch() {
            return this;
        }

        @Override
        public CustomMetric[] supportedCustomMetrics() {
            return new CustomMetric[] {new DocumentMetrics.Mapped(), new DocumentMetrics.Rejected()};
        }

        @Override
        public InputPartition[] planInputPartitions() {
            List<InputPartition> partitions = new ArrayList<>();
            for (FileDocuments.Parts each : parts) {
                each.rows().forEach(rows -> partitions.add(new TableReader.Partition(rows, each.reading())));
            }
            return partitions.toArray(InputPartition[]::new);
        }

        @Override
        public PartitionReaderFactory createReaderFactory() {
            List<Column> columns = form.columns();
            int[] places = new int[wanted.size()];
            for (int i = 0; i < places.length; i++) {
                String name = wanted.fields()[i].name();
                places[i] = IntStream.range(0, columns.size())
                        .filter(c -> columns.get(c).name().equals(name))
                        .findFirst()
                        .orElseThrow();
            }
            return new Factory(task, table, places, failing, times);
        }
    }

    /** Goes to the executors. */
    private record Factory(MappingTask task, int table, int[] columns, boolean failing, boolean times)
            implements PartitionReaderFactory {

        @Override
        public PartitionReader<InternalRow> createReader(InputPartition partition) {
            return new TableReader(task, (TableReader.Partition) partition, table, columns, failing, times);
        }
    }
}
