package dev.millrace.verification;

import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.ColumnMapping.Meta;
import dev.millrace.contract.ColumnMapping.MetaValue;
import dev.millrace.contract.ColumnMapping.Path;
import dev.millrace.contract.ColumnMapping.Reference;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.contract.TableMapping.RowSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A table as it is compared: the columns of its key first, then the others, without those whose values nobody can compute
 * again.
 *
 * @param index its place among the compared tables
 * @param name as the contract writes it
 * @param columns what is compared; the first {@code keyColumns} of them are the key
 * @param excluded the names of the columns that are not compared
 * @param shared whether documents share its rows, so that the target holds one of several candidates
 */
record ComparedTable(
        int index, String name, List<Column> columns, int keyColumns, List<String> excluded, boolean shared) {

    /**
     * A column.
     *
     * @param source its index in the contract's table
     * @param padded whether blanks at the end of a text count for nothing, because the database adds its own
     */
    record Column(int source, String name, SqlType type, boolean padded) {}

    ComparedTable {
        columns = List.copyOf(columns);
        excluded = List.copyOf(excluded);
    }

    /** @param padded for each column, whether the database pads it */
    static ComparedTable of(MappingContract contract, TableMapping table, boolean[] padded) {
        Set<Integer> unknowable = unknowable(contract, table);
        List<Column> key = new ArrayList<>();
        List<Column> others = new ArrayList<>();
        List<String> excluded = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
            TableMapping.Column column = table.columns().get(i);
            if (unknowable.contains(i)) {
                excluded.add(column.name());
                continue;
            }
            boolean blanks = padded[i] || column.type().kind() == Kind.CHAR;
            (column.key() ? key : others).add(new Column(i, column.name(), column.type(), blanks));
        }
        int keyColumns = key.size();
        key.addAll(others);
        boolean shared = table.onDuplicate() != OnDuplicate.REJECT;
        return new ComparedTable(table.index(), table.name(), key, keyColumns, excluded, shared);
    }

    /** The log's loaded documents, compared like a table: key and content hash. */
    static ComparedTable ofLog(int index) {
        return new ComparedTable(
                index,
                "processing_log",
                List.of(
                        new Column(0, "document_key", SqlType.TEXT, false),
                        new Column(1, "content_hash", SqlType.BIGINT, false)),
                1,
                List.of(),
                false);
    }

    /** The columns that hold the document's key, or are handed down from one that does. */
    static Set<Integer> ofDocumentKey(MappingContract contract, TableMapping table) {
        Set<Integer> found = new HashSet<>();
        for (RowSet set : table.rows().sets()) {
            for (int i = 0; i < set.columns().size(); i++) {
                ColumnMapping column = set.columns().get(i);
                if (column == null) {
                    continue;
                }
                if (column.source() instanceof MetaValue value && value.meta() == Meta.DOCUMENT_KEY
                        || column.source() instanceof Reference reference
                                && (reference.levels() == 0
                                                ? found
                                                : ofDocumentKey(
                                                        contract, ancestor(contract, table, reference.levels())))
                                        .contains(reference.columnIndex())) {
                    found.add(i);
                }
            }
        }
        return found;
    }

    /** The columns that hold the run's id or time, are handed down from one that does, or use one in their path. */
    private static Set<Integer> unknowable(MappingContract contract, TableMapping table) {
        Set<Integer> found = new HashSet<>();
        for (RowSet set : table.rows().sets()) {
            for (int i = 0; i < set.columns().size(); i++) {
                ColumnMapping column = set.columns().get(i);
                if (column != null && isUnknowable(contract, table, set, column, found)) {
                    found.add(i);
                }
            }
        }
        return found;
    }

    private static boolean isUnknowable(
            MappingContract contract, TableMapping table, RowSet set, ColumnMapping column, Set<Integer> before) {
        if (column.source() instanceof MetaValue value) {
            return value.meta() == Meta.RUN_ID || value.meta() == Meta.LOADED_AT;
        }
        if (column.source() instanceof Reference reference) {
            Set<Integer> known = reference.levels() == 0
                    ? before
                    : unknowable(contract, ancestor(contract, table, reference.levels()));
            return known.contains(reference.columnIndex());
        }
        if (column.source() instanceof Path path) {
            for (int used : before) {
                @Nullable ColumnMapping earlier = set.columns().get(used);
                if (earlier != null && uses(path.expression().text(), earlier.name())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean uses(String path, String column) {
        return Pattern.compile("\\$" + Pattern.quote(column) + "(?![\\w.-])")
                .matcher(path)
                .find();
    }

    private static TableMapping ancestor(MappingContract contract, TableMapping table, int levels) {
        TableMapping ancestor = table;
        for (int i = 0; i < levels; i++) {
            ancestor = contract.tables().get(ancestor.parent());
        }
        return ancestor;
    }
}
