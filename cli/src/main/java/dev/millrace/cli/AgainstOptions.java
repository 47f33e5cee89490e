package dev.millrace.cli;

import dev.millrace.dialect.Database;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The database whose tables a contract is held against, which is a run's target. */
final class AgainstOptions {

    @Option(
            names = "--against",
            paramLabel = "URL",
            description = "Compare with the tables of this database, which a run would load into. Changes nothing.")
    private @Nullable String url;

    @Option(
            names = {"--against-user", "--to-user"},
            paramLabel = "NAME",
            description = "User of that database. Else --user, else from the environment: MILLRACE_TO_USER.")
    private @Nullable String user;

    @Option(
            names = {"--against-password-file", "--to-password-file"},
            paramLabel = "FILE",
            description =
                    "Password of that database. Else --password-file, else from the environment: MILLRACE_TO_PASSWORD.")
    private @Nullable Path passwordFile;

    boolean isGiven() {
        return url != null;
    }

    /** Only where it is given. */
    Database database(LoginOptions login, Console console) throws UsageException {
        if (url == null) {
            throw new UsageException("--against is missing: name the database");
        }
        return TargetOptions.existing(
                login.database(url, new LoginOptions.Own("--against", user, passwordFile, "MILLRACE_TO"), console),
                "--against");
    }

    /** Refuses what says how to log in where there is no database to log in to. */
    void check() throws UsageException {
        if (url == null && (user != null || passwordFile != null)) {
            throw new UsageException("--against-user and --against-password-file are for --against, which is missing");
        }
    }
}
