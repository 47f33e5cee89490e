package dev.millrace.kit;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.millrace.dialect.Database;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** On the server of MILLRACE_MARIADB_URL, whose database may be filled and emptied, else on one of its own. */
class MariaDbTest {
    private static final String URL = System.getenv("MILLRACE_MARIADB_URL");

    private static final TestedDatabase MARIADB = new TestedDatabase() {
        @Override
        public Database database() {
            return Database.of(url, new Properties());
        }

        @Override
        public String text() {
            return "longtext";
        }

        @Override
        public String binary() {
            return "longblob";
        }

        @Override
        public boolean hasZonedTimestamps() {
            return false;
        }

        @Override
        public String sql(String schema, String statement) {
            // A timestamp of MariaDB ends in 2038, has no fraction and changes with its row.
            return TestedDatabase.super.sql(schema, statement.replace("app_id timestamp ", "app_id datetime(6) "));
        }
    };

    private static MariaDbServer server;
    private static String url;

    @BeforeAll
    static void start() throws Exception {
        if (URL != null) {
            url = URL;
            return;
        }
        server = MariaDbServer.start()
                .orElseGet(() -> abort("mariadbd and mariadb-install-db are not on this machine and"
                        + " MILLRACE_MARIADB_URL is not set: nothing was tested on MariaDB"));
        url = server.url("kit");
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Nested
    class Loading extends LoadingKit {
        @Override
        protected TestedDatabase tested() {
            return MARIADB;
        }
    }

    @Nested
    class Reading extends SourceKit {
        @Override
        protected TestedDatabase tested() {
            return MARIADB;
        }
    }

    @Nested
    class Values extends ValuesKit {
        @Override
        protected TestedDatabase tested() {
            return MARIADB;
        }
    }
}
