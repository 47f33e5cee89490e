package dev.millrace.cli;

import dev.millrace.contract.ContractDifference;
import dev.millrace.contract.ContractDifference.Rows;
import dev.millrace.contract.MappingContract;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code diff} has found.
 *
 * @param oldFile as it was named
 * @param newFile as it was named
 * @param target null where no tables were asked for
 */
record DiffReport(
        String oldFile,
        MappingContract before,
        String newFile,
        MappingContract after,
        List<ContractDifference> differences,
        @Nullable DiffTarget target) {

    DiffReport {
        differences = List.copyOf(differences);
    }

    Rows rows() {
        return ContractDifference.rows(differences);
    }

    /** What is to be done about the rows that are loaded, and why. */
    String advice() {
        return switch (rows()) {
            case STAY -> "Rows that are loaded stay as they are; nothing has to be mapped again.";
            case RETRY ->
                "Rows that are loaded stay as they are; nothing has to be mapped again. Documents that were rejected may be"
                        + " loaded now, with 'run --retry-rejects'.";
            case AGAIN ->
                "Documents that are loaded have to be mapped again to have what the new contract gives, with 'run --on-existing"
                        + " reload'.";
            case ANEW ->
                "Documents that are loaded are not known to the new contract, or not found by it. Before any table changes, take"
                        + " them out with the old one, 'forget " + oldFile + " --all'; then load them with 'run "
                        + newFile
                        + "'.";
        };
    }
}
