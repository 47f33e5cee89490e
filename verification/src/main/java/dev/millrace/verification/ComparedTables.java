package dev.millrace.verification;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.database.TargetException;
import dev.millrace.database.TargetReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that is compared of a target: the contract's tables, in its order, and behind them the log's loaded documents. */
final class ComparedTables {

    /** Takes the rows of a target. */
    interface RowSink {
        /** @param values by column of the table, in the contract's order; of the caller until the next row */
        void row(ComparedTable table, @Nullable Object[] values);
    }

    private ComparedTables() {}

    static List<ComparedTable> of(TargetReader target) throws TargetException {
        List<ComparedTable> tables = new ArrayList<>();
        MappingContract held = target.contract();
        for (TableMapping table : held.tables()) {
            tables.add(ComparedTable.of(held, table, target.paddedColumns(table.index())));
        }
        tables.add(ComparedTable.ofLog(tables.size()));
        return tables;
    }

    /** Streams what the target holds of the tables, in their order; the rows of a table in none. */
    static void read(TargetReader target, List<ComparedTable> tables, RowSink sink) throws TargetException {
        int log = tables.size() - 1;
        for (ComparedTable table : tables.subList(0, log)) {
            target.read(table.index(), values -> sink.row(table, values));
        }
        @Nullable Object[] entry = new Object[2];
        target.readLoaded((key, contentHash) -> {
            entry[0] = key;
            entry[1] = contentHash;
            sink.row(tables.get(log), entry);
        });
    }
}
