package dev.millrace.database;

import dev.millrace.contract.SqlType;
import dev.millrace.dialect.ColumnRange;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.TableFinder;
import dev.millrace.dialect.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A column of an existing table, for writing a contract for it.
 *
 * @param name as in the catalog
 * @param words the database's name for its type, with its sizes
 * @param closest the contract's type that is closest to it, for which a run gives no warning; empty if no type of a contract can be loaded
 *     into it
 * @param nullable whether it may be NULL
 * @param numbered whether the database numbers its rows: IDENTITY, AUTO_INCREMENT, serial
 * @param computed whether the database gives it its values, so that a contract cannot: computed and generated columns,
 *     rowversion
 * @param defaultValue the default, as the catalog writes it; null for none
 * @param key whether it is part of the primary key
 */
public record ExistingColumn(
        String name,
        String words,
        Optional<SqlType> closest,
        boolean nullable,
        boolean numbered,
        boolean computed,
        @Nullable String defaultValue,
        boolean key) {

    /**
     * The columns of a table in their order.
     *
     * @param table as {@link TableFinder#find} gives it
     */
    public static List<ExistingColumn> of(Dialect dialect, TableFinder finder, TableName table) throws SQLException {
        Set<String> key = Set.copyOf(finder.primaryKey(table));
        List<ExistingColumn> columns = new ArrayList<>();
        for (TableFinder.Column column : finder.columns(dialect, table)) {
            columns.add(new ExistingColumn(
                    column.name(),
                    ExistingTable.describe(dialect, column),
                    column.computed() ? Optional.empty() : closest(dialect, column),
                    column.nullable(),
                    column.numbered(),
                    column.computed(),
                    column.defaultValue(),
                    key.contains(column.name())));
        }
        return List.copyOf(columns);
    }

    /**
     * The contract's type that is closest to a column.
     *
     * @param column as {@link Dialect#described} shows it
     */
    static Optional<SqlType> closest(Dialect dialect, TableFinder.Column column) {
        return dialect.range(column).map(ColumnRange::closest);
    }
}
