package dev.millrace.cli;

import dev.millrace.dialect.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * User and password, which serve every database of a command that has none of its own. A password comes from a file, a
 * prompt or the environment; there is no option that takes one, because every user of a machine can read its command lines.
 */
final class LoginOptions {

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "User of the databases. Else from the environment: MILLRACE_USER.")
    private @Nullable String user;

    @Option(
            names = "--password",
            description = "Ask for the password. Without it, too, a terminal is asked where a server wants one.")
    private boolean askPassword;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "Take the password from the first line of a file. Else it comes from the environment:"
                    + " MILLRACE_PASSWORD.")
    private @Nullable Path passwordFile;

    private @Nullable String asked;

    private final Set<String> remarked = new HashSet<>();

    /**
     * What a database of a command has of its own.
     *
     * @param option the option that gives its URL, with its dashes, for messages
     * @param user the user for this database alone, or null
     * @param passwordFile the password file for this database alone, or null
     * @param variables what the environment's variables for this database alone begin with: {@code MILLRACE_TO} for
     *     {@code MILLRACE_TO_USER} and {@code MILLRACE_TO_PASSWORD}
     */
    record Own(
            String option, @Nullable String user, @Nullable Path passwordFile, String variables) {}

    /** The database behind a URL; what of that has no effect is told to {@code err}. */
    Database database(String text, Own own, Console console) throws UsageException {
        DatabaseUrl url = DatabaseUrl.of(text, own.option());
        Logging.silenceDrivers();
        Properties login = new Properties();
        String name = user(url, own, console);
        if (name != null) {
            login.setProperty("user", name);
        }
        String password = url.password() == null ? password(own, console.terminal()) : url.password();
        if (password != null) {
            login.setProperty("password", password);
        }
        try {
            Database database = Database.of(url.jdbc(), login);
            if (password == null && console.terminal().isInteractive() && database.wantsPassword()) {
                asked = ask(
                        "Password" + (name == null ? "" : " of " + name) + " for " + database.displayUrl() + ": ",
                        console);
                if (asked != null) {
                    login.setProperty("password", asked);
                    database = Database.of(url.jdbc(), login);
                }
            }
            // Source and target often are one URL.
            database.remarks().stream().filter(remarked::add).forEach(console.err()::println);
            return database;
        } catch (IllegalArgumentException e) {
            throw new UsageException(own.option() + ": " + e.getMessage());
        }
    }

    /** What is nearer to the command goes first, and the URL before all. */
    private @Nullable String user(DatabaseUrl url, Own own, Console console) {
        String option = own.user() == null ? user : own.user();
        if (url.user() != null) {
            String remark = url.jdbc() + " – the URL names a user of its own; the other one that was given is not used";
            if (option != null && !option.equals(url.user()) && remarked.add(remark)) {
                console.err().println(remark);
            }
            return url.user();
        }
        return option == null ? fromEnvironment(own, "_USER", console.terminal()) : option;
    }

    private static @Nullable String fromEnvironment(Own own, String variable, Terminal terminal) {
        String value = terminal.environment(own.variables() + variable);
        return value == null ? terminal.environment("MILLRACE" + variable) : value;
    }

    // What is nearer to the command goes first: its own file, the common file, the prompt, the environment.
    private @Nullable String password(Own own, Terminal terminal) throws UsageException {
        if (own.passwordFile() != null) {
            return firstLine(own.option() + "-password-file", own.passwordFile());
        }
        if (passwordFile != null) {
            return firstLine("--password-file", passwordFile);
        }
        if (askPassword && asked == null) {
            char[] answer = terminal.askSecret("Password: ");
            if (answer == null) {
                throw new UsageException("--password: there is no terminal to ask at – use --password-file"
                        + " or the environment's MILLRACE_PASSWORD");
            }
            asked = new String(answer);
        }
        return asked == null ? fromEnvironment(own, "_PASSWORD", terminal) : asked;
    }

    private static @Nullable String ask(String prompt, Console console) {
        char[] answer = console.terminal().askSecret(prompt);
        return answer == null ? null : new String(answer);
    }

    private static String firstLine(String option, Path file) throws UsageException {
        try {
            return Files.readString(file).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw new UsageException(option + ": " + Messages.unreadable(file, e));
        }
    }
}
