package dev.millrace.dialect;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.dialect.TableDefinition.Column;
import dev.millrace.mapping.Row;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.postgresql.copy.CopyIn;

/**
 * What the bulk loaders of PostgreSQL and SQL Server do with rows before they are sent. In this package because encoders are
 * nobody else's business. Not thread-safe.
 */
public final class RowEncoders {

    private static final String UNICODE = "nvarchar";

    private final List<CopyEncoder> copies = new ArrayList<>();
    private final List<BulkCopyRows> bulkCopies = new ArrayList<>();

    public RowEncoders(MappingContract contract) throws SQLException {
        CopyIn nowhere = (CopyIn) Proxy.newProxyInstance(
                RowEncoders.class.getClassLoader(), new Class<?>[] {CopyIn.class}, (proxy, method, values) -> null);
        for (TableDefinition table : PhysicalNames.tables(new PostgreSql(), contract)) {
            List<String> types = new ArrayList<>();
            List<BulkCopyColumn> columns = new ArrayList<>();
            for (Column column : table.columns()) {
                types.add(postgreSqlName(column.type()));
                columns.add(BulkCopyColumn.of(column, UNICODE, column.type().length(), 0));
            }
            CopyEncoder copy = new CopyEncoder(table, types);
            copy.begin(nowhere);
            copies.add(copy);
            bulkCopies.add(new BulkCopyRows(columns, false));
        }
    }

    /**
     * Encodes the rows of a document.
     *
     * @param rows by table
     * @return how many rows
     */
    public long copy(List<List<Row>> rows) throws SQLException {
        long count = 0;
        for (int table = 0; table < rows.size(); table++) {
            CopyEncoder encoder = copies.get(table);
            for (Row row : rows.get(table)) {
                encoder.row(row.values());
                count++;
            }
        }
        return count;
    }

    /**
     * Checks the rows of a document and gives them out as the driver asks for them.
     *
     * @param rows by table
     * @return how many values
     */
    public long bulkCopy(List<List<Row>> rows) throws SQLException {
        long count = 0;
        for (int table = 0; table < rows.size(); table++) {
            BulkCopyRows source = bulkCopies.get(table);
            for (Row row : rows.get(table)) {
                source.add(row.values());
            }
            while (source.next()) {
                count += source.getRowData().length;
            }
            source.clear();
        }
        return count;
    }

    /** As the server's driver names it. */
    private static String postgreSqlName(SqlType type) {
        switch (type.kind()) {
            case BOOLEAN:
                return "bool";
            case SMALLINT:
                return "int2";
            case INTEGER:
                return "int4";
            case BIGINT:
                return "int8";
            case DECIMAL:
                return "numeric";
            case CHAR:
                return "bpchar";
            default:
                return type.kind().name().toLowerCase(Locale.ROOT);
        }
    }
}
