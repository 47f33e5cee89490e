package dev.millrace.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.SqlType;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Enumeration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Dialects of third parties, which the thread's context class loader sees. */
class DialectsTest {
    private static final String[] OURS = {"postgresql", "sqlserver", "h2", "duckdb", "sqlite", "mariadb"};

    @TempDir
    private Path folder;

    @Test
    void knowsOurDialectsInTheOrderOfHelp() {
        assertThat(Dialects.all()).extracting(Dialect::name).containsExactly(OURS);
        assertThat(Dialects.problems()).isEmpty();
    }

    @Test
    void findsADialectOfAThirdPartyAndItsDriver() throws Exception {
        Path jar = DialectJar.write(folder, "Acme", "acme", "jdbc:acme:");

        with(
                () -> {
                    assertThat(Dialects.all())
                            .extracting(Dialect::name)
                            .startsWith(OURS)
                            .endsWith("acme");
                    assertThat(Dialects.problems()).isEmpty();
                    Database database = Database.of("jdbc:acme:mem:acme", new Properties());
                    try (Connection connection = database.connect();
                            Statement statement = connection.createStatement();
                            ResultSet row = statement.executeQuery("SELECT 42")) {
                        row.next();
                        assertThat(row.getInt(1)).isEqualTo(42);
                    }
                    assertThat(database.isSameAs(Database.of("jdbc:acme:mem:acme", new Properties())))
                            .isTrue();
                    return null;
                },
                jar);

        assertThat(Dialects.all()).extracting(Dialect::name).containsExactly(OURS);
    }

    @Test
    void prefersOurDialectForAUrlThatAThirdPartysAcceptsToo() throws Exception {
        Path jar = DialectJar.write(folder, "Greedy", "greedy", "jdbc:");

        with(
                () -> {
                    assertThat(Dialects.of("jdbc:h2:mem:x")).map(Dialect::name).contains("h2");
                    assertThat(Dialects.of("jdbc:h3:mem:x")).map(Dialect::name).contains("greedy");
                    return null;
                },
                jar);
    }

    @Test
    void leavesOutADialectWhoseNameIsTaken() throws Exception {
        Path first = DialectJar.write(folder, "First", "first", "jdbc:first:");
        Path second = DialectJar.write(folder, "Second", "FIRST", "jdbc:second:");
        Path h2 = DialectJar.write(folder, "OtherH2", "H2", "jdbc:h2:");

        with(
                () -> {
                    assertThat(Dialects.all())
                            .extracting(Dialect::name)
                            .startsWith(OURS)
                            .hasSize(OURS.length + 1)
                            .endsWith("first");
                    assertThat(Dialects.of("jdbc:h2:mem:x")).map(Dialect::name).contains("h2");
                    assertThat(Dialects.of("jdbc:second:x")).isEmpty();
                    assertThat(Dialects.problems())
                            .hasSize(2)
                            .anySatisfy(problem -> assertThat(problem)
                                    .contains("com.example.Second", "is left out")
                                    .doesNotContain("\n"))
                            .anySatisfy(problem -> assertThat(problem).contains("com.example.OtherH2"));
                    return null;
                },
                first,
                second,
                h2);
    }

    @Test
    void leavesOutDialectsThatCannotBeLoadedAndUsesTheOthers() throws Exception {
        Path missing = DialectJar.services(folder.resolve("missing.jar"), "com.example.Missing");
        Path noDialect =
                DialectJar.services(folder.resolve("none.jar"), getClass().getName());
        Path nonsense = DialectJar.services(folder.resolve("nonsense.jar"), "no class name");
        Path throwing = DialectJar.write(
                folder,
                "Throwing",
                "throwing",
                "jdbc:throwing:",
                "if (true) throw new NoClassDefFoundError(\"com/example/Driver\\nand more\");");
        Path good = DialectJar.write(folder, "Good", "good", "jdbc:good:");

        with(
                () -> {
                    assertThat(Dialects.all())
                            .extracting(Dialect::name)
                            .startsWith(OURS)
                            .hasSize(OURS.length + 1)
                            .endsWith("good");
                    List<String> problems = Dialects.problems();
                    assertThat(problems)
                            .hasSize(4)
                            .allSatisfy(problem -> assertThat(problem)
                                    .startsWith("a dialect is left out")
                                    .endsWith("take it off the class path")
                                    .doesNotContain("\n"));
                    assertThat(problems.get(0)).contains("com.example.Missing");
                    assertThat(problems.get(1)).contains(getClass().getName());
                    assertThat(problems.get(2)).contains("nonsense.jar");
                    assertThat(problems.get(3))
                            .contains(
                                    "com.example.Throwing could not be instantiated (java.lang.NoClassDefFoundError: com/example/Driver)");
                    assertThatThrownBy(() -> Database.of("jdbc:throwing:x", new Properties()))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("postgresql, sqlserver, h2")
                            .hasMessageContaining("com.example.Throwing");
                    return null;
                },
                missing,
                noDialect,
                nonsense,
                throwing,
                good);
    }

    /** Such as one that stands above Millrace's, or one with a Millrace of its own. */
    @Test
    void asksNoClassLoaderThatDoesNotSeeThisMillrace() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try {
            Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
            assertThat(Dialects.all()).extracting(Dialect::name).containsExactly(OURS);
            Thread.currentThread().setContextClassLoader(null);
            assertThat(Dialects.all()).extracting(Dialect::name).containsExactly(OURS);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    @Timeout(30)
    void goesOnWhereAClassLoaderCannotListWhatItHas() throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(new ClassLoader(DialectsTest.class.getClassLoader()) {
            @Override
            public Enumeration<URL> getResources(String name) throws IOException {
                throw new IOException("the archive is gone");
            }
        });
        try {
            assertThat(Dialects.named("h2")).isPresent();
            for (String name : List.of("postgres=postgresql", "PG=postgresql", "MySQL=mariadb", "mssql=sqlserver")) {
                String[] names = name.split("=");
                assertThat(Dialects.named(names[0]))
                        .as(name)
                        .hasValueSatisfying(found -> assertThat(found.name()).isEqualTo(names[1]));
            }
            assertThat(Dialects.all()).hasSize(6);
            assertThat(Dialects.problems()).singleElement().asString().contains("the archive is gone");
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static void with(Callable<?> work, Path... jars) throws Exception {
        URL[] urls = new URL[jars.length];
        for (int i = 0; i < jars.length; i++) {
            urls[i] = jars[i].toUri().toURL();
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(urls, DialectsTest.class.getClassLoader())) {
            thread.setContextClassLoader(loader);
            work.call();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    static TableDefinition table() {
        return new TableDefinition(
                null,
                "item",
                List.of(
                        new TableDefinition.Column("id", SqlType.varchar(20), false, true, false),
                        new TableDefinition.Column("note", SqlType.TEXT, true, false, false)),
                new TableDefinition.Columns("item_pk", List.of("id")),
                List.of(),
                List.of(),
                List.of());
    }
}
