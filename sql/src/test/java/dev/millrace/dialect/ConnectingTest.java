package dev.millrace.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MariaDbServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said where client and server do not trust each other, by servers with TLS and by what looks like one. */
@Timeout(120)
class ConnectingTest {
    private static final String NAME = "db.example";

    @TempDir
    private static Path folder;

    private static TestCertificate sound;
    private static TestCertificate another;

    @BeforeAll
    static void makeCertificates() throws Exception {
        sound = TestCertificate.of(folder.resolve("sound"), NAME);
        another = TestCertificate.of(folder.resolve("another"), NAME);
    }

    @Test
    void tellsWhatIsAmissWithPostgreSqlsCertificate() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setServerConfig("ssl", "on")
                .setServerConfig("ssl_cert_file", sound.certificate().toString())
                .setServerConfig("ssl_key_file", sound.key().toString())
                .start()) {
            String url = "jdbc:postgresql://localhost:" + server.getPort() + "/postgres?user=postgres&sslmode=";
            String root = "&sslrootcert=" + sound.certificate();

            connect(url + "verify-ca" + root).close();
            assertRefused(url + "verify-full" + root, "is for other names than the URL's", "sslmode=verify-ca");
            assertRefused(
                    url + "verify-full&sslrootcert=" + another.certificate(),
                    "this Java does not trust whoever signed",
                    "sslrootcert=FILE");
            assertRefused(url + "verify-full&sslrootcert=/no/such", "cannot be read", "check sslrootcert=FILE");
        }
    }

    @Test
    void tellsThatPostgreSqlHasNoTlsOrWantsATicketOrAPassword() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
            String url = "jdbc:postgresql://localhost:" + server.getPort() + "/postgres?user=postgres";
            assertRefused(url + "&sslmode=require", "the server does not offer it", "sslmode=prefer");
            assertRefused(url.replace("user=postgres", "user=nobody"), "there is no such user", "pg_hba.conf");
            assertRefused(url.replace("/postgres?", "/nope?"), "there is no such database", "");
        }
        try (TalkingServer server = new TalkingServer(TalkingServer.postgresAsks(7))) {
            assertRefused(
                    "jdbc:postgresql://localhost:" + server.port()
                            + "/x?user=a&sslmode=disable&gssEncMode=disable&loginTimeout=30",
                    "there is no Kerberos ticket",
                    "kinit");
        }
        try (TalkingServer server = new TalkingServer(TalkingServer.postgresAsks(3))) {
            assertRefused(
                    "jdbc:postgresql://localhost:" + server.port()
                            + "/x?user=a&sslmode=disable&gssEncMode=disable&loginTimeout=30",
                    "the server asks for another log-in",
                    "give user and password");
        }
    }

    @Test
    void tellsWhatIsAmissWithMariaDbsCertificate() throws Exception {
        Optional<MariaDbServer> started =
                MariaDbServer.start("--ssl-cert=" + sound.certificate(), "--ssl-key=" + sound.key());
        Assumptions.assumeTrue(started.isPresent(), "install mariadbd and mariadb-install-db to run this on MariaDB");
        try (MariaDbServer server = started.get()) {
            String plain = server.url("kit");
            String url = plain.replace("127.0.0.1", "localhost") + "&sslMode=";
            String root = "&serverSslCert=" + sound.certificate();

            connect(url + "verify-ca" + root).close();
            assertRefused(url + "verify-full" + root, "is for other names than the URL's", "sslMode=verify-ca");
            assertRefused(
                    url + "verify-full&serverSslCert=" + another.certificate(),
                    "this Java does not trust whoever signed",
                    "serverSslCert=FILE");
            assertRefused(url + "verify-full&serverSslCert=/no/such", "cannot be read", "check serverSslCert=FILE");
            String store = url + "verify-ca&trustStore=" + sound.store() + "&trustStoreType=PKCS12&trustStorePassword=";
            assertRefused(store + "wrong", "the password of the trust store", "check trustStorePassword=…");
            assertRefused(store.replace("sound", "nowhere") + "changeit", "cannot be read", "or trustStore=FILE");
            assertRefused(plain.replace("user=root", "user=nobody"), "check user and password", "");
        }
    }

    @Test
    void tellsThatMariaDbHasNoTls() throws Exception {
        Optional<MariaDbServer> started = MariaDbServer.start("--skip-ssl");
        Assumptions.assumeTrue(started.isPresent(), "install mariadbd and mariadb-install-db to run this on MariaDB");
        try (MariaDbServer server = started.get()) {
            assertRefused(
                    server.url("kit") + "&sslMode=verify-full", "the server does not offer it", "sslMode=disable");
        }
    }

    @Test
    void tellsWhatIsAmissWithSqlServersCertificate() throws Exception {
        try (TalkingServer server = new TalkingServer(TalkingServer.tls(sound.context()))) {
            String url = "jdbc:sqlserver://localhost:" + server.port()
                    + ";user=loader;password=S3cret-0f-mine;encrypt=strict;loginTimeout=5";
            String store = ";trustStoreType=PKCS12;trustStore=" + sound.store() + ";trustStorePassword=";

            assertRefused(url, "this Java does not trust whoever signed", "trustServerCertificate=true");
            assertRefused(url + store + "changeit", "is for other names than the URL's", "hostNameInCertificate=NAME");
            assertRefused(url + store + "wrong", "the password of the trust store", "check trustStorePassword=…");
            assertRefused(
                    url + ";trustStore=/no/such;trustStorePassword=x",
                    "the file that says who is trusted cannot be read",
                    "check trustStore=FILE");
            assertRefused(
                    url + ";serverCertificate=" + another.certificate(),
                    "this Java does not trust whoever signed",
                    "trustStore=FILE");
        }
    }

    @Test
    void tellsWhatSqlServersTlsAndLogInsNeed() throws Exception {
        try (TalkingServer without = new TalkingServer(TalkingServer.tdsWithoutTls())) {
            String url = "jdbc:sqlserver://localhost:" + without.port() + ";loginTimeout=5;";
            assertRefused(
                    url + "user=loader;password=S3cret-0f-mine",
                    "the server does not offer it",
                    "encrypt=false connects without");
            assertRefused(
                    url + "encrypt=false;integratedSecurity=true;authenticationScheme=JavaKerberos",
                    "there is no Kerberos ticket",
                    "kinit USER@REALM");
            if (!System.getProperty("os.name").startsWith("Windows")) {
                assertRefused(
                        url + "encrypt=false;integratedSecurity=true",
                        "native library for the log-in of Windows is not installed",
                        "authenticationScheme=JavaKerberos");
            }
        }
    }

    /** None of the drivers waits without end, as PostgreSQL's would by itself. */
    @Test
    void givesUpAServerThatSaysNothing() throws Exception {
        try (TalkingServer server = new TalkingServer(TalkingServer.SILENCE)) {
            for (String url : new String[] {
                "jdbc:postgresql://localhost:" + server.port()
                        + "/x?user=a&sslmode=disable&gssEncMode=disable&loginTimeout=2",
                "jdbc:postgresql://localhost:" + server.port() + "/x?user=a&loginTimeout=2",
                "jdbc:mariadb://localhost:" + server.port() + "/x?user=a&connectTimeout=2000",
                "jdbc:sqlserver://localhost:" + server.port() + ";user=a;password=b;loginTimeout=2"
            }) {
                Database database = Database.of(url, new Properties());
                assertThatThrownBy(database::connect).as(url).isInstanceOfSatisfying(SQLException.class, fault -> {
                    assertThat(database.mayPass(fault)).as(url).isTrue();
                    assertThat(database.explain(fault)).as(url).contains("the server cannot be reached");
                });
            }
        }
    }

    private static Connection connect(String url) throws SQLException {
        return Database.of(url, new Properties()).connect();
    }

    private static void assertRefused(String url, String found, String advice) {
        Database database = Database.of(url, new Properties());
        assertThatThrownBy(database::connect).as(url).isInstanceOfSatisfying(SQLException.class, fault -> {
            assertThat(database.explain(fault))
                    .as("%s", fault)
                    .contains(found, advice)
                    .doesNotContain("\n");
            assertThat(database.isMistake(fault)).as("%s", fault).isTrue();
            assertThat(database.mayPass(fault)).as("%s", fault).isFalse();
        });
    }
}
