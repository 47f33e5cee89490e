package dev.millrace.cli;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.document.WholeFile;
import dev.millrace.processing.RunSummary;
import dev.millrace.verification.Manifest;
import dev.millrace.verification.ManifestJson;
import dev.millrace.verification.TargetState;
import dev.millrace.verification.VerificationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Writes what a run left in its target, if {@code --manifest} names a file. Closing it leaves no empty file behind. */
final class ManifestOutput implements AutoCloseable {

    private static final String OPTION = "--manifest";

    private final @Nullable Path file;
    private final Console console;

    private ManifestOutput(@Nullable Path file, Console console) {
        this.file = file;
        this.console = console;
    }

    /**
     * @param option the file; null for no manifest
     * @throws UsageException when it cannot be written; the user should know before a run that takes hours
     */
    static ManifestOutput to(@Nullable String option, boolean dryRun, Console console) throws UsageException {
        if (option == null) {
            return new ManifestOutput(null, console);
        }
        if (dryRun) {
            throw new UsageException(
                    "--dry-run and --manifest exclude each other: nothing is loaded that could be there later");
        }
        Path file = OutputFile.of(OPTION, option);
        OutputFile.check(OPTION, file);
        return new ManifestOutput(file, console);
    }

    /** Opens what a run has loaded. */
    interface Opening {
        /** Null only for a run without a target. */
        @Nullable
        Database target() throws TargetException;
    }

    /**
     * Reads the target and writes the manifest of a run that finished.
     *
     * @return 0 when it was written or none was asked for, else the exit code; then the user was told why
     */
    int write(MappingContract contract, Opening opening, RunSummary summary, boolean showProgress) {
        if (file == null) {
            return ExitCode.OK;
        }
        if (summary.status() != RunSummary.Status.FINISHED) {
            // The run has an exit code of its own for that.
            notWritten("the run did not finish; start it again with the same command");
            return ExitCode.OK;
        }
        AtomicInteger interrupted = new AtomicInteger(ExitCode.NOT_INTERRUPTED);
        try {
            Database target = Objects.requireNonNull(opening.target(), "target");
            TargetState state =
                    ManifestInput.state(contract, target, OptionalLong.empty(), console, showProgress, interrupted);
            String manifest = ManifestJson.write(Manifest.of(Version.ofProgram(), summary, state)) + "\n";
            WholeFile.write(file, manifest.getBytes(StandardCharsets.UTF_8));
            return ExitCode.OK;
        } catch (IOException e) {
            notWritten(Messages.unreadable(file, e) + "; all else is done");
        } catch (TargetException e) {
            notWritten(e.getMessage() + "; all else is done");
        } catch (VerificationException e) {
            notWritten("stopped while the tables were read; all else is done");
        }
        return interrupted.get() == ExitCode.NOT_INTERRUPTED ? ExitCode.BROKEN : interrupted.get();
    }

    private void notWritten(String why) {
        console.err()
                .println(OPTION + ": " + file + " was not written" + (isEmpty() ? "" : " and is as before") + " – "
                        + why);
    }

    /** An empty file was made to see that it can be written, and would be taken for a broken manifest. */
    @Override
    public void close() {
        try {
            if (file != null && isEmpty()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            // It stays, and no command takes it for a manifest.
            return;
        }
    }

    private boolean isEmpty() {
        try {
            return file != null && Files.isRegularFile(file) && Files.size(file) == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
