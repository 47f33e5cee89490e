package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.database.Load;
import dev.millrace.database.LoadClock;
import dev.millrace.database.LoadOptions;
import dev.millrace.database.MigrationEngine;
import dev.millrace.database.Target;
import dev.millrace.dialect.Database;
import dev.millrace.kit.faults.FaultyNetwork;
import dev.millrace.sink.SinkResult;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What loading must do besides into a database that is a server: the network between the two can break at any moment. */
public abstract class ServerLoadingKit extends LoadingKit {
    /** The port of the server, which is on this machine. */
    protected abstract int port();

    /** The database of {@link #tested}, through another port of this machine. */
    protected abstract Database databaseAt(int port);

    @Test
    void asksTheLogWhenTheAnswerToACommitIsLost() throws Exception {
        try (FaultyNetwork network = new FaultyNetwork(port())) {
            Target target = prepareAt(network);
            try (MigrationEngine engine = new Load(target).engine(1, LoadClock.NONE)) {
                network.cutAtNextCommit();

                SinkResult result = load(engine, List.of(order("a", 1, 10, 11), order("b", 2)));

                assertThat(network.hasCut()).isTrue();
                assertThat(result.accepted()).isEqualTo(2);
                assertThat(result.rejects()).isEmpty();
                assertThat(result.rows()).containsExactly(2, 2);
            }
        }
        assertThat(log()).containsExactly("a|loaded|3", "b|loaded|1");
    }

    @Test
    void logsASecondDocumentOfAKeyOnceWhenTheAnswerToItsCommitIsLost() throws Exception {
        try (FaultyNetwork network = new FaultyNetwork(port())) {
            Target target = prepareAt(network);
            load(target, order("a", 1));
            network.cutAtNextCommit();

            SinkResult second = load(target, order("a", 2));

            assertThat(network.hasCut()).isTrue();
            assertThat(second.rejects()).hasSize(1);
        }
        assertThat(rows("select \"status\" from {s}.\"processing_log\" order by 1"))
                .containsExactly("loaded", "rejected");
    }

    private Target prepareAt(FaultyNetwork network) throws Exception {
        return Target.prepare(
                databaseAt(network.port()), orders(""), run("run-1"), LoadOptions.DEFAULTS.createTables(true));
    }
}
