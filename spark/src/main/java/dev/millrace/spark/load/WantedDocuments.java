package dev.millrace.spark.load;

import dev.millrace.document.Document;
import dev.millrace.document.Location;
import dev.millrace.processing.PartOfRun;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.spark.Documents;
import dev.millrace.spark.TaskStops;
import dev.millrace.workers.Stop;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/** Sends the few documents to the driver that it is to load again. */
final class WantedDocuments implements FlatMapFunction<Iterator<Row>, Row> {

    private static final long serialVersionUID = 1L;

    private final PartOfRun part;
    private final Documents.Reading reading;
    private final Set<String> keys;

    WantedDocuments(PartOfRun part, Documents.Reading reading, Set<String> keys) {
        this.part = part;
        this.reading = reading;
        this.keys = keys;
    }

    /** One after the other, while they are asked for. */
    @Override
    public Iterator<Row> call(Iterator<Row> rows) throws Exception {
        Stop stop = TaskStops.current();
        DocumentSource documents = open(rows);
        Stop.Ending atStop = stop.onAsk(documents::stop);
        Runnable end = () -> {
            atStop.close();
            documents.close();
        };
        TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> end.run());
        return new Iterator<>() {
            private @Nullable Document next;
            private boolean ended;

            @Override
            public boolean hasNext() {
                if (next == null && !ended) {
                    next = read(documents);
                    // A source that is stopped ends as one that has no more documents.
                    TaskContext.get().killTaskIfInterrupted();
                    ended = next == null;
                    if (ended) {
                        // The task may go on with another partition.
                        end.run();
                    }
                }
                return next != null;
            }

            @Override
            public Row next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Document given = Objects.requireNonNull(next);
                next = null;
                return row(given);
            }
        };
    }

    private DocumentSource open(Iterator<Row> rows) throws PartOfRun.BrokenException {
        try {
            return PartOfRun.only(reading.open(rows, part.contract(), part.limits()), keys);
        } catch (SourceException e) {
            throw part.broken(e);
        }
    }

    private @Nullable Document read(DocumentSource documents) {
        try {
            Document next = documents.next();
            while (next != null && next.unreadable() != null) {
                next = documents.next();
            }
            return next;
        } catch (SourceException e) {
            PartOfRun.BrokenException broken = part.broken(e);
            throw new IllegalStateException(broken.getMessage(), broken);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the task was interrupted");
        }
    }

    static Row row(Document document) {
        return RowFactory.create(
                document.key(),
                document.content(),
                document.decoded(),
                document.sourceName(),
                document.origin().line(),
                document.origin().column(),
                document.lead(),
                document.numbered());
    }

    static Document document(Row row) {
        return new Document(
                row.getString(0),
                row.getAs(1),
                row.getBoolean(2),
                row.getString(3),
                new Location(row.getInt(4), row.getInt(5)),
                row.getInt(6),
                row.getBoolean(7),
                null);
    }
}
