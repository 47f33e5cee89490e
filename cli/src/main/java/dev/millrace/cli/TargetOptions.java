package dev.millrace.cli;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.lake.Lake;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name the target database. */
final class TargetOptions {

    @Option(
            names = "--to",
            paramLabel = "URL",
            description =
                    "The target database: a JDBC URL, or postgresql://USER@HOST/DATABASE. To run, verify, status, runs,"
                            + " rejects and explain also a directory of files. Else from the environment: MILLRACE_TO.")
    private @Nullable String url;

    @Option(
            names = "--to-user",
            paramLabel = "NAME",
            description = "User of the target alone. Else from the environment: MILLRACE_TO_USER.")
    private @Nullable String user;

    @Option(
            names = "--to-password-file",
            paramLabel = "FILE",
            description = "Password of the target alone. Else from the environment: MILLRACE_TO_PASSWORD.")
    private @Nullable Path passwordFile;

    /** Whether the command line names it, as it must where a command writes into it unasked. */
    boolean isGiven() {
        return url != null;
    }

    /** Whether the command line or the environment names it. */
    boolean isKnown(Console console) {
        return url(console) != null;
    }

    private @Nullable String url(Console console) {
        return url == null ? console.terminal().environment("MILLRACE_TO") : url;
    }

    Database database(LoginOptions login, Console console) throws UsageException {
        String named = url(console);
        if (named == null) {
            throw new UsageException(
                    "--to is missing: name the target database, such as --to jdbc:postgresql://localhost/mydb");
        }
        return login.database(named, new LoginOptions.Own("--to", user, passwordFile, "MILLRACE_TO"), console);
    }

    /**
     * The directory that is the target, if it is one: by a {@code file:} URL, or because it is there.
     *
     * @param isFiles whether another option says that it is one, so that it need not be there
     */
    @Nullable
    Path directory(boolean isFiles, Console console) throws UsageException {
        String named = url(console);
        return named == null ? null : directory(named, isFiles);
    }

    private static @Nullable Path directory(String named, boolean isFiles) throws UsageException {
        if (DatabaseUrl.isOne(named)) {
            return null;
        }
        String file = "file:";
        boolean isFile = named.regionMatches(true, 0, file, 0, file.length());
        if (!isFile && (named.isEmpty() || DatabaseUrl.isOther(named))) {
            return null;
        }
        try {
            URI uri = isFile ? URI.create(named) : null;
            Path directory =
                    uri == null ? Path.of(named) : uri.isOpaque() ? Path.of(uri.getSchemeSpecificPart()) : Path.of(uri);
            return isFile || isFiles || Files.isDirectory(directory) ? directory : null;
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    "--to: " + DatabaseUrl.shown(named) + " – cannot be the name of a directory: " + e.getMessage());
        }
    }

    /**
     * A target that is there and is only read: a database, or a directory of files.
     *
     * @param wholeFiles whether all bytes of files are compared with what was written
     */
    Database readable(LoginOptions login, boolean wholeFiles, Console console) throws UsageException, TargetException {
        Path directory = directory(false, console);
        return directory == null ? existing(login, console) : Lake.read(directory, wholeFiles);
    }

    /** A contract as the target has it: a directory has neither schemas nor a named ledger. */
    MappingContract held(MappingContract contract, Console console) throws UsageException {
        return directory(false, console) == null ? contract : contract.withoutSchema();
    }

    /** As {@link #database}, for commands that create nothing: with a wrong name, connecting would create a file. */
    Database existing(LoginOptions login, Console console) throws UsageException {
        return existing(database(login, console), "--to");
    }

    /**
     * A database that has to be there.
     *
     * @param option which names it
     */
    static Database existing(Database database, String option) throws UsageException {
        Optional<Path> missing = database.missingFile();
        if (missing.isPresent()) {
            throw new UsageException(option + ": " + database.displayUrl() + " – there is no such file: "
                    + TextTable.printable(missing.get().toString()) + " – name one that is there");
        }
        return database;
    }
}
