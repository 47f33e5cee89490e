package dev.millrace.database;

import dev.millrace.dialect.RetryPolicy;
import java.util.function.Consumer;

/**
 * How a run treats the target. Immutable: each method with a parameter gives a copy with one thing changed.
 *
 * <pre>{@code
 * LoadOptions options = LoadOptions.DEFAULTS.createTables(true).onExisting(OnExisting.REPLACE);
 * }</pre>
 */
public final class LoadOptions {
    /** Loads what the ledger does not hold yet, into tables that are there. */
    public static final LoadOptions DEFAULTS = new LoadOptions();

    private boolean createTables;
    private boolean retryRejects;
    private boolean sourceFiltered;
    private OnExisting onExisting = OnExisting.SKIP;
    private boolean deleteMissing;
    private boolean showValues;
    private RetryPolicy retryPolicy = RetryPolicy.DEFAULT;
    private Constraints constraints = Constraints.DURING;
    private boolean checkForeignKeys;
    private boolean ledgerAlone;

    private LoadOptions() {}

    private LoadOptions with(Consumer<LoadOptions> change) {
        LoadOptions copy = new LoadOptions();
        copy.createTables = createTables;
        copy.retryRejects = retryRejects;
        copy.sourceFiltered = sourceFiltered;
        copy.onExisting = onExisting;
        copy.deleteMissing = deleteMissing;
        copy.showValues = showValues;
        copy.retryPolicy = retryPolicy;
        copy.constraints = constraints;
        copy.checkForeignKeys = checkForeignKeys;
        copy.ledgerAlone = ledgerAlone;
        change.accept(copy);
        return copy;
    }

    /** Whether missing schema, tables, keys, foreign keys and indexes are created. */
    public LoadOptions createTables(boolean value) {
        return with(copy -> copy.createTables = value);
    }

    /** Whether only the documents that the ledger holds as rejected are loaded. */
    public LoadOptions retryRejects(boolean value) {
        return with(copy -> copy.retryRejects = value);
    }

    /** Whether the source leaves out itself what the ledger holds, so that asking again would be in vain. */
    public LoadOptions sourceFiltered(boolean value) {
        return with(copy -> copy.sourceFiltered = value);
    }

    /** What becomes of documents that the ledger holds. */
    public LoadOptions onExisting(OnExisting value) {
        return with(copy -> copy.onExisting = value);
    }

    /** Whether it is noted which documents the run meets, so that {@link MissingDocuments} can delete the others. */
    public LoadOptions deleteMissing(boolean value) {
        return with(copy -> copy.deleteMissing = value);
    }

    /** Whether messages may hold the database's own words, and with them values of documents. */
    public LoadOptions showValues(boolean value) {
        return with(copy -> copy.showValues = value);
    }

    /** What becomes of faults that may pass. */
    public LoadOptions retryPolicy(RetryPolicy value) {
        return with(copy -> copy.retryPolicy = value);
    }

    /** When tables that are created get their keys, at the earliest; {@link dev.millrace.database.keys.KeysAfterRows} is the end of AFTER. */
    public LoadOptions constraints(Constraints value) {
        return with(copy -> copy.constraints = value);
    }

    /** Whether the database checks for each row also the foreign keys that hold by the way the rows are made. */
    public LoadOptions checkForeignKeys(boolean value) {
        return with(copy -> copy.checkForeignKeys = value);
    }

    /** Whether nothing but the ledger is written, so that no right to load the tables is needed. */
    public LoadOptions ledgerAlone(boolean value) {
        return with(copy -> copy.ledgerAlone = value);
    }

    boolean createTables() {
        return createTables;
    }

    boolean retryRejects() {
        return retryRejects;
    }

    boolean sourceFiltered() {
        return sourceFiltered;
    }

    OnExisting onExisting() {
        return onExisting;
    }

    boolean deleteMissing() {
        return deleteMissing;
    }

    boolean showValues() {
        return showValues;
    }

    RetryPolicy retryPolicy() {
        return retryPolicy;
    }

    boolean checkForeignKeys() {
        return checkForeignKeys;
    }

    boolean ledgerAlone() {
        return ledgerAlone;
    }

    /** Whether rows of loaded documents may have to be deleted. */
    boolean deletes() {
        return deleteMissing || onExisting == OnExisting.REPLACE || onExisting == OnExisting.RELOAD;
    }

    /** Whether rows can be loaded without keys in place. Older rows are found and told from others by their keys. */
    boolean keysMayWait() {
        return constraints == Constraints.AFTER && !deletes() && !retryRejects;
    }

    /** Whether the ledger is asked where a document's rows are. */
    boolean needsRowKeys() {
        return deletes() || retryRejects;
    }
}
