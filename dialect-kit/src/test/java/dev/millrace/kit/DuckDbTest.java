package dev.millrace.kit;

import dev.millrace.dialect.Database;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class DuckDbTest {
    @TempDir
    private static Path folder;

    private static final TestedDatabase DUCKDB = new TestedDatabase() {
        @Override
        public Database database() {
            return Database.of("jdbc:duckdb:" + folder.resolve("kit.duckdb"), new Properties());
        }

        @Override
        public String text() {
            return "varchar";
        }

        @Override
        public String binary() {
            return "blob";
        }
    };

    @Nested
    class Loading extends LoadingKit {
        @Override
        protected TestedDatabase tested() {
            return DUCKDB;
        }
    }

    @Nested
    class Reading extends SourceKit {
        @Override
        protected TestedDatabase tested() {
            return DUCKDB;
        }
    }

    @Nested
    class Values extends ValuesKit {
        @Override
        protected TestedDatabase tested() {
            return DUCKDB;
        }
    }
}
