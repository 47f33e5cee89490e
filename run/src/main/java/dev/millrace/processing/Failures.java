package dev.millrace.processing;

import dev.millrace.database.TargetException;
import dev.millrace.sink.SinkException;
import dev.millrace.source.SourceException;
import dev.millrace.workers.Worker;
import java.sql.SQLException;

/** Says to the user why a run broke. The text holds no values of documents. */
final class Failures {

    private Failures() {}

    static String words(Throwable failure, RunOptions options) {
        if (failure instanceof OutOfMemoryError) {
            return "out of memory: give Java more (-Xmx), or use fewer workers or smaller batches";
        }
        if (failure instanceof SQLException fault && options.to() != null) {
            return options.to().displayUrl() + " – the load broke: "
                    + options.to().reason(fault, options.showValues());
        }
        if (failure instanceof SinkException || failure instanceof LoadPhase.ListenerFault) {
            return String.valueOf(failure.getMessage());
        }
        if (failure instanceof TargetException
                || failure instanceof SourceException
                || failure instanceof PartOfRun.BrokenException
                || failure instanceof Worker.InternalFaultException) {
            return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        }
        // The message is left out, since it could hold a value of a document.
        return "internal error: " + failure.getClass().getName();
    }
}
