package dev.millrace.verification;

import dev.millrace.processing.RejectJson;
import dev.millrace.processing.SealedJson;
import dev.millrace.verification.ManifestReport.Compared;
import dev.millrace.verification.ManifestReport.TableResult;
import dev.millrace.verification.VerificationReport.Rows;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
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
    private static final Pattern CHECKSUM = Pattern.compile("[0-9a-f]{32}");

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private ManifestJson() {}

    /** One object on one line, without a line end. */
    public static String write(Manifest manifest) {
        String unsealed = write(manifest, null);
        return write(
                manifest,
                SealedJson.read(unsealed.getBytes(StandardCharsets.UTF_8)).seal());
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
                json.writeStringProperty(SealedJson.SEAL, seal);
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
        SealedJson text;
        try {
            text = SealedJson.read(content);
        } catch (JacksonException e) {
            throw noManifest(e);
        }
        Map<?, ?> top = text.top();
        if (!FORMAT.equals(top.get("format"))) {
            throw noManifest(null);
        }
        if (!Long.valueOf(Manifest.VERSION).equals(top.get("version"))) {
            throw new ManifestException(
                    "a manifest of another version than " + Manifest.VERSION
                            + ", which this Millrace reads – use the Millrace that wrote it, or a newer one",
                    null);
        }
        if (!text.isWhole()) {
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
        Map<?, ?> documents = SealedJson.value(top, "documents", Map.class);
        List<TargetState.Table> tables = new ArrayList<>();
        for (Object element : SealedJson.value(top, "tables", List.class)) {
            Map<?, ?> table = SealedJson.checked(element, "tables", Map.class);
            List<String> excluded = new ArrayList<>();
            for (Object column : SealedJson.value(table, "excluded", List.class)) {
                excluded.add(SealedJson.checked(column, "excluded", String.class));
            }
            tables.add(new TargetState.Table(
                    SealedJson.value(table, "table", String.class),
                    rows(SealedJson.count(table, "rows"), table),
                    excluded));
        }
        Map<?, ?> fingerprint = SealedJson.value(top, "source_fingerprint", Map.class);
        return new Manifest(
                SealedJson.value(top, "program", String.class),
                SealedJson.value(top, "run_id", String.class),
                SealedJson.value(top, "contract", String.class),
                SealedJson.value(top, "contract_hash", String.class),
                SealedJson.value(top, "source", String.class),
                SealedJson.value(top, "target", String.class),
                Instant.parse(SealedJson.value(top, "started_at", String.class)),
                Instant.parse(SealedJson.value(top, "ended_at", String.class)),
                new Manifest.Documents(
                        SealedJson.count(documents, "read"),
                        SealedJson.count(documents, "loaded"),
                        SealedJson.count(documents, "replaced"),
                        SealedJson.count(documents, "rejected"),
                        SealedJson.count(documents, "skipped"),
                        SealedJson.count(documents, "deleted")),
                new TargetState(rows(SealedJson.count(fingerprint, "documents"), fingerprint), tables));
    }

    private static Rows rows(long count, Map<?, ?> object) {
        String checksum = SealedJson.value(object, "checksum", String.class);
        if (!CHECKSUM.matcher(checksum).matches()) {
            throw new IllegalArgumentException("checksum");
        }
        return new Rows(count, checksum);
    }
}
