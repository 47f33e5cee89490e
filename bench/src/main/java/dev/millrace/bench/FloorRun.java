package dev.millrace.bench;

import dev.millrace.contract.MappingContract;

/**
 * Both ceilings at once: the documents are tokenized while their rows, encoded beforehand, are loaded. What a loader adds
 * to this is what it costs.
 */
record FloorRun(int workers) implements Contestant {

    @Override
    public String name() {
        return "floor run, " + workers + " connections";
    }

    @Override
    public boolean loads() {
        return true;
    }

    @Override
    public void run(Workload workload) throws Exception {
        MappingContract contract = workload.contract();
        Parallel.run(2 * workers, thread -> {
            if (thread < workers) {
                LoadCeiling.load(workload, contract, thread, workers, false);
            } else {
                ParseCeiling.tokenize(workload, thread - workers, workers);
            }
        });
    }
}
