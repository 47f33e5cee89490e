package dev.millrace.spark;

import static org.apache.spark.sql.functions.col;

import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.FileSource;
import dev.millrace.source.ReadFault;
import dev.millrace.source.SourceException;
import dev.millrace.xml.XmlLimits;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Documents of a table of Spark's, of whatever format: a column with their keys and one with their texts. */
public final class TableDocuments {

    private TableDocuments() {}

    /**
     * Documents as the table's partitions have them: nothing is moved.
     *
     * @param keyColumn unique and not null; its text, as Spark casts it, is the document's key
     * @param xmlColumn texts, which are UTF-8 whatever they declare, or bytes, whose encoding they declare
     * @throws SourceException when there is no such column, or it holds something else
     */
    public static Documents of(Dataset<Row> table, String keyColumn, String xmlColumn, String description)
            throws SourceException {
        return documents(selected(table, keyColumn, xmlColumn, description), xmlColumn, description, false);
    }

    /** The same, moved so that all documents of a key are in the same partition, the one that the key's hash says. */
    public static Documents byKey(
            Dataset<Row> table, String keyColumn, String xmlColumn, String description, int partitions)
            throws SourceException {
        Dataset<Row> selected = selected(table, keyColumn, xmlColumn, description);
        return documents(selected.repartition(partitions, selected.col(KEY)), xmlColumn, description, true);
    }

    private static final String KEY = "document_key";
    /** The XML as it is, which declares its encoding. */
    private static final String BYTES = "document_bytes";
    /** The XML as the UTF-8 that texts are within Spark, which comes as bytes without a detour over characters. */
    private static final String TEXT = "document_text";

    private static Dataset<Row> selected(Dataset<Row> table, String keyColumn, String xmlColumn, String description)
            throws SourceException {
        DataType key = type(table, keyColumn, "--key-column", description);
        if (key instanceof BinaryType
                || key instanceof ArrayType
                || key instanceof MapType
                || key instanceof StructType) {
            throw SourceException.usage(description + " – column " + keyColumn + " is of type "
                    + key.sql().toLowerCase(Locale.ROOT)
                    + ", which is no text for a key; expected one of numbers or texts, such as hex(" + keyColumn + ")");
        }
        DataType xml = type(table, xmlColumn, "--xml-column", description);
        if (!(xml instanceof StringType) && !(xml instanceof BinaryType)) {
            throw SourceException.usage(description + " – column " + xmlColumn + " is of type "
                    + xml.sql().toLowerCase(Locale.ROOT)
                    + ", which holds no XML; expected a string or binary column – name another one with --xml-column");
        }
        return table.select(
                col(quoted(keyColumn)).cast(DataTypes.StringType).as(KEY),
                col(quoted(xmlColumn)).cast(DataTypes.BinaryType).as(xml instanceof BinaryType ? BYTES : TEXT));
    }

    private static Documents documents(Dataset<Row> selected, String xmlColumn, String description, boolean byKey) {
        boolean binary = Arrays.asList(selected.schema().fieldNames()).contains(BYTES);
        return new Documents(description, selected::javaRDD, new Columns(description, xmlColumn, binary), byKey);
    }

    private static DataType type(Dataset<Row> table, String column, String option, String description)
            throws SourceException {
        String[] names = table.schema().fieldNames();
        for (String name : names) {
            if (name.equalsIgnoreCase(column)) {
                return table.schema().apply(name).dataType();
            }
        }
        throw SourceException.usage(description + " – has no column " + column + "; expected one of "
                + String.join(", ", Arrays.asList(names)) + " – name it with " + option);
    }

    private static String quoted(String column) {
        return "`" + column.replace("`", "``") + "`";
    }

    /** Reads rows of a key and a text. */
    private record Columns(String description, String xmlColumn, boolean binary) implements Documents.Reading {

        @Override
        public DocumentSource open(Iterator<Row> rows, MappingContract contract, XmlLimits limits) {
            return texts(rows, limits);
        }

        @Override
        public DocumentSource texts(Iterator<Row> rows, XmlLimits limits, FileSource.@Nullable LargeTexts large) {
            return texts(rows, limits);
        }

        private DocumentSource texts(Iterator<Row> rows, XmlLimits limits) {
            return new RowSource(description, rows, row -> document(row, limits));
        }

        private Document document(Row row, XmlLimits limits) throws SourceException {
            if (row.isNullAt(0)) {
                throw new SourceException(
                        description + " – the key column holds NULL, but every document needs a key; fill it, or name"
                                + " another one with --key-column",
                        null);
            }
            String key = row.getString(0);
            byte @Nullable [] content = row.getAs(1);
            if (content == null) {
                return Document.unreadable(
                        key, description, Fault.of(FaultCode.NO_CONTENT, "column " + xmlColumn + " is NULL"));
            }
            if (content.length > limits.documentBytes()) {
                return Document.unreadable(key, description, ReadFault.tooLarge(content.length, limits));
            }
            return binary ? Document.ofBytes(key, content, description) : Document.ofText(key, content, description);
        }
    }
}
