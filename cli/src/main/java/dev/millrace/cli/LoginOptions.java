package dev.millrace.cli;

import dev.millrace.dialect.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * User and password, which serve every database of a command that has none of its own. A password comes from a file, a
 * prompt or the environment; there is no option that takes one, because every user of a machine can read its command lines.
 */
final class LoginOptions {

    private static final Pattern OTHER_URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+://.*", Pattern.DOTALL);

    @Option(names = "--user", paramLabel = "NAME", description = "User of the databases.")
    private @Nullable String user;

    @Option(names = "--password", description = "Ask for the password.")
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
     * The database behind a URL; what of that has no effect is told to {@code err}.
     *
     * @param option the option that gave the URL, with its dashes, for messages
     * @param ownUser the user for this database alone, or null
     * @param ownPasswordFile the password file for this database alone, or null
     * @param ownVariable the environment's password for this database alone
     */
    Database database(
            String url,
            String option,
            @Nullable String ownUser,
            @Nullable Path ownPasswordFile,
            String ownVariable,
            Console console)
            throws UsageException {
        if (!isJdbcUrl(url)) {
            throw new UsageException(option + ": " + shown(url)
                    + " – expected a JDBC URL, such as jdbc:postgresql://localhost/mydb or jdbc:h2:./mydb");
        }
        Logging.silenceDrivers();
        Properties login = new Properties();
        String name = ownUser == null ? user : ownUser;
        if (name != null) {
            login.setProperty("user", name);
        }
        String password = password(option, ownPasswordFile, ownVariable, console.terminal());
        if (password != null) {
            login.setProperty("password", password);
        }
        try {
            Database database = Database.of(url, login);
            // Source and target often are one URL.
            database.remarks().stream().filter(remarked::add).forEach(console.err()::println);
            return database;
        } catch (IllegalArgumentException e) {
            throw new UsageException(option + ": " + e.getMessage());
        }
    }

    /** Whether a text is a URL that is not JDBC's, and so neither a database nor the name of a file. */
    static boolean isOtherUrl(String text) {
        return OTHER_URL.matcher(text).matches();
    }

    static boolean isJdbcUrl(String text) {
        return text.startsWith("jdbc:");
    }

    /** What a text that is no JDBC URL begins with: the rest may hold a password. */
    static String shown(String text) {
        int end = 0;
        while (end < text.length() && ":/@?;".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end == text.length() ? "\"" + text + "\"" : "\"" + text.substring(0, end + 1) + "…\"";
    }

    // What is nearer to the command goes first: its own file, the common file, the prompt, the environment.
    private @Nullable String password(String option, @Nullable Path ownFile, String ownVariable, Terminal terminal)
            throws UsageException {
        if (ownFile != null) {
            return firstLine(option + "-password-file", ownFile);
        }
        if (passwordFile != null) {
            return firstLine("--password-file", passwordFile);
        }
        if (askPassword) {
            if (asked == null) {
                char[] answer = terminal.askSecret("Password: ");
                if (answer == null) {
                    throw new UsageException("--password: there is no terminal to ask at – use --password-file"
                            + " or the environment's MILLRACE_PASSWORD");
                }
                asked = new String(answer);
            }
            return asked;
        }
        String own = terminal.environment(ownVariable);
        return own == null ? terminal.environment("MILLRACE_PASSWORD") : own;
    }

    private static String firstLine(String option, Path file) throws UsageException {
        try {
            return Files.readString(file).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw new UsageException(option + ": " + Messages.unreadable(file, e));
        }
    }
}
