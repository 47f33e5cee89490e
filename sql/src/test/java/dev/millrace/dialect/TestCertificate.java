package dev.millrace.dialect;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A self-signed certificate, as files for servers and clients.
 *
 * @param store PKCS12, with the password {@link #PASSWORD}
 * @param certificate PEM
 * @param key PEM, for its owner alone
 */
record TestCertificate(Path store, Path certificate, Path key) {
    static final String PASSWORD = "changeit";

    static TestCertificate of(Path folder, String name)
            throws IOException, InterruptedException, GeneralSecurityException {
        Files.createDirectories(folder);
        Path store = folder.resolve("store.p12");
        List<String> words = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD,
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:" + name);
        Process keytool = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException(said);
        }
        KeyStore loaded = load(store);
        Path certificate = folder.resolve("server.crt");
        Files.writeString(
                certificate, pem("CERTIFICATE", loaded.getCertificate("server").getEncoded()));
        Path key = folder.resolve("server.key");
        Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                key,
                pem(
                        "PRIVATE KEY",
                        loaded.getKey("server", PASSWORD.toCharArray()).getEncoded()));
        return new TestCertificate(store, certificate, key);
    }

    /** What a server of Java's needs. */
    SSLContext context() throws IOException, GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(load(store), PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static KeyStore load(Path store) throws IOException, GeneralSecurityException {
        KeyStore loaded = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            loaded.load(in, PASSWORD.toCharArray());
        }
        return loaded;
    }

    private static String pem(String kind, byte[] bytes) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + kind + "-----\n";
    }
}
