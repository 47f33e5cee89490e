package dev.millrace.dialect.sqlserver;

import com.microsoft.sqlserver.jdbc.ISQLServerBulkData;
import dev.millrace.dialect.RefusedValueException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Gives the driver the rows of a stream: first the types of the columns, then row by row the values. */
public final class BulkCopyRows implements ISQLServerBulkData {
    private static final long serialVersionUID = 1L;

    private final transient List<BulkCopyColumn> columns;
    private final transient List<Object[]> rows = new ArrayList<>();
    private final transient Set<Integer> ordinals = new LinkedHashSet<>();
    /** The driver has written a row before it asks for the next one. */
    private final transient Object[] sent;

    private final boolean numbered;
    private int next;

    /** @param numbered whether the last column gets the rows' numbers */
    public BulkCopyRows(List<BulkCopyColumn> columns, boolean numbered) {
        this.columns = columns;
        this.sent = new Object[columns.size()];
        this.numbered = numbered;
        for (int i = 1; i <= columns.size(); i++) {
            ordinals.add(i);
        }
    }

    /** @throws RefusedValueException when a column cannot hold its value */
    public void add(Object[] values) throws RefusedValueException {
        int own = numbered ? sent.length - 1 : sent.length;
        for (int i = 0; i < own; i++) {
            Object value = values[i];
            if (value != null) {
                columns.get(i).check(value, rows.size());
            }
        }
        rows.add(values);
    }

    int size() {
        return rows.size();
    }

    public void clear() {
        rows.clear();
        next = 0;
    }

    @Override
    public Set<Integer> getColumnOrdinals() {
        return ordinals;
    }

    @Override
    public String getColumnName(int column) {
        return columns.get(column - 1).name();
    }

    @Override
    public int getColumnType(int column) {
        return columns.get(column - 1).jdbcType();
    }

    @Override
    public int getPrecision(int column) {
        return columns.get(column - 1).precision();
    }

    @Override
    public int getScale(int column) {
        return columns.get(column - 1).scale();
    }

    @Override
    public boolean next() {
        return next++ < rows.size();
    }

    @Override
    public Object[] getRowData() {
        Object[] values = rows.get(next - 1);
        int own = numbered ? sent.length - 1 : sent.length;
        for (int i = 0; i < own; i++) {
            Object value = values[i];
            sent[i] = value == null ? null : columns.get(i).sent(value);
        }
        if (numbered) {
            sent[own] = next;
        }
        return sent;
    }
}
