package dev.millrace.kit.faults;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;

/**
 * A database whose calls are counted, and of which one fails, as if at random but where the test says. It is reached under its own URL: a
 * driver that stands before the real one wraps its connections. Calls that only look at what the client holds already do
 * not count. Thread-safe.
 */
public final class FaultyDatabase implements AutoCloseable {
    /** Calls that speak to the database, or can. */
    private static final Set<String> COUNTED = Set.of(
            "prepareStatement",
            "createStatement",
            "unwrap",
            "setAutoCommit",
            "commit",
            "rollback",
            "close",
            "execute",
            "executeQuery",
            "executeUpdate",
            "executeLargeUpdate",
            "executeBatch",
            "getMetaData",
            "getSchema",
            "getSchemas",
            "getTables",
            "getColumns",
            "getPrimaryKeys",
            "getIndexInfo",
            "getImportedKeys",
            "startCopy",
            "writeToCopy",
            "endCopy",
            "cancelCopy");

    /** Whatever these throw, drivers have given up the stream or the connection by then. */
    private static final Set<String> ENDING = Set.of("cancelCopy", "close");

    private final String urlPrefix;
    private final AtomicInteger calls = new AtomicInteger();
    private final Set<Connection> opened = ConcurrentHashMap.newKeySet();
    private final List<String> names = Collections.synchronizedList(new ArrayList<>());

    private volatile int at = Integer.MAX_VALUE;
    private volatile @Nullable String method;
    private volatile JdbcFault fault = JdbcFault.FATAL;
    private volatile @Nullable Runnable instead;
    private volatile Duration delay = Duration.ZERO;

    private FaultyDatabase(String urlPrefix) {
        this.urlPrefix = urlPrefix;
    }

    /** The database behind all URLs that begin so, until it is closed. Nothing fails yet. */
    public static FaultyDatabase of(String urlPrefix) {
        FaultyDatabase database = new FaultyDatabase(urlPrefix);
        FaultyDriver.DATABASES.put(urlPrefix, database);
        FaultyDriver.register();
        return database;
    }

    /** Counts from 0 again. The call of that number, from 1, fails; {@link Integer#MAX_VALUE} for none. */
    public void failAt(int call, JdbcFault how) {
        method = null;
        arm(call, how);
    }

    /** Counts from 0 again. The n-th call of a method, from 1, fails; {@code connect} is one of them. */
    public void failAt(String name, int call, JdbcFault how) {
        method = name;
        arm(call, how);
    }

    /** From now on every call takes so long at least. */
    public void slowDown(Duration each) {
        delay = each;
    }

    /** Counts from 0 again. Nothing fails; before the call of that number, from 1, something else is done. */
    public void beforeCall(int call, Runnable action) {
        method = null;
        arm(call, JdbcFault.FATAL);
        instead = action;
    }

    private void arm(int call, JdbcFault how) {
        instead = null;
        fault = how;
        at = call;
        calls.set(0);
        names.clear();
    }

    /** How many calls there were since the last {@link #failAt}. */
    public int calls() {
        return calls.get();
    }

    /** How many of the connections that were opened are open still. */
    public int openConnections() throws SQLException {
        int open = 0;
        for (Connection connection : opened) {
            open += connection.isClosed() ? 0 : 1;
        }
        return open;
    }

    /** What was called, for messages. */
    public String lastCalls() {
        synchronized (names) {
            return String.join(", ", names.subList(Math.max(0, names.size() - 5), names.size()));
        }
    }

    @Override
    public void close() {
        FaultyDriver.DATABASES.remove(urlPrefix);
    }

    private interface Call {
        @Nullable
        Object run() throws Throwable;
    }

    private @Nullable Object count(String name, AtomicBoolean dead, Call call) throws Throwable {
        if (dead.get()) {
            throw JdbcFault.CONNECTION_LOST.exception(urlPrefix, name + " of a dead connection");
        }
        if (!delay.isZero()) {
            Thread.sleep(delay.toMillis());
        }
        String wanted = method;
        boolean counts = wanted == null || wanted.equals(name);
        int number = counts ? calls.incrementAndGet() : 0;
        if (number <= at) {
            names.add(name);
        }
        boolean fails = counts && number == at;
        Runnable action = instead;
        if (fails && action != null) {
            action.run();
            return call.run();
        }
        JdbcFault how = fault;
        Object result = null;
        boolean before = !ENDING.contains(name) && (how.isBefore() || name.equals("startCopy"));
        if (!fails || !before) {
            result = call.run();
        }
        if (fails) {
            if (how.isDeadly()) {
                dead.set(true);
            }
            throw how.exception(urlPrefix, name + ", call " + number);
        }
        return result;
    }

    /** What belongs to one connection, and dies with it. */
    private final class Wrapping {
        private final AtomicBoolean dead = new AtomicBoolean();
        private @Nullable Connection real;

