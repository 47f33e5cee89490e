package dev.millrace.verification;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What a verification has found.
 *
 * @param contract the contract's name
 * @param seconds wall time
 * @param documents what became of the source's documents
 * @param tables in the contract's order
 */
@API(status = API.Status.STABLE, since = "0.1")
public record VerificationReport(
        String contract, Instant startedAt, double seconds, Documents documents, List<TableReport> tables) {

    /** The version of the JSON form. */
    public static final int VERSION = 1;

    /**
     * The documents, each record of a source's document counted by itself.
     *
     * @param compared held as loaded by the log and mapped again: their rows are expected in the target
     * @param unmappable held as loaded, but rejected now: their rows are not expected
     * @param rejected held as rejected
     * @param kept how many of these have the rows of an older text, because the new one was rejected; they are expected as they are
     * @param notLoaded not in the log
     * @param duplicates further documents of a key, of which the log holds one
     * @param unselected not for the contract, by its {@code document.select}: they give no rows, whatever the log holds
     * @param gone held as loaded, but not in the source, or not selected any more
     * @param changed of those compared or unmappable, how many have another text than when they were loaded
     * @param examples keys of the first documents that are unmappable, kept, gone or changed, by that word
     */
    public record Documents(
            long compared,
            long unmappable,
            long rejected,
            long kept,
            long notLoaded,
            long duplicates,
            long unselected,
            long gone,
            long changed,
            Map<String, List<String>> examples) {

        public Documents {
            examples = Collections.unmodifiableMap(new LinkedHashMap<>(examples));
        }

        /** Documents of the source. */
        public long read() {
            return compared + unmappable + rejected + notLoaded + duplicates + unselected;
        }
    }

    /**
     * A table.
     *
     * @param expected what the source gives
     * @param found what the target holds
     * @param excluded columns that cannot be compared because they hold the run's id or time
     * @param shared whether documents share its rows ({@code on-duplicate}), so that the row of any of them is right
     */
    public record TableReport(
            String name, Rows expected, Rows found, Differences differences, List<String> excluded, boolean shared) {

        public TableReport {
            excluded = List.copyOf(excluded);
        }

        public boolean isEqual() {
            return differences.missing == 0 && differences.extra == 0 && differences.different == 0;
        }
    }

    /**
     * The rows of a table on one side.
     *
     * @param count how many; of what the source gives of a shared table, different keys
     * @param checksum 128 bits in hexadecimal digits, the same whatever the order of the rows; "" for what the source gives of a shared
     *     table
     */
    public record Rows(long count, String checksum) {}

    /**
     * How the rows of a table differ.
     *
     * @param missing rows that the target should hold and does not
     * @param extra rows that it holds and should not, second ones of a row included
     * @param different rows with the right key and other values
     * @param byColumn how many of the different rows differ in a column, by its name
     * @param first the first of all
     */
    public record Differences(
            long missing, long extra, long different, Map<String, Long> byColumn, List<Difference> first) {

        public Differences {
            byColumn = Collections.unmodifiableMap(new LinkedHashMap<>(byColumn));
            first = List.copyOf(first);
        }
    }

    /** What is wrong with a row. */
    public enum Kind {
        /** The target should hold it and does not. */
        MISSING,
        /** The target holds it and should not. */
        EXTRA,
        /** The target holds it with other values. */
        DIFFERENT,
        /** The target holds it more often than it should. */
        DOUBLED
    }

    /**
     * A row that is not as it should be.
     *
     * @param document the key of the document that it comes from, or null where that cannot be known
     * @param key the row's key, by column; values are null where they are not to be shown
     * @param columns the columns that differ
     */
    public record Difference(Kind kind, @Nullable String document, List<Value> key, List<ColumnDifference> columns) {

        public Difference {
            key = List.copyOf(key);
            columns = List.copyOf(columns);
        }
    }

    /**
     * A value.
     *
     * @param text as text, or null where it is NULL or not to be shown
     */
    public record Value(String column, @Nullable String text) {}

    /**
     * A column in which a row differs.
     *
     * @param expected what the source gives, or null where that is NULL or not to be shown
     * @param found what the target holds, or null where that is NULL or not to be shown
     * @param expectedNull whether the source gives NULL
     * @param foundNull whether the target holds NULL
     */
    public record ColumnDifference(
            String column,
            @Nullable String expected,
            @Nullable String found,
            boolean expectedNull,
            boolean foundNull) {}

    public VerificationReport {
        tables = List.copyOf(tables);
    }

    /** Whether the target holds exactly the rows that its loaded documents give. */
    public boolean isEqual() {
        return tables.stream().allMatch(TableReport::isEqual);
    }
}
