package com.example.orders;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.document.Document;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.FromSource;
import dev.millrace.processing.RunSummary;
import dev.millrace.source.SourceException;
import java.util.concurrent.BlockingQueue;

/** Loads from a source of the program's own, which can be read only once. */
public final class LoadQueue {

    private LoadQueue() {}

    public static RunSummary load(MappingContract contract, BlockingQueue<Document> queue, Database database)
            throws SourceException, TargetException {
        RunOptions options = RunOptions.from(new FromSource("queue", () -> new QueueSource(queue), true))
                .to(database)
                .createTables(true)
                .build();
        return new ProductionProcessor(contract, options).run();
    }
}
