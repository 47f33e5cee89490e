package dev.millrace.dialect;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** A jar with a dialect as somebody else would write it: with no more than Millrace makes public, and the driver in the same jar. */
public final class DialectJar {
    /** The least that a dialect has. */
    private static final String DIALECT = """
            package com.example;

            import dev.millrace.contract.SqlType;
            import dev.millrace.contract.TableMapping.OnDuplicate;
            import dev.millrace.dialect.BatchInsert;
            import dev.millrace.dialect.BulkLoader;
            import dev.millrace.dialect.Dialect;
            import dev.millrace.dialect.SqlFault;
            import dev.millrace.dialect.SqlStates;
            import dev.millrace.dialect.TableDefinition;
            import java.sql.Connection;
            import java.sql.SQLException;
            import java.util.List;
            import java.util.Optional;
            import java.util.Properties;
            import java.util.Set;

            public final class TYPE implements Dialect {
                public TYPE() { BODY }
                @Override public String name() { return "NAME"; }
                @Override public Set<Capability> capabilities() { return Set.of(); }
                @Override public boolean accepts(String url) { return url.startsWith("PREFIX"); }
                @Override public String driver() { return "com.example.TYPEDriver"; }
                @Override public Optional<String> identity(String url) { return Optional.of(url); }
                @Override public Properties connectionProperties() { return new Properties(); }
                @Override public List<String> sessionSettings(Connection connection, Purpose purpose) {
                    return List.of("SET TIME ZONE 'UTC'");
                }
                @Override public int nameLimit() { return 256; }
                @Override public String quote(String identifier) { return '"' + identifier + '"'; }
                @Override public String typeName(SqlType type) {
                    return type.kind() == SqlType.Kind.TEXT ? "clob"
                            : type.kind() == SqlType.Kind.TIMESTAMPTZ ? "timestamp with time zone" : type.toString();
                }
                @Override public String asKeyText(String expression) { return "CAST(" + expression + " AS varchar)"; }
                @Override public BulkLoader loader(Connection connection, TableDefinition table, OnDuplicate onDuplicate)
                        throws SQLException {
                    return BatchInsert.open(connection, this, table);
                }
                @Override public SqlFault classify(SQLException fault) {
                    return SqlStates.classify(fault, one -> "23505".equals(one.getSQLState())
                            ? SqlFault.DUPLICATE_KEY : SqlFault.FATAL);
                }
            }
            """;

    private static final String DRIVER = """
            package com.example;

            import java.sql.Connection;
            import java.sql.Driver;
            import java.sql.DriverManager;
            import java.sql.DriverPropertyInfo;
            import java.sql.SQLException;
            import java.util.Properties;
            import java.util.logging.Logger;

            public final class TYPEDriver implements Driver {
                static {
                    try {
                        DriverManager.registerDriver(new TYPEDriver());
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                }
                private final Driver h2 = new org.h2.Driver();
                @Override public Connection connect(String url, Properties properties) throws SQLException {
                    return acceptsURL(url) ? h2.connect("jdbc:h2:" + url.substring("PREFIX".length()), properties) : null;
                }
                @Override public boolean acceptsURL(String url) { return url.startsWith("PREFIX"); }
                @Override public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) {
                    return new DriverPropertyInfo[0];
                }
                @Override public int getMajorVersion() { return 1; }
                @Override public int getMinorVersion() { return 0; }
                @Override public boolean jdbcCompliant() { return false; }
                @Override public Logger getParentLogger() { return Logger.getGlobal(); }
            }
            """;

    private DialectJar() {}

    /** Of the class {@code com.example.TYPE}. */
    public static Path write(Path folder, String type, String name, String prefix) throws IOException {
        return write(folder, type, name, prefix, "");
    }

    /** @param body what the constructor does */
    public static Path write(Path folder, String type, String name, String prefix, String body) throws IOException {
        Path work = Files.createTempDirectory(folder, type);
        Path classes = Files.createDirectory(work.resolve("classes"));
        source(work, type + ".java", DIALECT, type, name, prefix, body);
        source(work, type + "Driver.java", DRIVER, type, name, prefix, body);
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        OutputStream.nullOutputStream(),
                        System.err,
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        classes.toString(),
                        work.resolve(type + ".java").toString(),
                        work.resolve(type + "Driver.java").toString());
        if (result != 0) {
            throw new IllegalStateException("does not compile: " + type);
        }
        Path jar = services(work.resolve(type + ".jar"), "com.example." + type);
        try (FileSystem inJar = FileSystems.newFileSystem(jar);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = inJar.getPath("/" + classes.relativize(file));
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            }
        }
        return jar;
    }

    /** A jar that only says which dialects it has. */
    public static Path services(Path jar, String... types) throws IOException {
        try (FileSystem inJar = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of("create", "true"))) {
            Path services = Files.createDirectories(inJar.getPath("/META-INF/services"));
            Files.write(services.resolve(Dialect.class.getName()), List.of(types));
        }
        return jar;
    }

    private static void source(
            Path folder, String file, String text, String type, String name, String prefix, String body)
            throws IOException {
        Files.writeString(
                folder.resolve(file),
                text.replace("TYPE", type)
                        .replace("NAME", name)
                        .replace("PREFIX", prefix)
                        .replace("BODY", body),
                StandardCharsets.UTF_8);
    }
}
