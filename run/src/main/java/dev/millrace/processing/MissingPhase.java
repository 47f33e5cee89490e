package dev.millrace.processing;

import dev.millrace.database.MissingDocuments;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.processing.RunSummary.Status;

/** The phase that deletes documents that the source no longer has, in a run that is asked to ({@code deleteMissing}). */
final class MissingPhase {

    private MissingPhase() {}

    /** Why documents that the source seems to lack are not deleted; "" if there is no such reason. */
    static String obstacle(RunContext run, RunMetrics metrics, Status status) {
        if (!run.options().deleteMissing()) {
            return "";
        }
        if (status != Status.FINISHED) {
            return "the run did not read the whole source";
        }
        if (metrics.read() == 0) {
            return "the source holds no document at all, which is probably a mistake";
        }
        if (metrics.read() == metrics.skips().unselected()) {
            return "document.select leaves no document of the source, which is probably a mistake";
        }
        long unknown = metrics.withUnknownKeys();
        return unknown == 0
                ? ""
                : (unknown == 1 ? "1 document" : unknown + " documents")
                        + " could not be read far enough to know which of the loaded ones they are (millrace rejects names"
                        + " them) – fix them, or take them out of the source";
    }

    /** @param summary of a run that has read the whole source, with the obstacle if there is one */
    static RunSummary delete(RunContext run, Target target, RunSummary summary) {
        String obstacle = summary.documents().notDeleted();
        if (summary.documents().read() == 0) {
            return summary.afterDeletion(0, obstacle, Status.FAILED, "nothing was deleted: " + obstacle);
        }
        if (!obstacle.isEmpty()) {
            return summary;
        }
        try {
            MissingDocuments.Deleted deleted = new MissingDocuments(target).delete();
            if (!deleted.complete()) {
                return summary.afterDeletion(
                        deleted.documents(),
                        "the run was stopped before all of them were deleted",
                        Status.STOPPED,
                        run.stop().reason());
            }
            String reason = deleted.refused() == 0
                    ? ""
                    : deleted.refused()
                            + " documents stay because rows of other tables refer to their rows, or because other rows were added among theirs";
            return summary.afterDeletion(deleted.documents(), reason, Status.FINISHED, "");
        } catch (TargetException | RuntimeException | Error e) {
            String reason = Failures.words(e, run.options());
            return summary.afterDeletion(0, reason, Status.FAILED, reason);
        }
    }
}
