package dev.millrace.spark.load;

import dev.millrace.processing.PartOfRun;
import dev.millrace.processing.PartResult;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.spark.Documents;
import dev.millrace.spark.TaskStops;
import dev.millrace.workers.Stop;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskContext$;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction2;

/** What a task does: it loads a partition as one worker of the run, and gives what became of it. */
final class PartTask extends AbstractFunction2<TaskContext, scala.collection.Iterator<Row>, byte[]>
        implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Tries of a task in one try of its stage that are told apart. */
    private static final int TRIES_OF_STAGE = 100;

    private final PartOfRun part;
    private final long most;
    private final Documents.Reading reading;
    private final LoadCounters counters;

    /** @param most documents that are read of the partition */
    PartTask(PartOfRun part, long most, Documents.Reading reading, LoadCounters counters) {
        this.part = part;
        this.most = most;
        this.reading = reading;
        this.counters = counters;
    }

    /** The same, of fewer documents. */
    PartTask within(long fewer) {
        return new PartTask(part, fewer, reading, counters);
    }

    /** For Spark's pages, without secrets. */
    String description() {
        return part.description();
    }

    @Override
    public byte[] apply(TaskContext context, scala.collection.Iterator<Row> rows) {
        try {
            return load(context, CollectionConverters.asJava(rows));
        } catch (Exception e) {
            throw sneaky(e);
        }
    }

    /** Scala declares no exceptions, and Spark tells of any. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException sneaky(Throwable e) throws T {
        throw (T) e;
    }

    private byte[] load(TaskContext context, Iterator<Row> rows) throws Exception {
        int tryNumber = context.stageAttemptNumber() * TRIES_OF_STAGE + context.attemptNumber();
        Stop stop = TaskStops.of(context);
        try (DocumentSource documents = reading.open(new TaskRows(context, rows), part.contract(), part.limits())) {
            PartResult result = part.load(context.partitionId() + 1, tryNumber, most, documents, stop);
            context.killTaskIfInterrupted();
            counters.add(result);
            return result.toBytes();
        } catch (SourceException e) {
            throw part.broken(e);
        }
    }

    /** The rows as another thread of the task reads them, which Spark has to know as one of the task's. */
    private static final class TaskRows implements Iterator<Row> {
        private final TaskContext context;
        private final Iterator<Row> rows;

        TaskRows(TaskContext context, Iterator<Row> rows) {
            this.context = context;
            this.rows = rows;
        }

        @Override
        public boolean hasNext() {
            enter();
            return rows.hasNext();
        }

        @Override
        public Row next() {
            enter();
            return rows.next();
        }

        private void enter() {
            if (TaskContext.get() == null) {
                TaskContext$.MODULE$.setTaskContext(context);
            }
        }
    }
}
