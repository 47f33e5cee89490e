package dev.millrace.source.jdbc;

/**
 * Which documents a query leaves out by looking into the ledger, when source and target are one database.
 *
 * @param logTable the processing log, qualified and quoted
 * @param contract the contract's name, as in the log's column {@code contract_name}
 * @param mode which documents to read
 */
public record LedgerFilter(String logTable, String contract, Mode mode) {

    /** Which documents to read. */
    public enum Mode {
        /** Those that the ledger does not hold, and those that it holds as withdrawn. */
        NEW,
        /** Those that it holds as rejected. */
        REJECTED,
        /** Those that were loaded and then withdrawn. */
        WITHDRAWN
    }
}
