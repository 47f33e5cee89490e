package dev.millrace.trial;

import dev.millrace.document.FaultCode;
import dev.millrace.document.Reject;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What samples say of a contract.
 *
 * @param mapped documents that would be loaded, as far as can be told without the target
 * @param rejected documents that would be rejected
 * @param unselected documents that are not for the contract
 * @param faults all that is wrong with the samples, by place and code, the most frequent first
 * @param tables what each table was given, in the contract's order
 * @param empty tables and columns that got nothing, where any document was mapped
 * @param namespaces what namespaces samples and contract have apart, in words
 * @param namesKnown whether it is known which names the samples have: not where they have too many paths, since tags are data. There are
 *     no hints then
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record TrialReport(
        long mapped,
        long rejected,
        long unselected,
        List<Faults> faults,
        List<Table> tables,
        List<Empty> empty,
        List<String> namespaces,
        boolean namesKnown) {

    /**
     * Faults of one kind at one place of the contract.
     *
     * @param table null where a document as a whole is at fault
     * @param column null where a row as a whole is at fault
     * @param count how many there are
     * @param documents how many documents have one
     * @param first the first of them
     */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public record Faults(
            @Nullable String table,
            @Nullable String column,
            FaultCode code,
            long count,
            long documents,
            Reject first) {}

    /**
     * A table.
     *
     * @param rows how many rows could be mapped, those of rejected documents included
     * @param repeatedKeys how many rows have the key of a row of another document, where the contract rejects those
     * @param firstRepeated the keys of the first two such documents; empty where there are none
     * @param oneKeyIn of so many keys, one was looked at for {@code repeatedKeys}, chosen by its hash: 1 for all of them; more where there
     *     are more than can be kept
     */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public record Table(
            String name,
            long rows,
            List<Column> columns,
            long repeatedKeys,
            List<String> firstRepeated,
            long oneKeyIn) {}

    /**
     * A column.
     *
     * @param filled how many rows have a value
     * @param changed by setting of the contract: how many values it made, as in {@link dev.millrace.mapping.CellCounts.Policy}
     */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public record Column(String name, long filled, Map<String, Long> changed) {}

    /**
     * A table without rows, or a column without a value of the samples.
     *
     * @param column null for a table
     * @param onlyDefault whether the column has values, which are all its default
     * @param hints what is probably meant, in words; empty where all names of the path are in the samples
     */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public record Empty(String table, @Nullable String column, boolean onlyDefault, List<String> hints) {}

    /** Whether nothing is wrong, empty, repeated or apart. */
    public boolean isSpotless() {
        return rejected == 0
                && empty.isEmpty()
                && namespaces.isEmpty()
                && tables.stream().allMatch(table -> table.repeatedKeys == 0);
    }
}
