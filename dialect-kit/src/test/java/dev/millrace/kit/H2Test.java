package dev.millrace.kit;

import dev.millrace.dialect.Database;
import java.util.Properties;
import org.junit.jupiter.api.Nested;

class H2Test {
    private static final TestedDatabase H2 = new TestedDatabase() {
        private final Database database = Database.of("jdbc:h2:mem:kit", new Properties());

        @Override
        public Database database() {
            return database;
        }

        @Override
        public String text() {
            return "clob";
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
            return H2;
        }
    }

    @Nested
    class Reading extends SourceKit {
        @Override
        protected TestedDatabase tested() {
            return H2;
        }
    }

    @Nested
    class Existing extends ExistingDocumentsKit {
        @Override
        protected TestedDatabase tested() {
            return H2;
        }
    }

    @Nested
    class Values extends ValuesKit {
        @Override
        protected TestedDatabase tested() {
            return H2;
        }
    }

    @Nested
    class Verifying extends VerificationKit {
        @Override
        protected TestedDatabase tested() {
            return H2;
        }
    }
}
