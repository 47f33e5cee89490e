package dev.millrace.dialect.sqlserver;

import dev.millrace.contract.ColumnLimits;
import dev.millrace.contract.ColumnLimits.Grid;
import dev.millrace.contract.ColumnLimits.Numbers;
import dev.millrace.contract.ColumnLimits.Times;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.dialect.ColumnRange;
import dev.millrace.dialect.TableFinder;
import java.math.BigDecimal;
import java.sql.Types;
import java.time.LocalDateTime;
import java.util.Optional;

/** What SQL Server's types hold, where that is not what other databases' types of the same name do. */
final class SqlServerTypes {
    private static final int MONEY_DIGITS = 4;
    private static final int MONEY_WHOLE_DIGITS = 15;
    private static final int SMALLMONEY_WHOLE_DIGITS = 6;
    private static final Numbers MONEY =
            new Numbers(new BigDecimal("-922337203685477.5808"), new BigDecimal("922337203685477.5807"));
    private static final Numbers SMALLMONEY =
            new Numbers(new BigDecimal("-214748.3648"), new BigDecimal("214748.3647"));
    private static final int MILLISECONDS = 3;

    static final Times DATETIME = new Times(
            Grid.TICKS, LocalDateTime.of(1753, 1, 1, 0, 0), LocalDateTime.of(9999, 12, 31, 23, 59, 59, 997_000_000));
    static final Times SMALLDATETIME =
            new Times(Grid.MINUTES, LocalDateTime.of(1900, 1, 1, 0, 0), LocalDateTime.of(2079, 6, 6, 23, 59));

    private SqlServerTypes() {}

    static TableFinder.Column described(TableFinder.Column column) {
        String word = ColumnRange.word(column.typeName()).replaceFirst(" ?identity$", "");
        switch (word) {
            case "timestamp":
            case "rowversion":
                // Not a time, but a number that the server gives each row at each change.
                return column.as("rowversion", column.size(), 0).asComputed();
            default:
                return column.as(word, column.size(), column.digits());
        }
    }

    /** @param column as {@link #described} shows it */
    static Optional<ColumnRange> range(TableFinder.Column column) {
        switch (column.typeName()) {
            case "bit":
                return Optional.of(ColumnRange.truth(0, 1));
            case "tinyint":
                return Optional.of(ColumnRange.wholeNumbers(Kind.SMALLINT, 0, 255));
            case "money":
                return ColumnRange.decimal(MONEY_WHOLE_DIGITS, MONEY_DIGITS, MONEY);
            case "smallmoney":
                return ColumnRange.decimal(SMALLMONEY_WHOLE_DIGITS, MONEY_DIGITS, SMALLMONEY);
            case "datetime":
                return Optional.of(ColumnRange.of(new SqlType(Kind.TIMESTAMP, 0, MILLISECONDS, 0), DATETIME));
            case "smalldatetime":
                return Optional.of(ColumnRange.of(new SqlType(Kind.TIMESTAMP, 0, 0, 0), SMALLDATETIME));
            case "nchar":
                return units(Kind.CHAR, column.size());
            case "nvarchar":
                return units(Kind.VARCHAR, column.size());
            case "binary":
                return Optional.of(ColumnRange.bytes(column.size(), column.size()));
            case "image":
                return Optional.of(ColumnRange.of(Kind.BYTES));
            default:
                Optional<ColumnRange> range = ColumnRange.standard(column);
                return range.isPresent() ? range : ofAlias(column);
        }
    }

    private static Optional<ColumnRange> units(Kind kind, int length) {
        return length <= 0 || length > SqlServer.NVARCHAR_LIMIT
                ? Optional.of(ColumnRange.of(SqlType.TEXT))
                : Optional.of(ColumnRange.of(
                        new SqlType(kind, length, 0, 0), new ColumnLimits.Text(length, ColumnLimits.Unit.UTF_16)));
    }

    /** A type that the users have given a name of their own, such as sysname. */
    private static Optional<ColumnRange> ofAlias(TableFinder.Column column) {
        switch (column.type()) {
            case Types.BIT:
                return range(column.as("bit", column.size(), 0));
            case Types.TINYINT:
                return range(column.as("tinyint", column.size(), 0));
            case Types.SMALLINT:
                return Optional.of(ColumnRange.of(Kind.SMALLINT));
            case Types.INTEGER:
                return Optional.of(ColumnRange.of(Kind.INTEGER));
            case Types.BIGINT:
                return Optional.of(ColumnRange.of(Kind.BIGINT));
            case Types.CHAR:
                return ColumnRange.text(Kind.CHAR, column.size());
            case Types.VARCHAR:
                return ColumnRange.text(Kind.VARCHAR, column.size());
            case Types.NCHAR:
                return units(Kind.CHAR, column.size());
            case Types.NVARCHAR:
                return units(Kind.VARCHAR, column.size());
            case Types.DATE:
                return Optional.of(ColumnRange.of(Kind.DATE));
            case Types.DECIMAL:
            case Types.NUMERIC:
                return ColumnRange.decimal(column.size() - column.digits(), column.digits(), null);
            case Types.REAL:
                return Optional.of(ColumnRange.of(Kind.REAL));
            case Types.DOUBLE:
                return Optional.of(ColumnRange.of(Kind.DOUBLE));
            case Types.BINARY:
                return Optional.of(ColumnRange.bytes(column.size(), column.size()));
            case Types.VARBINARY:
                return Optional.of(ColumnRange.bytes(0, column.size()));
            default:
                // Of a time it does not show which of several types stands behind the name.
                return Optional.empty();
        }
    }
}
