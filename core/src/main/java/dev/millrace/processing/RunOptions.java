package dev.millrace.processing;

import dev.millrace.database.Constraints;
import dev.millrace.database.OnExisting;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.xml.XmlLimits;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a run is asked to do.
 *
 * @param from the source
 * @param to the target database; null for a dry run without one
 * @param workers workers, each with a connection of its own; at least 1
 * @param batchDocuments documents in a batch, at most
 * @param batchBytes bytes of XML in a batch, at most (a larger document is a batch of its own)
 * @param limit documents to read at most; {@link Long#MAX_VALUE} for all
 * @param createTables whether missing tables are created
 * @param retryRejects whether only the documents that the ledger holds as rejected are loaded
 * @param onExisting what becomes of documents that the ledger holds
 * @param deleteMissing whether documents that the ledger holds and the source does not are deleted when all of it has been read
 * @param retryPolicy how often and for how long faults of source and target that may pass are waited for
 * @param dryRun whether everything but the loading is done
 * @param maxRejects when to give up
 * @param limits what a document may at most be
 * @param showValues whether messages may hold values of documents
 * @param constraints when tables that the run creates get their keys, foreign keys and indexes
 * @param checkForeignKeys whether the database checks for each row also the foreign keys that hold by the way the rows are made
 */
public record RunOptions(
        From from,
        @Nullable Database to,
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
        boolean checkForeignKeys) {

    /** Where the documents come from. */
    public sealed interface From {}

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

        /** The table that the contract names. */
        public static FromDatabase of(Database database) {
            return new FromDatabase(database, null, null, null, null, null);
        }
    }

    /** A file, directory or glob. */
    public record FromFiles(String specification) implements From {}

    /**
     * When a run gives up: more rejects than a number, or than a share of the documents read (looked at from the hundredth
     * document on).
     *
     * @param count {@link Long#MAX_VALUE} for no limit
     * @param percent 100 for no limit
     */
    public record MaxRejects(long count, double percent) {

        /** Documents that must have been read before a percentage says anything. */
        static final long PERCENT_FROM = 100;

        public static final MaxRejects NONE = new MaxRejects(Long.MAX_VALUE, 100);
    }

    /** The original system's number, and a good one for four cores against one database. */
    public static final int DEFAULT_WORKERS = 4;

    /** Each bulk load costs the database a little by itself: 2,000 small documents at a time take an eighth less than 500. */
    public static final int DEFAULT_BATCH_DOCUMENTS = 2000;

    /** Large enough that a commit costs little, small enough that all batches in flight fit into a 256 MiB heap. */
    public static final long DEFAULT_BATCH_BYTES = 4L << 20;

    public RunOptions {
        Objects.requireNonNull(from, "from");
        atLeastOne(workers, "workers");
        atLeastOne(batchDocuments, "batch size");
        atLeastOne(batchBytes, "batch bytes");
        if (to == null && !dryRun) {
            throw new IllegalArgumentException("a run needs a target, unless it is a dry run");
        }
        if (deleteMissing && (retryRejects || dryRun || limit < Long.MAX_VALUE || isPart(from))) {
            throw new IllegalArgumentException("what is missing shows only where the whole source is read and loaded");
        }
        if (retryRejects && onExisting == OnExisting.FAIL) {
            throw new IllegalArgumentException("the rejected documents exist already");
        }
    }

    /** The choices of a run over this source, to be made; those that are not made are the defaults. */
    public static Builder from(From source) {
        return new Builder(source);
    }

    private static boolean isPart(From from) {
        return from instanceof FromDatabase database && database.keyRange() != null;
    }

    private static void atLeastOne(long value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, but is " + value);
        }
    }

    /** What a run is asked to do, one choice at a time: each is that of the record of the same name. Not thread-safe. */
    public static final class Builder {

        private final From from;
        private @Nullable Database to;
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
        private XmlLimits limits = XmlLimits.DEFAULTS;
        private boolean showValues;
        private Constraints constraints = Constraints.AFTER;
        private boolean checkForeignKeys;

        private Builder(From from) {
            this.from = from;
        }

        public Builder to(@Nullable Database value) {
            to = value;
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

        /** @throws IllegalArgumentException when the choices do not go together */
        public RunOptions build() {
            return new RunOptions(
                    from,
                    to,
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
                    limits,
                    showValues,
                    constraints,
                    checkForeignKeys);
        }
    }
}
