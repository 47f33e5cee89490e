package dev.millrace.workers;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Whoever asks for the end reaches everybody, whatever a driver makes of it. */
class StopTest {
    private final List<String> calls = new ArrayList<>();

    @Test
    void givesTheConnectionUpWhereADriverCannotCancel() {
        Connection connection = aConnection(new UnsupportedOperationException());
        Statement statement = fake(Statement.class, (proxy, method, arguments) -> {
            if (method.getName().equals("getConnection")) {
                return connection;
            }
            throw new UnsupportedOperationException();
        });
        Stop stop = new Stop();
        stop.ends(statement, connection);

        stop.ask("enough");

        assertThat(calls).contains("abort");
    }

    /** A statement must be cancelled before its connection is gone, or its server goes on with it. */
    @Test
    void endsWhatBeganLastFirst() {
        Stop stop = new Stop();
        stop.onAsk(() -> calls.add("connection"));
        stop.onAsk(() -> calls.add("statement"));

        stop.ask("enough");

        assertThat(calls).containsExactly("statement", "connection");
    }

    /** SQLite cancels nothing where the statement does not run yet. */
    @Test
    void cancelsAgainUntilTheStatementHasEnded() throws Exception {
        CountDownLatch thrice = new CountDownLatch(3);
        Statement statement = fake(Statement.class, (proxy, method, arguments) -> {
            if (method.getName().equals("getConnection")) {
                return aConnection(new UnsupportedOperationException());
            }
            thrice.countDown();
            return null;
        });
        Stop stop = new Stop();

        try (Stop.Ending ending = stop.cancels(statement)) {
            stop.ask("enough");

            assertThat(ending).isNotNull();
            assertThat(thrice.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void reachesTheOthersWhereADriverIsTooOldToAbort() {
        Stop stop = new Stop();
        stop.onAsk(() -> calls.add("told"));
        stop.aborts(aConnection(new AbstractMethodError()));

        stop.ask("enough");

        assertThat(calls).containsExactly("abort", "told");
    }

    @Test
    void tellsThoseThatHaveStartedWhereTheMachineHasNoFurtherThread() {
        CountDownLatch told = new CountDownLatch(1);
        Thread started = new Thread(() -> {
            try {
                told.await();
                calls.add("ended");
            } catch (InterruptedException e) {
                calls.add("interrupted");
            }
        });
        Thread refused = new Thread() {
            @Override
            public synchronized void start() {
                throw new OutOfMemoryError("unable to create native thread");
            }
        };

        new Stop().runAll(List.of(started, refused), noThread -> {
            calls.add(noThread.getMessage());
            told.countDown();
        });

        assertThat(calls).containsExactly("unable to create native thread", "ended");
        assertThat(started.isAlive()).isFalse();
    }

    private Connection aConnection(Throwable failure) {
        return fake(Connection.class, (proxy, method, arguments) -> {
            if (method.getName().equals("isClosed")) {
                return false;
            }
            calls.add(method.getName());
            throw failure;
        });
    }

    private static <T> T fake(Class<T> type, InvocationHandler calls) {
        return type.cast(Proxy.newProxyInstance(StopTest.class.getClassLoader(), new Class<?>[] {type}, calls));
    }
}
