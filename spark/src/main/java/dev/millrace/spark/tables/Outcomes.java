package dev.millrace.spark.tables;

import dev.millrace.document.Document;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.Outcome;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the documents of a task, one after the other. A document that needs more stack or memory than there is is a reject, and
 * the task goes on: before a document is given up for want of memory it is tried again while no other task of the executor maps. A task
 * that is to end is heard within a document.
 */
final class Outcomes implements Iterator<Outcome> {

    /** An executor's memory, which its tasks share: side by side as a rule, and one of them alone when it has run out. */
    private static final ReentrantReadWriteLock MEMORY = new ReentrantReadWriteLock();

    private final DocumentSource documents;
    private final Supplier<DocumentPipeline> pipelines;
    private final @Nullable TaskContext task;
    private @Nullable DocumentPipeline pipeline;
    private List<Outcome> outcomes = List.of();
    private int at;
    private long number;

    /**
     * @param pipelines makes one for this task alone, and another when that has run out of memory
     * @param task null outside of one
     */
    Outcomes(DocumentSource documents, Supplier<DocumentPipeline> pipelines, @Nullable TaskContext task) {
        this.documents = documents;
        this.pipelines = pipelines;
        this.task = task;
        // Numbers that are in the order of the partitions, for whatever is met first.
        number = task == null ? 0 : (long) task.partitionId() << Integer.SIZE;
    }

    @Override
    public boolean hasNext() {
        while (at == outcomes.size()) {
            // Nothing keeps a document's rows while the next one is read.
            outcomes = List.of();
            at = 0;
            Document next = read();
            if (next == null) {
                return false;
            }
            outcomes = map(next);
            number++;
        }
        return true;
    }

    @Override
    public Outcome next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Outcome next = outcomes.get(at);
        at++;
        return next;
    }

    private @Nullable Document read() {
        try {
            return documents.next();
        } catch (SourceException e) {
            throw new IllegalStateException(e.getMessage(), e);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static CancellationException interrupted() {
        Thread.currentThread().interrupt();
        return new CancellationException("the task was interrupted");
    }

    private List<Outcome> map(Document document) {
        try {
            MEMORY.readLock().lockInterruptibly();
            try {
                return process(document);
            } catch (OutOfMemoryError e) {
                pipeline = null;
            } finally {
                MEMORY.readLock().unlock();
            }
            MEMORY.writeLock().lockInterruptibly();
            try {
                return process(document);
            } catch (OutOfMemoryError e) {
                pipeline = null;
                return List.of(pipelines.get().outOfMemory(document));
            } finally {
                MEMORY.writeLock().unlock();
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private List<Outcome> process(Document document) {
        DocumentPipeline mine = pipeline;
        if (mine == null) {
            mine = pipelines.get();
            if (task != null) {
                mine.giveUpWhen(task::isInterrupted);
            }
            pipeline = mine;
        }
        List<Outcome> made = new ArrayList<>();
        try {
            mine.process(document, number, Long.MAX_VALUE, made);
        } catch (RuntimeException | StackOverflowError e) {
            throw new IllegalStateException(
                    "document " + document.key() + " of " + document.sourceName() + " – internal error: "
                            + e.getClass().getName() + "; leave it out to go on, and please report it",
                    e);
        }
        if (mine.hasGivenUp()) {
            if (task != null) {
                task.killTaskIfInterrupted();
            }
            throw new CancellationException("the task was cancelled");
        }
        return made;
    }
}
