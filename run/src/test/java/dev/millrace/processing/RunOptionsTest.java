package dev.millrace.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.database.OnExisting;
import dev.millrace.dialect.Database;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunOptions.MaxRejects;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a run cannot be asked for, whoever asks. */
class RunOptionsTest {
    private static final Database H2 = Database.of("jdbc:h2:mem:options", new Properties());

    @Test
    void refusesToDeleteWhatIsMissingWhereNotAllIsReadAndLoaded() {
        RunOptions.From files = new FromFiles("in");

        assertRefused(files, options -> options.deleteMissing(true).limit(5), "deleteMissing and limit exclude");
        assertRefused(
                files,
                options -> options.deleteMissing(true).retryRejects(true),
                "deleteMissing and retryRejects exclude");
        assertRefused(files, options -> options.deleteMissing(true).dryRun(true), "deleteMissing and dryRun exclude");
        assertRefused(
                new FromFiles("-"), options -> options.deleteMissing(true), "deleteMissing: standard input is one");
        assertRefused(
                new FromDatabase(H2, "t", "k", "x", null, "1..9"),
                options -> options.deleteMissing(true),
                "deleteMissing and keyRange exclude");
        assertThat(RunOptions.from(files).to(H2).deleteMissing(true).build().deleteMissing())
                .isTrue();
    }

    @Test
    void refusesWhatContradictsItself() {
        RunOptions.From files = new FromFiles("in");

        assertRefused(
                files,
                options -> options.retryRejects(true).onExisting(OnExisting.FAIL),
                "retryRejects and onExisting(FAIL) exclude");
        assertRefused(files, options -> options.limit(0), "limit must be at least 1");
        assertRefused(files, options -> options.workers(0), "workers must be at least 1");
        assertRefused(files, options -> options.batchDocuments(0), "batchDocuments must be at least 1");
        assertRefused(files, options -> options.to(null), "needs a target");
        assertRefusedAsProgramsWriteIt(() -> new FromDatabase(H2, "t", "k", "x", "SELECT 1", null), "table and query");
        assertRefusedAsProgramsWriteIt(() -> new MaxRejects(-1, 100), "maxRejects must have a count of at least 0");
        assertRefusedAsProgramsWriteIt(() -> new MaxRejects(1, 101), "has 1 and 101");
    }

    private static void assertRefused(RunOptions.From from, UnaryOperator<RunOptions.Builder> choices, String reason) {
        assertRefusedAsProgramsWriteIt(
                () -> choices.apply(RunOptions.from(from).to(H2)).build(), reason);
    }

    /** A program has no options of a command line. */
    private static void assertRefusedAsProgramsWriteIt(ThrowingCallable call, String reason) {
        assertThatThrownBy(call)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason)
                .hasMessageNotContaining("--");
    }
}
