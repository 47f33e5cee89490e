package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kit.faults.FaultyDatabase;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** Its driver takes the place of all others for as long as the JVM runs, so the tests that come later must not see a difference. */
class FaultyDatabaseTest {
    @Test
    void tellsWhatTheRealDriversKnow() throws SQLException {
        try (FaultyDatabase unused = FaultyDatabase.of("jdbc:h2:mem:unused")) {
            assertThat(unused.calls()).isZero();
            assertThat(properties("jdbc:sqlite:")).contains("busy_timeout");
            assertThat(properties("jdbc:postgresql://host/db")).contains("socketTimeout");
        }
    }

    private static String[] properties(String url) throws SQLException {
        return Arrays.stream(DriverManager.getDriver(url).getPropertyInfo(url, new Properties()))
                .map((DriverPropertyInfo property) -> property.name)
                .toArray(String[]::new);
    }
}
