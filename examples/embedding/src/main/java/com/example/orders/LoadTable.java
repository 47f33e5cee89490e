package com.example.orders;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.OnExisting;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.MaxRejects;
import dev.millrace.processing.RunSummary;
import dev.millrace.source.SourceException;
import javax.sql.DataSource;

/** Loads the documents of a table, with connections of the program's own pool, as a nightly job would. */
public final class LoadTable {

    private LoadTable() {}

    /**
     * @param url which database the pool's connections lead to
     * @param pool has room for the workers and two more
     */
    public static RunSummary load(MappingContract contract, String url, DataSource pool)
            throws SourceException, TargetException {
        Database database = Database.of(url, pool);
        RunOptions options = RunOptions.from(From.table(database, "app_xml", "app_id", "xml"))
                .to(database)
                .createTables(true)
                .workers(2)
                .onExisting(OnExisting.REPLACE)
                .maxRejects(new MaxRejects(1_000, 5))
                .build();
        return new ProductionProcessor(contract, options).run();
    }
}
