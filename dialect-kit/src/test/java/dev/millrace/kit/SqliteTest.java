package dev.millrace.kit;

import dev.millrace.contract.SqlType.Kind;
import dev.millrace.dialect.Database;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class SqliteTest {
    /** As there are no schemas, each test has a file of its own. */
    private record Sqlite(Path folder) implements TestedDatabase {
        @Override
        public Database database() {
            return Database.of("jdbc:sqlite:" + folder.resolve("kit.sqlite"), new Properties());
        }

        @Override
        public String text() {
            return "text";
        }

        @Override
        public String binary() {
            return "blob";
        }

        @Override
        public String literal(String standard) {
            return standard.replaceFirst("^[A-Z ]+'", "'");
        }

        @Override
        public @Nullable Object value(ResultSet row, String column, Kind kind) throws SQLException {
            String text = row.getString(column);
            if (text == null) {
                return null;
            }
            switch (kind) {
                case DECIMAL:
                    return new BigDecimal(text);
                case DATE:
                    return LocalDate.parse(text);
                case TIME:
                    return LocalTime.parse(text);
                case TIMESTAMP:
                    return LocalDateTime.parse(text.replace(' ', 'T'));
                case TIMESTAMPTZ:
                    return OffsetDateTime.parse(text.replace(' ', 'T'));
                default:
                    return TestedDatabase.super.value(row, column, kind);
            }
        }
    }

    @Nested
    class Loading extends LoadingKit {
        @TempDir
        private Path folder;

        @Override
        protected TestedDatabase tested() {
            return new Sqlite(folder);
        }
    }

    @Nested
    class Reading extends SourceKit {
        @TempDir
        private Path folder;

        @Override
        protected TestedDatabase tested() {
            return new Sqlite(folder);
        }
    }

    @Nested
    class Values extends ValuesKit {
        @TempDir
        private Path folder;

        @Override
        protected TestedDatabase tested() {
            return new Sqlite(folder);
        }
    }
}
