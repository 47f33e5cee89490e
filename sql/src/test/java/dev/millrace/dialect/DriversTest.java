package dev.millrace.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.TableMapping.OnDuplicate;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs with the driver of one database, or none, on their class path. */
class DriversTest {
    private static final Map<String, String> PACKAGES = Map.of(
            "postgresql", "org.postgresql.",
            "sqlserver", "com.microsoft.sqlserver.",
            "h2", "org.h2.",
            "duckdb", "org.duckdb.",
            "sqlite", "org.sqlite.",
            "mariadb", "org.mariadb.");

    @TempDir
    private static Path folder;

    @ParameterizedTest
    @CsvSource({
        "postgresql, jdbc:postgresql://localhost:1/none",
        "sqlserver, jdbc:sqlserver://localhost:1;databaseName=none;encrypt=false;connectRetryCount=0",
        "mariadb, jdbc:mariadb://localhost:1/none",
        "h2, jdbc:h2:mem:one",
        "duckdb, jdbc:duckdb:FOLDER/one.duckdb",
        "sqlite, jdbc:sqlite:FOLDER/one.sqlite"
    })
    void needsNoDriverButTheOneThatIsUsed(String name, String url) throws Exception {
        List<String> used = inProgram(name, name, url.replace("FOLDER", folder.toString()));

        assertThat(used).containsExactly("6 dialects", "loaded, or no server there");
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql, jdbc:postgresql://localhost:1/none, org.postgresql:postgresql",
        "sqlserver, jdbc:sqlserver://localhost:1;databaseName=none, com.microsoft.sqlserver:mssql-jdbc",
        "mariadb, jdbc:mariadb://localhost:1/none, org.mariadb.jdbc:mariadb-java-client",
        "h2, jdbc:h2:mem:one, com.h2database:h2",
        "duckdb, jdbc:duckdb:FOLDER/one.duckdb, org.duckdb:duckdb_jdbc",
        "sqlite, jdbc:sqlite:FOLDER/one.sqlite, org.xerial:sqlite-jdbc"
    })
    void saysWhichDriverIsMissing(String name, String url, String module) throws Exception {
        List<String> used = inProgram("none", name, url.replace("FOLDER", folder.toString()));

        assertThat(used).hasSize(2).first().isEqualTo("6 dialects");
        assertThat(used.get(1))
                .contains(url.substring(0, url.indexOf(':', 5)))
                .contains("the JDBC driver of " + name + " is not on the class path: add " + module)
                .doesNotContain("\n");
    }

    @Test
    void testsAllDialects() {
        assertThat(Dialects.all()).extracting(Dialect::name).containsExactlyInAnyOrderElementsOf(PACKAGES.keySet());
    }

    @Test
    void writesStatementsWithoutAnyDriver() throws Exception {
        for (String name : PACKAGES.keySet()) {
            assertThat(inProgram("none", name, "ddl"))
                    .singleElement()
                    .asString()
                    .contains("CREATE TABLE");
        }
    }

    /** What {@link Program} says, in a class loader that sees all but the drivers of other databases. */
    @SuppressWarnings("unchecked")
    private static List<String> inProgram(String driver, String dialect, String url) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (OneDriver loader = new OneDriver(driver)) {
            thread.setContextClassLoader(loader);
            Method run = loader.loadClass(Program.class.getName()).getMethod("run", String.class, String.class);
            return (List<String>) run.invoke(null, dialect, url);
        } catch (InvocationTargetException e) {
            throw new AssertionError(e.getCause());
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Loads everything anew. */
    private static final class OneDriver extends URLClassLoader {
        private final List<String> hidden;

        OneDriver(String shown) throws IOException {
            super(classPath(), ClassLoader.getPlatformClassLoader());
            hidden = PACKAGES.entrySet().stream()
                    .filter(entry -> !entry.getKey().equals(shown))
                    .map(Map.Entry::getValue)
                    .toList();
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (hidden.stream().anyMatch(name::startsWith)) {
                throw new ClassNotFoundException(name);
            }
            return super.findClass(name);
        }

        private static URL[] classPath() throws IOException {
            List<URL> urls = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                Path path = Path.of(entry);
                urls.add(path.toUri().toURL());
                addOthers(path, urls);
            }
            return urls.toArray(URL[]::new);
        }

        /** A build may start tests with a jar that only names others. */
        private static void addOthers(Path path, List<URL> urls) throws IOException {
            if (!path.toString().endsWith(".jar")) {
                return;
            }
            try (JarFile jar = new JarFile(path.toFile())) {
                String others = jar.getManifest() == null
                        ? null
                        : jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
                if (others != null) {
                    for (String other : others.split(" ", -1)) {
                        urls.add(new URL(path.toUri().toURL(), other));
                    }
                }
            }
        }
    }

    /** What a program does with a database. */
    public static final class Program {
        private Program() {}

        public static List<String> run(String name, String url) {
            Dialect dialect = Dialects.named(name).orElseThrow();
            if (url.equals("ddl")) {
                return List.of(dialect.createTable(DialectsTest.table(), true));
            }
            List<String> said = new ArrayList<>();
            said.add(Dialects.all().size() + " dialects");
            if (!Dialects.problems().isEmpty()) {
                return Dialects.problems();
            }
            if (Dialects.all().stream().filter(each -> each.accepts(url)).count() != 1) {
                said.add("not one accepts it");
            }
            Database database;
            try {
                database = Database.of(url, new Properties());
            } catch (IllegalArgumentException e) {
                said.add(e.getMessage());
                return said;
            }
            database.remarks();
            database.isSameAs(database);
            database.reason(new SQLException("no", "23505", 1), true);
            dialect.refusal(new SQLException("no", "23505", 1));
            try (Connection connection = database.connect(Dialect.Purpose.LOAD)) {
                load(connection, dialect);
                said.add("loaded, or no server there");
            } catch (SQLException e) {
                String why = database.explain(e);
                said.add(why.contains("cannot be reached") ? "loaded, or no server there" : why);
            }
            return said;
        }

        private static void load(Connection connection, Dialect dialect) throws SQLException {
            TableDefinition table = DialectsTest.table();
            dialect.warnings(connection, List.of(table));
            try (Statement statement = connection.createStatement()) {
                statement.execute(dialect.createTable(table, true));
            }
            connection.setAutoCommit(false);
            try (BulkLoader loader = dialect.loader(connection, table, OnDuplicate.REJECT)) {
                loader.write(new Object[] {"1", "one"});
                loader.commit();
            }
            connection.commit();
            new TableFinder(connection).columns(dialect, new TableName(null, table.name()));
        }
    }
}
