package dev.millrace.database.ledger;

import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import dev.millrace.dialect.TableDefinition.Columns;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's tables, which every database creates from the same definition.
 *
 * @param schema where they are; null in a database without schemas
 * @param names what they are called
 */
public record LedgerTables(@Nullable String schema, LedgerNames names) {
    /** The status in the log of a document whose rows are in the tables. */
    public static final String LOADED = "loaded";
    /** The status in the log of a document that has no rows, or those of an older version. */
    public static final String REJECTED = "rejected";

    /** Added to the log after its first version. */
    public static final String ROW_KEYS = "row_keys";

    /** Characters of a document key that the log can hold. */
    public static final int KEY_LENGTH = 400;
    /** Characters of a contract's name that the log can hold. */
    public static final int CONTRACT_LENGTH = 200;

    /** As long as any database allows a name to be. */
    private static final int NAME_LENGTH = 128;

    private static final int RUN_ID_LENGTH = 40;
    private static final int WORD_LENGTH = 40;
    private static final SqlType SMALLINT = new SqlType(Kind.SMALLINT, 0, 0, 0);

    private static final Pattern NAME = Pattern.compile("\\[([a-z_]*)]");

    /** Those that every ledger has. There is no foreign key from the log to the runs: it would cost a look-up for every document. */
    public List<TableDefinition> ofEveryLedger() {
        return List.of(runs(), log());
    }

    /** All of them. */
    public List<TableDefinition> all() {
        return List.of(runs(), log(), pending(), seen(), coverage(), reports());
    }

    /** What runs keep for those who ask later, and can do without: ledgers of earlier versions lack it. */
    public List<TableDefinition> forLater() {
        return List.of(coverage(), reports());
    }

    public TableDefinition runs() {
        return new TableDefinition(
                schema,
                names.of(LedgerNames.RUNS),
                List.of(
                        required("run_id", SqlType.varchar(RUN_ID_LENGTH)),
                        required("contract_name", SqlType.varchar(CONTRACT_LENGTH)),
                        required("contract_hash", SqlType.varchar(64)),
                        required("status", SqlType.varchar(WORD_LENGTH)),
                        required("started_at", SqlType.timestamptz()),
                        optional("finished_at", SqlType.timestamptz()),
                        required("workers", SqlType.INTEGER),
                        required("source", SqlType.TEXT),
                        optional("documents_read", SqlType.BIGINT),
                        optional("documents_loaded", SqlType.BIGINT),
                        optional("documents_rejected", SqlType.BIGINT),
                        optional("documents_skipped", SqlType.BIGINT),
                        optional("summary", SqlType.TEXT)),
                new Columns(names.of(LedgerNames.RUNS) + "_pkey", List.of("run_id")),
                List.of(),
                List.of(),
                List.of());
    }

    /** A row for each document that ended. Fixed sizes come first, which saves a database padding. */
    public TableDefinition log() {
        return new TableDefinition(
                schema,
                names.of(LedgerNames.LOG),
                List.of(
                        required("content_hash", SqlType.BIGINT),
                        required("finished_at", SqlType.timestamptz()),
                        required("row_count", SqlType.INTEGER),
                        required("attempt", SqlType.INTEGER),
                        optional("line", SqlType.INTEGER),
                        optional("column_number", SqlType.INTEGER),
                        required("worker", SMALLINT),
                        required("contract_name", SqlType.varchar(CONTRACT_LENGTH)),
                        new Column("document_key", SqlType.varchar(KEY_LENGTH), false, true),
                        required("status", SqlType.varchar(8)),
                        required("run_id", SqlType.varchar(RUN_ID_LENGTH)),
                        optional("stage", SqlType.varchar(WORD_LENGTH)),
                        optional("code", SqlType.varchar(WORD_LENGTH)),
                        optional("table_name", SqlType.TEXT),
                        optional("column_name", SqlType.TEXT),
                        optional("path", SqlType.TEXT),
                        optional("message", SqlType.TEXT),
                        rowKeys()),
                new Columns(names.of(LedgerNames.LOG) + "_pkey", List.of("contract_name", "document_key")),
                List.of(),
                List.of(),
                List.of());
    }

