package dev.millrace.bench;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What is in the tables, in the contract's order. */
record Checksums(List<OfTable> tables) {

    /**
     * @param table the table
     * @param rows how many rows it has
     * @param sum the sum of its rows' hashes, so that their order does not matter
     */
    record OfTable(String table, long rows, BigDecimal sum) {}

    Checksums {
        tables = List.copyOf(tables);
    }

    /** How these, of the same tables, differ from what they should be, in words; "" if they do not. */
    String differenceFrom(Checksums expected) {
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            OfTable found = tables.get(i);
            OfTable wanted = expected.tables.get(i);
            if (found.rows != wanted.rows) {
                differences.add(found.table + " has " + found.rows + " rows, not " + wanted.rows);
            } else if (found.sum.compareTo(wanted.sum) != 0) {
                differences.add(found.table + " has other values");
            }
        }
        return String.join(", ", differences);
    }

    long rows() {
        return tables.stream().mapToLong(OfTable::rows).sum();
    }

    @Override
    public String toString() {
        return tables.stream().map(each -> each.table + " " + each.rows).collect(Collectors.joining(", "));
    }
}
