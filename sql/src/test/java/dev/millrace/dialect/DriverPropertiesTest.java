package dev.millrace.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.dialect.Dialect.Purpose;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a URL says of a driver's properties, over all databases. */
class DriverPropertiesTest {
    /** A URL of each database, to which a property can be added. */
    private static final Map<String, String> URLS = Map.of(
            "postgresql", "jdbc:postgresql://host/db?user=bob&",
            "sqlserver", "jdbc:sqlserver://host;databaseName={a;b};",
            "mariadb", "jdbc:mariadb://host/db?user=bob&",
            "h2", "jdbc:h2:mem:x;MODE=Regular;",
            "duckdb", "jdbc:duckdb:x;threads=1;",
            "sqlite", "jdbc:sqlite:x?cache_size=10&");

    /** What none of the drivers can do without has one value, which a URL may name as well. */
    private static final Map<String, String> NEEDED = Map.of(
            "connectretrycount", "0",
            "sendtimeasdatetime", "false",
            "usecatalogterm", "SCHEMA",
            "connectiontimezone", "UTC",
            "forceconnectiontimezonetosession", "true",
            "preserveinstants", "true",
            "useserverprepstmts", "true");

    @TempDir
    private Path folder;

    @Test
    void takesPropertiesOfSqliteInAnyCaseAsTheDriverDoes() {
        assertThat(Database.of("jdbc:sqlite:" + folder.resolve("x.db") + "?Journal_Mode=WAL", new Properties())
                        .remarks())
                .isEmpty();
    }

    @Test
    void setsNothingThatTheUrlNamesInWhateverSpelling() throws SQLException {
        List<String> tried = new ArrayList<>();
        for (Dialect dialect : Dialects.all()) {
            for (Purpose purpose : Purpose.values()) {
                for (String property : dialect.connectionProperties(purpose).stringPropertyNames()) {
                    for (String spelling : spellings(dialect, property)) {
                        String value = NEEDED.getOrDefault(property.toLowerCase(Locale.ROOT), "7");
                        String url = URLS.get(dialect.name()) + spelling + "=" + value;
                        Properties beside = Database.of(url, new Properties()).properties(purpose);

                        assertThat(beside.stringPropertyNames())
                                .as(url)
                                .noneMatch(property::equalsIgnoreCase)
                                .hasSize(dialect.connectionProperties(purpose).size() - 1);
                        tried.add(dialect.name());
                    }
                }
            }
        }
        assertThat(tried).contains("postgresql", "sqlserver", "mariadb", "duckdb", "sqlite");
    }

