package dev.millrace.processing;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.Ledger;
import dev.millrace.database.Ledger.RejectedEntry;
import dev.millrace.database.RunLedger;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.document.Document;
import dev.millrace.document.WholeFile;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.StageClock;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.source.jdbc.LedgerFilter;
import dev.millrace.workers.Stop;
import dev.millrace.xml.Projection;
import dev.millrace.xml.XmlLimits;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes the rejected documents of a contract into a folder, each as {@code NAME.xml} as the source has it now and
 * {@code NAME.json} with the reason. Reads the source once; memory does not grow with the number of documents. Used once.
 */
public final class RejectExport {
    /** The version of the JSON form; within one, keys are only added. */
    private static final int VERSION = 1;

    private static final int BATCH_DOCUMENTS = 200;
    private static final int PAGE = 500;
    private static final int NAMED = 20;

    private static final JsonFactory JSON = new JsonFactory();
    /** The encoding in an XML declaration. */
    private static final Pattern ENCODING =
            Pattern.compile("^(<\\?xml[^>]*?)\\s+encoding\\s*=\\s*(\"[^\"]*\"|'[^']*')");

    private static final int LONGEST_DECLARATION = 500;

    private final MappingContract contract;
    private final From from;
    private final XmlLimits limits;
    private final Database database;
    private final Ledger ledger;
    private final @Nullable String code;
    private final Path folder;
    private final Stop stop = new Stop();

    private final Map<String, Found> batch = new HashMap<>();
    private long batchBytes;
    private long written;
    private long changed;

    /** A document of the source, with the hash by which the ledger knows its text. */
    private record Found(Document document, long contentHash) {}

    /**
     * What was written.
     *
     * @param documents with their reasons
     * @param changed how many of these have changed since they were rejected
     * @param missing rejects whose document the source no longer has; only their reasons are written
     * @param firstMissing the keys of the first of these
     */
    public record Result(long documents, long changed, long missing, List<String> firstMissing) {}

    /**
     * @param database where the ledger is
     * @param code only rejects with this code, or null for all
     * @param folder exists, and is empty
     */
    public RejectExport(
            MappingContract contract,
            From from,
            XmlLimits limits,
            Database database,
            Ledger ledger,
            @Nullable String code,
            Path folder) {
        this.contract = contract;
        this.from = from;
        this.limits = limits;
        this.database = database;
        this.ledger = ledger;
        this.code = code;
        this.folder = folder;
    }

    /**
     * @throws SourceException when the source cannot be read
     * @throws TargetException when the ledger cannot be read
     * @throws IOException when a file cannot be written, or is there already
     * @throws InterruptedException when the calling thread was interrupted before the end
     */
    public Result run() throws SourceException, TargetException, IOException, InterruptedException {
        try {
            return stop.await("millrace-export", this::export);
        } catch (ExecutionException e) {
            if (stop.isAsked() && Thread.interrupted()) {
                throw new InterruptedException("the export was interrupted before its end");
            }
            Stop.rethrow(e, SourceException.class);
            Stop.rethrow(e, TargetException.class);
            Stop.rethrow(e, IOException.class);
            throw new IllegalStateException(e);
        }
    }

    private Result export() throws Exception {
        Map<Long, List<RejectedEntry>> duplicates = duplicates();
        Projection projection = DataMapper.projection(contract);
        DocumentPipeline pipeline = pipeline(projection);
        List<Outcome> outcomes = new ArrayList<>();
        try (DocumentSource source =
                        Sources.open(from, contract, limits, filter(projection), RetryPolicy.DEFAULT, false, stop);
                Stop.Ending atStop = stop.onAsk(source::stop)) {
            for (Document document = source.next(); document != null; document = source.next()) {
                if (pipeline.processAlone(document, Long.MAX_VALUE, outcomes) == DocumentPipeline.OUT_OF_MEMORY) {
                    pipeline = pipeline(projection);
                }
                for (Outcome outcome : outcomes) {
                    Found found = new Found(document, outcome.contentHash());
                    note(outcome.key(), outcome.formerKeys(), found);
                    writeAll(duplicates.remove(outcome.contentHash()), found);
                }
                outcomes.clear();
                batchBytes += document.content().length;
                if (batch.size() >= BATCH_DOCUMENTS || batchBytes >= RunOptions.DEFAULT_BATCH_BYTES) {
                    writeBatch();
                }
            }
        }
        // After a stop, documents that were not read would be reported as missing.
        stop.check();
        writeBatch();
        return result();
    }

    private DocumentPipeline pipeline(Projection projection) {
        return new DocumentPipeline(contract, projection, limits, "export", Instant.EPOCH, false, new StageClock());
    }

