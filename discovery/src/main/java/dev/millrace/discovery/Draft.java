package dev.millrace.discovery;

import dev.millrace.contract.ContractText;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A drafted contract.
 *
 * @param contract sound, and yours to edit
 * @param unmapped paths with values that no column has, and that are not ignored for a reason; such as what is outside of a record that
 *     somebody asked for
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Draft(ContractText contract, List<String> unmapped) {

    public Draft {
        unmapped = List.copyOf(unmapped);
    }
}
