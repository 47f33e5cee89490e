package dev.millrace.kit;

import dev.millrace.contract.SqlType.Kind;
import dev.millrace.dialect.Database;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
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

        @Override
        public @Nullable Object value(ResultSet row, String column, Kind kind) throws SQLException {
            // Asked for a LocalDate, the driver takes a way over the calendar of 1582.
            return kind == Kind.DATE ? row.getObject(column) : TestedDatabase.super.value(row, column, kind);
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