    /** Where ledger and source are one database, only the rejected documents are read. */
    private @Nullable LedgerFilter filter(Projection projection) throws TargetException {
        boolean asks = from instanceof FromDatabase source
                && database.isSameAs(source.database())
                && contract.document().key() == null
                && projection.recordPath().isDocumentElement();
        return asks
                ? new LedgerFilter(
                        RunLedger.logTable(database, contract, RetryPolicy.DEFAULT, stop),
                        contract.name(),
                        LedgerFilter.Mode.REJECTED)
                : null;
    }

    /** A second document with the same key is in the ledger under a key that was made for it. It is found by the hash of its content. */
    private Map<Long, List<RejectedEntry>> duplicates() throws TargetException {
        Map<Long, List<RejectedEntry>> duplicates = new HashMap<>();
        String after = null;
        while (true) {
            List<RejectedEntry> page = ledger.rejectsAfter(contract.name(), code, after, PAGE);
            for (RejectedEntry entry : page) {
                after = entry.documentKey();
                if (entry.documentKey().contains(" (duplicate ")) {
                    duplicates
                            .computeIfAbsent(entry.contentHash(), hash -> new ArrayList<>())
                            .add(entry);
                }
            }
            if (page.size() < PAGE) {
                return duplicates;
            }
        }
    }

    private void note(String key, List<String> formerKeys, Found found) {
        batch.put(key, found);
        // All records of a file share the file's key as a former key. The first record takes it: it may have been the
        // only one.
        formerKeys.forEach(former -> batch.putIfAbsent(former, found));
    }

    private void writeBatch() throws TargetException, IOException {
        for (Map.Entry<String, RejectedEntry> entry :
                ledger.rejects(contract.name(), batch.keySet()).entrySet()) {
            Found found = batch.get(entry.getKey());
            if (found != null
                    && (code == null
                            || code.equals(entry.getValue().fault().code().word()))) {
                writeAll(List.of(entry.getValue()), found);
            }
        }
        batch.clear();
        batchBytes = 0;
    }

    private void writeAll(@Nullable Collection<RejectedEntry> entries, Found found) throws IOException {
        if (entries == null) {
            return;
        }
        for (RejectedEntry entry : entries) {
            String name = ExportName.of(entry.documentKey());
            if (Files.exists(folder.resolve(name + ".json"))) {
                // Another record of the same document.
                continue;
            }
            boolean differs = entry.contentHash() != found.contentHash;
            byte[] content = content(found.document);
            String file = content.length == 0 ? null : name + ".xml";
            if (file != null) {
                WholeFile.create(folder.resolve(file), content);
            }
            writeReason(folder.resolve(name + ".json"), reason(entry, file, found.document.sourceName(), differs));
            written++;
            changed += differs ? 1 : 0;
        }
    }

    private static void writeReason(Path file, String reason) throws IOException {
        WholeFile.create(file, (reason + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** The document in a form that can be read as a file. A text from a database is UTF-8 here, so a declared encoding is removed. */
    private static byte[] content(Document document) {
        byte[] content = document.content();
        if (!document.decoded() || content.length < 2 || content[0] != '<' || content[1] != '?') {
            return content;
        }
        int length = Math.min(content.length, LONGEST_DECLARATION);
        String head = new String(content, 0, length, StandardCharsets.ISO_8859_1);
        byte[] undeclared = ENCODING.matcher(head).replaceFirst("$1").getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = new byte[undeclared.length + content.length - length];
        System.arraycopy(undeclared, 0, whole, 0, undeclared.length);
        System.arraycopy(content, length, whole, undeclared.length, content.length - length);
        return whole;
    }

    private static String reason(RejectedEntry entry, @Nullable String file, @Nullable String source, boolean differs) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("version", VERSION);
            json.writeStringProperty("document", entry.documentKey());
            json.writeStringProperty("contract", entry.contract());
            RejectJson.writeTextOrNull(json, "file", file);
            RejectJson.writeTextOrNull(json, "source", source);
            json.writeBooleanProperty("in_source", source != null);
            json.writeBooleanProperty("changed", differs);
            RejectJson.writeEntry(json, entry);
            json.writeEndObject();
        }
        return text.toString();
    }

    /** Writes the reasons of the rejects whose document was not in the source. */
    private Result result() throws TargetException, IOException {
        long missing = 0;
        List<String> firstMissing = new ArrayList<>();
        String after = null;
        while (true) {
            List<RejectedEntry> page = ledger.rejectsAfter(contract.name(), code, after, PAGE);
            for (RejectedEntry entry : page) {
                after = entry.documentKey();
                Path file = folder.resolve(ExportName.of(entry.documentKey()) + ".json");
                if (!Files.exists(file)) {
                    writeReason(file, reason(entry, null, null, false));
                    missing++;
                    if (firstMissing.size() < NAMED) {
                        firstMissing.add(entry.documentKey());
                    }
                }
            }
            if (page.size() < PAGE) {
                return new Result(written, changed, missing, List.copyOf(firstMissing));
            }
        }
    }
}
