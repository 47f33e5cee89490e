package dev.millrace.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ColumnLimits.Numbers;
import dev.millrace.contract.ColumnLimits.OneOf;
import dev.millrace.dialect.mariadb.MariaDb;
import dev.millrace.dialect.sqlserver.SqlServer;
import java.math.BigDecimal;
import java.sql.Types;
import org.junit.jupiter.api.Test;

/** What columns of existing tables can hold, by what the catalogs say. */
class ColumnRangeTest {

    @Test
    void leavesOutWhatStandsInParenthesesAndNotWhatStandsInQuotes() {
        assertThat(ColumnRange.word("decimal(9,2) unsigned")).isEqualTo("decimal unsigned");
        assertThat(ColumnRange.word("timestamp(3) with time zone")).isEqualTo("timestamp with time zone");
        assertThat(ColumnRange.word("enum('a (b)','c)','d''(')")).isEqualTo("enum");
    }

    @Test
    void takesTheWordsOfAnEnumAsTheyAre() {
        ColumnRange range = ColumnRange.standard(column("enum('a (b)','c''s','d\\e')", Types.VARCHAR, 5, 0))
                .orElseThrow();

        assertThat(range.limits())
                .isInstanceOfSatisfying(
                        OneOf.class, words -> assertThat(words.words()).containsExactly("a (b)", "c's", "d\\e"));
    }

    @Test
    void knowsHowFarAnUnsignedDecimalGoes() {
        ColumnRange range = new MariaDb()
                .range(column("decimal(5,2) unsigned", Types.DECIMAL, 5, 2))
                .orElseThrow();

        assertThat(range.numbers()).isEqualTo(new Numbers(BigDecimal.ZERO, new BigDecimal("999.99")));
    }

    /** A time's name does not tell which of several types it stands for. */
    @Test
    void knowsTypesThatHaveANameOfTheUsersOnSqlServer() {
        SqlServer dialect = new SqlServer();

        assertThat(dialect.range(column("Amount", Types.DECIMAL, 18, 2))
                        .orElseThrow()
                        .closest())
                .hasToString("decimal(18,2)");
        assertThat(dialect.range(column("Rate", Types.DOUBLE, 53, 0))
                        .orElseThrow()
                        .closest())
                .hasToString("double");
        assertThat(dialect.range(column("Picture", Types.VARBINARY, 40, 0))
                        .orElseThrow()
                        .closest())
                .hasToString("bytes");
        assertThat(dialect.range(column("Moment", Types.TIMESTAMP, 23, 3))).isEmpty();
    }

    private static TableFinder.Column column(String typeName, int type, int size, int digits) {
        return new TableFinder.Column("c", type, typeName, size, digits, typeName, true, false, null, false);
    }
}
