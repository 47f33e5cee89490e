package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.dialect.Database;
import dev.millrace.document.Document;
import dev.millrace.document.FaultCode;
import dev.millrace.kit.faults.FaultyDatabase;
import dev.millrace.source.jdbc.JdbcSource;
import dev.millrace.xml.XmlLimits;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What reading from a table comes to when a driver has not the memory for what it is to give. */
class SourceMemoryTest {

    private static final String URL = "jdbc:h2:mem:source_memory";
    private static final int DOCUMENTS = 100;
    /** Calls from one fault to the next: the connection is closed, and the fourth is one for which another one is opened. */
    private static final int CALLS_BETWEEN = 4;

    private final FaultyDatabase faults = FaultyDatabase.of(URL);
    private Connection keepsItOpen;

    /** How a driver tells it. */
    private enum DriverError {
        AS_ERROR {
            @Override
            Throwable exception() {
                return new OutOfMemoryError("a fault of the test");
            }
        },
        AS_CAUSE {
            @Override
            Throwable exception() {
                return new SQLException("Ran out of memory retrieving query results.", "53200", new OutOfMemoryError());
            }
        };

        abstract Throwable exception();
    }

    @BeforeEach
    void create() throws SQLException {
        keepsItOpen = database().connect();
        try (Statement statement = keepsItOpen.createStatement()) {
            statement.execute("CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml varchar(200))");
            statement.execute("INSERT INTO app_xml SELECT x, '<a/>' FROM system_range(1, " + DOCUMENTS + ")");
        }
    }

    @AfterEach
    void drop() throws SQLException {
        assertThat(faults.openConnections()).as("but for the test's own").isEqualTo(1);
        try (Statement statement = keepsItOpen.createStatement()) {
            statement.execute("SHUTDOWN");
        }
        faults.close();
    }

    @ParameterizedTest
    @EnumSource
    void readsAPageRowByRowThatThereIsNoMemoryFor(DriverError way) throws Exception {
        assertThat(readWithFaults(way, 1)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void rejectsTheDocumentThatThereIsNoMemoryForAndReadsOn(DriverError way) throws Exception {
        assertThat(readWithFaults(way, 2)).containsExactly("1");
    }

    @ParameterizedTest
    @EnumSource
    void endsWhereThereIsNoMemoryForAKey(DriverError way) {
        assertThatThrownBy(() -> readWithFaults(way, 3)).isInstanceOf(OutOfMemoryError.class);
    }

    /** Reads all while so many calls in a row fail; returns the keys of the rejected documents. */
    private List<String> readWithFaults(DriverError way, int times) throws Exception {
        List<String> keys = new ArrayList<>();
        List<String> rejected = new ArrayList<>();
        JdbcSource.Selection table = new JdbcSource.Selection("app_xml", null, "app_id", "xml", null, null, null);
        try (JdbcSource source = JdbcSource.open(database(), table, XmlLimits.DEFAULTS)) {
            faults.beforeCall(1, () -> fail(way, times));
            for (Document document = source.next(); document != null; document = source.next()) {
                keys.add(document.key());
                if (document.unreadable() != null) {
                    assertThat(document.unreadable().code()).isEqualTo(FaultCode.OUT_OF_MEMORY);
                    rejected.add(document.key());
                }
            }
        }
        assertThat(keys)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, DOCUMENTS)
                        .mapToObj(Integer::toString)
                        .toList());
        return rejected;
    }

    private void fail(DriverError way, int times) {
        faults.beforeCall(times == 1 ? Integer.MAX_VALUE : CALLS_BETWEEN, () -> fail(way, times - 1));
        throwUnchecked(way.exception());
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void throwUnchecked(Throwable exception) throws X {
        throw (X) exception;
    }

    private static Database database() {
        return Database.of(URL, new Properties());
    }
}
