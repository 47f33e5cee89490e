package dev.millrace.processing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Reject;
import dev.millrace.document.Skips;
import dev.millrace.sink.SinkResult;
import dev.millrace.source.DocumentSource;
import dev.millrace.workers.BatchResult;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
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

    @Test
    void noticesWhereAllRowsAreSomebodyElses() {
        RunMetrics others = new RunMetrics(new TenDocuments(), Long.MAX_VALUE, List.of(), 1);
        RunMetrics mixed = new RunMetrics(new TenDocuments(), Long.MAX_VALUE, List.of(), 1);

        others.add(batch(0, FaultCode.DUPLICATE_KEY, FaultCode.DUPLICATE_KEY));
        boolean early = others.metRowsOfOthersOnly(3);
        others.add(batch(0, FaultCode.DUPLICATE_KEY));
        mixed.add(batch(0, FaultCode.DUPLICATE_KEY, FaultCode.DUPLICATE_KEY, FaultCode.NO_CONTENT));

        assertThat(early).isFalse();
        assertThat(others.metRowsOfOthersOnly(3)).isTrue();
        assertThat(mixed.metRowsOfOthersOnly(3)).isFalse();
        others.add(batch(1));
        assertThat(others.metRowsOfOthersOnly(3)).isFalse();
    }

    private static BatchResult batch(int loaded, FaultCode... rejects) {
        List<Reject> told = Stream.of(rejects)
                .map(code -> new Reject("key", Fault.of(code, "")))
                .toList();
        return new BatchResult(new SinkResult(loaded, Skips.NONE, told, new long[1]), loaded + rejects.length, 0, 0);
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
