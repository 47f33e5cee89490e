package dev.millrace.processing;

import dev.millrace.database.Constraints;
import dev.millrace.database.OnExisting;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.document.Document;
import dev.millrace.sink.Sink;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.FileSource;
import dev.millrace.source.SourceOpener;
import dev.millrace.xml.XmlLimits;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What a run is asked to do.
 *
 * @param from the source
 * @param to the target database; null for a dry run without one, and for sinks of the program's own
 * @param into makes the program's own sink for each worker, instead of a database; null for none
 * @param workers workers, each with a connection of its own; at least 1
 * @param batchDocuments documents in a batch, at most
 * @param batchBytes bytes of XML in a batch, at most (a larger document is a batch of its own)
 * @param limit documents to read at most; of one that holds several records, each record counts; {@link Long#MAX_VALUE} for all
 * @param createTables whether missing tables are created
 * @param retryRejects whether only the documents that the ledger holds as rejected are loaded
 * @param onExisting what becomes of documents that the ledger holds
 * @param deleteMissing whether documents that the ledger holds and the source does not are deleted when all of it has been read
 * @param retryPolicy how often and for how long to retry after a temporary fault of source or target
 * @param dryRun whether documents are read and mapped, but not loaded
 * @param maxRejects when to give up
 * @param limits how large a document may be; the builder's default depends on the memory and the number of workers
 * @param showValues whether messages may hold values of documents
 * @param constraints when tables that the run creates get their keys, foreign keys and indexes
 * @param checkForeignKeys whether the database also checks, row by row, the foreign keys that the contract implies
 * @param unmapped what is done about paths of documents that the contract neither maps nor ignores
 */
@API(status = API.Status.STABLE, since = "0.1")
public record RunOptions(
        From from,
        @Nullable Database to,
        @Nullable Supplier<? extends Sink<?>> into,
        int workers,
        int batchDocuments,
        long batchBytes,
        long limit,
        boolean createTables,
        boolean retryRejects,
        OnExisting onExisting,
        boolean deleteMissing,
        boolean dryRun,
        MaxRejects maxRejects,
        RetryPolicy retryPolicy,
        XmlLimits limits,
        boolean showValues,
        Constraints constraints,
        boolean checkForeignKeys,
        Unmapped unmapped) {

    /** Where the documents come from. */
    public sealed interface From {

        /** The table that the contract names. */
        static FromDatabase table(Database database) {
            return new FromDatabase(database, null, null, null, null, null);
        }

        /**
         * A table or view.
         *
         * @param keyColumn unique in it
         * @param xmlColumn texts, XML or bytes
         */
        static FromDatabase table(Database database, String table, String keyColumn, String xmlColumn) {
            return new FromDatabase(database, table, keyColumn, xmlColumn, null, null);
        }

        /** The result of a query, which must have these two columns. */
        static FromDatabase query(Database database, String query, String keyColumn, String xmlColumn) {
            return new FromDatabase(database, null, keyColumn, xmlColumn, query, null);
        }

        /** A file, a directory, a glob, an archive, or {@code -} for standard input. */
        static FromFiles files(String specification) {
            return new FromFiles(specification);
        }

        /**
         * Documents that the program has, or makes one by one.
         *
         * @param description for people, and the ledger
         * @param documents gives a new iterator each time when the documents are read; what can give only one has to be a
         *     {@link FromSource} that is read once
         */
        static FromSource documents(String description, Iterable<Document> documents) {
            return new FromSource(description, () -> DocumentSource.of(description, documents), false);
        }

        /** A source of the program's own, which can be read more than once. */
        static FromSource source(String description, SourceOpener opener) {
            return new FromSource(description, opener, false);
        }

        /** For people, and the ledger; without secrets. */
        String description();

        /** Whether it can be read only once. If so, keys are made with the tables, and not after the rows. */
        default boolean isReadOnce() {
            return false;
        }
    }

    /**
     * A database. What is null comes from the contract's {@code source}.
     *
     * @param keyRange {@code A..B}, either side may be empty; or null
     */
    public record FromDatabase(
            Database database,
            @Nullable String table,
            @Nullable String keyColumn,
            @Nullable String xmlColumn,
            @Nullable String query,
            @Nullable String keyRange)
            implements From {

        public FromDatabase {
            if (table != null && query != null) {
                throw new IllegalArgumentException("table and query exclude each other: give one of them");
            }
        }

        @Override
        public String description() {
            return database.displayUrl();
        }
    }

    /** A file, directory or glob. */
    public record FromFiles(String specification) implements From {

        /** Whether it is standard input, which cannot be read twice. */
        public boolean isStandardInput() {
            return specification.equals(FileSource.STANDARD_INPUT);
        }

        @Override
        public String description() {
            return isStandardInput() ? "standard input" : specification;
        }

        @Override
        public boolean isReadOnce() {
            return isStandardInput();
        }
    }

    /**
     * A source of the program's own.
     *
     * @param description for people, and the ledger; without secrets
     * @param isReadOnce whether it can be opened only once
     */
    public record FromSource(String description, SourceOpener opener, boolean isReadOnce) implements From {

        public FromSource {
            Objects.requireNonNull(description, "description");
            Objects.requireNonNull(opener, "opener");
        }
    }

    /**
     * When a run gives up: at more rejects than a number, or than a share of the documents read. The share counts from the hundredth
     * document on.
     *
     * @param count {@link Long#MAX_VALUE} for no limit
     * @param percent 100 for no limit
     */
    public record MaxRejects(long count, double percent) {

        /** With fewer documents than this, a percentage says too little. */
        static final long PERCENT_FROM = 100;

        public static final MaxRejects NONE = new MaxRejects(Long.MAX_VALUE, 100);

        public MaxRejects {
            if (count < 0 || !(percent >= 0 && percent <= 100)) {
                throw new IllegalArgumentException(
                        "maxRejects must have a count of at least 0 and a percentage from 0 to 100, but has " + count
                                + " and " + percent);
            }
        }

        /** Whether a run that has read and rejected so many documents gives up. */
        public boolean isExceeded(long rejected, long read) {
            return rejected > count || read >= PERCENT_FROM && rejected * 100.0 / read > percent;
        }
    }

    /** What is done about paths of documents that the contract neither maps nor ignores. */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public enum Unmapped {
        /** Nobody looks, which saves the time for it. */
        ALLOW,
        /** They are counted, and told in the summary. */
        WARN,
        /** They are counted, and the first document that has one ends the run: neither that one nor any other that has one is loaded. */
        FAIL
    }

    /** A choice that another choice may exclude. */
    @API(status = API.Status.INTERNAL)
    public enum Choice {
        LIMIT("limit"),
        KEY_RANGE("keyRange"),
        RETRY_REJECTS("retryRejects"),
        FAIL_ON_EXISTING("onExisting(FAIL)"),
        DELETE_MISSING("deleteMissing"),
        DRY_RUN("dryRun");

        /** As programs write it, which use the builder. */
        private final String builders;

        Choice(String builders) {
            this.builders = builders;
        }
    }

    /**
     * The choices of a run that may exclude each other. This is the one place that says which do: the command line asks it before it asks
     * for passwords.
     *
     * @param limited whether only the first documents are read
     * @param keyRange whether only a range of keys is read
     * @param standardInput whether the source is standard input
     */
    @API(status = API.Status.INTERNAL)
    public record Choices(
            boolean limited,
            boolean keyRange,
            boolean standardInput,
            boolean retryRejects,
            OnExisting onExisting,
            boolean deleteMissing,
            boolean dryRun) {

        /**
         * Why they do not go together, for people; empty if they do.
         *
         * @param names how these people write a choice
         */
        public Optional<String> contradiction(Function<Choice, String> names) {
            if (retryRejects && onExisting == OnExisting.FAIL) {
                return Optional.of(names.apply(Choice.RETRY_REJECTS) + " and " + names.apply(Choice.FAIL_ON_EXISTING)
                        + " exclude each other: rejected documents exist already");
            }
            if (retryRejects && onExisting == OnExisting.RELOAD) {
                return Optional.of(
                        "--retry-rejects and --on-existing reload exclude each other: a reload takes all documents, the rejected ones"
                                + " among them");
            }
            if (!deleteMissing) {
                return Optional.empty();
            }
            String delete = names.apply(Choice.DELETE_MISSING);
            if (standardInput) {
                return Optional.of(delete + ": standard input is one document, and all others would count as missing");
            }
            Choice other = limited
                    ? Choice.LIMIT
                    : retryRejects
                            ? Choice.RETRY_REJECTS
                            : dryRun ? Choice.DRY_RUN : keyRange ? Choice.KEY_RANGE : null;
            return Optional.ofNullable(other)
                    .map(
                            choice -> delete + " and " + names.apply(choice)
                                    + " exclude each other: what is missing shows only where the whole source is read and loaded");
        }
    }

    /** The number of the original system; measured to be good for four cores and one database. */
    public static final int DEFAULT_WORKERS = 4;

    /** Each bulk load has a fixed cost: loading 2,000 small documents at a time takes an eighth less time than loading 500. */
    public static final int DEFAULT_BATCH_DOCUMENTS = 2000;

    /** Large enough that commits cost little; small enough that all batches in memory at once fit into a heap of 256 MiB. */
    public static final long DEFAULT_BATCH_BYTES = 4L << 20;

    public RunOptions {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(onExisting, "onExisting");
        Objects.requireNonNull(maxRejects, "maxRejects");
        Objects.requireNonNull(retryPolicy, "retryPolicy");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(constraints, "constraints");
        Objects.requireNonNull(unmapped, "unmapped");
        atLeastOne(workers, "workers");
        atLeastOne(batchDocuments, "batchDocuments");
        atLeastOne(batchBytes, "batchBytes");
        atLeastOne(limit, "limit");
        if (to == null && into == null && !dryRun) {
            throw new IllegalArgumentException("a run needs a target, unless it is a dry run");
        }
        if (into != null && to != null) {
            throw new IllegalArgumentException("a run has one target: a database, or sinks of the program's own");
        }
        if (into != null && (retryRejects || deleteMissing || onExisting != OnExisting.SKIP)) {
            throw new IllegalArgumentException(
                    "sinks of the program's own have no ledger, which would say which documents were"
                            + " rejected, are loaded already, or are missing");
        }
        boolean standardInput = from instanceof FromFiles files && files.isStandardInput();
        boolean keyRange = from instanceof FromDatabase database && database.keyRange() != null;
        new Choices(limit < Long.MAX_VALUE, keyRange, standardInput, retryRejects, onExisting, deleteMissing, dryRun)
                .contradiction(choice -> choice.builders)
                .ifPresent(reason -> {
                    throw new IllegalArgumentException(reason);
                });
    }

    /** A builder for a run over this source, with all defaults. */
    public static Builder from(From source) {
        return new Builder(source);
    }

    private static void atLeastOne(long value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, but is " + value);
        }
    }

    /** Builds the options one by one; each method sets the record's component of the same name. Not thread-safe. */
    public static final class Builder {

        private final From from;
        private @Nullable Database to;
        private @Nullable Supplier<? extends Sink<?>> into;
        private int workers = DEFAULT_WORKERS;
        private int batchDocuments = DEFAULT_BATCH_DOCUMENTS;
        private long batchBytes = DEFAULT_BATCH_BYTES;
        private long limit = Long.MAX_VALUE;
        private boolean createTables;
        private boolean retryRejects;
        private OnExisting onExisting = OnExisting.SKIP;
        private boolean deleteMissing;
        private boolean dryRun;
        private MaxRejects maxRejects = MaxRejects.NONE;
        private RetryPolicy retryPolicy = RetryPolicy.DEFAULT;
        private @Nullable XmlLimits limits;
        private boolean showValues;
        private Constraints constraints = Constraints.AFTER;
        private boolean checkForeignKeys;
        private Unmapped unmapped = Unmapped.WARN;

        private Builder(From from) {
            this.from = from;
        }

        public Builder to(@Nullable Database value) {
            to = value;
            return this;
        }

        /**
         * Loads into sinks of the program's own, instead of a database.
         *
         * @param sinks makes one for each worker; it is closed when the run ends. An exception that it throws is thrown by the run, and the
         *     sinks that were made before are aborted
         */
        public Builder into(Supplier<? extends Sink<?>> sinks) {
            into = sinks;
            return this;
        }

        public Builder workers(int value) {
            workers = value;
            return this;
        }

        public Builder batchDocuments(int value) {
            batchDocuments = value;
            return this;
        }

        public Builder batchBytes(long value) {
            batchBytes = value;
            return this;
        }

        public Builder limit(long value) {
            limit = value;
            return this;
        }

        public Builder createTables(boolean value) {
            createTables = value;
            return this;
        }

        public Builder retryRejects(boolean value) {
            retryRejects = value;
            return this;
        }

        public Builder onExisting(OnExisting value) {
            onExisting = value;
            return this;
        }

        public Builder deleteMissing(boolean value) {
            deleteMissing = value;
            return this;
        }

        public Builder dryRun(boolean value) {
            dryRun = value;
            return this;
        }

        public Builder maxRejects(MaxRejects value) {
            maxRejects = value;
            return this;
        }

        public Builder retryPolicy(RetryPolicy value) {
            retryPolicy = value;
            return this;
        }

        public Builder limits(XmlLimits value) {
            limits = value;
            return this;
        }

        public Builder showValues(boolean value) {
            showValues = value;
            return this;
        }

        public Builder constraints(Constraints value) {
            constraints = value;
            return this;
        }

        public Builder checkForeignKeys(boolean value) {
            checkForeignKeys = value;
            return this;
        }

        public Builder unmapped(Unmapped value) {
            unmapped = value;
            return this;
        }

        /** @throws IllegalArgumentException when options contradict each other */
        public RunOptions build() {
            return new RunOptions(
                    from,
                    to,
                    into,
                    workers,
                    batchDocuments,
                    batchBytes,
                    limit,
                    createTables,
                    retryRejects,
                    onExisting,
                    deleteMissing,
                    dryRun,
                    maxRejects,
                    retryPolicy,
                    limits == null ? XmlLimits.forWorkers(Math.max(1, workers)) : limits,
                    showValues,
                    constraints,
                    checkForeignKeys,
                    unmapped);
        }
    }
}
