package dev.millrace.bench;

import dev.millrace.database.Constraints;
import dev.millrace.dialect.Database;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunSummary;
import dev.millrace.xml.XmlLimits;
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
        RunOptions options = new RunOptions(
                new RunOptions.FromDatabase(database, null, null, null, null, null),
                database,
                workers,
                batch,
                RunOptions.DEFAULT_BATCH_BYTES,
                Long.MAX_VALUE,
                newTables,
                false,
                false,
                RunOptions.MaxRejects.NONE,
                XmlLimits.DEFAULTS,
                false);
        if (newTables) {
            options = options.withConstraints(Constraints.AFTER);
        }
        RunSummary summary = new ProductionProcessor(workload.contract(), options).run(progress -> {});
        System.out.println(summary.bottleneck() + ", stages " + summary.stageSeconds());
        if (summary.loaded() != workload.documents()) {
            throw new IllegalStateException("loaded " + summary.loaded() + " of " + workload.documents()
                    + " documents, " + summary.failure() + summary.rejectsByCode());
        }
    }
}
