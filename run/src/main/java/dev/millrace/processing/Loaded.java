package dev.millrace.processing;

import dev.millrace.processing.RunSummary.Status;
import java.util.Map;

/**
 * The result of loading.
 *
 * @param failure why it broke or was stopped, as text for people; "" if it did not
 * @param paths how each table was loaded
 */
record Loaded(Status status, String failure, Map<String, String> paths) {
    static Loaded stopped(String reason, Map<String, String> paths) {
        return new Loaded(Status.STOPPED, reason, paths);
    }

    Loaded broken(String reason) {
        return new Loaded(Status.FAILED, reason, paths);
    }

    boolean isFinished() {
        return status == Status.FINISHED;
    }
}
