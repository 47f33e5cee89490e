package dev.millrace.cli;

import dev.millrace.dialect.Database;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name the target database. */
final class TargetOptions {

    @Option(names = "--to", paramLabel = "URL", description = "The target database: a JDBC URL.")
    private @Nullable String url;

    @Option(names = "--to-user", paramLabel = "NAME", description = "User of the target alone.")
    private @Nullable String user;

    @Option(
            names = "--to-password-file",
            paramLabel = "FILE",
            description = "Password of the target alone. Else from the environment: MILLRACE_TO_PASSWORD.")
    private @Nullable Path passwordFile;

    @Nullable
    String url() {
        return url;
    }

    boolean isGiven() {
        return url != null;
    }

    Database database(LoginOptions login, Console console) throws UsageException {
        if (url == null) {
            throw new UsageException(
                    "--to is missing: name the target database, such as --to jdbc:postgresql://localhost/mydb");
        }
        return login.database(url, "--to", user, passwordFile, "MILLRACE_TO_PASSWORD", console);
    }
}
