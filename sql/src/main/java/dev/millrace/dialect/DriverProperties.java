package dev.millrace.dialect;

import dev.millrace.contract.MessageText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a JDBC driver as a URL names them. The URL takes precedence over the log-in, and the log-in over what Millrace would set,
 * in any spelling that the driver accepts. Only a value with which a run cannot work is refused. Immutable and thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class DriverProperties {
    /** For a driver about which nothing is known but that it takes properties beside the URL. */
    public static final DriverProperties UNKNOWN =
            new DriverProperties('\0', '\0', Quoting.NONE, name -> name, List::of, List.of(), List.of(), null);

    /** How a value can hold the character that would otherwise end it. */
    public enum Quoting {
        NONE,
        /** In braces, a closing one doubled. */
        BRACES,
        /** Behind a backslash. */
        BACKSLASH
    }

    private static final String USER = "user";

    private final char first;
    private final char between;
    private final Quoting quoting;
    private final UnaryOperator<String> key;
    private final Supplier<? extends Collection<String>> known;
    /** The known names. Asked for only if a URL has properties, since for some drivers the driver has to be loaded. */
    private final List<Need> needs;
    /** Properties that bring in other code, which may have properties of its own. */
    private final List<String> openDoors;
    /** What harm an unknown property does; null for none. */
    private final @Nullable String harm;

    private record Need(String name, List<String> values, String why) {}

    private record Parameter(String name, @Nullable String value) {}

    private DriverProperties(
            char first,
            char between,
            Quoting quoting,
            UnaryOperator<String> key,
            Supplier<? extends Collection<String>> known,
            List<Need> needs,
            List<String> openDoors,
            @Nullable String harm) {
        this.first = first;
        this.between = between;
        this.quoting = quoting;
        this.key = key;
        this.known = known;
        this.needs = needs;
        this.openDoors = openDoors;
        this.harm = harm;
    }

    /**
     * @param first separates the first property from the rest of the URL
     * @param between separates the other properties
     * @param key gives the same text for all spellings of a property
     * @param known the properties that the driver knows; empty where the driver refuses what it does not know by itself
     */
    public static DriverProperties of(
            char first,
            char between,
            Quoting quoting,
            UnaryOperator<String> key,
            Supplier<? extends Collection<String>> known) {
        return new DriverProperties(first, between, quoting, key, known, List.of(), List.of(), null);
    }

    /**
     * The same, where only some values of a property are allowed.
     *
     * @param values the allowed ones, with the driver's default or the value that Millrace sets; messages name the first one
     * @param why what another value would do
     */
    public DriverProperties needs(String property, List<String> values, String why) {
        List<Need> more = new ArrayList<>(needs);
        more.add(new Need(property, List.copyOf(values), why));
        return new DriverProperties(first, between, quoting, key, known, more, openDoors, harm);
    }

    /** The same, where names that the driver does not know may be for the code that some properties bring in. */
    public DriverProperties opensWith(String... properties) {
        return new DriverProperties(first, between, quoting, key, known, needs, List.of(properties), harm);
    }

    /** The same, where a property that the driver does not know does harm. */
    public DriverProperties refusesUnknown(String why) {
        return new DriverProperties(first, between, quoting, key, known, needs, openDoors, why);
    }

    /** The properties for the driver in addition to the URL: those that the URL does not name. */
    Properties beside(String url, Properties login, Properties wanted) {
        Map<String, Parameter> inUrl = byKey(url);
        Properties beside = new Properties();
        for (String name : login.stringPropertyNames()) {
            if (!inUrl.containsKey(key.apply(name))) {
                beside.setProperty(name, login.getProperty(name));
            }
        }
        Set<String> given =
                Set.copyOf(beside.stringPropertyNames().stream().map(key).toList());
        for (String name : wanted.stringPropertyNames()) {
            if (!inUrl.containsKey(key.apply(name)) && !given.contains(key.apply(name))) {
                beside.setProperty(name, wanted.getProperty(name));
            }
        }
        return beside;
    }

    /**
     * Why a JDBC URL with a user before its host is of no use: for dialects whose drivers take that for a part of the host, or pass over
     * it. Empty if it has none.
     */
    public static Optional<String> refusesUserInfo(String url) {
        int start = url.indexOf("//");
        for (int i = Math.max(0, start); i < url.length() && "?;".indexOf(url.charAt(i)) < 0; i++) {
            if (start >= 0 && url.charAt(i) == '@') {
                return Optional.of("user and password do not go before the host of a JDBC URL: give them apart from it"
                        + " (--user NAME and --password, --password-file or MILLRACE_PASSWORD)");
            }
        }
        return Optional.empty();
    }

    /** The user that a URL names. */
    Optional<String> user(String url) {
        return value(url, USER);
    }

    /** The password that a URL names. */
    Optional<String> password(String url) {
        return value(url, "password");
    }

    private Optional<String> value(String url, String name) {
        Parameter parameter = byKey(url).get(key.apply(name));
        return parameter == null ? Optional.empty() : Optional.ofNullable(parameter.value());
    }

    /** Why a run cannot work with a property in the URL or the log-in, and what to do; empty if it can. */
    Optional<String> refusal(String url, Properties login) {
        List<Parameter> asked = new ArrayList<>(byKey(url).values());
        for (String name : login.stringPropertyNames()) {
            asked.add(new Parameter(name, login.getProperty(name)));
        }
        for (Parameter parameter : asked) {
            String property = key.apply(parameter.name());
            String value = parameter.value() == null ? "" : parameter.value();
            for (Need need : needs) {
                if (property.equals(key.apply(need.name()))
                        && need.values().stream().noneMatch(value::equalsIgnoreCase)) {
                    return Optional.of(MessageText.quoted(parameter.name()) + " has to be "
                            + need.values().get(0) + ", as " + need.why() + "; leave it out");
                }
            }
        }
        return harm == null
                ? Optional.empty()
                : unknown(url).stream().findFirst().map(unknown -> unknown + "; " + harm);
    }

    /** The parts of a URL or a log-in that have no effect; a line each, which holds no value. */
    List<String> remarks(String url, Properties login) {
        Map<String, Parameter> inUrl = byKey(url);
        List<String> remarks = new ArrayList<>();
        String user = login.getProperty(USER);
        Parameter other = inUrl.get(key.apply(USER));
        if (user != null && other != null && !user.equals(other.value())) {
            remarks.add("the URL names a user of its own; the other one that was given is not used");
        }
        unknown(url).forEach(property -> remarks.add(property + "; it has no effect"));
        return remarks;
    }

    /** The properties of a URL that the driver does not know: a line each, which holds no value. */
    List<String> unknown(String url) {
        Map<String, Parameter> inUrl = byKey(url);
        if (inUrl.isEmpty() || openDoors.stream().map(key).anyMatch(inUrl::containsKey)) {
            return List.of();
        }
        Collection<String> names = known.get();
        Set<String> keys = Set.copyOf(names.stream().map(key).toList());
        List<String> unknown = new ArrayList<>();
        inUrl.forEach((name, parameter) -> {
            // A name without a value may be the rest of a password that should have been encoded, so it is not shown.
            if (parameter.value() != null && !names.isEmpty() && !keys.contains(name)) {
                String near = MessageText.nearest(parameter.name(), names);
                unknown.add("the driver knows no property " + MessageText.quoted(parameter.name())
                        + (near == null ? "" : " (did you mean " + MessageText.quoted(near) + "?)"));
            }
        });
        return unknown;
    }

    private Map<String, Parameter> byKey(String url) {
        Map<String, Parameter> named = new LinkedHashMap<>();
        for (Parameter parameter : parameters(url)) {
            named.put(key.apply(parameter.name()), parameter);
        }
        return named;
    }

    private List<Parameter> parameters(String url) {
        List<Parameter> parameters = new ArrayList<>();
        int at = url.indexOf(first);
        while (at >= 0 && at < url.length()) {
            int end = end(url, at + 1);
            String text = url.substring(at + 1, end);
            int sign = text.indexOf('=');
            String name = (sign < 0 ? text : text.substring(0, sign)).strip();
            if (!name.isEmpty()) {
                parameters.add(new Parameter(
                        name,
                        sign < 0 ? null : unquoted(text.substring(sign + 1).strip())));
            }
            at = end;
        }
        return parameters;
    }

    private int end(String url, int start) {
        boolean inBraces = false;
        int i = start;
        while (i < url.length()) {
            char c = url.charAt(i);
            if (quoting == Quoting.BACKSLASH && c == '\\'
                    || quoting == Quoting.BRACES && inBraces && url.startsWith("}}", i)) {
                // With what follows.
                i++;
            } else if (quoting == Quoting.BRACES && (inBraces ? c == '}' : c == '{' && beginsValue(url, start, i))) {
                inBraces = !inBraces;
            } else if (c == between && !inBraces) {
                return i;
            }
            i++;
        }
        return url.length();
    }

    private static boolean beginsValue(String url, int start, int at) {
        return url.substring(start, at).strip().endsWith("=");
    }

    private String unquoted(String value) {
        boolean braces =
                quoting == Quoting.BRACES && value.length() > 1 && value.startsWith("{") && value.endsWith("}");
        return braces ? value.substring(1, value.length() - 1).replace("}}", "}") : value;
    }

    /** Names in which case does not matter. */
    public static String ignoringCase(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
