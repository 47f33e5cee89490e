package dev.millrace.reference;

import java.util.List;
import org.apiguardian.api.API;

/**
 * The result of an import.
 *
 * @param yaml a Millrace contract
 * @param differences what a reader of the contract should know: where its rows may differ from the original system's and
 *     what was decided on the way; one line each
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ImportedContract(String yaml, List<String> differences) {

    public ImportedContract {
        differences = List.copyOf(differences);
    }
}
