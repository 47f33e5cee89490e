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
import org.junit.jupiter.api.Test;

/** What a run cannot be asked for, whoever asks. */
class RunOptionsTest {
    private static final Database H2 = Database.of("jdbc:h2:mem:options", new Properties());

    @Test
    void refusesToDeleteWhatIsMissingWhereNotAllIsReadAndLoaded() {
        RunOptions.From files = new FromFiles("in");

        assertRefused(files, options -> options.deleteMissing(true).limit(5), "--limit");
        assertRefused(files, options -> options.deleteMissing(true).retryRejects(true), "--retry-rejects");
        assertRefused(files, options -> options.deleteMissing(true).dryRun(true), "--dry-run");
        assertRefused(new FromFiles("-"), options -> options.deleteMissing(true), "standard input");
        assertRefused(
                new FromDatabase(H2, "t", "k", "x", null, "1..9"),
                options -> options.deleteMissing(true),
                "--key-range");
        assertThat(RunOptions.from(files).to(H2).deleteMissing(true).build().deleteMissing())
                .isTrue();
    }

    @Test
    void refusesWhatContradictsItself() {
        RunOptions.From files = new FromFiles("in");

        assertRefused(files, options -> options.retryRejects(true).onExisting(OnExisting.FAIL), "--on-existing fail");
        assertRefused(files, options -> options.limit(0), "limit must be at least 1");
        assertRefused(files, options -> options.workers(0), "workers must be at least 1");
        assertRefused(files, options -> options.to(null), "needs a target");
        assertThatThrownBy(() -> new FromDatabase(H2, "t", "k", "x", "SELECT 1", null))
                .hasMessageContaining("exclude each other");
        assertThatThrownBy(() -> new MaxRejects(-1, 100)).hasMessageContaining("--max-rejects");
        assertThatThrownBy(() -> new MaxRejects(1, 101)).hasMessageContaining("--max-rejects");
    }

    private static void assertRefused(RunOptions.From from, UnaryOperator<RunOptions.Builder> choices, String reason) {
        assertThatThrownBy(() -> choices.apply(RunOptions.from(from).to(H2)).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }
}
