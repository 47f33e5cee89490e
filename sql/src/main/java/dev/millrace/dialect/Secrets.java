package dev.millrace.dialect;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of a URL and a log-in. They are masked wherever a driver repeats them: as they were given, percent-decoded, percent-encoded and
 * without SQL Server's braces. Immutable and thread-safe.
 */
final class Secrets {
    private static final String BLANK = "***";

    /**
     * A parameter whose value is secret. After a semicolon, an ampersand belongs to the value, and the other way round. A part without a
     * name belongs to the value before it, which should have been encoded.
     */
    private static final Pattern PARAMETER = Pattern.compile(
            "([?&;,](?!\\s*(?:loginTimeout|jaasLogin|useReadAheadInput)\\s*=)([^=&;?]*(?:user|uid|login|pass|pwd|token|secret|credential|key)[^=&;?]*)=)"
                    + "(\\{(?:[^}]++|}})*}|(?<=[;,][^=&;?]{1,200}=)[^;]*(?:;[^=;]*(?![^;]))*+|[^&]*(?:&[^=&]*(?![^&]))*+)",
            Pattern.CASE_INSENSITIVE);

    /** Parameters whose values are names of users or files. They are masked in a URL, but not in a message, where they are useful. */
    private static final Pattern HARMLESS = Pattern.compile(
            "\\s*(?:user|user_?name|uid|login|sslkey|\\w*store\\w*|\\w*file\\w*)\\s*", Pattern.CASE_INSENSITIVE);

    private static final Pattern SECRET_STORE =
            Pattern.compile(".*(?:pass|pwd|secret).*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** User and password before the host; the password may hold what should have been encoded. */
    private static final Pattern USER_INFO = Pattern.compile("//(?:[^/?;]*|[^=]*)@");

    /** The same within a text, which may name an address further on. */
    private static final Pattern USER_INFO_IN_TEXT = Pattern.compile("//[^/?;\\s]*@");

    /** Shorter secrets are masked only where they are whole words, since they are part of many other words. */
    private static final int SHORT = 3;

    private static final int LONGEST_CHAIN = 20;

    /** Drivers repeat values of any size. Searching such a text could take hours, or overflow the stack. */
    private static final int LONGEST_TEXT = 2_000;

    private final @Nullable Pattern found;

    private Secrets(@Nullable Pattern found) {
        this.found = found;
    }

    static Secrets of(String url, Properties login) {
        // The longest first, since one secret may be part of another.
        TreeSet<String> texts = new TreeSet<>(
                Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
        Matcher parameters = PARAMETER.matcher(url);
        while (parameters.find()) {
            if (isSecret(parameters.group(2))) {
                add(texts, parameters.group(3));
            }
        }
        Matcher user = USER_INFO.matcher(url);
        if (user.find()) {
            String info = url.substring(user.start() + 2, user.end() - 1);
            int colon = info.indexOf(':');
            if (colon >= 0) {
                add(texts, info);
                add(texts, info.substring(colon + 1));
            }
        }
        for (String name : login.stringPropertyNames()) {
            if (isSecret(name) && isNamedAsSecret(name)) {
                add(texts, login.getProperty(name));
            }
        }
        String any = texts.stream().map(Secrets::pattern).collect(Collectors.joining("|"));
        return new Secrets(any.isEmpty() ? null : Pattern.compile(any, Pattern.CASE_INSENSITIVE));
    }

    private static boolean isNamedAsSecret(String name) {
        return PARAMETER.matcher(";" + name + "=x").find();
    }

    private static boolean isSecret(String name) {
        return !HARMLESS.matcher(name).matches() || SECRET_STORE.matcher(name).matches();
    }

    private static void add(Set<String> texts, String text) {
        if (text.startsWith("{") && text.endsWith("}") && text.length() > 2) {
            add(texts, text.substring(1, text.length() - 1).replace("}}", "}"));
        }
        texts.add(text);
        // What should have been encoded ends the value for some drivers, which then complain of the rest.
        texts.addAll(List.of(text.split("[/:@?;&]")));
        decoded(text).ifPresent(texts::add);
        texts.add(URLEncoder.encode(text, StandardCharsets.UTF_8));
        texts.add(URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20"));
        texts.remove("");
    }

    private static Optional<String> decoded(String text) {
        try {
            // Drivers do not decode a plus as a blank.
            return Optional.of(URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String pattern(String text) {
        String quoted = Pattern.quote(text);
        return text.length() < SHORT ? "(?<![\\p{L}\\p{N}])" + quoted + "(?![\\p{L}\\p{N}])" : quoted;
    }

    /** A URL for people: also without the user, who is no secret in a message. */
    static String maskUrl(String url) {
        return USER_INFO
                .matcher(PARAMETER.matcher(url).replaceAll("$1" + BLANK))
                .replaceAll("//" + BLANK + "@");
    }

    /** The text without these secrets, and without those of any URL in it; cut to a readable length. */
    String blank(String text) {
        String known = found == null ? text : found.matcher(text).replaceAll(BLANK);
        String shown = known.length() <= LONGEST_TEXT ? known : known.substring(0, LONGEST_TEXT) + "…";
        return USER_INFO_IN_TEXT
                .matcher(PARAMETER.matcher(shown).replaceAll("$1" + BLANK))
                .replaceAll("//" + BLANK + "@");
    }

    /** The fault itself; a copy with masked messages if one holds a secret, so that a program can print it safely. */
    SQLException blank(SQLException fault) {
        return isClean(fault) ? fault : (SQLException) blank(fault, LONGEST_CHAIN);
    }

    private boolean isClean(SQLException fault) {
        Throwable link = fault;
        for (int left = LONGEST_CHAIN; link != null && left > 0; left--) {
            if (found != null
                    && found.matcher(String.valueOf(link.getMessage())).find()) {
                return false;
            }
            link = link.getCause();
        }
        return true;
    }

    private Throwable blank(Throwable fault, int left) {
        String message = fault.getMessage() == null ? null : blank(fault.getMessage());
        Throwable blanked;
        if (fault instanceof SQLException sql) {
            blanked = new SQLException(message, sql.getSQLState(), sql.getErrorCode());
        } else if (fault instanceof UnknownHostException) {
            blanked = new UnknownHostException(message);
        } else {
            blanked = new Exception(fault.getClass().getName() + ": " + message);
        }
        blanked.setStackTrace(fault.getStackTrace());
        if (fault.getCause() != null && left > 0) {
            blanked.initCause(blank(fault.getCause(), left - 1));
        }
        return blanked;
    }
}
