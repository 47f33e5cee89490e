package dev.millrace.dialect.h2;

import dev.millrace.dialect.LentConnection;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.h2.engine.Session;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a file of H2 in this process that can be closed after the file could not be written. H2 closes its store then, and after a
 * ROLLBACK in a closed store the next statement of any connection can loop forever. The rollback releases its use of the store's version twice,
 * and statements wait until the count of uses is positive again, which only an open store's next version does. So this class does not roll back
 * in a closed store, which has nothing to roll back. If the store closes during a rollback, one use is left over.
 */
final class H2Connection implements InvocationHandler {
    /** These ask nothing of the store. */
    private static final Set<String> HARMLESS =
            Set.of("isClosed", "isWrapperFor", "unwrap", "toString", "hashCode", "abort", "getAutoCommit");

    private static final String IO_FAULT = "90028";
    private static final int IO_FAULT_CODE = 90_028;

    private final Connection connection;
    private final Session session;
    private final MVStore store;
    private final boolean statementsToo;

    private H2Connection(Connection connection, Session session, MVStore store, boolean statementsToo) {
        this.connection = connection;
        this.session = session;
        this.store = store;
        this.statementsToo = statementsToo;
    }

    /**
     * Guards a connection, if it is to a file that this process has open.
     *
     * @param statementsToo whether its statements also report why the store is closed, which makes each of their calls slower
     * @return the connection itself where it is to a server or to memory, or where this version of H2 works differently inside
     */
    static Connection guard(Connection connection, boolean statementsToo) throws SQLException {
        try {
            if (connection.isWrapperFor(JdbcConnection.class)
                    && connection.unwrap(JdbcConnection.class).getSession() instanceof SessionLocal session) {
                MVStore store = session.getDatabase().getStore().getMvStore();
                if (store.getFileStore() != null) {
                    return (Connection) Proxy.newProxyInstance(
                            Connection.class.getClassLoader(),
                            new Class<?>[] {Connection.class},
                            new H2Connection(connection, session, store, statementsToo));
                }
            }
            return connection;
        } catch (LinkageError e) {
            return connection;
        } catch (SQLException e) {
            // The caller does not get it, and so cannot close it.
            connection.close();
            throw e;
        }
    }

    /** Why the store is closed, if a fault only says that it is; otherwise the fault itself. */
    static SQLException causeOf(Connection connection, SQLException fault) {
        Connection own = LentConnection.lent(connection);
        if (Proxy.isProxyClass(own.getClass()) && Proxy.getInvocationHandler(own) instanceof H2Connection guarded) {
            SQLException broken = guarded.broken();
            return broken == null ? fault : broken;
        }
        return fault;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        switch (method.getName()) {
            case "equals":
                return arguments != null && proxy == arguments[0];
            case "rollback":
                throwIfBroken();
                return holding(() -> call(connection, method, arguments));
            case "close":
                close();
                return null;
            default:
                if (!HARMLESS.contains(method.getName())) {
                    throwIfBroken();
                }
                Object made = call(connection, method, arguments);
                return statementsToo && made instanceof Statement statement
                        ? telling(statement, method.getReturnType())
                        : made;
        }
    }

    private Object telling(Statement statement, Class<?> type) {
        return Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        return call(statement, method, arguments);
                    } catch (SQLException e) {
                        SQLException broken = broken();
                        throw broken == null ? e : broken;
                    }
                });
    }

    private interface Rollback {
        @Nullable
        Object run() throws Throwable;
    }

    /** Rolls back with a use of its own, which is left over if the store closes during the rollback. */
    private @Nullable Object holding(Rollback rollback) throws Throwable {
        MVStore.TxCounter hold = store.registerVersionUsage();
        try {
            return rollback.run();
        } finally {
            if (store.getPanicException() == null) {
                store.deregisterVersionUsage(hold);
            }
        }
    }

    private void close() throws Throwable {
        if (!connection.isClosed() && !connection.getAutoCommit() && broken() == null) {
            try {
                holding(() -> {
                    connection.rollback();
                    return null;
                });
            } catch (SQLException e) {
                // Closing tries again and reports what is wrong. Thrown here, the fault would leave the connection
                // open.
            }
        }
        if (broken() == null) {
            connection.close();
            // The last connection writes what is left, and H2 does not report if that fails.
            throwIfBroken();
            return;
        }
        // Closes only the session, since the connection would execute ROLLBACK first.
        try {
            session.close();
        } catch (RuntimeException e) {
            // Nothing is left to release, and the store's own fault says more.
        }
        connection.close();
        throwIfBroken();
    }

    private void throwIfBroken() throws SQLException {
        SQLException broken = broken();
        if (broken != null) {
            throw broken;
        }
    }

    private @Nullable SQLException broken() {
        MVStoreException cause = store.getPanicException();
        return cause == null
                ? null
                : new SQLException("the file could not be written, and is closed", IO_FAULT, IO_FAULT_CODE, cause);
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
