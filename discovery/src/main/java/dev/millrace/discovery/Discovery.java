package dev.millrace.discovery;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.ContractText;
import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import dev.millrace.discovery.xsd.XsdSchema;
import dev.millrace.document.Document;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.StageClock;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.FileSource;
import dev.millrace.source.SourceException;
import dev.millrace.source.SourceOpener;
import dev.millrace.summary.DocumentTeller;
import dev.millrace.summary.PathSummary;
import dev.millrace.summary.Summarizer;
import dev.millrace.summary.TooManyPathsException;
import dev.millrace.summary.ValueSummary;
import dev.millrace.workers.End;
import dev.millrace.workers.HandOut;
import dev.millrace.workers.Stop;
import dev.millrace.xml.Projection;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser.Doctype;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The way from documents to a contract: reads all of them, on as many threads as there are workers, and drafts a contract that loads them.
 *
 * <pre>{@code
 * Draft draft = Discovery.ofFiles("documents/", DraftOptions.of("orders"));
 * Files.writeString(Path.of("orders.yaml"), draft.contract().text());
 * }</pre>
 *
 * <p>The same documents give the same draft, byte for byte, whatever the number of workers or the order of files. Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Discovery {

    /** Threads, where nobody says otherwise. */
    private static final int WORKERS = 4;

    /** A part of the memory that may hold hashes of values, of eight bytes each and as much room; and that a text may have. */
    private static final long SHARE = 64;

    /** Texts of more bytes are read as streams. */
    private static final int LARGE = 16 << 20;

    /** Opens a source, as often as it is asked for. */
    @FunctionalInterface
    @API(status = API.Status.INTERNAL)
    public interface Opener {
        /** @param large is to be given texts that are too large for memory, where the source has such; or not used; null for nobody */
        DocumentSource open(FileSource.@Nullable LargeTexts large) throws SourceException;
    }

    private final List<Opener> sources;
    private final DraftOptions options;
    private final XmlLimits limits;
    private final int workers;
    private final Stop stop;
    private final int mostPaths;
    /** Of the documents' keys, where there are several sources; locked while it is used. */
    private final HashSetOfLongs keys = new HashSetOfLongs();

    private long repeatedKeys;
    private @Nullable XsdSchema schema;
    private List<String> schemaFiles = List.of();
    private @Nullable String root;
    private SchemaFindings findings = SchemaFindings.NONE;

    /**
     * What a draft that a schema had a part in has to say of it.
     *
     * @param contradictions where documents do not keep to the schema, each with its path and what both say
     * @param unused paths that the schema has and no document, which the draft leaves out with all below them
     * @param cut paths of elements that are kept whole, since the schema goes on below them without end
     */
    @API(status = API.Status.INTERNAL)
    public record SchemaFindings(List<String> contradictions, List<String> unused, List<String> cut) {

        static final SchemaFindings NONE = new SchemaFindings(List.of(), List.of(), List.of());

        /** Takes copies. */
        public SchemaFindings {
            contradictions = List.copyOf(contradictions);
            unused = List.copyOf(unused);
            cut = List.copyOf(cut);
        }
    }

    /**
     * Drafts a contract of files. An interrupt of the thread ends it early, with a draft of what was read by then, and stays set.
     *
     * @param files a file, a directory, a glob or an archive; not standard input, since they are read twice
     * @throws SourceException when they cannot be read
     * @throws DraftException when there is nothing to draft, or not as it was asked for
     */
    public static Draft ofFiles(String files, DraftOptions options) throws SourceException, DraftException {
        if (files.equals(FileSource.STANDARD_INPUT)) {
            throw new SourceException(files + " – found standard input, which cannot be read twice; name files", null);
        }
        XmlLimits limits = XmlLimits.forWorkers(WORKERS);
        return drafted(large -> open(files, limits, large), options, limits);
    }

    /**
     * Drafts a contract of documents from anywhere; otherwise as {@link #ofFiles}.
     *
     * @param source opened twice: it has the same documents each time
     */
    public static Draft of(SourceOpener source, DraftOptions options) throws SourceException, DraftException {
        return drafted(large -> source.open(), options, XmlLimits.forWorkers(WORKERS));
    }

    /** A pass over documents that other processes read in parts. It goes to them; so do the bytes of what it has found. */
    @API(status = API.Status.INTERNAL)
    public interface Pass extends Serializable {
        /** Reads a part. */
        byte[] part(Opener documents) throws SourceException;

        /** What two parts have together; it does not matter in which order. */
        byte[] both(byte[] one, byte[] other);
    }

    /** Other processes, such as the tasks of a cluster, that read documents in parts. */
    @FunctionalInterface
    @API(status = API.Status.INTERNAL)
    public interface Elsewhere {
        /** What all parts have together. The parts may be others each time, the documents are the same. */
        byte[] run(Pass pass) throws SourceException;
    }

    /**
     * Drafts a contract of documents that other processes read; otherwise as {@link #ofFiles}, with the same draft.
     *
     * @param limits the same for all of them
     */
    @API(status = API.Status.INTERNAL)
    public static Draft of(Elsewhere elsewhere, DraftOptions options, XmlLimits limits)
            throws SourceException, DraftException {
        PathSummary summary;
        try {
            summary = Passes.summary(elsewhere.run(new Passes.Summarizing(limits, PathSummary.MOST_PATHS)));
        } catch (TooManyPathsException e) {
            throw tooManyPaths(e);
        }
        Discovery discovery = new Discovery(List.of(), options, limits, 1, summary.mostPaths(), new Stop());
        long mostValues = Runtime.getRuntime().maxMemory() / SHARE;
        Looking looking = drafter -> {
            SecondLook look = new SecondLook(drafter, limits, mostValues);
            if (look.isNeeded()) {
                Passes.add(look, elsewhere.run(new Passes.Looking(summary.toBytes(), options, limits, mostValues)));
            }
            look.completed();
            return look;
        };
        return discovery.draftBy(looking, summary);
    }

    private static Draft drafted(Opener opener, DraftOptions options, XmlLimits limits)
            throws SourceException, DraftException {
        Discovery discovery =
                new Discovery(List.of(opener), options, limits, WORKERS, PathSummary.MOST_PATHS, new Stop());
        return discovery.draft(discovery.summarize(document -> {}), document -> {});
    }

    /**
     * Opens files as a draft wants them.
     *
     * @param large is given texts that are too large for memory, as streams; null for nobody
     */
    @API(status = API.Status.INTERNAL)
    public static DocumentSource open(String files, XmlLimits limits, FileSource.@Nullable LargeTexts large)
            throws SourceException {
        return withLarge(FileSource.open(files, DocumentTeller.NOTHING, Doctype.INTERNAL, limits), large);
    }

    /**
     * Has texts of a source that are too large for memory read as streams.
     *
     * @return the source
     */
    @API(status = API.Status.INTERNAL)
    public static FileSource withLarge(FileSource opened, FileSource.@Nullable LargeTexts large) {
        int most = (int) Math.min(LARGE, Runtime.getRuntime().maxMemory() / SHARE);
        return large == null ? opened : opened.withLargeTexts(most, large);
    }

    /**
     * @param sources read one after the other, twice
     * @param workers threads that look at documents, at least one
     * @param mostPaths distinct paths that documents may have
     * @param stop ends it early; what is known by then is what a draft is made of
     */
    @API(status = API.Status.INTERNAL)
    public Discovery(
            List<Opener> sources, DraftOptions options, XmlLimits limits, int workers, int mostPaths, Stop stop) {
        this.sources = List.copyOf(sources);
        this.options = options;
        this.limits = limits;
        this.workers = workers;
        this.mostPaths = mostPaths;
        this.stop = stop;
    }

    /**
     * Lets a schema have its part in the draft: types, how often what occurs, and what it says in words are the schema's; what is in use
     * is told by documents, if there are any. Without any, the draft is made of the schema alone.
     *
     * @param known the schema
     * @param files its files, as they were given to its reader
     * @param outermost the element that documents begin with; null where the schema, or documents, tell it
     */
    @API(status = API.Status.INTERNAL)
    public Discovery withSchema(XsdSchema known, List<Path> files, @Nullable String outermost) {
        schema = known;
        schemaFiles = files.stream().map(Path::toString).toList();
        root = outermost;
        return this;
    }

    /** What the last draft has to say of the schema; nothing where there is none. */
    @API(status = API.Status.INTERNAL)
    public SchemaFindings schemaFindings() {
        return findings;
    }

    /**
     * Reads all documents.
     *
     * @param progress is told of each, by several threads
     * @throws DraftException when they have more distinct paths than can be kept
     */
    @API(status = API.Status.INTERNAL)
    public PathSummary summarize(Consumer<Document> progress) throws SourceException, DraftException {
        List<Summarizer> summarizers = new ArrayList<>();
        List<Consumer<Document>> takers = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            Summarizer made = new Summarizer(new PathSummary(mostPaths), limits);
            summarizers.add(made);
            takers.add(document -> {
                made.accept(document);
                addKey(document.key());
                progress.accept(document);
            });
        }
        Summarizer large = new Summarizer(new PathSummary(mostPaths), limits);
        try {
            each(sources, takers, large);
            PathSummary all = new PathSummary(mostPaths);
            summarizers.forEach(summarizer -> all.add(summarizer.summary()));
            all.add(large.summary());
            return all;
        } catch (TooManyPathsException e) {
            throw tooManyPaths(e);
        }
    }

    private static DraftException tooManyPaths(TooManyPathsException e) {
        return new DraftException(
                e.getMessage() + ": tags that are data, or documents of very many kinds. Give fewer kinds"
                        + " of documents at a time, or more room: --max-paths " + e.most() * 10);
    }

    private void addKey(String key) {
        if (sources.size() > 1) {
            synchronized (keys) {
                repeatedKeys += keys.add(ValueSummary.hashOf(key)) ? 0 : 1;
            }
        }
    }

    /** How many documents have the key of another one, which several sources may have: a run loads one of each key. */
    @API(status = API.Status.INTERNAL)
    public long repeatedKeys() {
        synchronized (keys) {
            return repeatedKeys;
        }
    }

    /**
     * Drafts a contract of what was read; reads the documents again, for what only a draft can ask.
     *
     * @throws DraftException when there is nothing to draft, or not as it was asked for
     */
    @API(status = API.Status.INTERNAL)
    public Draft draft(PathSummary summary, Consumer<Document> progress) throws SourceException, DraftException {
        return draftBy(drafter -> look(drafter, progress), summary);
    }

    /** Looks at the documents again. */
    private interface Looking {
        SecondLook look(Drafter drafter) throws SourceException;
    }

    private Draft draftBy(Looking looking, PathSummary summary) throws SourceException, DraftException {
        if (summary.top().children().isEmpty() && (schema == null || !sources.isEmpty())) {
            throw new DraftException("there is no document to draft a contract of"
                    + (summary.unread() == 0 ? "" : ": none of " + summary.unread() + " could be read"));
        }
        Drafter drafter =
                new Drafter(summary, options, schema == null ? null : new SchemaShapes(schema, schemaFiles), root);
        SecondLook look = looking.look(drafter);
        SchemaShapes shapes = drafter.shapes;
        if (shapes != null) {
            shapes.settle(look::isMet);
        }
        findings = shapes == null
                ? SchemaFindings.NONE
                : new SchemaFindings(
                        shapes.contradictions.stream()
                                .map(found -> DraftWriter.told(found, look))
                                .toList(),
                        shapes.unused,
                        shapes.cut);
        try {
            return new Draft(
                    ContractText.write(new DraftWriter(drafter, look).write(), options.name() + ".yaml"),
                    drafter.unmapped());
        } catch (ContractException e) {
            throw new IllegalStateException("the draft is no contract", e);
        }
    }

    /**
     * Puts into a contract what the documents hold beyond it: reads them again, for what only the contract can tell.
     *
     * @param contract as it is written; it is not changed
     * @param records opens the sources again, for the contract: documents that are split at its records
     * @param progress is told of each document, by several threads, and each time that it is looked at
     * @throws ContractException when it is no contract, with every problem in it
     * @throws DraftException when no document has a record of the contract
     */
    @API(status = API.Status.INTERNAL)
    public ContractUpdate update(
            PathSummary summary, ContractText contract, List<Opener> records, Consumer<Document> progress)
            throws SourceException, DraftException, ContractException {
        if (summary.top().children().isEmpty()) {
            throw new DraftException("there is no document to update the contract by"
                    + (summary.unread() == 0 ? "" : ": none of " + summary.unread() + " could be read"));
        }
        MappingContract compiled =
                ContractReader.read(contract, LedgerNames.DEFAULT).contract();
        Updater updater = new Updater(summary, contract, compiled, options);
        SecondLook look = look(updater.drafter(), progress);
        ColumnFaults faults = new ColumnFaults();
        Projection projection = DataMapper.projection(compiled);
        List<Consumer<Document>> lookers = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            Consumer<Document> looker = faults.looker(() -> new DocumentPipeline(
                    compiled, projection, limits, "discover", Instant.EPOCH, options.showValues(), new StageClock()));
            lookers.add(document -> {
                looker.accept(document);
                progress.accept(document);
            });
        }
        each(records, lookers, null);
        return updater.finish(look, faults);
    }

    private SecondLook look(Drafter drafter, Consumer<Document> progress) throws SourceException {
        SecondLook look = new SecondLook(drafter, limits, Runtime.getRuntime().maxMemory() / SHARE);
        if (look.isNeeded()) {
            List<Consumer<Document>> lookers = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                SecondLook.Looker looker = look.new Looker();
                lookers.add(document -> {
                    looker.accept(document);
                    progress.accept(document);
                });
            }
            each(sources, lookers, look.new Looker());
        }
        if (!stop.isAsked()) {
            look.completed();
        }
        return look;
    }

    private void each(
            List<Opener> openers, List<? extends Consumer<Document>> takers, FileSource.@Nullable LargeTexts large)
            throws SourceException {
        for (Opener opener : openers) {
            if (stop.isAsked()) {
                return;
            }
            try (DocumentSource source = opener.open(large)) {
                End end = new HandOut(takers, stop).run(source);
                if (end instanceof End.Failed failed) {
                    Throwable cause = failed.cause();
                    if (cause instanceof SourceException broken) {
                        throw broken;
                    }
                    if (cause instanceof RuntimeException unchecked) {
                        throw unchecked;
                    }
                    if (cause instanceof Error error) {
                        throw error;
                    }
                    throw new IllegalStateException(cause);
                }
            }
        }
    }
}