        Connection connect(Driver driver, String url, Properties properties) throws SQLException {
            try {
                Object made = count("connect", dead, () -> {
                    Connection connected = driver.connect(url, properties);
                    real = connected;
                    opened.add(connected);
                    return connected;
                });
                return (Connection) wrap(made);
            } catch (Throwable e) {
                // Nobody else has it.
                close();
                if (e instanceof RuntimeException unchecked) {
                    throw unchecked;
                }
                if (e instanceof Error error) {
                    throw error;
                }
                throw sqlException(e);
            }
        }

        private Object wrap(Object target) {
            Set<Class<?>> interfaces = new LinkedHashSet<>();
            for (Class<?> type = target.getClass(); type != null; type = type.getSuperclass()) {
                addAll(type.getInterfaces(), interfaces);
            }
            return Proxy.newProxyInstance(
                    FaultyDatabase.class.getClassLoader(), interfaces.toArray(new Class<?>[0]), handler(target));
        }

        private void addAll(Class<?>[] candidates, Set<Class<?>> interfaces) {
            for (Class<?> candidate : candidates) {
                if (isOfJdbc(candidate)) {
                    interfaces.add(candidate);
                }
                addAll(candidate.getInterfaces(), interfaces);
            }
        }

        private InvocationHandler handler(Object target) {
            return (proxy, called, arguments) -> {
                String name = called.getName();
                if (name.equals("getCopyAPI")) {
                    // A class, not an interface; but what it does it asks of the connection.
                    return new CopyManager((BaseConnection) proxy);
                }
                if (name.equals("unwrap") && ((Class<?>) arguments[0]).isInstance(proxy)) {
                    return proxy;
                }
                Object result = null;
                if (COUNTED.contains(name)) {
                    try {
                        result = count(name, dead, () -> invoke(target, called, arguments));
                    } catch (SQLException e) {
                        bury();
                        throw e;
                    }
                } else {
                    result = invoke(target, called, arguments);
                }
                return result != null && isOfJdbc(called.getReturnType()) ? wrap(result) : result;
            };
        }

        private @Nullable Object invoke(Object target, Method called, Object[] arguments) throws Throwable {
            try {
                return called.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        /** The database takes back what a dead connection has not committed. */
        private void bury() {
            if (dead.get()) {
                close();
            }
        }

        private void close() {
            Connection open = real;
            if (open == null) {
                return;
            }
            real = null;
            try {
                open.close();
            } catch (SQLException e) {
                // As dead as it can be.
                return;
            }
        }
    }

    private static boolean isOfJdbc(Class<?> type) {
        return type.isInterface()
                && (type.getName().startsWith("java.sql.") || type.getName().startsWith("org.postgresql."));
    }

    private static SQLException sqlException(Throwable fault) {
        return fault instanceof SQLException sql ? sql : new SQLException(fault);
    }

    /** Takes the place of all other drivers, since {@link DriverManager} would ask the next one after a fault; passes on what is nobody's. */
    private static final class FaultyDriver implements Driver {
        private static final Map<String, FaultyDatabase> DATABASES = new ConcurrentHashMap<>();
        private static final AtomicBoolean REGISTERED = new AtomicBoolean();

        private final List<Driver> others;

        private FaultyDriver(List<Driver> others) {
            this.others = others;
        }

        static void register() {
            if (REGISTERED.getAndSet(true)) {
                return;
            }
            try {
                List<Driver> others = DriverManager.drivers().toList();
                for (Driver other : others) {
                    DriverManager.deregisterDriver(other);
                }
                DriverManager.registerDriver(new FaultyDriver(others));
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public @Nullable Connection connect(String url, Properties properties) throws SQLException {
            FaultyDatabase database = database(url);
            Driver real = real(url);
            if (real == null || database == null) {
                return real == null ? null : real.connect(url, properties);
            }
            return database.new Wrapping().connect(real, url, properties);
        }

        @Override
        public boolean acceptsURL(String url) throws SQLException {
            return real(url) != null;
        }

        private static @Nullable FaultyDatabase database(String url) {
            for (Map.Entry<String, FaultyDatabase> entry : DATABASES.entrySet()) {
                if (url.startsWith(entry.getKey())) {
                    return entry.getValue();
                }
            }
            return null;
        }

        private @Nullable Driver real(String url) throws SQLException {
            for (Driver driver : others) {
                if (driver.acceptsURL(url)) {
                    return driver;
                }
            }
            return null;
        }

        @Override
        public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) throws SQLException {
            Driver real = real(url);
            return real == null ? new DriverPropertyInfo[0] : real.getPropertyInfo(url, properties);
        }

        @Override
        public int getMajorVersion() {
            return 1;
        }

        @Override
        public int getMinorVersion() {
            return 0;
        }

        @Override
        public boolean jdbcCompliant() {
            return false;
        }

        @Override
        public Logger getParentLogger() throws SQLFeatureNotSupportedException {
            throw new SQLFeatureNotSupportedException();
        }
    }
}