    /** The drivers of PostgreSQL and SQLite tell their names apart by case, the others do not. */
    private static List<String> spellings(Dialect dialect, String property) {
        if (dialect.name().equals("postgresql") || dialect.name().equals("sqlite")) {
            return List.of(property);
        }
        List<String> spellings = new ArrayList<>(
                List.of(property, property.toLowerCase(Locale.ROOT), property.toUpperCase(Locale.ROOT)));
        if (property.equals("useCatalogTerm")) {
            spellings.add("databaseTerm");
        }
        return spellings;
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:sqlserver://host;logintimeout=3, loginTimeout, 3",
        "jdbc:sqlserver://host;applicationName={my;app}, applicationName, my;app",
        "jdbc:sqlserver://host, loginTimeout, 10",
        "jdbc:sqlserver://host;userName=alice, user, alice",
        "jdbc:postgresql://host/db?ApplicationName=nightly, ApplicationName, nightly",
        "jdbc:postgresql://host/db?socketTimeout=3600, socketTimeout, 3600",
        "jdbc:postgresql://host/db, socketTimeout, 600",
        "jdbc:postgresql://host/db?user=alice, user, alice",
        "jdbc:mariadb://host/db?CONNECTTIMEOUT=3000, connectTimeout, 3000",
        "jdbc:mysql://host/db?sockettimeout=0, socketTimeout, 0",
        "jdbc:mariadb://host/db?user=alice, user, alice"
    })
    void letsTheUrlGoBeforeMillraceAndTheLogIn(String url, String property, String value) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", "bob");
        Database database = Database.of(url, login);
        String connectionUrl = database.dialect().connectionUrl(url);
        TreeMap<String, String> read = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (DriverPropertyInfo info : DriverManager.getDriver(connectionUrl)
                .getPropertyInfo(connectionUrl, database.properties(Purpose.LOAD))) {
            read.put(info.name, String.valueOf(info.value));
        }

        assertThat(read).containsEntry(property, value);
        assertThat(database.properties(Purpose.LOAD).getProperty("user"))
                .isEqualTo(property.equals("user") ? null : "bob");
    }

    @Test
    void asksTheFilesDatabasesForWhatTheirUrlsSay() throws SQLException {
        Path file = folder.resolve("a");

        assertThat(answer("jdbc:sqlite:" + file + "?busy_timeout=7", "PRAGMA busy_timeout"))
                .isEqualTo("7");
        assertThat(answer("jdbc:sqlite:" + file, "PRAGMA busy_timeout")).isEqualTo("30000");
        assertThat(answer("jdbc:duckdb:" + file + ".duckdb;threads=1", "SELECT current_setting('threads')"))
                .isEqualTo("1");
        Properties login = new Properties();
        login.setProperty("user", "bob");
        try (Connection connection =
                Database.of("jdbc:h2:mem:named;USER=alice", login).connect()) {
            assertThat(connection.getMetaData().getUserName()).isEqualToIgnoringCase("alice");
        }
    }

    private static String answer(String url, String question) throws SQLException {
        try (Connection connection = Database.of(url, new Properties()).connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(question)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void letsALogInGoBeforeMillrace() {
        Properties login = new Properties();
        login.setProperty("LOGINTIMEOUT", "3");

        assertThat(Database.of("jdbc:sqlserver://host", login).properties(Purpose.GENERAL))
                .containsEntry("LOGINTIMEOUT", "3")
                .doesNotContainKey("loginTimeout");
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:sqlserver://host;connectRetryCount=3, connectRetryCount, has lost its transaction",
        "jdbc:sqlserver://host;sendTimeAsDatetime=true, sendTimeAsDatetime, rounded",
        "jdbc:sqlserver://host;SENDTIMEASDATETIME=TRUE, SENDTIMEASDATETIME, rounded",
        "jdbc:sqlserver://host;datetimeParameterType=datetime, datetimeParameterType, rounded",
        "jdbc:sqlserver://host;sendStringParametersAsUnicode=false, sendStringParametersAsUnicode, question marks",
        "jdbc:sqlserver://host;useBulkCopyForBatchInsert=true, useBulkCopyForBatchInsert, without checking",
        "jdbc:mariadb://host/db?useCatalogTerm=CATALOG, useCatalogTerm, schema",
        "jdbc:mariadb://host/db?databaseterm=CATALOG, databaseterm, schema",
        "jdbc:mysql://host/db?connectionTimeZone=LOCAL, connectionTimeZone, clock",
        "jdbc:mariadb://host/db?preserveInstants=false, preserveInstants, clock",
        "jdbc:mariadb://host/db?useaffectedrows, useaffectedrows, missing",
        "jdbc:mariadb://host/db?useBulkStmts=1, useBulkStmts, deleted",
        "jdbc:mariadb://host/db?useServerPrepStmts=0, useServerPrepStmts, float",
        "jdbc:mariadb://host/db?transactionReplay=true, transactionReplay, twice",
        "jdbc:sqlite:a.db?bussy_timeout=3, bussy_timeout, ?); it would be taken for a part",
        "jdbc:sqlite:a.db?BUSY_TIMEOUTS=3, BUSY_TIMEOUTS, (did you mean"
    })
    void refusesWhatBreaksAPromise(String url, String property, String why) {
        assertThatThrownBy(() -> Database.of(url, new Properties()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why)
                .hasMessageContaining("'" + property + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:sqlserver://host;conectTimeout=3;password={a;b=c}, conectTimeout, connectRetryCount",
        "jdbc:postgresql://host/db?sockettimeout=3&password=a&b, sockettimeout, socketTimeout",
        "jdbc:mariadb://host/db?sslMod=trust&password=x, sslMod, sslMode"
    })
    void namesAPropertyThatTheDriverDoesNotKnow(String url, String property, String meant) {
        List<String> remarks = Database.of(url, new Properties()).remarks();

        assertThat(remarks).hasSize(1);
        assertThat(remarks.get(0)).contains("'" + property + "'").contains("did you mean '");
        if (!property.equals("conectTimeout")) {
            assertThat(remarks.get(0)).contains(meant);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:sqlserver://host\\inst:1433;databaseName=x;encrypt=strict;TRUSTSTORE=a",
        "jdbc:sqlserver://;server=host;port=1433;userName=a;trustServerCertificate=true",
        "'jdbc:postgresql://h1,h2/db?targetServerType=primary&ssl=true&options=-c%20a=b'",
        "jdbc:postgresql://host/db?socketFactory=com.google.cloud.sql.postgres.SocketFactory&cloudSqlInstance=x",
        "jdbc:mariadb://host/db?useSSL=true&trustServerCertificate=1&trustCertificateKeyStoreUrl=x",
        "'jdbc:mariadb:loadbalance://h1,h2/db?credentialType=AWS-IAM&region=x'",
        "jdbc:h2:mem:x;INIT=SET A=1\\;SET B=2;USER=a",
        "jdbc:duckdb:x;threads=1",
        "jdbc:sqlite:x?journal_mode=WAL&date_class=TEXT",
        "jdbc:sqlite:file:x?mode=rwc&cache=shared",
        "jdbc:sqlite:x"
    })
    void saysNothingOfWhatTheDriverKnows(String url) {
        assertThat(Database.of(url, new Properties()).remarks()).isEmpty();
    }

    @Test
    void saysWhichUserIsNotUsed() {
        Properties login = new Properties();
        login.setProperty("user", "bob");

        assertThat(Database.of("jdbc:postgresql://host/db?user=alice", login).remarks())
                .containsExactly("jdbc:postgresql://host/db?user=*** – the URL names a user of its own; the other one"
                        + " that was given is not used");
        assertThat(Database.of("jdbc:postgresql://host/db?user=bob", login).remarks())
                .isEmpty();
    }
}
