package dev.millrace.cli;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A database as people name it: by a JDBC URL, or by the URL that PostgreSQL's own programs take, {@code postgresql://USER@HOST/DATABASE}.
 * User and password are taken out of the latter, wherever in it they stand, since its parameters are not those of the driver.
 *
 * @param jdbc for the driver
 * @param user null where the URL names none, or is JDBC's
 * @param password the same; never shown
 */
record DatabaseUrl(
        String jdbc, @Nullable String user, @Nullable String password) {
    private static final Pattern OTHER_URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+://.*", Pattern.DOTALL);

    private static final Pattern POSTGRESQL = Pattern.compile("postgres(?:ql)?://([^/?#]*)([^#]*)", Pattern.DOTALL);

    private static final Pattern NAME = Pattern.compile("[A-Za-z_]+");

    private static final Pattern HOSTS =
            Pattern.compile("(?:(?:[\\p{L}\\p{N}._-]*|\\[[0-9A-Fa-f:.]+])(?::[0-9]*)?(?:,|$))*");

    /** What libpq calls otherwise than the JDBC driver does. */
    private static final Map<String, String> PARAMETERS = Map.of(
            "connect_timeout", "connectTimeout", "application_name", "ApplicationName", "keepalives", "tcpKeepAlive");

    /** Whether a text names a database, and neither a file nor something else that has a URL. */
    static boolean isOne(String text) {
        return text.startsWith("jdbc:") || isPostgreSql(text);
    }

    /** Whether a text is a URL of something else, and so neither a database nor the name of a file. */
    static boolean isOther(String text) {
        return !isOne(text) && OTHER_URL.matcher(text).matches();
    }

    private static boolean isPostgreSql(String text) {
        String start = text.substring(0, Math.min(text.length(), 13)).toLowerCase(Locale.ROOT);
        return start.startsWith("postgresql://") || start.startsWith("postgres://");
    }

    /**
     * @param option the option that gave the text, for the message
     * @throws UsageException when the text names no database, or cannot be understood
     */
    static DatabaseUrl of(String text, String option) throws UsageException {
        if (text.startsWith("jdbc:")) {
            return new DatabaseUrl(text, null, null);
        }
        if (!isPostgreSql(text)) {
            throw new UsageException(option + ": " + shown(text)
                    + " – expected a JDBC URL, such as jdbc:postgresql://localhost/mydb or jdbc:h2:./mydb, or"
                    + " postgresql://USER@HOST/DATABASE");
        }
        int scheme = text.indexOf("://");
        Matcher parts = POSTGRESQL.matcher(text.substring(0, scheme).toLowerCase(Locale.ROOT) + text.substring(scheme));
        if (!parts.matches()) {
            throw unclear(text, option);
        }
        String authority = parts.group(1);
        int at = authority.lastIndexOf('@');
        String rest = parts.group(2);
        String hosts = authority.substring(at + 1);
        // An at sign further on shows that a password was cut at a character that has a meaning in URLs.
        if (!HOSTS.matcher(hosts).matches() || rest.indexOf('@') >= 0) {
            throw unclear(text, option);
        }
        String login = at < 0 ? "" : authority.substring(0, at);
        int colon = login.indexOf(':');
        String user = decoded(colon < 0 ? login : login.substring(0, colon), text, option);
        String password = colon < 0 ? null : decoded(login.substring(colon + 1), text, option);
        int question = rest.indexOf('?');
        String database = question < 0 ? rest : rest.substring(0, question);
        List<String> parameters = new ArrayList<>();
        boolean isOfLogin = false;
        for (String parameter : (question < 0 ? "" : rest.substring(question + 1)).split("&")) {
            int sign = parameter.indexOf('=');
            String value = sign < 0 ? "" : parameter.substring(sign + 1);
            String name = name(sign < 0 ? parameter : parameter.substring(0, sign), text, option);
            if (sign < 0 && isOfLogin) {
                // The rest of a password that has an ampersand of its own.
                throw unclear(text, option);
            }
            isOfLogin = sign >= 0 && (name.equals("user") || name.equals("password"));
            // As with libpq, a parameter counts more than what is before the host.
            if (isOfLogin && name.equals("user")) {
                user = decoded(value, text, option);
            } else if (isOfLogin) {
                password = decoded(value, text, option);
            } else if (!parameter.isEmpty()) {
                parameters.add(PARAMETERS.getOrDefault(name, name) + (sign < 0 ? "" : "=" + value));
            }
        }
        return new DatabaseUrl(
                "jdbc:postgresql://" + hosts + (database.isEmpty() ? "/" : database)
                        + (parameters.isEmpty() ? "" : "?" + String.join("&", parameters)),
                user.isEmpty() ? null : user,
                password);
    }

    /** The name of a parameter, which may be percent-encoded: then nobody would know it for that of a secret. */
    private static String name(String text, String url, String option) throws UsageException {
        String name = decoded(text, url, option);
        return NAME.matcher(name).matches() ? name : text;
    }

    private static String decoded(String text, String url, String option) throws UsageException {
        try {
            // A plus is a plus here.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw unclear(url, option);
        }
    }

    private static UsageException unclear(String url, String option) {
        return new UsageException(
                option + ": " + shown(url)
                        + " – cannot be understood: expected postgresql://USER@HOST:PORT/DATABASE; in a user or password write % as"
                        + " %25, / as %2F, @ as %40, : as %3A, ? as %3F, & as %26 and # as %23, or give them with --user and --password");
    }

    /** What a text that is no JDBC URL begins with: the rest may hold a password. */
    static String shown(String text) {
        int end = 0;
        while (end < text.length() && ":/@?;".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end == text.length() ? "\"" + text + "\"" : "\"" + text.substring(0, end + 1) + "…\"";
    }
}
