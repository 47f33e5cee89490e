package dev.millrace.contract;

import java.util.Comparator;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What a drawing of a contract shows of a table; little enough to be kept with each run.
 *
 * @param name as the contract writes it
 * @param parent the index of the parent table among all of the contract's, or -1
 * @param key the columns of its key
 * @param columns how many columns it has, those of the key among them
 * @param sets how many paths make its rows; more than 1 under {@code union}
 * @param nested whether rows are made within rows
 * @param many whether there can be several rows for a row of the parent
 * @param refersTo the table that its nearest foreign key leads to, if none leads to the parent; null where there is no such key
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record TableShape(
        String name,
        int parent,
        List<String> key,
        int columns,
        int sets,
        boolean nested,
        boolean many,
        @Nullable String refersTo) {

    public TableShape {
        key = List.copyOf(key);
    }

    /** Of each table of a contract, in its order: parents before their children. */
    public static List<TableShape> of(MappingContract contract) {
        return contract.tables().stream().map(table -> of(contract, table)).toList();
    }

    private static TableShape of(MappingContract contract, TableMapping table) {
        List<TableMapping.ForeignKey> keys = table.keys().foreignKeys();
        boolean toParent = keys.stream().anyMatch(key -> key.table() == table.parent());
        int sets = table.rows().sets().size();
        boolean nested = table.rows().nested() != null;
        return new TableShape(
                table.name(),
                table.parent(),
                table.key().stream()
                        .map(column -> table.columns().get(column).name())
                        .toList(),
                table.columns().size(),
                sets,
                nested,
                nested || sets > 1 || table.rows().sets().get(0).rows() != null,
                toParent
                        ? null
                        : keys.stream()
                                .max(Comparator.comparingInt(TableMapping.ForeignKey::table))
                                .map(key -> contract.tables().get(key.table()).name())
                                .orElse(null));
    }
}
