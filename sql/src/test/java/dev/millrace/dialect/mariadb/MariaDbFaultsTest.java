package dev.millrace.dialect.mariadb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.dialect.SqlFault;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** Faults of MySQL, which is not there to be asked, and those that no test can bring about. */
class MariaDbFaultsTest {
    @Test
    void tellsFaultsApartByTheirNumbers() {
        assertFault(SqlFault.TRANSIENT, "HY000", 1205, 1213);
        assertFault(SqlFault.DUPLICATE_KEY, "23000", 1022, 1062, 1586);
        assertFault(SqlFault.FOREIGN_KEY, "23000", 1216, 1452);
        assertFault(SqlFault.CONSTRAINT, "HY000", 1369, 1526, 3819, 4025, 4038);
        assertFault(SqlFault.VALUE, "HY000", 1118, 1365, 1366, 1441, 3140, 3141, 3157);
        assertFault(SqlFault.FATAL, "42S02", 1146);
        assertFault(SqlFault.FATAL, "HY000", 1021, 1114);
    }

    @Test
    void takesTheStatesOfSignalsForRefusalsWhateverTheirNumbers() {
        assertFault(SqlFault.CONSTRAINT, "45000", 1644, 31_001, 1105);
    }

    @Test
    void knowsFaultsThatAreSureToBeNoDocuments() {
        MariaDb dialect = new MariaDb();
        for (int number : new int[] {3, 1021, 1037, 1114}) {
            assertThat(dialect.isOfTheDatabase(new SQLException("a message", "HY000", number)))
                    .as("%d", number)
                    .isTrue();
        }
        assertThat(dialect.isOfTheDatabase(new SQLException("no table", "42S02", 1146)))
                .isTrue();
        assertThat(dialect.isOfTheDatabase(new SQLException("who knows", "HY000", 1105)))
                .isFalse();
    }

    private static void assertFault(SqlFault meaning, String state, int... numbers) {
        for (int number : numbers) {
            assertThat(MariaDbFaults.classify(new SQLException("a message", state, number)))
                    .as("%d", number)
                    .isEqualTo(meaning);
        }
    }
}
