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
 * Where a database is and how to log in. It opens connections and keeps none: Millrace does not pool, and each worker owns one connection.
 * To use a pool, give its {@link DataSource}. Immutable and thread-safe.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class Database {
    /** An empty file of H2 or DuckDB has three blocks. */
    private static final long SMALLEST_DATABASE = 3 * 4096;

    /** Of what a driver says about a network, which ours put in context. */
    private static final int LONGEST_REASON = 200;

    /** MariaDB's and MySQL's error; its SQL state only says that a statement was wrong. */
    private static final int UNKNOWN_DATABASE = 1049;

    /** See {@link Dialect#isRefusedForNow}. */
    private static final Duration SOON = Duration.ofSeconds(10);

    private static final Duration PAUSE = Duration.ofMillis(5);

    /**
     * Locked while such a database opens. If two threads open a file of DuckDB just as a third closes it, DuckDB can lose track of it: one
     * thread has it open, and nobody can open another connection until that one is closed.
     */
    private static final Object ONE_AT_A_TIME = new Object();

    private final String url;
    private final Properties login;
    private final Secrets secrets;
    private final Dialect dialect;
    /** Null to use the driver from {@link DriverManager}. */
    private final @Nullable Driver driver;
    /** Where connections come from; null for the driver. */
    private final @Nullable DataSource source;
    /** What stands for it in messages. */
    private final String shown;

    private Database(
            String url,
            Properties login,
            Dialect dialect,
            @Nullable Driver driver,
            @Nullable DataSource source,
            String shown) {
        this.url = url;
        this.shown = shown;
        this.login = login;
        this.secrets = Secrets.of(url, login);
        this.dialect = dialect;
        this.driver = driver;
        this.source = source;
    }

    /**
     * @param url a JDBC URL of a supported database
     * @param login user, password and driver properties; may be empty. The URL takes precedence. Never shown
     * @throws IllegalArgumentException with a message for the user when no dialect knows the URL, its driver is missing, or a
     *     driver property is set with which no run could keep its guarantees
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
        return new Database(url, copy, dialect, driver.orElse(null), null, Secrets.maskUrl(url));
    }

    /**
     * What makes the same database on another machine. Holds the password: it goes where the work goes, and is never shown, logged or
     * stored.
     *
     * @throws IllegalStateException where connections come from a {@link DataSource}, which nobody can send
     */
    @API(status = API.Status.INTERNAL)
    public DatabaseAddress address() {
        if (source != null) {
            throw new IllegalStateException("connections of a DataSource cannot be opened on another machine");
        }
        return new DatabaseAddress(url, login);
    }

    /**
     * Keeps {@link DriverManager} from loading all drivers on the class path as soon as it is asked for one, which takes a fifth of a second
     * on a cold JVM. Only for Millrace's own process, and before any other use; a program that embeds Millrace may need the other drivers.
     */
    public static void loadDriversOnDemand() {
        Thread thread = Thread.currentThread();
        ClassLoader loader = thread.getContextClassLoader();
        // DriverManager looks for drivers only once, with this class loader, which finds none.
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        DriverManager.drivers();
        thread.setContextClassLoader(loader);
    }

    /**
     * The same, with connections from a {@link DataSource} of the caller, such as a pool. When a connection is closed, it returns to the
     * source as it came: all that a run changes in it and its session is changed back. If that fails, or the connection is lost, it is
     * ended. The source logs in, and sets the driver's properties.
     *
     * @param url says which database it is, and stands for it in messages
     */
    public static Database of(String url, DataSource source) {
        Database known = of(url, new Properties());
        return new Database(url, known.login, known.dialect, known.driver, source, known.shown);
    }

    /**
     * A database that Millrace itself has made in this process, such as one in memory.
     *
     * @param url says which dialect it has
     * @param shown stands for it in messages
     */
    @API(status = API.Status.INTERNAL)
    public static Database own(String url, DataSource source, String shown) {
        Dialect dialect = Dialects.of(url).orElseThrow(() -> new IllegalArgumentException(url));
        return new Database(url, new Properties(), dialect, null, source, shown);
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

    /** Closes a connection that is no longer needed. A fault while closing is only logged, at level debug. */
    public static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // A static logger would be made when a command reads its first URL, before it has set up logging.
            LoggerFactory.getLogger(Database.class).debug("closing a connection", e);
        }
    }

    /**
     * Executes a statement before a connection returns to its {@link DataSource}. For callers that leave something in its session that
     * outlasts a transaction, such as a temporary table. Millrace's own connections need none: their sessions end when they are closed.
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
                // The disk was full. The file that was begun is no database, and nobody could open it.
                deleteRemains(created.get());
            }
            throw e;
        } catch (LinkageError e) {
            throw new SQLException("a class that the driver needs is missing: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            // Some drivers throw such exceptions at a URL with a wrong number in it.
            throw new SQLException("the driver does not understand the URL: " + e.getMessage(), e);
        }
    }

    /** The properties for the driver, in addition to the URL. */
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
            // Another process may have created the database in between, and had room.
            if (Files.exists(file) && Files.size(file) < SMALLEST_DATABASE) {
                Files.delete(file);
            }
        } catch (IOException e) {
            // The next run finds the file, and reports it.
            return;
        }
    }

    @API(status = API.Status.INTERNAL)
    public Dialect dialect() {
        return dialect;
    }

    /** The URL for people: user and password masked. */
    public String displayUrl() {
        return shown;
    }

    /** Whether both are the same database with the same user, so that one statement can use the tables of both. */
    public boolean isSameAs(Database other) {
        Optional<String> identity = dialect.identity(url);
        // Compared by class: a dialect from a context class loader is made anew each time.
        return dialect.getClass() == other.dialect.getClass()
                && identity.isPresent()
                && identity.equals(dialect.identity(other.url))
                && source == other.source
                && user().equals(other.user());
    }

    private String user() {
        return dialect.driverProperties().user(url).orElse(login.getProperty("user", ""));
    }

    /** The parts of URL and log-in that have no effect, such as a misspelt property: a line each, for people, without secrets. */
    public List<String> remarks() {
        return dialect.driverProperties().remarks(url, login).stream()
                .map(remark -> displayUrl() + " – " + secrets.blank(remark))
                .toList();
    }

    /** Whether a fault is temporary: it is the server's or the network's, and the same can succeed later. */
    public boolean mayPass(SQLException fault) {
        if (dialect.trustFault(fault).isPresent()) {
            return false;
        }
        SqlFault meaning = dialect.classify(fault);
        return meaning == SqlFault.CONNECTION || meaning == SqlFault.TRANSIENT;
    }

    /** Whether the user has to fix a fault while connecting, such as a wrong name; false for faults of the server or the disk. */
    public boolean isMistake(SQLException fault) {
        return !mayPass(fault) && !SqlStates.saysDiskIsFull(fault);
    }

    /** Whether the user lacks a privilege for a statement; looks at causes too. */
    public boolean isLackOfPrivilege(SQLException fault) {
        return SqlStates.links(fault).anyMatch(dialect::isLackOfPrivilege);
    }

    /**
     * Whether the database is a server that refuses a log-in for which neither the URL nor the log-in has a password: then somebody can
     * be asked for one. Connects, if nothing is created by that.
     */
    @API(status = API.Status.INTERNAL)
    public boolean wantsPassword() {
        if (source != null
                || !dialect.takesLogin()
                || login.getProperty("password") != null
                || dialect.driverProperties().password(url).isPresent()
                || dialect.newFile(url).isPresent()) {
            return false;
        }
        try (Connection connection = connect()) {
            return false;
        } catch (SQLException e) {
            return dialect.classify(e) == SqlFault.LOGIN;
        }
    }

    /** The file that the database is, if it is not there yet: connecting would create it. */
    @API(status = API.Status.INTERNAL)
    public Optional<Path> missingFile() {
        return source == null && !dialect.isMadeBy(url) ? dialect.newFile(url) : Optional.empty();
    }

    /** Whether the user has to fix a fault of a statement: a privilege is lacking, or the file is no database. */
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
        // This message is Millrace's own. It is shown as it is, since it names properties whose values would be masked.
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
     * Says in one line, for people, what a fault of a statement was. The text is Millrace's own: the server's may hold values of documents.
     *
     * @param showValues whether the server's text is shown, too
     */
    public String reason(SQLException fault, boolean showValues) {
        SqlFault kind = dialect.classify(fault);
        Meaning meaning =
                SqlStates.saysDiskIsFull(fault) ? Meaning.DISK_FULL : SqlStates.meaning(fault, dialect::meaning);
        if (kind == SqlFault.FATAL && meaning.equals(Meaning.UNKNOWN)) {
            // Some databases open their file only when it is read for the first time.
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

    /** A text about this database, such as a driver's message, without the secrets of its URL and its log-in. */
    public String withoutSecrets(String text) {
        return secrets.blank(text);
    }

    /** Only the beginning, since it is not known where an unknown URL has its password. */
    private static String shownKind(String url) {
        int end = url.indexOf(':', url.indexOf(':') + 1);
        return end < 0 ? "this" : url.substring(0, end + 1) + "…";
    }
}
