package dev.millrace.dialect;

import java.io.FileNotFoundException;
import java.security.InvalidAlgorithmParameterException;
import java.security.UnrecoverableKeyException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.security.auth.login.LoginException;
import org.apiguardian.api.API;
import org.ietf.jgss.GSSException;

/**
 * Why client and server do not trust each other: certificates, TLS and log-ins without a password. The user has to fix it in the command or
 * the installation; trying again does not help. Drivers report most of these as failures of the network.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum TrustFault {
    UNTRUSTED("this Java does not trust whoever signed the server's certificate"),
    OTHER_NAME("the server's certificate is for other names than the URL's"),
    NOT_VALID_NOW("the server's certificate has expired, or is not valid yet"),
    TRUST_STORE("the file that says who is trusted cannot be read, or holds no certificate"),
    TRUST_STORE_PASSWORD("the password of the trust store, or of the client's key, is wrong"),
    NO_TLS("the URL asks for TLS, and the server does not offer it"),
    TLS_WANTED("the server asks for TLS, and the URL does not"),
    NO_COMMON_TLS("the server and this Java have no version or cipher of TLS in common"),
    NO_TICKET("there is no Kerberos ticket that the server takes"),
    NO_NATIVE_LIBRARY("the driver's native library for the log-in of Windows is not installed"),
    NO_LIBRARY("a library that this way to log in needs is not beside Millrace");

    private static final int LONGEST_CHAIN = 20;

    /** Messages of the JDK's TLS and of drivers, where the exception's class does not say enough. They are only in English. */
    private static final Pattern OTHER_NAMES = Pattern.compile(
            "No subject alternative|No name matching|doesn't correspond to|does not match the (?:host|server) ?name");

    private static final Pattern WRONG_PASSWORD = Pattern.compile(
            "password was incorrect|keystore password|failed to decrypt safe contents|Failed to find private key|wrong password");

    private static final Pattern NOTHING_IN_COMMON =
            Pattern.compile("protocol_version|handshake_failure|No appropriate protocol"
                    + "|insufficient_security|no cipher suites in common|not supported by (?:the )?(?:client|server)");

    private static final String NOT_TLS = "Unsupported or unrecognized SSL message";

    private final String found;

    TrustFault(String found) {
        this.found = found;
    }

    /** What is wrong, as text for people. */
    public String found() {
        return found;
    }

    /** Judges by the exceptions of Java in a chain, which every driver wraps in its own. */
    public static Optional<TrustFault> of(Throwable fault) {
        // The innermost exception says most.
        Optional<TrustFault> found = Optional.empty();
        Throwable link = fault;
        for (int left = LONGEST_CHAIN; link != null && left > 0; left--) {
            Optional<TrustFault> here = ofOne(link);
            found = here.isPresent() ? here : found;
            link = link.getCause() == link ? null : link.getCause();
        }
        return found;
    }

    private static Optional<TrustFault> ofOne(Throwable link) {
        String message = String.valueOf(link.getMessage());
        if (link instanceof GSSException || link instanceof LoginException) {
            return Optional.of(NO_TICKET);
        }
        if (link instanceof CertificateExpiredException || link instanceof CertificateNotYetValidException) {
            return Optional.of(NOT_VALID_NOW);
        }
        if (link instanceof SSLPeerUnverifiedException
                || OTHER_NAMES.matcher(message).find()) {
            return Optional.of(OTHER_NAME);
        }
        if (link instanceof CertPathBuilderException || link instanceof CertPathValidatorException) {
            return Optional.of(UNTRUSTED);
        }
        if (link instanceof UnrecoverableKeyException
                || WRONG_PASSWORD.matcher(message).find()) {
            return Optional.of(TRUST_STORE_PASSWORD);
        }
        if (link instanceof InvalidAlgorithmParameterException || link instanceof FileNotFoundException) {
            return Optional.of(TRUST_STORE);
        }
        if (link instanceof UnsatisfiedLinkError) {
            return Optional.of(NO_NATIVE_LIBRARY);
        }
        if (link instanceof LinkageError || link instanceof ClassNotFoundException) {
            return Optional.of(NO_LIBRARY);
        }
        if (link instanceof SSLException && message.contains(NOT_TLS)) {
            return Optional.of(NO_TLS);
        }
        return link instanceof SSLException
                        && NOTHING_IN_COMMON.matcher(message).find()
                ? Optional.of(NO_COMMON_TLS)
                : Optional.empty();
    }
}
