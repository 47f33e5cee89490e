package dev.millrace.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DatabaseTest {
    @Test
    void masksUserAndSecretsWhereverTheUrlHasThem() {
        assertThat(open("jdbc:postgresql://host:5432/db?user=bob&password=hush&ssl=true&sslpassword=hush")
                        .displayUrl())
                .isEqualTo("jdbc:postgresql://host:5432/db?user=***&password=***&ssl=true&sslpassword=***");
        assertThat(open("jdbc:h2:mem:a;USER=bob;PASSWORD=hush;MODE=Regular").displayUrl())
                .isEqualTo("jdbc:h2:mem:a;USER=***;PASSWORD=***;MODE=Regular");
    }

    @Test
    void knowsTheSameDatabaseInOtherWords() {
        assertThat(open("jdbc:postgresql://host/db?user=a").isSameAs(open("jdbc:postgresql://host:5432/db?user=a")))
                .isTrue();
        assertThat(open("jdbc:postgresql://host/db").isSameAs(open("jdbc:postgresql://host/other")))
                .isFalse();
        assertThat(open("jdbc:h2:./a;USER=x").isSameAs(open("jdbc:h2:file:./b/../a;USER=x")))
                .isTrue();
        assertThat(open("jdbc:postgresql://host/db?user=a").isSameAs(open("jdbc:postgresql://host/db?user=b")))
                .isFalse();
        assertThat(open("jdbc:h2:mem:").isSameAs(open("jdbc:h2:mem:"))).isFalse();
    }

    @Test
    void namesTheKnownDatabasesWhenAUrlIsOfNone() {
        assertThatThrownBy(() -> open("jdbc:nonsense:x?password=hush"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("postgresql, sqlserver, h2")
                .message()
                .doesNotContain("hush");
    }

    @Test
    void takesConnectionsFromASourceThatIsGiven() throws SQLException {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:pooled");
        Database database = Database.of("jdbc:h2:mem:another", source);

        try (Connection connection = database.connect(Dialect.Purpose.LOAD)) {
            assertThat(connection.getMetaData().getURL()).isEqualTo("jdbc:h2:mem:pooled");
        }
        // Who is logged in there is not known.
        assertThat(database.isSameAs(open("jdbc:h2:mem:another"))).isFalse();
    }

    @Test
    void endsALentConnectionThatCannotBeGivenBackAsItCame() throws SQLException {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:unrestored");
        List<String> called = new ArrayList<>();
        List<Connection> lent = new ArrayList<>();
        DataSource stubborn = (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    Connection real = source.getConnection();
                    lent.add(real);
                    return Proxy.newProxyInstance(
                            getClass().getClassLoader(), new Class<?>[] {Connection.class}, (self, call, values) -> {
                                called.add(call.getName());
                                if (call.getName().equals("clearWarnings")) {
                                    throw new SQLException("no");
                                }
                                return call.invoke(real, values);
                            });
                });

        try (Connection connection =
                Database.of("jdbc:h2:mem:another", stubborn).connect(Dialect.Purpose.COMPARE)) {
            connection.setAutoCommit(false);
        }

        assertThat(called).containsSubsequence("clearWarnings", "abort", "close");
        assertThat(lent.get(0).isClosed()).isTrue();
    }

    @Test
    void givesALentConnectionBackWhateverAPoolThrows() throws Exception {
        List<String> calls = new ArrayList<>();
        InvocationHandler pool = (proxy, method, arguments) -> {
            calls.add(method.getName());
            if (method.getName().equals("getAutoCommit")) {
                return true;
            }
            if (method.getName().equals("clearWarnings") || method.getName().equals("abort")) {
                throw new AbstractMethodError();
            }
            return null;
        };
        Connection lent = (Connection)
                Proxy.newProxyInstance(DatabaseTest.class.getClassLoader(), new Class<?>[] {Connection.class}, pool);

        LentConnection.of(lent, Dialects.of("jdbc:sqlite:x").orElseThrow(), Dialect.Purpose.READ)
                .close();

        assertThat(calls).endsWith("close");
    }

    @Test
    void keepsAwayFromALentConnectionThatWasGivenBack() throws SQLException {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:given_back");
        Connection connection = Database.of("jdbc:h2:mem:another", source).connect();
        connection.close();

        connection.close();
        connection.abort(Runnable::run);

        assertThat(connection.isClosed()).isTrue();
        assertThatThrownBy(connection::createStatement).isInstanceOf(SQLException.class);
    }

    private static Database open(String url) {
        return Database.of(url, new Properties());
    }

    @Test
    @Timeout(60)
    void showsTheBeginningOfWhatADriverRepeatsWhateverItsSize() {
        Database database = Database.of("jdbc:h2:mem:x", new Properties());

        assertThat(database.withoutSecrets("no number: " + "1,2,".repeat(1 << 18)))
                .startsWith("no number: 1,2,")
                .hasSizeLessThan(2_100);
        assertThat(database.withoutSecrets(";key=1" + ";a".repeat(1 << 18))).isEqualTo(";key=***");
        assertThat(database.withoutSecrets(";password={" + "a".repeat(1 << 18) + "}"))
                .isEqualTo(";password=***");
    }
}
