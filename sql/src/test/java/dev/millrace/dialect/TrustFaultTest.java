package dev.millrace.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.sqlserver.jdbc.SQLServerDriver;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.UnrecoverableKeyException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.ResourceBundle;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.security.auth.login.LoginException;
import org.ietf.jgss.GSSException;
import org.junit.jupiter.api.Test;

/** By exceptions as drivers chain them, where no server can be made to cause them. {@code ConnectingTest} has servers. */
class TrustFaultTest {
    private static final Map<String, Database> DATABASES = Map.of(
            "postgresql", Database.of("jdbc:postgresql://host/db", new Properties()),
            "sqlserver", Database.of("jdbc:sqlserver://host", new Properties()),
            "mariadb", Database.of("jdbc:mariadb://host/db", new Properties()));

    @Test
    void knowsWhatJavaSaysInWhateverTheDriverWrapsIt() {
        CertPathValidatorException expired =
                new CertPathValidatorException("validity check failed", new CertificateExpiredException("NotAfter"));
        Map<Throwable, TrustFault> faults = Map.of(
                handshake(expired),
                TrustFault.NOT_VALID_NOW,
                handshake(new CertificateException("No subject alternative DNS name matching host found.")),
                TrustFault.OTHER_NAME,
                new SSLPeerUnverifiedException("no"),
                TrustFault.OTHER_NAME,
                handshake(new CertPathValidatorException("Path does not chain")),
                TrustFault.UNTRUSTED,
                new IOException("keystore password was incorrect", new UnrecoverableKeyException("failed to decrypt")),
                TrustFault.TRUST_STORE_PASSWORD,
                new SSLHandshakeException("Received fatal alert: protocol_version"),
                TrustFault.NO_COMMON_TLS,
                new SSLException("Unsupported or unrecognized SSL message"),
                TrustFault.NO_TLS,
                new GSSException(GSSException.NO_CRED),
                TrustFault.NO_TICKET,
                new LoginException("Unable to obtain Principal Name for authentication"),
                TrustFault.NO_TICKET,
                new NoClassDefFoundError("com/azure/identity/DefaultAzureCredentialBuilder"),
                TrustFault.NO_LIBRARY);

        faults.forEach((cause, meaning) -> DATABASES.forEach((name, database) -> {
            SQLException fault = new SQLException("the driver's words", "08S01", new IOException("x", cause));
            assertThat(database.dialect().trustFault(fault)).as(name + cause).contains(meaning);
            assertThat(database.mayPass(fault)).isFalse();
            assertThat(database.isMistake(fault)).isTrue();
            assertThat(database.explain(fault)).contains(meaning.found()).doesNotContain("check host, port");
        }));
    }

    @Test
    void takesTheNetworksFaultsForTheNetworks() {
        for (Throwable cause : List.of(
                new SocketException("Connection reset"),
                new SocketTimeoutException("Read timed out"),
                new SSLException("Connection reset", new SocketException("Connection reset")),
                new SSLHandshakeException("Remote host terminated the handshake"),
                new EOFException("SSL peer shut down incorrectly"))) {
            DATABASES.forEach((name, database) -> {
                SQLException fault = new SQLException("the driver's words", "08S01", cause);
                assertThat(database.mayPass(fault)).as(name + cause).isTrue();
                assertThat(database.isMistake(fault)).isFalse();
            });
        }
    }

    @Test
    void knowsTheDriversOwnWordsInTheLanguageOfTheMachine() {
        ResourceBundle words = ResourceBundle.getBundle(SQLServerDriver.class.getPackageName() + ".SQLServerResource");
        Map<String, TrustFault> faults = Map.of(
                "R_sslRequiredNoServerSupport", TrustFault.NO_TLS,
                "R_sslRequiredByServer", TrustFault.TLS_WANTED,
                "R_notConfiguredForIntegrated", TrustFault.NO_NATIVE_LIBRARY,
                "R_MSALMissing", TrustFault.NO_LIBRARY);

        faults.forEach((key, meaning) -> assertThat(DATABASES
                        .get("sqlserver")
                        .dialect()
                        .trustFault(new SQLException(words.getString(key) + " ClientConnectionId:1", "08S01")))
                .as(key)
                .contains(meaning));
        assertThat(DATABASES
                        .get("mariadb")
                        .dialect()
                        .trustFault(new SQLException(
                                "GSS-API authentication exception : no credential cache not found.", "28000", 1045)))
                .contains(TrustFault.NO_TICKET);
    }

    @Test
    void hasARemedyForEachFaultOfEachServer() {
        for (TrustFault fault : TrustFault.values()) {
            assertThat(DATABASES.get("sqlserver").dialect().remedy(fault))
                    .as("%s", fault)
                    .isNotEmpty();
        }
        for (TrustFault fault : List.of(TrustFault.UNTRUSTED, TrustFault.OTHER_NAME, TrustFault.NO_TICKET)) {
            assertThat(DATABASES.get("postgresql").dialect().remedy(fault)).isNotEmpty();
            assertThat(DATABASES.get("mariadb").dialect().remedy(fault)).isNotEmpty();
        }
    }

    private static SSLHandshakeException handshake(Throwable cause) {
        SSLHandshakeException handshake = new SSLHandshakeException("PKIX path building failed");
        handshake.initCause(cause);
        return handshake;
    }
}
