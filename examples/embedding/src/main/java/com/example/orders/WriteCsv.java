package com.example.orders;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.TargetException;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunSummary;
import dev.millrace.source.SourceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads and maps on several threads, and writes to sinks of the program's own. */
public final class WriteCsv {

    private WriteCsv() {}

    public static RunSummary write(MappingContract contract, String files, Path folder)
            throws SourceException, TargetException {
        AtomicInteger worker = new AtomicInteger();
        RunOptions options = RunOptions.from(From.files(files))
                .into(() -> csv(contract, folder, worker.incrementAndGet()))
                .workers(2)
                .build();
        return new ProductionProcessor(contract, options).run();
    }

    private static CsvSink csv(MappingContract contract, Path folder, int worker) {
        try {
            return new CsvSink(contract, folder, worker);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
