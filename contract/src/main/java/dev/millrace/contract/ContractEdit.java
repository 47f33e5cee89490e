package dev.millrace.contract;

import java.util.Objects;
import org.apiguardian.api.API;

/**
 * An edit of a contract that was made: the change of the text, and the contract before and after it. Immutable. A list of them is
 * what can be undone.
 *
 * @param before the contract that was edited
 * @param change what the edit does to the text
 * @param after the contract as it is then
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ContractEdit(ContractText before, TextEdit change, ContractText after) {

    public ContractEdit {
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(change, "change");
        Objects.requireNonNull(after, "after");
    }

    /** The edit that undoes this one. */
    public ContractEdit inverse() {
        return new ContractEdit(after, change.inverse(), before);
    }
}
