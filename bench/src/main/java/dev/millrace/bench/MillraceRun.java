package dev.millrace.bench;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.Constraints;
import dev.millrace.dialect.Database;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.Unmapped;
import dev.millrace.processing.RunSummary;
import dev.millrace.verification.VerificationReport;
import dev.millrace.verification.Verifier;
import dev.millrace.verification.VerifyOptions;
import dev.millrace.xml.XmlLimits;
import java.io.File;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;

/**
 * The pipeline as {@code millrace run} starts it, with its defaults but for what is said, from a table of the database into
 * the same database.
 *
 * @param newTables whether it creates the tables, and builds their keys after the rows
 * @param checked whether the database checks each foreign key of each row
 * @param batch documents in a transaction, at most
 * @param heap what Java gets
 * @param verifies whether source and target are compared after the run
 * @param covers whether it is counted what the contract leaves out of the documents
 */
record MillraceRun(
        int workers, boolean newTables, boolean checked, int batch, String heap, boolean verifies, boolean covers)
        implements Contestant {

    static MillraceRun of(int workers) {
        return new MillraceRun(workers, false, false, RunOptions.DEFAULT_BATCH_DOCUMENTS, Lap.HEAP, false, true);
    }

    MillraceRun intoNewTables() {
        return new MillraceRun(workers, true, checked, batch, heap, verifies, covers);
    }

    MillraceRun withForeignKeysChecked() {
        return new MillraceRun(workers, newTables, true, batch, heap, verifies, covers);
    }

    MillraceRun withTransactionPerDocument() {
        return new MillraceRun(workers, newTables, checked, 1, heap, verifies, covers);
    }

    MillraceRun withHeap(String other) {
        return new MillraceRun(workers, newTables, checked, batch, other, verifies, covers);
    }

    MillraceRun andVerification() {
        return new MillraceRun(workers, newTables, checked, batch, heap, true, covers);
    }

    MillraceRun withoutCoverage() {
        return new MillraceRun(workers, newTables, checked, batch, heap, verifies, false);
    }

    @Override
    public String name() {
        return "millrace, " + workers + " workers" + (newTables ? ", new tables" : "")
                + (checked ? ", foreign keys checked" : "")
                + (batch == 1 ? ", a transaction per document" : "")
                + (verifies ? ", then verify" : "")
                + (covers ? "" : ", --unmapped allow")
                + (heap.equals(Lap.HEAP) ? "" : ", heap of " + heap);
    }

    /** As {@code ./millrace} does it: with its options and its archive of classes. */
    @Override
    public List<String> javaOptions() {
        Path cli = Lap.home().resolve("cli");
        return List.of(
                "@" + cli.resolve("java.options"),
                "-XX:SharedArchiveFile=" + cli.resolve("target/millrace.jsa"),
                "-Xmx" + heap);
    }

    /** The archive is of the classes of Millrace's jar. */
    @Override
    public String classPath() {
        return Lap.home().resolve("cli/target/millrace.jar") + File.pathSeparator + Contestant.super.classPath();
    }

    @Override
    public boolean loads() {
        return true;
    }

    @Override
    public void run(Workload workload) throws Exception {
        Database database = Database.of(workload.url(), new Properties());
        MappingContract contract = workload.contract();
        if (newTables) {
            try (Connection connection = workload.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("DROP SCHEMA \"" + contract.schema() + "\" CASCADE");
            }
        }
        RunOptions options = RunOptions.from(RunOptions.From.table(database))
                .to(database)
                .workers(workers)
                .batchDocuments(batch)
                .createTables(newTables)
                .constraints(newTables ? Constraints.AFTER : Constraints.DURING)
                .checkForeignKeys(checked)
                .unmapped(covers ? Unmapped.WARN : Unmapped.ALLOW)
                .build();
        RunSummary summary = new ProductionProcessor(contract, options).run(progress -> {});
        System.out.println(
                summary.times().bottleneck() + ", stages " + summary.times().stageSeconds());
        check(summary, workload.documents());
        if (verifies) {
            VerificationReport report = new Verifier(
                            contract,
                            new VerifyOptions(
                                    options.from(),
                                    database,
                                    workers,
                                    VerifyOptions.DEFAULT_DIFFERENCES,
                                    XmlLimits.DEFAULTS,
                                    false,
                                    VerifyOptions.DEFAULT_SORT_BYTES))
                    .run(progress -> {});
            if (!report.isEqual()) {
                throw new IllegalStateException("source and target differ");
            }
        }
    }

    /** @throws IllegalStateException unless all documents were loaded */
    static void check(RunSummary summary, long documents) {
        if (summary.documents().loaded() != documents) {
            throw new IllegalStateException("loaded " + summary.documents().loaded() + " of " + documents
                    + " documents, " + summary.failure() + summary.rejects().byCode());
        }
    }
}
