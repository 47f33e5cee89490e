package dev.millrace.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.lake.Publisher.Step;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it writes files: nothing is lost and nothing comes twice, and the same command goes on. */
@Timeout(600)
class KilledLakeTest {
    private static final int DOCUMENTS = 120;
    private static final int KILLS = Integer.getInteger("millrace.kills", 4);
    private static final long SEED = Long.getLong("millrace.seed", 1);
    /** What each document says must be there of it, and what is. */
    private static final String HALF = """
            SELECT document_key FROM processing_log
            LEFT JOIN (SELECT id, count(*) AS own FROM orders GROUP BY id) ON document_key = CAST(id AS varchar)
            LEFT JOIN (SELECT order_id, count(*) AS lines FROM line GROUP BY order_id) ON order_id = id
            WHERE (status = 'loaded') <> (coalesce(own, 0) = 1) OR row_count <> coalesce(own, 0) + coalesce(lines, 0)""";

    @TempDir
    private Path folder;

    private Path lake() {
        return folder.resolve("lake");
    }

    private Path source() {
        return folder.resolve("xml");
    }

    /** Runs into a lake, in groups of 20 documents; halts at a step, counted from 1. */
    public static final class Runner {
        private Runner() {}

        public static void main(String[] args) throws Exception {
            AtomicInteger left = new AtomicInteger(Integer.parseInt(args[2]));
            Publisher.Steps steps = step -> {
                if (left.decrementAndGet() == 0) {
                    Runtime.getRuntime().halt(137);
                }
            };
            LakeFixture.run(
                    Path.of(args[0]),
                    LakeFixture.contract(),
                    new Lake.Form(LakeFormat.PARQUET, null, null),
                    Path.of(args[1]),
                    steps,
                    builder -> builder.workers(1));
        }
    }

    @Test
    void aRunThatEndsAtAnyStepIsGoneOnWith() throws Exception {
        LakeFixture.documents(source(), 1, DOCUMENTS);
        int steps = Step.values().length + 2;

        for (int step = 1; step <= steps; step++) {
            assertThat(start(step).waitFor()).as("step " + step).isEqualTo(137);
            check();
        }
        assertThat(start(0).waitFor()).isZero();

        checkAll();
    }

    @Test
    void aRunThatIsKilledAtAnyMomentIsGoneOnWith() throws Exception {
        LakeFixture.documents(source(), 1, DOCUMENTS);
        Random random = new Random(SEED);

        for (int kill = 0; kill < KILLS; kill++) {
            Process process = start(0);
            process.waitFor(300 + random.nextInt(3000), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
            check();
        }
        assertThat(start(0).waitFor()).isZero();

        checkAll();
    }

    /** What is committed is whole, also for who reads the files while nobody has gone on. */
    private void check() throws Exception {
        if (Files.exists(lake().resolve("_millrace/lake.json"))) {
            assertThat(LakeFixture.query(lake(), HALF)).isEmpty();
        }
    }

    private void checkAll() throws Exception {
        check();
        int rejected = DOCUMENTS / 10;
        assertThat(LakeFixture.query(
                        lake(), "SELECT status, count(*) FROM processing_log GROUP BY status ORDER BY status"))
                .containsExactly("loaded|" + (DOCUMENTS - rejected), "rejected|" + rejected);
        assertThat(LakeFixture.query(lake(), "SELECT count(*), count(DISTINCT id) FROM orders"))
                .containsExactly(DOCUMENTS - rejected + "|" + (DOCUMENTS - rejected));
        try (Stream<Path> files = Files.walk(lake())) {
            assertThat(files.map(Path::toString).filter(name -> name.endsWith(".tmp")))
                    .isEmpty();
        }
        assertThat(LakeFixture.query(lake(), "SELECT count(*) FROM read_parquet('" + lake() + "/orders/*.parquet')"))
                .containsExactly(String.valueOf(DOCUMENTS - rejected));
    }

    private Process start(int step) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Runner.class.getName(),
                lake().toString(),
                source().toString(),
                String.valueOf(step)));
        return new ProcessBuilder(command)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(folder.resolve("err").toFile())
                .start();
    }
}
