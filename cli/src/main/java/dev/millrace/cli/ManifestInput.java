package dev.millrace.cli;

import dev.millrace.cli.Terminal.Interruptible;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.verification.Manifest;
import dev.millrace.verification.ManifestException;
import dev.millrace.verification.ManifestJson;
import dev.millrace.verification.ManifestReport;
import dev.millrace.verification.TargetState;
import dev.millrace.verification.TargetStateReader;
import dev.millrace.verification.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;

/** The manifest of an earlier run, and the target held against it. */
final class ManifestInput {

    private static final String OPTION = "--manifest";

    /** Far more than that of a contract with thousands of tables; whatever is larger is something else. */
    private static final int MOST_BYTES = 64 << 20;

    private static final int SHOWN_DIGITS = 12;

    private ManifestInput() {}

    /** @throws UsageException when the file cannot be read, or is not as a run wrote it */
    static Manifest read(String name) throws UsageException {
        Path file = OutputFile.of(OPTION, name);
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MOST_BYTES);
        } catch (IOException e) {
            throw new UsageException(OPTION + ": " + Messages.unreadable(file, e));
        }
        try {
            return ManifestJson.read(content);
        } catch (ManifestException e) {
            throw new UsageException(OPTION + ": " + name + " – " + e.getMessage());
        }
    }

    /** @throws UsageException when the run had another contract: then its tables, or what is compared of them, may be others */
    static void check(String name, Manifest manifest, MappingContract contract) throws UsageException {
        String hash = contract.hash();
        if (!manifest.contractHash().equals(hash)) {
            String whose = manifest.contract().equals(contract.name())
                    ? "contract " + contract.name() + " when it had another text (its hash "
                            + shown(manifest.contractHash()) + ", now " + shown(hash) + ")"
                    : "contract " + TextTable.printable(manifest.contract()) + ", not of " + contract.name();
            throw new UsageException(
                    OPTION + ": " + name + " – is of " + whose + " – give the contract that the run had");
        }
        List<String> left =
                manifest.state().tables().stream().map(TargetState.Table::name).toList();
        if (!left.equals(contract.tables().stream().map(TableMapping::name).toList())) {
            throw new UsageException(
                    OPTION + ": " + name + " – has other tables than its contract, so no run wrote it");
        }
    }

    private static String shown(String hash) {
        return TextTable.printable(hash.length() <= SHOWN_DIGITS ? hash : hash.substring(0, SHOWN_DIGITS) + "…");
    }

    /**
     * Reads the target and compares.
     *
     * @param interrupted gets the exit code of the signal that asks for the end, which is an exception then
     */
    static ManifestReport compare(
            Manifest manifest,
            MappingContract contract,
            Database target,
            Console console,
            boolean showProgress,
            AtomicInteger interrupted)
            throws TargetException, VerificationException {
        Instant startedAt = Instant.now();
        long start = System.nanoTime();
        long expected = manifest.state().rows() + manifest.state().documents().count();
        TargetState state = state(contract, target, OptionalLong.of(expected), console, showProgress, interrupted);
        return ManifestReport.of(manifest, state, startedAt, (System.nanoTime() - start) / 1e9);
    }

    /** Reads what a target holds, and shows the progress; otherwise as {@link #compare}. */
    static TargetState state(
            MappingContract contract,
            Database target,
            OptionalLong expectedRows,
            Console console,
            boolean showProgress,
            AtomicInteger interrupted)
            throws TargetException, VerificationException {
        TargetStateReader reader = new TargetStateReader(contract, target);
        try (PassProgress progress = new PassProgress(console, showProgress);
                Interruptible listening = console.terminal().onInterrupt(exitCode -> {
                    interrupted.set(exitCode);
                    reader.stop();
                })) {
            return reader.read(expectedRows, progress::next);
        }
    }
}
