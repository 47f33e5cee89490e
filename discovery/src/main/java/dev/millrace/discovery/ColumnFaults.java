package dev.millrace.discovery;

import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.DocumentPipeline.Examined;
import dev.millrace.pipeline.Outcome.Unselected;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is wrong with documents when a contract maps them, by place and kind, put together from several threads. */
final class ColumnFaults {

    /**
     * A kind of fault at a place.
     *
     * @param table "" where a document as a whole is at fault
     * @param column "" where a row as a whole is
     */
    record Spot(String table, String column, FaultCode code) implements Comparable<Spot> {
        @Override
        public int compareTo(Spot other) {
            return Comparator.comparing(Spot::table)
                    .thenComparing(Spot::column)
                    .thenComparing(Spot::code)
                    .compare(this, other);
        }
    }

    /**
     * How often.
     *
     * @param first the key of the first such document, in the order of keys
     * @param message of its fault
     */
    record Count(long documents, String first, String message) {

        private Count and(Count other) {
            Count earlier = first.compareTo(other.first) <= 0 ? this : other;
            return new Count(documents + other.documents, earlier.first, earlier.message);
        }
    }

    private final Map<Spot, Count> found = new TreeMap<>();
    private long documents;
    private long rejected;

    /** Looks at documents, in one thread. */
    Consumer<Document> looker(Supplier<DocumentPipeline> pipelines) {
        return new Consumer<>() {
            private @Nullable DocumentPipeline pipeline = pipelines.get();

            @Override
            public void accept(Document document) {
                DocumentPipeline its = pipeline == null ? pipelines.get() : pipeline;
                List<Examined> examined = new ArrayList<>();
                int records = its.examine(document, Long.MAX_VALUE, examined);
                pipeline = records == DocumentPipeline.OUT_OF_MEMORY ? null : its;
                add(examined);
            }
        };
    }

    private synchronized void add(List<Examined> examined) {
        for (Examined one : examined) {
            if (one.outcome() instanceof Unselected) {
                continue;
            }
            documents++;
            rejected += one.faults().isEmpty() ? 0 : 1;
            Set<Spot> met = new HashSet<>();
            for (Fault fault : one.faults()) {
                Spot spot = new Spot(orNothing(fault.table()), orNothing(fault.column()), fault.code());
                if (met.add(spot)) {
                    found.merge(spot, new Count(1, one.outcome().key(), fault.message()), Count::and);
                }
            }
        }
    }

    private static String orNothing(@Nullable String name) {
        return name == null ? "" : name;
    }

    Map<Spot, Count> found() {
        return found;
    }

    long documents() {
        return documents;
    }

    long rejected() {
        return rejected;
    }
}
