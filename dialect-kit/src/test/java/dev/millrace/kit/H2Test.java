package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.LoadResult;
import dev.millrace.dialect.Database;
import dev.millrace.document.FaultCode;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

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

        @Test
        void namesTheColumnWhoseCharactersHaveTwoHalves() throws Exception {
            MappingContract contract = contract("""
                    contract: 1
                    name: halves
                    schema: %s
                    tables:
                      t:
                        columns:
                          id: { path: "@id", type: integer, key: true }
                          three: { path: "@a", type: char(3) }
                    """);

            LoadResult result = load(
                    prepare("run-1", contract, true),
                    document("a", List.of(row(1, "abc"))),
                    document("b", List.of(row(2, "\uD83D\uDE00".repeat(3)))));

            assertThat(result.loaded()).isEqualTo(1);
            assertThat(result.rejects().get(0).fault().code()).isEqualTo(FaultCode.REFUSED_VALUE);
            assertThat(result.rejects().get(0).fault().column()).isEqualTo("three");
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

    @Nested
    class Stopping extends StoppingKit {
        @Override
        protected TestedDatabase tested() {
            return H2;
        }
    }
}
