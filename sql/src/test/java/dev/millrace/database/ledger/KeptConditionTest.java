package dev.millrace.database.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeptConditionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '§',
            value = {"orders; 1; @a = 'x'", "a \"b\" 1 c; 0; d", "\" 2 \"; 12; \"", "a; 1; x|y"})
    void isReadAsItWasWritten(String table, int set, String text) throws SQLException {
        KeptCondition condition = new KeptCondition(table, set, text.replace('|', '\n'));

        assertThat(KeptCondition.read(condition.written())).isEqualTo(condition);
    }

    @Test
    void canBeReadByPeople() {
        assertThat(new KeptCondition("orders", 2, "@a = 'x'").written()).isEqualTo("\"orders\" 2 @a = 'x'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "orders 1 a", "\"orders\" a", "\"orders\" 1234567890 a", "\"or\"ders\" 1 a"})
    void refusesWhatNoRunHasWritten(String written) {
        assertThatThrownBy(() -> KeptCondition.read(written))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("that no run has written: " + written);
    }
}
