package dev.millrace.cli;

import dev.millrace.dialect.Database;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
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

    /** What {@code --password} asked for, which serves all databases. */
    private @Nullable String asked;

    /** What a terminal was asked for unasked: it is the password of one user of one database, and goes to no other. */
    private final Map<Account, String> askedFor = new HashMap<>();

    private final Set<String> remarked = new HashSet<>();

    private record Account(String jdbc, @Nullable String user) {}

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
        if (!DatabaseUrl.isOne(text) && isDirectory(text)) {
            throw new UsageException(own.option() + ": " + TextTable.printable(text)
                    + " – is a directory: files take run, verify, status, runs, rejects and explain, and all else needs a"
                    + " database");
        }
        DatabaseUrl url = DatabaseUrl.of(text, own.option());
        Logging.silenceDrivers();
        Properties login = new Properties();
        String name = user(url, own, console.terminal());
        if (name != null) {
            login.setProperty("user", name);
        }
        String password = url.password() == null ? password(own, console.terminal()) : url.password();
        if (password != null) {
            login.setProperty("password", password);
        }
        try {
            Database database = Database.of(url.jdbc(), login);
            if (password == null) {
                String answer = passwordFor(new Account(url.jdbc(), name), database, console);
                if (answer != null) {
                    login.setProperty("password", answer);
                    database = Database.of(url.jdbc(), login);
                }
            }
            String given = givenUser(own);
            if (url.user() != null && given != null && !given.equals(url.user())) {
                remark(
                        database.displayUrl()
                                + " – the URL names a user of its own; the other one that was given is not used",
                        console);
            }
            for (String remark : database.remarks()) {
                remark(remark, console);
            }
            return database;
        } catch (IllegalArgumentException e) {
            throw new UsageException(own.option() + ": " + e.getMessage());
        }
    }

    private static boolean isDirectory(String text) {
        return text.startsWith("file:") || !text.isEmpty() && new File(text).isDirectory();
    }

    // Source and target often are one URL.
    private void remark(String words, Console console) {
        if (remarked.add(words)) {
            console.err().println(words);
        }
    }

    /** What is nearer to the command goes first, and the URL before all. */
    private @Nullable String user(DatabaseUrl url, Own own, Terminal terminal) {
        String given = url.user() == null ? givenUser(own) : url.user();
        return given == null ? fromEnvironment(own, "_USER", terminal) : given;
    }

    private @Nullable String givenUser(Own own) {
        return own.user() == null ? user : own.user();
    }

    private static @Nullable String fromEnvironment(Own own, String variable, Terminal terminal) {
        String value = terminal.environment(own.variables() + variable);
        return value == null ? terminal.environment("MILLRACE" + variable) : value;
    }

    // What is nearer to the command goes first: its own file, the common file, what --password asks, the environment.
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

    /** What nobody has given and the server wants: from whoever sits at the terminal, asked once for each database and user. */
    private @Nullable String passwordFor(Account account, Database database, Console console) {
        String known = askedFor.get(account);
        if (known != null || !console.terminal().isInteractive() || !database.wantsPassword()) {
            return known;
        }
        char[] answer = console.terminal()
                .askSecret("Password" + (account.user() == null ? "" : " of " + account.user()) + " for "
                        + database.displayUrl() + ": ");
        if (answer == null) {
            return null;
        }
        askedFor.put(account, new String(answer));
        return askedFor.get(account);
    }

    private static String firstLine(String option, Path file) throws UsageException {
        try {
            return Files.readString(file).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw new UsageException(option + ": " + Messages.unreadable(file, e));
        }
    }
}
