package dev.millrace.cli;

import java.io.PrintStream;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A list for programs: in JSON an object on a line for each row, in CSV a header and a line for each, with the same keys in the same
 * order. Times are RFC 3339 in UTC; null is null in JSON and an empty field in CSV.
 */
final class ProgramRows {
    private static final JsonFactory JSON = new JsonFactory();

    private final boolean csv;
    private final List<String> keys;
    private final PrintStream out;

    /** A value that is JSON already; in CSV it is a text. */
    record Json(String text) {}

    /** Writes CSV's header, also where no row will follow. */
    ProgramRows(ListFormat format, List<String> keys, PrintStream out) {
        this.csv = format == ListFormat.CSV;
        this.keys = List.copyOf(keys);
        this.out = out;
        if (csv) {
            out.println(String.join(",", keys));
        }
    }

    /** @param values a text, a {@link Long}, an {@link Integer}, an {@link Instant}, {@link Json}, or null, by key */
    void row(@Nullable Object... values) {
        if (values.length != keys.size()) {
            throw new IllegalArgumentException(values.length + " values for " + keys.size() + " keys");
        }
        out.println(csv ? csv(values) : json(values));
    }

    private static String csv(@Nullable Object[] values) {
        List<String> fields = new ArrayList<>();
        for (Object value : values) {
            fields.add(value == null ? "" : CellText.csv(value instanceof Json json ? json.text() : value.toString()));
        }
        return fields.stream().collect(Collectors.joining(","));
    }

    private String json(@Nullable Object[] values) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            for (int i = 0; i < values.length; i++) {
                json.writeName(keys.get(i));
                write(json, values[i]);
            }
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, @Nullable Object value) {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Long || value instanceof Integer) {
            json.writeNumber(((Number) value).longValue());
        } else if (value instanceof Json ready) {
            json.writeRawValue(ready.text());
        } else if (value instanceof String || value instanceof Instant) {
            json.writeString(value.toString());
        } else {
            throw new IllegalArgumentException("no value of a list: " + value.getClass());
        }
    }
}
