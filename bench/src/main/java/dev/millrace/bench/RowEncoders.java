package dev.millrace.bench;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.dialect.PhysicalNames;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import dev.millrace.dialect.postgresql.CopyEncoder;
import dev.millrace.dialect.postgresql.PostgreSql;
import dev.millrace.dialect.sqlserver.BulkCopy;
import dev.millrace.dialect.sqlserver.BulkCopyColumn;
import dev.millrace.dialect.sqlserver.BulkCopyRows;
import dev.millrace.dialect.sqlserver.SqlServer;
import dev.millrace.mapping.Row;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the bulk loaders of PostgreSQL and SQL Server do with rows. Not thread-safe.
 */
final class RowEncoders implements AutoCloseable {

    private static final String UNICODE = "nvarchar";

    private final List<CopyEncoder> copies = new ArrayList<>();
    private final List<BulkCopyRows> bulkRows = new ArrayList<>();
    private final List<BulkCopy> bulkCopies = new ArrayList<>();
    private final TdsSink sink;
    private final Connection connection;

    public RowEncoders(MappingContract contract) throws IOException, SQLException {
        for (TableDefinition table : PhysicalNames.tables(new PostgreSql(), contract)) {
            List<String> types = new ArrayList<>();
            List<BulkCopyColumn> columns = new ArrayList<>();
            for (Column column : table.columns()) {
                types.add(postgreSqlName(column.type()));
                columns.add(BulkCopyColumn.of(column, UNICODE, column.type().length(), 0));
            }
            copies.add(new CopyEncoder(table, types));
            bulkRows.add(new BulkCopyRows(columns, false));
        }
        SqlServer dialect = new SqlServer();
        List<TableDefinition> tables = PhysicalNames.tables(dialect, contract);
        sink = new TdsSink(tables);
        connection = DriverManager.getConnection(sink.url());
        for (TableDefinition table : tables) {
            bulkCopies.add(new BulkCopy(connection, dialect, table, OnDuplicate.REJECT, false));
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
            encoder.clear();
        }
        return count;
    }

    /**
     * Checks the rows of a document and gives them out as the driver asks for them.
     *
     * @param rows by table
     * @return how many values
     */
    public long bulkRows(List<List<Row>> rows) throws SQLException {
        long count = 0;
        for (int table = 0; table < rows.size(); table++) {
            BulkCopyRows source = bulkRows.get(table);
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

    /**
     * Has SQL Server's driver send the rows of a batch to nobody.
     *
     * @param documents their rows by table
     * @return how many rows
     */
    public long bulkCopy(List<List<List<Row>>> documents) throws SQLException {
        long count = 0;
        for (int table = 0; table < bulkCopies.size(); table++) {
            BulkCopy loader = bulkCopies.get(table);
            for (List<List<Row>> rows : documents) {
                for (Row row : rows.get(table)) {
                    loader.write(row.values());
                }
            }
            count += loader.commit();
        }
        return count;
    }

    @Override
    public void close() throws IOException, SQLException {
        bulkCopies.forEach(BulkCopy::close);
        connection.close();
        sink.close();
    }

    /** As the server's driver names it. */
    private static String postgreSqlName(SqlType type) {
        return switch (type.kind()) {
            case BOOLEAN -> "bool";
            case SMALLINT -> "int2";
            case INTEGER -> "int4";
            case BIGINT -> "int8";
            case DECIMAL -> "numeric";
            case CHAR -> "bpchar";
            default -> type.kind().name().toLowerCase(Locale.ROOT);
        };
    }
}
