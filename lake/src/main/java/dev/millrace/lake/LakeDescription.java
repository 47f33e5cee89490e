package dev.millrace.lake;

import dev.millrace.contract.SqlType;
import dev.millrace.lake.LakeFormat.Compression;
import dev.millrace.lake.LakeTable.Column;
import dev.millrace.processing.SealedJson;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a lake is: the form of its files, and its tables with their columns' types, which files of text do not say and a table without rows
 * cannot. A sealed JSON object.
 *
 * @param partition how new files are put into folders; null for not at all
 */
record LakeDescription(
        LakeFormat format,
        Compression compression,
        @Nullable String partition,
        List<LakeTable> tables) {
    private static final String FORMAT = "millrace-lake";
    private static final int VERSION = 1;
    private static final JsonFactory JSON = new JsonFactory();

    LakeDescription {
        tables = List.copyOf(tables);
    }

    LakeDescription with(List<LakeTable> all) {
        return new LakeDescription(format, compression, partition, all);
    }

    /** One object on one line. */
    String write() {
        return write(
                SealedJson.read(write(null).getBytes(StandardCharsets.UTF_8)).seal());
    }

    private String write(@Nullable String seal) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("format", FORMAT);
            json.writeNumberProperty("version", VERSION);
            json.writeStringProperty("files", format.word());
            json.writeStringProperty("compression", compression.word());
            if (partition != null) {
                json.writeStringProperty("partition", partition);
            }
            json.writeArrayPropertyStart("tables");
            for (LakeTable table : tables) {
                json.writeStartObject();
                json.writeStringProperty("name", table.name());
                json.writeArrayPropertyStart("columns");
                for (Column column : table.columns()) {
                    json.writeStartObject();
                    json.writeStringProperty("name", column.name());
                    json.writeStringProperty("type", column.type().toString());
                    json.writeEndObject();
                }
                json.writeEndArray();
                json.writeArrayPropertyStart("key");
                table.key().forEach(json::writeString);
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
            if (seal != null) {
                json.writeStringProperty(SealedJson.SEAL, seal);
            }
            json.writeEndObject();
        }
        return text.toString();
    }

    /** @throws RuntimeException when it is none, or not as it was written */
    static LakeDescription read(byte[] content) {
        SealedJson text = SealedJson.read(content);
        Map<?, ?> top = text.top();
        if (!text.isWhole() || !FORMAT.equals(top.get("format")) || SealedJson.count(top, "version") != VERSION) {
            throw new IllegalArgumentException("lake");
        }
        List<LakeTable> tables = new ArrayList<>();
        for (Object element : SealedJson.value(top, "tables", List.class)) {
            Map<?, ?> table = SealedJson.checked(element, "tables", Map.class);
            List<Column> columns = new ArrayList<>();
            for (Object of : SealedJson.value(table, "columns", List.class)) {
                Map<?, ?> column = SealedJson.checked(of, "columns", Map.class);
                columns.add(new Column(
                        SealedJson.value(column, "name", String.class),
                        SqlType.parse(SealedJson.value(column, "type", String.class))
                                .orElseThrow()));
            }
            List<String> key = new ArrayList<>();
            for (Object of : SealedJson.value(table, "key", List.class)) {
                key.add(SealedJson.checked(of, "key", String.class));
            }
            tables.add(new LakeTable(SealedJson.value(table, "name", String.class), columns, key));
        }
        return new LakeDescription(
                LakeFormat.valueOf(SealedJson.value(top, "files", String.class).toUpperCase(Locale.ROOT)),
                Compression.valueOf(
                        SealedJson.value(top, "compression", String.class).toUpperCase(Locale.ROOT)),
                top.get("partition") == null ? null : SealedJson.value(top, "partition", String.class),
                tables);
    }
}
