package dev.millrace.cli;

import dev.millrace.dialect.Database;
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
                    "The target database: a JDBC URL, or postgresql://USER@HOST/DATABASE. Else from the environment:"
                            + " MILLRACE_TO.")
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
