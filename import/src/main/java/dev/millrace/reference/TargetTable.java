package dev.millrace.reference;

import dev.millrace.contract.SqlType;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A table that is there, for a contract that is to fit it.
 *
 * @param name as the catalog has it
 * @param primaryKey columns; empty for none
 * @param uniqueKeys columns of all that is unique, the primary key included
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record TargetTable(String name, List<Column> columns, Set<String> primaryKey, Set<Set<String>> uniqueKeys) {

    /**
     * A column of it.
     *
     * @param words the database's words for its type
     * @param type the contract's type that is closest to it; null where none goes with it
     * @param numbered whether the database numbers the rows: IDENTITY, AUTO_INCREMENT, serial
     * @param computed whether it takes no value, since the database makes it
     * @param defaultValue what a row that does not name it gets, as the catalog writes it; null for nothing
     */
    public record Column(
            String name,
            String words,
            @Nullable SqlType type,
            boolean nullable,
            boolean numbered,
            boolean computed,
            @Nullable String defaultValue) {

        /** Whether a row needs no value for it. */
        boolean isOptional() {
            return nullable || numbered || computed || defaultValue != null;
        }
    }

    public TargetTable {
        columns = List.copyOf(columns);
        primaryKey = Set.copyOf(primaryKey);
        uniqueKeys = Set.copyOf(uniqueKeys);
    }

    /** The column of a name, whatever its case; null if there is none. */
    @Nullable
    Column column(String column) {
        return columns.stream()
                .filter(each -> each.name().equalsIgnoreCase(column))
                .findFirst()
                .orElse(null);
    }

    /** Whether no two rows can have the same values in exactly these columns. */
    boolean isUnique(Set<String> names) {
        return !names.isEmpty()
                && uniqueKeys.stream().anyMatch(key -> folded(key).equals(folded(names)));
    }

    static Set<String> folded(Set<String> names) {
        Set<String> folded = new TreeSet<>();
        names.forEach(each -> folded.add(each.toLowerCase(Locale.ROOT)));
        return folded;
    }
}
