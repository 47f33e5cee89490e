package dev.millrace.discovery;

import dev.millrace.contract.ContractText;
import dev.millrace.contract.MappingContract;
import java.util.List;
import java.util.Objects;

/**
 * What documents hold beyond a contract, put into it. Every byte that is not one of the {@link #changes} is as it was. Immutable.
 *
 * @param before the contract as it was; never null
 * @param after the contract as it is to be: the same object where nothing has changed; never null
 * @param contract the latter, compiled; never null
 * @param changes what was done, in the order of the edits
 * @param left what the documents hold and the contract cannot be given by itself, and what of it no longer holds: for a person to decide
 */
public record ContractUpdate(
        ContractText before, ContractText after, MappingContract contract, List<Change> changes, List<String> left) {

    /** What was done. */
    public enum Kind {
        ADDED_PREFIX,
        ADDED_TABLE,
        ADDED_COLUMN,
        WIDENED
    }

    /**
     * A change.
     *
     * @param kind what was done
     * @param subject to what, in words such as {@code table orders, column note}
     * @param words what it is now, and the evidence; without values of documents
     */
    public record Change(Kind kind, String subject, String words) {

        public Change {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(subject, "subject");
            Objects.requireNonNull(words, "words");
        }

        @Override
        public String toString() {
            return subject + ": " + words;
        }
    }

    public ContractUpdate {
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
        Objects.requireNonNull(contract, "contract");
        changes = List.copyOf(changes);
        left = List.copyOf(left);
    }

    /** Whether the contract's text is another one. */
    public boolean isChange() {
        return !before.text().equals(after.text());
    }
}
