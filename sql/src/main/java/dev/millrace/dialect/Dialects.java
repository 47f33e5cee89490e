package dev.millrace.dialect;

import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Predicate;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The databases that Millrace knows: its own, and those of jars that name a {@link Dialect} in
 * {@code META-INF/services/dev.millrace.dialect.Dialect}.
 *
 * <p>Millrace's own dialects are loaded when a dialect is needed for the first time, and kept. Others are looked for only if none of these
 * fits, since searching all jars of a class path takes longer than most of a short command. So a third party's dialect is only asked about
 * URLs that none of Millrace's own accepts. Its URLs need a prefix of their own, which {@link Dialect#connectionUrl} turns into the driver's.
 * Of several third parties' dialects that accept a URL, the first one on the class path is used.
 *
 * <p>Third parties' dialects are found by the class loader of Millrace, and kept. They are also found by the thread's context class loader if
 * that sees more, such as plug-ins. These are looked for each time and not kept, so that a program can unload them.
 *
 * <p>A name stands for one database on the command line and in summaries. So if two dialects have the same name, in whatever case, only one is
 * used: Millrace's own, or the first one. The other one is left out, and so is a dialect that cannot be loaded. {@link #problems} lists
 * them, and so does the message about a URL that no dialect accepts.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Dialects {
    /** A limit, since a class loader that cannot list its services fails again each time. */
    private static final int MOST_FAILURES = 100;

    private static final Map<String, String> OTHER_NAMES = Map.of(
            "postgres",
            "postgresql",
            "pg",
            "postgresql",
            "mysql",
            "mariadb",
            "mssql",
            "sqlserver",
            "sqlite3",
            "sqlite");

    private static final @Nullable ClassLoader OWN_LOADER = Dialect.class.getClassLoader();
    private static final String OWN_PACKAGES = Dialects.class.getPackageName() + ".";

    /** In a class of its own, so that they are loaded when they are needed first. */
    private static final class Ours {
        static final Found FOUND = find(new OwnJar(), new Found(List.of(), List.of()));
    }

    /** Third parties' dialects, and Millrace's own. */
    private static final class All {
        static final Found FOUND = find(OWN_LOADER, Ours.FOUND);
    }

    private record Found(List<Dialect> dialects, List<String> problems) {
        Optional<Dialect> first(Predicate<Dialect> wanted) {
            for (Dialect dialect : dialects) {
                if (wanted.test(dialect)) {
                    return Optional.of(dialect);
                }
            }
            return Optional.empty();
        }
    }

    /** Sees of all that name dialects the file beside this class. */
    private static final class OwnJar extends ClassLoader {
        OwnJar() {
            super(OWN_LOADER);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            String self = Dialect.class.getName().replace('.', '/') + ".class";
            URL here = OWN_LOADER == null ? null : OWN_LOADER.getResource(self);
            return here == null || !here.getPath().endsWith(self)
                    ? super.getResources(name)
                    : Collections.enumeration(List.of(
                            new URL(here.toString().substring(0, here.toString().length() - self.length()) + name)));
        }
    }

    private Dialects() {}

    /** All of them, in the order in which help shows them: ours, then those of third parties. */
    public static List<Dialect> all() {
        return found().dialects();
    }

    /** The dialect of a name such as {@code postgresql}, or of another one by which people know the database, such as {@code postgres}. */
    public static Optional<Dialect> named(String name) {
        Optional<Dialect> named = first(dialect -> dialect.name().equalsIgnoreCase(name));
        String usual = OTHER_NAMES.get(name.toLowerCase(Locale.ROOT));
        return named.isPresent() || usual == null
                ? named
                : first(dialect -> dialect.name().equals(usual));
    }

    /** The dialect of a JDBC URL. */
    public static Optional<Dialect> of(String url) {
        return first(dialect -> dialect.accepts(url));
    }

    /** Which dialects are left out and why: a line each, for people. */
    public static List<String> problems() {
        return found().problems();
    }

    /** For a message: the names of all dialects, and which ones are left out. */
    static String names() {
        Found found = found();
        String names =
                String.join(", ", found.dialects().stream().map(Dialect::name).toList());
        return found.problems().isEmpty() ? names : names + "; " + String.join("; ", found.problems());
    }

    private static Optional<Dialect> first(Predicate<Dialect> wanted) {
        Optional<Dialect> ours = Ours.FOUND.first(wanted);
        return ours.isPresent() ? ours : found().first(wanted);
    }

    private static Found found() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context != null && context != OWN_LOADER && seesUs(context) ? find(context, All.FOUND) : All.FOUND;
    }

    /** Whether it may have dialects that ours does not see: not for our own parents, nor for a loader with another Millrace. */
    private static boolean seesUs(ClassLoader context) {
        try {
            return Class.forName(Dialect.class.getName(), false, context) == Dialect.class;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    private static Found find(@Nullable ClassLoader loader, Found known) {
        List<Dialect> ours = new ArrayList<>();
        List<Dialect> others = new ArrayList<>();
        // A loader may fail in the same way each time, and finds again the dialects of its parent.
        Set<String> problems = new LinkedHashSet<>(known.problems());
        Set<Class<?>> classes = new HashSet<>();
        for (Dialect dialect : known.dialects()) {
            classes.add(dialect.getClass());
            (isOurs(dialect.getClass()) ? ours : others).add(dialect);
        }
        Iterator<Dialect> providers = ServiceLoader.load(Dialect.class, loader).iterator();
        int failures = 0;
        while (failures < MOST_FAILURES) {
            try {
                if (!providers.hasNext()) {
                    break;
                }
                Dialect dialect = providers.next();
                // It may have none, and fail.
                key(dialect);
                if (classes.add(dialect.getClass())) {
                    (isOurs(dialect.getClass()) ? ours : others).add(dialect);
                }
            } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
                failures++;
                problems.add(problem(e));
            }
        }
        return named(ours, others, problems);
    }

    /** Leaves out dialects with the name of an earlier one. */
    private static Found named(List<Dialect> ours, List<Dialect> others, Set<String> problems) {
        List<Dialect> dialects = new ArrayList<>(ours);
        Set<String> names = new HashSet<>();
        ours.forEach(dialect -> names.add(key(dialect)));
        for (Dialect dialect : others) {
            if (names.add(key(dialect))) {
                dialects.add(dialect);
            } else {
                problems.add("dialect " + dialect.getClass().getName() + " is left out, as another one is named "
                        + dialect.name() + ", too – take one of them off the class path, or give it another name");
            }
        }
        return new Found(List.copyOf(dialects), List.copyOf(problems));
    }

    private static String key(Dialect dialect) {
        return dialect.name().toLowerCase(Locale.ROOT);
    }

    private static boolean isOurs(Class<?> dialect) {
        return dialect.getName().startsWith(OWN_PACKAGES) && dialect.getClassLoader() == OWN_LOADER;
    }

    private static String problem(Throwable fault) {
        Throwable root = fault;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        // "dev.millrace.dialect.Dialect: Provider com.example.Other not found": the service is no news.
        String words = fault instanceof ServiceConfigurationError
                ? String.valueOf(fault.getMessage()).replace(Dialect.class.getName() + ": ", "")
                : fault.toString();
        return "a dialect is left out, as it cannot be loaded: " + firstLine(words)
                + (root == fault ? "" : " (" + firstLine(root.toString()) + ")")
                + " – update the jar that brings it, or take it off the class path";
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
