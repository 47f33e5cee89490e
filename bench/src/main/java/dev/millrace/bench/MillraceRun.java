package dev.millrace.bench;

import dev.millrace.dialect.Database;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunSummary;
import dev.millrace.xml.XmlLimits;
import java.util.Properties;

/** The pipeline as {@code millrace run} starts it, with its defaults, from a table of the database into the same database. */
record MillraceRun(int workers) implements Contestant {

    @Override
    public String name() {
        return "millrace, " + workers + " workers";
    }

    @Override
    public boolean loads() {
        return true;
    }

    @Override
    public void run(Workload workload) throws Exception {
        Database database = Database.of(workload.url(), new Properties());
        RunOptions options = new RunOptions(
                new RunOptions.FromDatabase(database, null, null, null, null, null),
                database,
                workers,
                RunOptions.DEFAULT_BATCH_DOCUMENTS,
                RunOptions.DEFAULT_BATCH_BYTES,
                Long.MAX_VALUE,
                false,
                false,
                false,
                RunOptions.MaxRejects.NONE,
                XmlLimits.DEFAULTS,
                false);
        RunSummary summary = new ProductionProcessor(workload.contract(), options).run(progress -> {});
        System.out.println(summary.bottleneck() + ", stages " + summary.stageSeconds());
        if (summary.loaded() != workload.documents()) {
            throw new IllegalStateException("loaded " + summary.loaded() + " of " + workload.documents()
                    + " documents, " + summary.failure() + summary.rejectsByCode());
        }
    }
}
