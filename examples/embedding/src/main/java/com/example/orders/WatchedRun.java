package com.example.orders;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.TargetException;
import dev.millrace.document.Reject;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunListener;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunSummary;
import dev.millrace.source.SourceException;
import dev.millrace.workers.BatchResult;
import dev.millrace.workers.Progress;
import java.util.ArrayList;
import java.util.List;

/** Follows a run batch by batch, hears of each reject at once, and stops the run when it has seen enough. */
public final class WatchedRun implements RunListener {

    private final ProductionProcessor processor;
    private final int enough;
    private final List<String> rejected = new ArrayList<>();
    private long loaded;

    /** @param enough rejects, after which the run is stopped */
    public WatchedRun(MappingContract contract, RunOptions options, int enough) {
        this.processor = new ProductionProcessor(contract, options);
        this.enough = enough;
    }

    public RunSummary run() throws SourceException, TargetException {
        return processor.run(this);
    }

    @Override
    public void started(Progress progress) {
        System.out.println("documents to expect: " + progress.expected());
    }

    @Override
    public void batch(BatchResult batch) {
        loaded += batch.sink().accepted() - batch.sink().again().loaded();
    }

    @Override
    public void rejected(Reject reject) {
        rejected.add(reject.documentKey() + ": " + reject.fault().code().word());
        if (rejected.size() >= enough) {
            processor.stop();
        }
    }

    public List<String> rejectedDocuments() {
        return rejected;
    }

    public long loadedDocuments() {
        return loaded;
    }
}
