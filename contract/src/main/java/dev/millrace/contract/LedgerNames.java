package dev.millrace.contract;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Where the ledger's tables are, and what they are called. A contract names them under {@code ledger}, and its reader may override them:
 * two runs know of each other's documents only if they have the same ledger.
 *
 * @param schema the schema; null for that of the contract's tables
 * @param prefix what the tables' names begin with; null where nothing is said, which is as good as none
 */
@API(status = API.Status.STABLE, since = "0.1")
public record LedgerNames(@Nullable String schema, @Nullable String prefix) {
    /** The table of runs. */
    public static final String RUNS = "processing_run";

    /** The table of documents: the processing log. */
    public static final String LOG = "processing_log";

    /** The table of what other tables are still to get. */
    public static final String PENDING = "processing_pending";

    /** The table of documents that runs have met which delete what is missing. */
    public static final String SEEN = "processing_seen";

    /** The table of the paths of loaded documents. */
    public static final String COVERAGE = "processing_coverage";

    /** The table of what reports of runs need beside their summaries. */
    public static final String REPORTS = "processing_report";

    /** All of them, without a prefix. */
    public static final List<String> TABLES = List.of(RUNS, LOG, PENDING, SEEN, COVERAGE, REPORTS);

    /** In the contract's schema, without a prefix. */
    public static final LedgerNames DEFAULT = new LedgerNames(null, null);

    /** What a prefix has to look like: {@value}. The names must fit into every database, with what their keys' names have behind. */
    public static final String PREFIX = "[A-Za-z_][A-Za-z0-9_]{0,39}";

    private static final Pattern PREFIXES = Pattern.compile(PREFIX);

    /** @throws IllegalArgumentException with a message for the user when the schema or the prefix is none */
    public LedgerNames {
        if (schema != null && MessageText.unprintable(schema) != null) {
            throw new IllegalArgumentException("the name of the ledger's schema " + MessageText.unprintable(schema));
        }
        if (prefix != null && !prefix.isEmpty() && !isPrefix(prefix)) {
            throw new IllegalArgumentException(unfit(prefix));
        }
    }

    /** Whether tables' names can begin so in every database. */
    static boolean isPrefix(String text) {
        return PREFIXES.matcher(text).matches();
    }

    /** Why a text is no prefix, and what one is. */
    static String unfit(String prefix) {
        return "the prefix " + MessageText.quoted(prefix)
                + " is none; it begins with a letter or '_', goes on with letters, digits and '_', and has 40 characters at most";
    }

    /** What is said here, and what is not, as {@code other} has it. */
    public LedgerNames or(LedgerNames other) {
        return new LedgerNames(schema == null ? other.schema : schema, prefix == null ? other.prefix : prefix);
    }

    /** How the command line asks for them, schema and prefix both. */
    public String options() {
        return (schema == null ? "" : "--ledger-schema " + schema + " ") + "--ledger-prefix "
                + (prefix == null || prefix.isEmpty() ? "''" : prefix);
    }

    /** The name of one of {@link #TABLES}. */
    public String of(String table) {
        return prefix == null ? table : prefix + table;
    }

    /** Whether one of the ledger's tables is called so, be it in other case. */
    public boolean contains(String table) {
        String folded = table.toLowerCase(Locale.ROOT);
        return TABLES.stream()
                .anyMatch(name -> of(name).toLowerCase(Locale.ROOT).equals(folded));
    }
}
