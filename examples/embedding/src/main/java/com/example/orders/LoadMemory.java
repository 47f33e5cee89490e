package com.example.orders;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.document.Document;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunSummary;
import dev.millrace.source.SourceException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Loads documents that the program has in memory. */
public final class LoadMemory {

    private LoadMemory() {}

    /** @param texts by key: what a key has loaded once is not loaded again */
    public static RunSummary load(MappingContract contract, Map<String, String> texts, Database database)
            throws SourceException, TargetException {
        List<Document> documents = texts.entrySet().stream()
                .map(text -> Document.ofText(text.getKey(), text.getValue().getBytes(StandardCharsets.UTF_8), "memory"))
                .toList();
        RunOptions options = RunOptions.from(From.documents("memory", documents))
                .to(database)
                .createTables(true)
                .build();
        return new ProductionProcessor(contract, options).run();
    }
}
