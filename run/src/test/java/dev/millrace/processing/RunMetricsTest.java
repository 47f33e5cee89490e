package dev.millrace.processing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.document.Document;
import dev.millrace.source.DocumentSource;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a run expects to read, which is asked for while it reads. */
class RunMetricsTest {

    @Test
    void asksTheSourceOnceHowManyDocumentsToExpect() {
        TenDocuments source = new TenDocuments();
        RunMetrics metrics = new RunMetrics(source, Long.MAX_VALUE, List.of(), 1);

        assertThat(metrics.expected()).hasValue(10);
        assertThat(metrics.expected()).hasValue(10);
        assertThat(source.asked).isEqualTo(1);
    }

    @Test
    void expectsNoMoreThanTheLimit() {
        assertThat(new RunMetrics(new TenDocuments(), 3, List.of(), 1).expected())
                .hasValue(3);
        assertThat(new RunMetrics(new TenDocuments(), 30, List.of(), 1).expected())
                .hasValue(10);
    }

    private static final class TenDocuments implements DocumentSource {

        private int asked;

        @Override
        public @Nullable Document next() {
            return null;
        }

        @Override
        public String description() {
            return "ten documents";
        }

        @Override
        public OptionalLong estimatedDocuments() {
            asked++;
            return OptionalLong.of(10);
        }

        @Override
        public void close() {}
    }
}
