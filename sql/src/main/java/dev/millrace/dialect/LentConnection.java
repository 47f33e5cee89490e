package dev.millrace.dialect;

import dev.millrace.dialect.Dialect.Purpose;
import dev.millrace.workers.Stop;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection from a {@link javax.sql.DataSource}, such as a pool, which is returned as it came. Everything that a run changes in it is
 * noted here. Calls of JDBC's setters are noted. Before {@link Dialect#sessionSettings} are executed, the dialect is asked how to undo them.
 * Code that leaves a table or a lock in the session says how to undo that ({@link Database#atReturn}). If something cannot be undone, the
 * connection is ended, so that the pool does not get it back half changed.
 */
public final class LentConnection implements InvocationHandler {
    private static final Logger LOG = LoggerFactory.getLogger(LentConnection.class);

    /** What can be set of a connection, and how it is asked for. */
    private static final Map<String, String> GETTERS = Map.of(
            "setAutoCommit", "getAutoCommit",
            "setReadOnly", "isReadOnly",
            "setTransactionIsolation", "getTransactionIsolation",
            "setSchema", "getSchema",
            "setCatalog", "getCatalog",
            "setHoldability", "getHoldability",
            "setTypeMap", "getTypeMap");

    /** With so many statements, those that are closed by now are removed from the list. */
    private static final int STATEMENTS = 64;

    private final Connection lent;
    private final Deque<Undo> undo = new ArrayDeque<>();
    private final Set<String> undone = new HashSet<>();
    private final List<Statement> statements = new ArrayList<>();
    private volatile boolean closed;

    private interface Undo {
        void run(Connection connection) throws SQLException;
    }

    private LentConnection(Connection lent) {
        this.lent = lent;
    }

    /** The connection with auto-commit on, its session still as it was. */
    static Connection of(Connection lent, Dialect dialect, Purpose purpose) throws SQLException {
        LentConnection handler = new LentConnection(lent);
        Connection connection = (Connection) Proxy.newProxyInstance(
                LentConnection.class.getClassLoader(), new Class<?>[] {Connection.class}, handler);
        try {
            if (!lent.getAutoCommit()) {
                connection.setAutoCommit(true);
            }
            for (String statement : dialect.undoSettings(lent, purpose)) {
                handler.add(statement);
            }
            return connection;
        } catch (SQLException | RuntimeException | Error e) {
            connection.close();
            throw e;
        }
    }

    /** The connection of the source; the connection itself where it is Millrace's own. */
    public static Connection lent(Connection connection) {
        LentConnection handler = handler(connection);
        return handler == null ? connection : handler.lent;
    }

    /** Executes a statement before the connection is returned; does nothing where it is Millrace's own. */
    static void atReturn(Connection connection, String statement) {
        LentConnection handler = handler(connection);
        if (handler != null) {
            handler.add(statement);
        }
    }

    private static @Nullable LentConnection handler(Connection connection) {
        return Proxy.isProxyClass(connection.getClass())
                        && Proxy.getInvocationHandler(connection) instanceof LentConnection handler
                ? handler
                : null;
    }

    private void add(String statement) {
        if (undone.add(statement)) {
            undo.push(connection -> execute(connection, statement));
        }
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        String name = method.getName();
        switch (name) {
            case "close":
                close();
                return null;
            case "isClosed":
                return closed || lent.isClosed();
            case "abort":
                return closed ? null : call(method, arguments);
            case "equals":
                return arguments != null && proxy == arguments[0];
            case "hashCode":
                return System.identityHashCode(proxy);
            case "toString":
                return "lent " + lent;
            default:
                if (closed) {
                    throw new SQLNonTransientConnectionException("the connection has been given back", "08003");
                }
                return changing(method, arguments);
        }
    }

    private @Nullable Object changing(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
        if (method.getName().startsWith("set") && undone.add(method.getName())) {
            undo.push(before(method));
        }
        Object result = call(method, arguments);
        if (result instanceof Statement statement) {
            if (statements.size() >= STATEMENTS) {
                statements.removeIf(LentConnection::isClosed);
            }
            statements.add(statement);
        }
        return result;
    }

    /** Calls a setter with the value that is set now. */
    private Undo before(Method setter) throws Throwable {
        String getter = GETTERS.get(setter.getName());
        if (getter != null) {
            Object value = call(Connection.class.getMethod(getter), null);
            return connection -> set(setter, value);
        }
        switch (setter.getName()) {
            case "setNetworkTimeout":
                int timeout = lent.getNetworkTimeout();
                return connection -> connection.setNetworkTimeout(Runnable::run, timeout);
            case "setClientInfo":
                Properties info = lent.getClientInfo();
                return connection -> connection.setClientInfo(info);
            default:
                // A savepoint ends with its transaction, so there is nothing to undo.
                return connection -> {};
        }
    }

    private void close() throws SQLException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            restore();
        } catch (SQLException | RuntimeException | Error e) {
            // Usually the connection is lost, and the code that used it has reported that.
            LOG.debug("a lent connection cannot be given back as it was, so it is ended", e);
            end();
        } finally {
            // In any case: a pool would wait forever for a connection that is not closed.
            lent.close();
        }
    }

    private void restore() throws SQLException {
        for (Statement statement : statements) {
            statement.close();
        }
        if (!lent.getAutoCommit()) {
            lent.rollback();
            // What is undone next must not be part of a transaction that is rolled back.
            lent.setAutoCommit(true);
        }
        // The last change first. Auto-commit was changed first, so it is restored when everything else is done.
        while (!undo.isEmpty()) {
            undo.pop().run(lent);
        }
        lent.clearWarnings();
    }

    /** A pool that gets an abort opens a new connection; other pools notice when they test the returned one. */
    private void end() {
        Stop.abort(lent);
        try {
            // Some drivers do nothing in abort().
            lent.unwrap(Connection.class).close();
        } catch (SQLException | RuntimeException e) {
            LOG.debug("a lent connection cannot be ended", e);
        }
    }

    private void set(Method setter, @Nullable Object value) throws SQLException {
        try {
            call(setter, new @Nullable Object[] {value});
        } catch (SQLException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new SQLException(e);
        }
    }

    private @Nullable Object call(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(lent, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static boolean isClosed(Statement statement) {
        try {
            return statement.isClosed();
        } catch (SQLException e) {
            return false;
        }
    }
}
