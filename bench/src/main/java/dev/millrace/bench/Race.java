package dev.millrace.bench;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.TargetException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All contestants over one set of documents, in rounds, and the judge of the rows that they leave. */
final class Race {

    private final Server server;
    private final Path directory;
    private final List<Contestant> contestants;
    private final Consumer<String> progress;

    private @Nullable Checksums expected;

    /** @param progress is told a line about each lap */
    Race(Server server, Path directory, List<Contestant> contestants, Consumer<String> progress) {
        this.server = server;
        this.directory = directory;
        this.contestants = contestants;
        this.progress = progress;
    }

    Report run(DocumentSet set, long documents, int rounds)
            throws IOException, InterruptedException, SQLException, TargetException, ContractException {
        MappingContract contract = SampleDocuments.contract();
        progress.accept(set.label() + ": making " + documents + " documents");
        Workload workload = SampleDocuments.make(server, directory, set, documents);
        Report report = new Report(set, documents, workload.bytes());
        warmUp(contestants.get(0), contract, workload);
        for (int round = 1; round <= rounds; round++) {
            for (Contestant contestant : contestants) {
                String missing = contestant.missing();
                if (!missing.isEmpty()) {
                    report.disqualify(contestant, missing);
                    continue;
                }
                server.freshTables(contract);
                try {
                    Lap lap = Lap.run(contestant, workload, server);
                    report.add(contestant, lap);
                    progress.accept(String.format(
                            Locale.ROOT,
                            "%s, round %d: %s: %.1f s",
                            set.label(),
                            round,
                            contestant.name(),
                            lap.seconds()));
                    if (contestant.loads()) {
                        judge(contestant, contract, workload, report);
                    }
                } catch (FailedLapException e) {
                    report.disqualify(contestant, "failed");
                    progress.accept(e.getMessage());
                }
            }
        }
        return report;
    }

    /** The first to load has the server make the files of its log, which the others find: that lap counts for nobody. */
    private void warmUp(Contestant first, MappingContract contract, Workload workload)
            throws IOException, InterruptedException, SQLException, TargetException {
        server.freshTables(contract);
        try {
            Lap.run(first, workload, server);
        } catch (FailedLapException e) {
            progress.accept(e.getMessage());
        }
    }

    /** The first loader's rows are what everybody must leave; a wrong first one would stand against all others. */
    private void judge(Contestant contestant, MappingContract contract, Workload workload, Report report)
            throws SQLException, IOException {
        Checksums found = server.checksums(contract);
        if (expected == null) {
            expected = found;
            report.rows(found);
            server.encodeRows(contract, workload);
        } else {
            String difference = found.differenceFrom(expected);
            if (!difference.isEmpty()) {
                report.disqualify(contestant, "other rows: " + difference);
            }
        }
    }
}
