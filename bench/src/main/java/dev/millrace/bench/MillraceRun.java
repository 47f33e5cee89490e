package dev.millrace.bench;

import dev.millrace.database.Constraints;
import dev.millrace.dialect.Database;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunSummary;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Properties;

/** The pipeline as {@code millrace run} starts it, with its defaults, from a table of the database into the same database. */
record MillraceRun(int workers, boolean newTables, int batch) implements Contestant {

    MillraceRun(int workers, boolean newTables) {
        this(workers, newTables, RunOptions.DEFAULT_BATCH_DOCUMENTS);
    }

    @Override
    public String name() {
        return "millrace, " + workers + " workers" + (newTables ? ", new tables" : "")
                + (batch == 1 ? ", a transaction per document" : "");
    }

    @Override
    public boolean loads() {
        return true;
    }

    @Override
    public void run(Workload workload) throws Exception {
        Database database = Database.of(workload.url(), new Properties());
        if (newTables) {
            try (Connection connection = workload.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("DROP SCHEMA \"" + workload.contract().schema() + "\" CASCADE");
            }
        }
        RunOptions options = RunOptions.from(RunOptions.FromDatabase.of(database))
                .to(database)
                .workers(workers)
                .batchDocuments(batch)
                .createTables(newTables)
                .constraints(newTables ? Constraints.AFTER : Constraints.DURING)
                .build();
        RunSummary summary = new ProductionProcessor(workload.contract(), options).run(progress -> {});
        System.out.println(summary.bottleneck() + ", stages " + summary.stageSeconds());
        if (summary.loaded() != workload.documents()) {
            throw new IllegalStateException("loaded " + summary.loaded() + " of " + workload.documents()
                    + " documents, " + summary.failure() + summary.rejectsByCode());
        }
    }
}
