package dev.millrace.kit;

import dev.millrace.dialect.Database;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;

/** Another session that does something at the very moment before a run prepares a statement, once. */
final class Interloper {
    private final AtomicReference<Callable<?>> deed = new AtomicReference<>();
    private final TestedDatabase tested;
    private final String statement;

    /** @param statement what the statement begins with */
    Interloper(TestedDatabase tested, String statement) {
        this.tested = tested;
        this.statement = statement;
    }

    void doesOnce(Callable<?> what) {
        deed.set(what);
    }

    boolean hasActed() {
        return deed.get() == null;
    }

    /** The database with the other session in wait. */
    Database database() {
        DataSource source = (DataSource) Proxy.newProxyInstance(
                Interloper.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> connection(tested.plainConnection()));
        return Database.of(tested.database().displayUrl(), source);
    }

    private Connection connection(Connection own) {
        return (Connection) Proxy.newProxyInstance(
                Interloper.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("prepareStatement") && ((String) arguments[0]).startsWith(statement)) {
                        Callable<?> now = deed.getAndSet(null);
                        if (now != null) {
                            now.call();
                        }
                    }
                    try {
                        return method.invoke(own, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
