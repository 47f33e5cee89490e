package dev.millrace.verification;

import dev.millrace.document.Sha256;
import dev.millrace.processing.RejectJson;
import dev.millrace.verification.ManifestReport.Compared;
import dev.millrace.verification.ManifestReport.TableResult;
import dev.millrace.verification.VerificationReport.Rows;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON form of a {@link Manifest}, which can be read again, and of a {@link ManifestReport}. Stable: within one
 * {@link Manifest#VERSION} keys are only added.
 *
 * <p>A manifest ends with the SHA-256 of all that is before, names, values and their order; blanks between them do not count. It shows that
 * a file was edited or cut, and is no signature: who wants to deceive computes it anew.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ManifestJson {

    private static final String FORMAT = "millrace-manifest";
    private static final String SEAL = "seal";
    private static final Pattern CHECKSUM = Pattern.compile("[0-9a-f]{32}");

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private ManifestJson() {}

    /** One object on one line, without a line end. */
    public static String write(Manifest manifest) {
        String unsealed = write(manifest, null);
        return write(manifest, new Text(unsealed.getBytes(StandardCharsets.UTF_8)).seal());
    }

    private static String write(Manifest manifest, @Nullable String seal) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("format", FORMAT);
            json.writeNumberProperty("version", Manifest.VERSION);
            json.writeStringProperty("program", manifest.program());
            json.writeStringProperty("run_id", manifest.runId());
            json.writeStringProperty("contract", manifest.contract());
            json.writeStringProperty("contract_hash", manifest.contractHash());
            json.writeStringProperty("source", manifest.source());
            json.writeStringProperty("target", manifest.target());
            json.writeStringProperty("started_at", manifest.startedAt().toString());
            json.writeStringProperty("ended_at", manifest.endedAt().toString());
            json.writeObjectPropertyStart("documents");
            json.writeNumberProperty("read", manifest.documents().read());
            json.writeNumberProperty("loaded", manifest.documents().loaded());
            json.writeNumberProperty("replaced", manifest.documents().replaced());
            json.writeNumberProperty("rejected", manifest.documents().rejected());
            json.writeNumberProperty("skipped", manifest.documents().skipped());
            json.writeNumberProperty("deleted", manifest.documents().deleted());
            json.writeEndObject();
            json.writeObjectPropertyStart("source_fingerprint");
            json.writeNumberProperty("documents", manifest.state().documents().count());
            json.writeStringProperty("checksum", manifest.state().documents().checksum());
            json.writeEndObject();
            json.writeArrayPropertyStart("tables");
            for (TargetState.Table table : manifest.state().tables()) {
                json.writeStartObject();
                json.writeStringProperty("table", table.name());
                json.writeNumberProperty("rows", table.rows().count());
                json.writeStringProperty("checksum", table.rows().checksum());
                RejectJson.writeTexts(json, "excluded", table.excluded());
                json.writeEndObject();
            }
            json.writeEndArray();
            if (seal != null) {
                json.writeStringProperty(SEAL, seal);
            }
            json.writeEndObject();
        }
        return text.toString();
    }

    /** One object on one line, without a line end. A key that has no value is there with null. */
    public static String write(ManifestReport report) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("version", ManifestReport.VERSION);
            json.writeStringProperty("contract", report.manifest().contract());
            json.writeStringProperty("run_id", report.manifest().runId());
            json.writeStringProperty("run_ended_at", report.manifest().endedAt().toString());
            json.writeStringProperty("started_at", report.startedAt().toString());
            json.writeNumberProperty(
                    "seconds", BigDecimal.valueOf(report.seconds()).setScale(3, RoundingMode.HALF_UP));
            json.writeBooleanProperty("equal", report.isEqual());
            json.writeObjectPropertyStart("documents");
            writeVerdict(json, report.documents());
            json.writeNumberProperty("expected", report.documents().expected().count());
            json.writeNumberProperty("found", report.documents().found().count());
            writeChecksums(json, report.documents());
            json.writeEndObject();
            json.writeArrayPropertyStart("tables");
            for (TableResult table : report.tables()) {
                json.writeStartObject();
                json.writeStringProperty("table", table.name());
                writeVerdict(json, table.rows());
                json.writeNumberProperty(
                        "expected_rows", table.rows().expected().count());
                json.writeNumberProperty("rows", table.rows().found().count());
                writeChecksums(json, table.rows());
                RejectJson.writeTexts(json, "excluded", table.excluded());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void writeVerdict(JsonGenerator json, Compared rows) {
        json.writeBooleanProperty("equal", rows.verdict() == ManifestReport.Verdict.EQUAL);
        json.writeStringProperty("verdict", rows.verdict().name().toLowerCase(Locale.ROOT));
    }

    private static void writeChecksums(JsonGenerator json, Compared rows) {
        json.writeStringProperty("expected_checksum", rows.expected().checksum());
        json.writeStringProperty("checksum", rows.found().checksum());
    }

    /**
     * Reads what {@link #write(Manifest)} has written.
     *
     * @throws ManifestException when it is no manifest, of another version, or not as it was written
     */
    public static Manifest read(byte[] content) throws ManifestException {
        Text text;
        try {
            text = new Text(content);
        } catch (JacksonException e) {
            throw noManifest(e);
        }
        Map<?, ?> top = text.top;
        if (!FORMAT.equals(top.get("format"))) {
            throw noManifest(null);
        }
        if (!Long.valueOf(Manifest.VERSION).equals(top.get("version"))) {
            throw new ManifestException(
                    "a manifest of another version than " + Manifest.VERSION
                            + ", which this Millrace reads – use the Millrace that wrote it, or a newer one",
                    null);
        }
        if (!text.seal().equals(top.get(SEAL))) {
            throw changed(null);
        }
        try {
            return manifest(top);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            // Sealed, and yet not written by a run.
            throw changed(e);
        }
    }

    private static ManifestException noManifest(@Nullable Exception cause) {
        return new ManifestException("no manifest – expected a file that run --manifest has written", cause);
    }

    private static ManifestException changed(@Nullable Exception cause) {
        return new ManifestException(
                "not as the run wrote it: edited, or damaged – get the manifest as it was written", cause);
    }

    private static Manifest manifest(Map<?, ?> top) {
        Map<?, ?> documents = value(top, "documents", Map.class);
        List<TargetState.Table> tables = new ArrayList<>();
        for (Object element : value(top, "tables", List.class)) {
            Map<?, ?> table = checked(element, "tables", Map.class);
            List<String> excluded = new ArrayList<>();
            for (Object column : value(table, "excluded", List.class)) {
                excluded.add(checked(column, "excluded", String.class));
            }
            tables.add(new TargetState.Table(
                    value(table, "table", String.class), rows(count(table, "rows"), table), excluded));
        }
        Map<?, ?> fingerprint = value(top, "source_fingerprint", Map.class);
        return new Manifest(
                value(top, "program", String.class),
                value(top, "run_id", String.class),
                value(top, "contract", String.class),
                value(top, "contract_hash", String.class),
                value(top, "source", String.class),
                value(top, "target", String.class),
                Instant.parse(value(top, "started_at", String.class)),
                Instant.parse(value(top, "ended_at", String.class)),
                new Manifest.Documents(
                        count(documents, "read"),
                        count(documents, "loaded"),
                        count(documents, "replaced"),
                        count(documents, "rejected"),
                        count(documents, "skipped"),
                        count(documents, "deleted")),
                new TargetState(rows(count(fingerprint, "documents"), fingerprint), tables));
    }

    private static Rows rows(long count, Map<?, ?> object) {
        String checksum = value(object, "checksum", String.class);
        if (!CHECKSUM.matcher(checksum).matches()) {
            throw new IllegalArgumentException("checksum");
        }
        return new Rows(count, checksum);
    }

    private static long count(Map<?, ?> object, String key) {
        long count = value(object, key, Long.class);
        if (count < 0) {
            throw new IllegalArgumentException(key);
        }
        return count;
    }

    private static <T> T value(Map<?, ?> object, String key, Class<T> type) {
        return checked(object.get(key), key, type);
    }

    private static <T> T checked(@Nullable Object value, String key, Class<T> type) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(key);
        }
        return type.cast(value);
    }

    /** A JSON object, as maps, lists, texts, whole numbers and null for all else; empty where there is something else. And its digest without the seal. */
    private static final class Text {
        private final MessageDigest sha256 = Sha256.digest();
        private final Map<?, ?> top;

        /** @throws JacksonException when it is no JSON */
        Text(byte[] content) {
            try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), content)) {
                Map<?, ?> first = json.nextToken() == JsonToken.START_OBJECT ? object(json, true) : Map.of();
                top = json.nextToken() == null ? first : Map.of();
            }
        }

        String seal() {
            return HexFormat.of().formatHex(sha256.digest());
        }

        private Map<String, @Nullable Object> object(JsonParser json, boolean isTop) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            add("{", "");
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                json.nextToken();
                if (isTop && name.equals(SEAL)) {
                    object.put(name, json.getString());
                    json.skipChildren();
                    continue;
                }
                add("name", name);
                object.put(name, value(json));
            }
            add("}", "");
            return object;
        }

        private @Nullable Object value(JsonParser json) {
            JsonToken token = json.currentToken();
            if (token == JsonToken.START_OBJECT) {
                return object(json, false);
            }
            if (token == JsonToken.START_ARRAY) {
                List<@Nullable Object> list = new ArrayList<>();
                add("[", "");
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(json));
                }
                add("]", "");
                return list;
            }
            String text = json.getString();
            add(token.name(), text);
            if (token == JsonToken.VALUE_NUMBER_INT && text.length() <= 18) {
                return Long.valueOf(text);
            }
            return token == JsonToken.VALUE_STRING ? text : null;
        }

        /** No text can be taken for the end of another, as its length is before it. */
        private void add(String kind, String text) {
            sha256.update((kind + ' ' + text.length() + ' ' + text).getBytes(StandardCharsets.UTF_8));
        }
    }
}
