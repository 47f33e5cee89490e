package dev.millrace.lake;

import dev.millrace.processing.SealedJson;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What was committed at once: documents, and the files that hold their rows and their part of the ledger. Its manifest is a JSON object
 * that is sealed, and names the seal of the one before, so that a manifest that was edited, cut or taken away is noticed.
 *
 * @param number from 1 on, without gaps
 * @param previous the seal of the one before; "" for the first
 * @param supersedes how many entries of earlier groups the ledger's part takes the place of
 */
record Group(
        long number,
        String previous,
        String runId,
        String contract,
        String contractHash,
        int worker,
        Instant committedAt,
        long documents,
        long supersedes,
        Part ledger,
        List<Part> parts) {

    private static final String FORMAT = "millrace-lake-group";
    private static final int VERSION = 1;
    private static final JsonFactory JSON = new JsonFactory();

    /**
     * A file.
     *
     * @param table null for the ledger
     * @param path from the lake's directory, with slashes
     * @param sha256 of its bytes, in hexadecimal digits
     */
    record Part(@Nullable String table, String path, long rows, long bytes, String sha256) {}

    /** A group that was read, with its seal. */
    record Sealed(Group group, String seal) {}

    Group {
        parts = List.copyOf(parts);
    }

    /** All files, the ledger's last. */
    List<Part> files() {
        List<Part> files = new ArrayList<>(parts);
        files.add(ledger);
        return files;
    }

    /** The manifest's text, and the seal in it. */
    String write() {
        String unsealed = write(null);
        return write(seal(unsealed));
    }

    /** The seal of a manifest's text. */
    static String seal(String manifest) {
        return SealedJson.read(manifest.getBytes(StandardCharsets.UTF_8)).seal();
    }

    private String write(@Nullable String seal) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("format", FORMAT);
            json.writeNumberProperty("version", VERSION);
            json.writeNumberProperty("number", number);
            json.writeStringProperty("previous", previous);
            json.writeStringProperty("run_id", runId);
            json.writeStringProperty("contract", contract);
            json.writeStringProperty("contract_hash", contractHash);
            json.writeNumberProperty("worker", worker);
            json.writeStringProperty("committed_at", committedAt.toString());
            json.writeNumberProperty("documents", documents);
            json.writeNumberProperty("supersedes", supersedes);
            json.writeObjectPropertyStart("ledger");
            write(json, ledger);
            json.writeEndObject();
            json.writeArrayPropertyStart("parts");
            for (Part part : parts) {
                json.writeStartObject();
                json.writeStringProperty("table", String.valueOf(part.table()));
                write(json, part);
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

    private static void write(JsonGenerator json, Part part) {
        json.writeStringProperty("path", part.path());
        json.writeNumberProperty("rows", part.rows());
        json.writeNumberProperty("bytes", part.bytes());
        json.writeStringProperty("sha256", part.sha256());
    }

    /**
     * Reads a manifest.
     *
     * @throws RuntimeException when it is none, or not as it was written
     */
    static Sealed read(byte[] content) {
        SealedJson text = SealedJson.read(content);
        Map<?, ?> top = text.top();
        if (!text.isWhole() || !FORMAT.equals(top.get("format")) || SealedJson.count(top, "version") != VERSION) {
            throw new IllegalArgumentException("manifest");
        }
        List<Part> parts = new ArrayList<>();
        for (Object element : SealedJson.value(top, "parts", List.class)) {
            Map<?, ?> part = SealedJson.checked(element, "parts", Map.class);
            parts.add(part(part, SealedJson.value(part, "table", String.class)));
        }
        Group group = new Group(
                SealedJson.count(top, "number"),
                SealedJson.value(top, "previous", String.class),
                SealedJson.value(top, "run_id", String.class),
                SealedJson.value(top, "contract", String.class),
                SealedJson.value(top, "contract_hash", String.class),
                (int) SealedJson.count(top, "worker"),
                Instant.parse(SealedJson.value(top, "committed_at", String.class)),
                SealedJson.count(top, "documents"),
                SealedJson.count(top, "supersedes"),
                part(SealedJson.value(top, "ledger", Map.class), null),
                parts);
        return new Sealed(group, text.seal());
    }

    private static Part part(Map<?, ?> part, @Nullable String table) {
        String path = SealedJson.value(part, "path", String.class);
        Path named = Path.of(path);
        if (named.isAbsolute() || !named.normalize().equals(named) || named.startsWith("..")) {
            throw new IllegalArgumentException("path");
        }
        return new Part(
                table,
                path,
                SealedJson.count(part, "rows"),
                SealedJson.count(part, "bytes"),
                SealedJson.value(part, "sha256", String.class));
    }
}
