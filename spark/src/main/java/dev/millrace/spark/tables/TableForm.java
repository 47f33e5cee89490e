package dev.millrace.spark.tables;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.Column;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A table that documents become: one of the contract's, or one of those that tell of the documents themselves.
 *
 * @param name as it is asked for
 * @param description what its rows are; null for none
 * @param columns in their order
 */
record TableForm(String name, @Nullable String description, List<Column> columns) {

    /** Documents that were rejected, in the words of the JSON form of a reject. */
    private static final List<Column> REJECTS = List.of(
            required("document", SqlType.TEXT, "the document's key"),
            required("source", SqlType.TEXT, "where the document came from"),
            required("stage", SqlType.TEXT, "read, validate, parse or map"),
            required("code", SqlType.TEXT, "the stable word for what is wrong"),
            optional("table", SqlType.TEXT, "the contract's table concerned"),
            optional("column", SqlType.TEXT, "the contract's column concerned"),
            optional("path", SqlType.TEXT, "the path concerned, as the contract has it"),
            optional("line", SqlType.INTEGER, "the line in the source, from 1"),
            optional("column_number", SqlType.INTEGER, "the character in the line, from 1"),
            required("message", SqlType.TEXT, "what was found, what was expected, what to do"));

    /** Each path of a task's documents; {@link CoverageRows} adds them up. */
    private static final List<Column> COVERAGE = List.of(
            required("path", SqlType.TEXT, "as the contract would write it"),
            required("kind", SqlType.TEXT, "element, attribute or text"),
            required("state", SqlType.TEXT, "mapped, ignored, unmapped or structure"),
            optional(
                    "documents",
                    SqlType.BIGINT,
                    "in how many documents it was met; null where names are not told apart"),
            required("occurrences", SqlType.BIGINT, "how often it was met"),
            optional("first", SqlType.TEXT, "of what is unmapped: where it was met first, document:line:column"),
            optional("first_number", SqlType.BIGINT, "the place of that document among all"));

    /** What became of a task's documents. */
    private static final List<Column> COUNTS = List.of(
            required("mapped", SqlType.BIGINT, "documents that gave rows"),
            required("rejected", SqlType.BIGINT, "documents that were rejected"),
            required("unselected", SqlType.BIGINT, "documents that are not for the contract"));

    private static Column required(String name, SqlType type, String description) {
        return new Column(name, type, false, false, description);
    }

    private static Column optional(String name, SqlType type, String description) {
        return new Column(name, type, false, true, description);
    }

    /** All that documents of a contract become: its tables in their order, then rejects, coverage and counts. */
    static List<TableForm> all(MappingContract contract) {
        List<TableForm> forms = new ArrayList<>();
        for (TableMapping table : contract.tables()) {
            forms.add(new TableForm(table.name(), table.description(), table.columns()));
        }
        forms.add(new TableForm(free(forms, "rejects"), "Documents that gave no rows, and why.", REJECTS));
        forms.add(new TableForm(
                free(forms, "coverage"), "Paths of the documents, and what the contract does with them.", COVERAGE));
        forms.add(new TableForm(free(forms, "counts"), "What became of the documents.", COUNTS));
        return List.copyOf(forms);
    }

    /** A contract's own table goes before one of ours. */
    private static String free(List<TableForm> taken, String name) {
        return taken.stream().anyMatch(form -> form.name.equalsIgnoreCase(name)) ? "millrace_" + name : name;
    }

    /** How its rows are typed in Spark. */
    StructType schema(boolean times) {
        StructType schema = new StructType();
        for (Column column : columns) {
            StructField field = new StructField(
                    column.name(), SparkTypes.of(column.type(), times), column.nullable(), Metadata.empty());
            schema = schema.add(column.description() == null ? field : field.withComment(column.description()));
        }
        return schema;
    }
}