    /** Keys, foreign keys and indexes that tables are still to get; only where a run has created tables without them. */
    public TableDefinition pending() {
        return new TableDefinition(
                schema,
                names.of(LedgerNames.PENDING),
                List.of(
                        required("contract_name", SqlType.varchar(CONTRACT_LENGTH)),
                        required("table_name", SqlType.varchar(NAME_LENGTH)),
                        required("constraint_name", SqlType.varchar(NAME_LENGTH))),
                new Columns(
                        names.of(LedgerNames.PENDING) + "_pkey",
                        List.of("contract_name", "table_name", "constraint_name")),
                List.of(),
                List.of(),
                List.of());
    }

    /** What of a document's rows the ledger must know to find them all: see {@link RowKeys}. */
    public static Column rowKeys() {
        return optional(ROW_KEYS, SqlType.TEXT);
    }

    /**
     * The documents that a run has met, while it runs; only of runs that delete what is missing. Each transaction has a number of its
     * own, so that none is in another's way.
     */
    public TableDefinition seen() {
        return new TableDefinition(
                schema,
                names.of(LedgerNames.SEEN),
                List.of(
                        required("run_id", SqlType.varchar(RUN_ID_LENGTH)),
                        new Column("document_key", SqlType.varchar(KEY_LENGTH), false, true),
                        required("worker", SMALLINT),
                        required("transaction_number", SqlType.INTEGER)),
                new Columns(
                        names.of(LedgerNames.SEEN) + "_pkey",
                        List.of("run_id", "document_key", "worker", "transaction_number")),
                List.of(),
                List.of(),
                List.of());
    }

    /** What was counted of documents, by contract, added up over runs: see {@link CoverageRows}. */
    public TableDefinition coverage() {
        return new TableDefinition(
                schema,
                names.of(LedgerNames.COVERAGE),
                List.of(
                        required("occurrences", SqlType.BIGINT),
                        optional("documents", SqlType.BIGINT),
                        optional("first_number", SqlType.BIGINT),
                        optional("first_line", SqlType.INTEGER),
                        optional("first_column", SqlType.INTEGER),
                        required("contract_name", SqlType.varchar(CONTRACT_LENGTH)),
                        required("row_hash", SqlType.varchar(64)),
                        required("kind", SqlType.varchar(WORD_LENGTH)),
                        required("first_run_id", SqlType.varchar(RUN_ID_LENGTH)),
                        required("last_run_id", SqlType.varchar(RUN_ID_LENGTH)),
                        required("path", SqlType.TEXT),
                        optional("first_document", SqlType.TEXT)),
                // With the longest prefix, one letter more would be too long for PostgreSQL.
                new Columns(names.of(LedgerNames.COVERAGE) + "_key", List.of("contract_name", "row_hash")),
                List.of(),
                List.of(),
                List.of());
    }

    /** A row for each run that has loaded or rejected documents. */
    public TableDefinition reports() {
        return new TableDefinition(
                schema,
                names.of(LedgerNames.REPORTS),
                List.of(
                        required("run_id", SqlType.varchar(RUN_ID_LENGTH)),
                        required("contract_name", SqlType.varchar(CONTRACT_LENGTH)),
                        required("content", SqlType.TEXT)),
                new Columns(names.of(LedgerNames.REPORTS) + "_pkey", List.of("run_id")),
                List.of(),
                List.of(),
                List.of());
    }

    /**
     * A statement about one of the ledger's tables, which it writes {@code []}, and its columns {@code [name]}.
     *
     * @param table qualified and quoted
     */
    public static String statement(Dialect dialect, String table, String sql) {
        return NAME.matcher(sql)
                .replaceAll(name ->
                        Matcher.quoteReplacement(name.group(1).isEmpty() ? table : dialect.quote(name.group(1))));
    }

    /** A text without the characters that some database refuses: U+0000 and halves of surrogate pairs. */
    public static String storable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                return text.codePoints()
                        .map(point ->
                                point == 0 || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)
                                        ? '\uFFFD'
                                        : point)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            }
        }
        return text;
    }

    private static Column required(String name, SqlType type) {
        return new Column(name, type, false, false);
    }

    private static Column optional(String name, SqlType type) {
        return new Column(name, type, true, false);
    }
}
