package dev.millrace.kit;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A pool that trusts nobody: it lends connections that are set in unusual ways, looks at each when it comes back, and lends it
 * again. It can also lose one at any call. Thread-safe.
 */
final class Lender implements DataSource, AutoCloseable {
    private final TestedDatabase tested;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final List<Connection> all = new ArrayList<>();
    private final List<String> faults = Collections.synchronizedList(new ArrayList<>());
    private int out;
    private int calls;
    private int breaksAt = Integer.MAX_VALUE;
    private int came;

    Lender(TestedDatabase tested) {
        this.tested = tested;
    }

    /** The n-th call of any connection from now on, from 1, finds that the connection is lost. */
    synchronized void loseAt(int call) {
        calls = 0;
        breaksAt = call;
    }

    /** How many calls there were since the last {@link #loseAt}. */
    synchronized int calls() {
        return calls;
    }

    /** How many connections have come back alive. */
    synchronized int returned() {
        return came;
    }

    /** How many connections are with the borrower. */
    synchronized int lent() {
        return out;
    }

    /** What came back otherwise than it was lent since this was asked last. */
    List<String> faults() {
        List<String> found = List.copyOf(faults);
        faults.clear();
        return found;
    }

    @Override
    public synchronized Connection getConnection() throws SQLException {
        Connection connection = idle.poll();
        if (connection == null) {
            connection = tested.plainConnection();
            all.add(connection);
            makeUnusual(connection);
        }
        out++;
        Connection own = connection;
        // What is looked at must not be part of what is seen.
        own.setAutoCommit(true);
        Map<String, String> before = state(own);
        own.setAutoCommit(false);
        boolean[] closed = new boolean[1];
        return (Connection) Proxy.newProxyInstance(
                Lender.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "close" -> {
                            if (!closed[0]) {
                                closed[0] = true;
                                takeBack(own, before);
                            }
                            return null;
                        }
                        case "hashCode" -> {
                            return System.identityHashCode(proxy);
                        }
                        case "equals" -> {
                            return proxy == arguments[0];
                        }
                        case "isClosed" -> {
                            return closed[0] || own.isClosed();
                        }
                        default -> {
                            if (closed[0]) {
                                faults.add(method.getName() + " of a connection that was given back");
                            }
                            count(own);
                            try {
                                return method.invoke(own, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }
                    }
                });
    }

    private synchronized void count(Connection connection) throws SQLException {
        if (++calls == breaksAt) {
            connection.close();
        }
    }

    private void makeUnusual(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : tested.unusualSession()) {
                statement.execute(sql);
            }
        }
    }

    private synchronized void takeBack(Connection connection, Map<String, String> before) throws SQLException {
        out--;
        if (connection.isClosed()) {
            return;
        }
        came++;
        if (connection.getAutoCommit()) {
            faults.add("auto-commit was off, and is on");
        } else {
            connection.rollback();
        }
        if (connection.getWarnings() != null) {
            faults.add("a warning came along: " + connection.getWarnings());
        }
        connection.setAutoCommit(true);
        Map<String, String> after = state(connection);
        if (!after.equals(before)) {
            Map<String, String> was = new TreeMap<>(before);
            was.entrySet().removeAll(after.entrySet());
            after.entrySet().removeAll(before.entrySet());
            faults.add("was " + was + ", and is " + after);
        }
        idle.add(connection);
    }

    private interface Getter {
        @Nullable
        Object get() throws SQLException;
    }

    private Map<String, String> state(Connection connection) throws SQLException {
        Map<String, String> state = new TreeMap<>();
        put(state, "read-only", connection::isReadOnly);
        put(state, "isolation", connection::getTransactionIsolation);
        put(state, "schema", connection::getSchema);
        put(state, "catalog", connection::getCatalog);
        put(state, "holdability", connection::getHoldability);
        put(state, "network time-out", connection::getNetworkTimeout);
        put(state, "client information", connection::getClientInfo);
        put(state, "types", connection::getTypeMap);
        try (Statement statement = connection.createStatement()) {
            put(state, "query time-out", statement::getQueryTimeout);
            if (!tested.sessionState().isEmpty()) {
                try (ResultSet rows = statement.executeQuery(tested.sessionState())) {
                    while (rows.next()) {
                        state.put(rows.getString(1), String.valueOf(rows.getString(2)));
                    }
                }
            }
        }
        return state;
    }

    private static void put(Map<String, String> state, String name, Getter getter) {
        try {
            state.put(name, String.valueOf(getter.get()));
        } catch (SQLException notSupported) {
            state.put(name, "not supported");
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public void close() throws SQLException {
        for (Connection connection : all) {
            connection.close();
        }
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter writer) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
