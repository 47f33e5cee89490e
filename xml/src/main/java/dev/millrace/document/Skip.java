package dev.millrace.document;

import java.util.Set;

/** Why a run leaves a document as the ledger has it. */
public enum Skip {
    /** An earlier run has loaded it, under this text of the contract. */
    LOADED,
    /** An earlier run has loaded it, and the contract of that run had another text. */
    LOADED_BY_OTHER_CONTRACT,
    /** An earlier run has rejected it, and that still holds. */
    REJECTED,
    /** The ledger does not know it, and the run was told to load rejected documents only. No run has settled it. */
    LEFT_ALONE,
    /** The contract's {@code document.select} says that it is none of its documents. */
    UNSELECTED;

    /**
     * How a document counts that an earlier run has loaded.
     *
     * @param runsOfOtherContracts the runs whose contract had another text
     */
    public static Skip loadedBy(String run, Set<String> runsOfOtherContracts) {
        return runsOfOtherContracts.contains(run) ? LOADED_BY_OTHER_CONTRACT : LOADED;
    }
}
