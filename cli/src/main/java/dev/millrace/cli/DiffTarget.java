package dev.millrace.cli;

import dev.millrace.database.SchemaChange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tables that two contracts are compared for.
 *
 * @param dialect the database's name
 * @param url the database whose tables count, without secrets; null where those of the old contract do
 * @param changes in an order in which they can be executed
 */
record DiffTarget(String dialect, @Nullable String url, List<SchemaChange> changes) {

    DiffTarget {
        changes = List.copyOf(changes);
    }

    /** Whether statements do it all. */
    boolean isInPlace() {
        return changes.stream().noneMatch(change -> change.kind() == SchemaChange.Kind.IMPOSSIBLE);
    }
}
