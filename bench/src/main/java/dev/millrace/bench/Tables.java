package dev.millrace.bench;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.ForeignKey;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The contract's tables as PostgreSQL's SQL names them. */
final class Tables {

    /** What keeps account of the documents. */
    static final String LEDGER = "processing_log";

    private Tables() {}

    static String ledger(MappingContract contract) {
        return quoted(String.valueOf(contract.schema())) + "." + LEDGER;
    }

    /** A SELECT of the ledger's rows of a part's documents. */
    static String ledgerOfPart(MappingContract contract, int part) {
        return "SELECT * FROM " + ledger(contract) + " WHERE document_key::bigint / " + Workload.PART_RUN + " % "
                + Workload.PARTS + " = " + part + " ORDER BY ctid";
    }

    static String qualified(MappingContract contract, TableMapping table) {
        String name = quoted(table.name());
        return contract.schema() == null ? name : quoted(contract.schema()) + "." + name;
    }

    /** {@code (a, b, c)}: all columns of a table, in the contract's order. */
    static String columns(TableMapping table) {
        return table.columns().stream().map(column -> quoted(column.name())).collect(Collectors.joining(", "));
    }

    /**
     * A SELECT of the rows of a table that belong to a part's documents, in the documents' order. The root table's key is
     * the document's number.
     */
    static String rowsOfPart(MappingContract contract, TableMapping table, int part) {
        StringBuilder from = new StringBuilder(qualified(contract, table)).append(" t0");
        TableMapping above = table;
        int alias = 0;
        while (above.parent() >= 0) {
            ForeignKey key = above.keys().foreignKeys().get(0);
            TableMapping parent = contract.tables().get(key.table());
            from.append(" JOIN ")
                    .append(qualified(contract, parent))
                    .append(" t")
                    .append(alias + 1);
            from.append(" ON ").append(equal(above, alias, key, parent));
            above = parent;
            alias++;
        }
        String document = "t" + alias + "."
                + quoted(above.columns().get(above.key().get(0)).name());
        String columns = table.columns().stream()
                .map(column -> "t0." + quoted(column.name()))
                .collect(Collectors.joining(", "));
        return "SELECT " + columns + " FROM " + from + " WHERE " + document + " / " + Workload.PART_RUN + " % "
                + Workload.PARTS + " = " + part + " ORDER BY " + document + ", t0.ctid";
    }

    private static String equal(TableMapping table, int alias, ForeignKey key, TableMapping parent) {
        List<Integer> own = key.columns();
        List<Integer> theirs = key.tableColumns();
        return IntStream.range(0, own.size())
                .mapToObj(i -> "t" + alias + "."
                        + quoted(table.columns().get(own.get(i)).name()) + " = t" + (alias + 1) + "."
                        + quoted(parent.columns().get(theirs.get(i)).name()))
                .collect(Collectors.joining(" AND "));
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
