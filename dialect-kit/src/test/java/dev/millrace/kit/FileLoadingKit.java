package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.database.Load;
import dev.millrace.database.LoadClock;
import dev.millrace.database.MigrationEngine;
import dev.millrace.dialect.Database;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What loading must do, too, where the database is a file that this process opens. */
abstract class FileLoadingKit extends LoadingKit {
    /** URLs of databases that end with their connection. */
    abstract List<String> memoryUrls();

    @Test
    void refusesADatabaseInMemory() {
        for (String url : memoryUrls()) {
            assertThatThrownBy(() -> Database.of(url, new Properties()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("ends with")
                    .hasMessageContaining("name a file");
        }
    }

    @Test
    void knowsAFileUnderAllItsNames() {
        String here = Path.of("").toAbsolutePath().toString();
        Database one = Database.of(prefix() + "./x/../kit.db", new Properties());

        assertThat(one.isSameAs(Database.of(prefix() + here + "/kit.db", new Properties())))
                .isTrue();
        assertThat(one.isSameAs(Database.of(prefix() + "kit2.db", new Properties())))
                .isFalse();
    }

    @Test
    void tellsThatTheFolderIsMissing(@TempDir Path empty) {
        Database database = Database.of(prefix() + empty.resolve("none/kit.db"), new Properties());

        assertThatThrownBy(database::connect)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(database.explain(e)).contains("folder"));
    }

    @Test
    void takesPasswordsToBeTheOtherDatabases() throws Exception {
        Properties login = new Properties();
        login.setProperty("user", "somebody");
        login.setProperty("password", "secret");
        String url = tested().database().displayUrl();
        try (Connection first = tested().database().connect();
                Connection second = Database.of(url, login).connect()) {
            assertThat(first.isClosed()).isFalse();
            assertThat(second.isClosed()).isFalse();
        }
    }

    /** Where a driver loses track of its file between two threads, one who holds a connection waits for a second that never comes. */
    @Test
    void opensASecondConnectionWhileOtherThreadsOpenAndClose() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<Future<?>> threads = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            threads.add(pool.submit(() -> {
                for (int round = 0; round < 200; round++) {
                    try (Connection first = tested().database().connect();
                            Connection second = tested().database().connect()) {
                        assertThat(first).isNotSameAs(second);
                    }
                }
                return null;
            }));
        }
        pool.shutdown();

        for (Future<?> thread : threads) {
            thread.get();
        }
    }

    @Test
    void updatesRowsThatAllWorkersShare() throws Exception {
        Load load = new Load(prepare("run-1", orders("on-duplicate: update"), true));
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<Future<Integer>> loaded = new ArrayList<>();
        for (int worker = 0; worker < 4; worker++) {
            int number = worker;
            loaded.add(pool.submit(() -> {
                int sum = 0;
                try (MigrationEngine engine = load.engine(number, LoadClock.NONE)) {
                    for (int batch = 0; batch < 5; batch++) {
                        int id = number * 100 + batch;
                        sum += load(engine, List.of(order("d" + id, 1, id))).accepted();
                    }
                }
                return sum;
            }));
        }
        pool.shutdown();

        for (Future<Integer> worker : loaded) {
            assertThat(worker.get()).isEqualTo(5);
        }
        assertThat(rows("select count(*) from {s}.\"items\"")).containsExactly("20");
        assertThat(rows("select count(*) from {s}.\"orders\"")).containsExactly("1");
    }

    private String prefix() {
        return "jdbc:" + tested().database().dialect().name() + ":";
    }
}
