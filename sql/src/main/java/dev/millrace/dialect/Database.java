package dev.millrace.dialect;

import dev.millrace.dialect.Dialect.Purpose;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Where a database is and how to log in. Opens connections and keeps none: Millrace does not pool, each worker owns the
 * one connection it asks for. Who must use a pool gives its {@link DataSource}. Immutable and thread-safe.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class Database {
    /** H2's and DuckDB's files have three blocks even where nothing is in them. */
    private static final long SMALLEST_DATABASE = 3 * 4096;

    /** Of what a driver says about a network, which ours put in context. */
    private static final int LONGEST_REASON = 200;

    /** MariaDB's and MySQL's error; its state says no more than that a statement was wrong. */
    private static final int UNKNOWN_DATABASE = 1049;

    /** See {@link Dialect#isRefusedForNow}. */
    private static final Duration SOON = Duration.ofSeconds(10);

    private static final Duration PAUSE = Duration.ofMillis(5);

    /**
     * Held while such a database opens. DuckDB can lose track of a file that two threads open just as a third closes it: one of them has it
     * open then, and nobody can join it until it closes, not even who holds it.
     */
    private static final Object ONE_AT_A_TIME = new Object();

    private final String url;
    private final Properties login;
    private final Secrets secrets;
    private final Dialect dialect;
    /** Null for the one that {@link DriverManager} gives. */
    private final @Nullable Driver driver;
    /** Gives the connections; null for the driver. */
    private final @Nullable DataSource source;

    private Database(
            String url, Properties login, Dialect dialect, @Nullable Driver driver, @Nullable DataSource source) {
        this.url = url;
        this.login = login;
        this.secrets = Secrets.of(url, login);
        this.dialect = dialect;
        this.driver = driver;
        this.source = source;
    }

    /**
     * @param url a JDBC URL of a supported database
     * @param login user, password and driver properties; may be empty. What the URL names goes before. Never shown
     * @throws IllegalArgumentException with a message for the user when no dialect knows the URL, its driver is missing, or a
     *     driver property is asked for with which no run can keep what it promises
     */
    public static Database of(String url, Properties login) {
        Dialect dialect = Dialects.of(url)
                .orElseThrow(() -> new IllegalArgumentException(
                        shownKind(url) + " is no JDBC URL of a database that Millrace knows: " + Dialects.names()));
        Optional<String> unfit = dialect.refusesUrl(url);
        if (unfit.isPresent()) {
            throw new IllegalArgumentException(Secrets.maskUrl(url) + " – " + unfit.get());
        }
        Optional<Driver> driver;
        try {
            driver = Drivers.find(dialect, dialect.connectionUrl(url));
        } catch (SQLException e) {
            throw new IllegalArgumentException(
                    Secrets.maskUrl(url) + " – " + e.getMessage(),
                    Secrets.of(url, login).blank(e));
        }
        Optional<String> refusal = dialect.driverProperties().refusal(url, login);
        if (refusal.isPresent()) {
            throw new IllegalArgumentException(
                    Secrets.maskUrl(url) + " – " + Secrets.of(url, login).blank(refusal.get()));
        }
        Properties copy = new Properties();
        login.stringPropertyNames().forEach(name -> copy.setProperty(name, login.getProperty(name)));
        if (!dialect.takesLogin()) {
            copy.remove("user");
            copy.remove("password");
        }
        return new Database(url, copy, dialect, driver.orElse(null), null);
    }

    /**
     * Has {@link DriverManager} look for no drivers: as a rule it loads all that there are as soon as it is asked for one, which
     * takes a fifth of a second on a cold JVM. For a process of Millrace's own, before anything else asks; a program that
     * embeds Millrace may need the others.
     */
    public static void loadDriversOnDemand() {
        Thread thread = Thread.currentThread();
        ClassLoader loader = thread.getContextClassLoader();
        // It looks where this class loader does, once.
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        DriverManager.drivers();
        thread.setContextClassLoader(loader);
    }

    /**
     * The same, but for the connections: they come from a source of the caller's, such as a pool, and go back to it when they are
     * closed, each as it came: what a run changes of a connection and its session is changed back, and where that fails (or the
     * connection is lost) it is ended. The source logs in, and sets the driver's properties.
     *
     * @param url says which database it is, and stands for it in messages
     */
    public static Database of(String url, DataSource source) {
        Database known = of(url, new Properties());
        return new Database(url, known.login, known.dialect, known.driver, source);
    }

    /** A new connection of the caller's own; auto-commit is on. */
    public Connection connect() throws SQLException {
        return connect(Purpose.GENERAL);
    }

    /** A new connection of the caller's own, its session set up for a purpose; auto-commit is on. */
    @API(status = API.Status.INTERNAL)
    public Connection connect(Purpose purpose) throws SQLException {
        Connection opened;
        try {
            opened = source == null ? open(purpose) : source.getConnection();
        } catch (SQLException e) {
            throw secrets.blank(e);
        }
        Connection connection;
        try {
            Connection guarded = dialect.wrapped(opened, purpose);
            connection = source == null ? guarded : LentConnection.of(guarded, dialect, purpose);
        } catch (SQLException | RuntimeException | Error e) {
            opened.close();
            throw e;
        }
        try (Statement statement = connection.createStatement()) {
            for (String setting : dialect.sessionSettings(connection, purpose)) {
                statement.execute(setting);
            }
            return connection;
        } catch (SQLException | RuntimeException | Error e) {
            connection.close();
            throw e;
        }
    }

    /** Closes a connection of which nothing more is wanted: that it cannot be closed is told to the debug log alone. */
    public static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // A static one would be made with the first URL that a command reads, before it says where to log.
            LoggerFactory.getLogger(Database.class).debug("closing a connection", e);
        }
    }

    /**
     * Has a statement executed before a connection goes back to the {@link DataSource} that it comes from: for whoever leaves
     * something in its session that outlasts a transaction, such as a temporary table. A connection of Millrace's own ends with
     * all that is in it.
     *
     * @param connection that {@link #connect} has given
     */
    public static void atReturn(Connection connection, String statement) {
        LentConnection.atReturn(connection, statement);
    }

    private Connection open(Purpose purpose) throws SQLException {
        Properties properties = properties(purpose);
        Optional<Path> created = dialect.newFile(url);
        try {
            return openSoon(properties);
        } catch (SQLException e) {
            if (created.isPresent() && SqlStates.saysDiskIsFull(e)) {
                // What there was no room for is no database: nobody could open it, and nothing is in it.
                deleteRemains(created.get());
            }
            throw e;
        } catch (LinkageError e) {
            throw new SQLException("a class that the driver needs is missing: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            // Some drivers read numbers and the like without a thought for what else may be there.
            throw new SQLException("the driver does not understand the URL: " + e.getMessage(), e);
        }
    }

    /** What the driver is given beside the URL. */
    Properties properties(Purpose purpose) {
        return dialect.driverProperties().beside(url, login, dialect.connectionProperties(purpose));
    }

    private Connection openSoon(Properties properties) throws SQLException {
        long start = System.nanoTime();
        while (true) {
            try {
                return open(properties);
            } catch (SQLException e) {
                if (!dialect.isRefusedForNow(e) || System.nanoTime() - start > SOON.toNanos()) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private Connection open(Properties properties) throws SQLException {
        if (dialect.closesWithItsLastConnection()) {
            synchronized (ONE_AT_A_TIME) {
                return openNow(properties);
            }
        }
        return openNow(properties);
    }

    private Connection openNow(Properties properties) throws SQLException {
        try {
            return openWith(dialect.connectionUrl(url), properties);
        } catch (SQLException e) {
            Optional<String> plainer = dialect.plainerUrl(url, e);
            if (plainer.isEmpty()) {
                throw e;
            }
            return openWith(plainer.get(), properties);
        }
    }

    private Connection openWith(String connectionUrl, Properties properties) throws SQLException {
        if (driver == null) {
            return DriverManager.getConnection(connectionUrl, properties);
        }
        Connection connection = driver.connect(connectionUrl, properties);
        if (connection == null) {
            throw new SQLException("the driver does not understand the URL");
        }
        return connection;
    }

    private static void deleteRemains(Path file) {
        try {
            // Another process may have been quicker, and had room.
            if (Files.exists(file) && Files.size(file) < SMALLEST_DATABASE) {
                Files.delete(file);
            }
        } catch (IOException e) {
            // The next run meets it, and says so.
            return;
        }
    }

    @API(status = API.Status.INTERNAL)
    public Dialect dialect() {
        return dialect;
    }

    /** The URL for people: user and password masked. */
    public String displayUrl() {
        return Secrets.maskUrl(url);
    }

    /** Whether both name the same database and the same user, so that one statement can see the tables of both. */
    public boolean isSameAs(Database other) {
        Optional<String> identity = dialect.identity(url);
        // One of a context class loader's is made each time.
        return dialect.getClass() == other.dialect.getClass()
                && identity.isPresent()
                && identity.equals(dialect.identity(other.url))
                && source == other.source
                && user().equals(other.user());
    }

    private String user() {
        return dialect.driverProperties().user(url).orElse(login.getProperty("user", ""));
    }

    /** What of the URL and the log-in has no effect, such as a misspelt property: a line each, for people, without secrets. */
    public List<String> remarks() {
        return dialect.driverProperties().remarks(url, login).stream()
                .map(remark -> displayUrl() + " – " + secrets.blank(remark))
                .toList();
    }

    /** Whether a fault lies with the server or the way to it, so that the same can succeed later. */
    public boolean mayPass(SQLException fault) {
        if (dialect.trustFault(fault).isPresent()) {
            return false;
        }
        SqlFault meaning = dialect.classify(fault);
        return meaning == SqlFault.CONNECTION || meaning == SqlFault.TRANSIENT;
    }

    /** Whether a fault while connecting is for the user to fix in what was asked for, and not the server's or the disk's. */
    public boolean isMistake(SQLException fault) {
        return !mayPass(fault) && !SqlStates.saysDiskIsFull(fault);
    }

    /** Whether the user may not do what a statement does; looks at causes too. */
    public boolean isLackOfPrivilege(SQLException fault) {
        return SqlStates.links(fault).anyMatch(dialect::isLackOfPrivilege);
    }

    /** Whether a fault of a statement is for the user to fix: a right is lacking, or the file is no database. */
    public boolean isMistakeOfUse(SQLException fault) {
        return isLackOfPrivilege(fault)
                || dialect.classify(fault) == SqlFault.FATAL
                        && dialect.connectionRefused(fault).isPresent();
    }

    /** Why {@link #connect} failed, for people: one line that holds no secret. */
    public String explain(SQLException fault) {
        String state = String.valueOf(fault.getSQLState());
        Optional<String> known = dialect.connectionRefused(fault);
        Optional<TrustFault> mistrust = dialect.trustFault(fault);
        String reason;
        // Ours, and so to be shown as it is: it names properties whose values would be blanked.
        String remedy = "";
        if (SqlStates.saysDiskIsFull(fault)) {
            reason = "its disk is full; make room";
        } else if (known.isPresent()) {
            reason = known.get();
        } else if (mistrust.isPresent()) {
            reason = mistrust.get().found() + " (" + rootReason(fault) + ")";
            remedy = dialect.remedy(mistrust.get());
        } else if (dialect.classify(fault) == SqlFault.LOGIN) {
            reason = "the log-in was refused; check user and password";
        } else if (state.equals("3D000")
                || state.equals("90149")
                || state.equals("90146")
                || fault.getErrorCode() == UNKNOWN_DATABASE) {
            reason = "there is no such database";
        } else if (dialect.classify(fault) == SqlFault.CONNECTION) {
            reason = "the server cannot be reached (" + rootReason(fault) + "); check host, port and whether it runs";
        } else {
            reason = secrets.blank(firstLine(fault, "unknown reason"));
        }
        return displayUrl() + " – cannot connect: " + secrets.blank(reason) + (remedy.isEmpty() ? "" : "; " + remedy);
    }

    /**
     * What a fault of a statement was, for people, in one line and in our own words: the server's may hold values of documents.
     *
     * @param showValues whether the server's words are shown, too
     */
    public String reason(SQLException fault, boolean showValues) {
        SqlFault kind = dialect.classify(fault);
        Meaning meaning =
                SqlStates.saysDiskIsFull(fault) ? Meaning.DISK_FULL : SqlStates.meaning(fault, dialect::meaning);
        if (kind == SqlFault.FATAL && meaning.equals(Meaning.UNKNOWN)) {
            // Some open their file when it is read for the first time.
            meaning = dialect.connectionRefused(fault)
                    .map(words -> new Meaning(words, ""))
                    .orElse(meaning);
        }
        String found;
        if (kind == SqlFault.CONNECTION && meaning.equals(Meaning.UNKNOWN)) {
            found = "the connection is lost (" + rootReason(fault) + ")";
        } else if (kind == SqlFault.LOGIN && meaning.equals(Meaning.UNKNOWN)) {
            found = "the log-in was refused";
        } else {
            found = meaning.found()
                    + (fault.getSQLState() == null ? "" : ", SQL state " + fault.getSQLState())
                    + (fault.getErrorCode() == 0 ? "" : ", error " + fault.getErrorCode())
                    + (meaning.advice().isEmpty() ? "" : "; " + meaning.advice());
        }
        return showValues ? found + ": " + secrets.blank(firstLine(fault, "no message")) : found;
    }

    private static String firstLine(Throwable fault, String none) {
        String message = fault.getMessage();
        return message == null ? none : message.lines().findFirst().orElse(none);
    }

    @Override
    public String toString() {
        return displayUrl();
    }

    private String rootReason(Throwable fault) {
        Throwable root = fault;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        if (root instanceof UnknownHostException) {
            return "unknown host";
        }
        String words = secrets.blank(dialect.shortened(firstLine(root, "no answer")));
        return words.length() <= LONGEST_REASON ? words : words.substring(0, LONGEST_REASON) + "…";
    }

    /** A text of a driver's or of others that is about this database, without the secrets of its URL and its log-in. */
    public String withoutSecrets(String text) {
        return secrets.blank(text);
    }

    /** Nobody knows where a URL of another database has its password. */
    private static String shownKind(String url) {
        int end = url.indexOf(':', url.indexOf(':') + 1);
        return end < 0 ? "this" : url.substring(0, end + 1) + "…";
    }
}
