package dev.millrace.mapping;

import dev.millrace.mapping.CellCounts.Policy;
import dev.millrace.xml.path.EvaluationContext;
import dev.millrace.xml.path.Items;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the columns of a row are computed from. One per document, moved from row to row. */
final class RowScope {

    final EvaluationContext context;
    final String documentKey;
    final String sourceName;

    /** Who is told of each step; null for nobody. */
    @Nullable
    MappingTrace trace;

    /** Is told of each fault, and the mapper goes on; null where the first one is thrown. */
    private final @Nullable Consumer<MappingException> faults;

    /** Counts what becomes of rows; null for nobody. */
    final @Nullable RowCounts counts;

    /** Counts which texts became one value; null for nobody. */
    final @Nullable Collapses collapses;

    /** What the path of the column at hand gave, where {@link #collapses} counts: an item, or the text that several were joined to. */
    @Nullable
    Object given;

    /** What was done to it that is no policy: the bits of {@link Collapses.Cause}. */
    int tidied;

    /** For the values of one column at a time. */
    final Items items = new Items();

    /** The values of the rows above, by levels up; at 0 those of the row of the same table that encloses this one, if there is one. */
    @Nullable
    Object[][] ancestors = new Object[1][];

    /** The row above; null at the top. */
    @Nullable
    Row parent;

    /** The row's position within the parent's row, from 1. */
    long position;

    /** The number of the start tag that the row comes from. */
    int ordinal;

    /** Set by a column whose last value did not come from the document. */
    boolean filledIn;

    /** Set by a column that left out the document's value, as its {@code invalid} says. */
    @Nullable
    Misfit leftOut;

    /** The value that was left out, where {@link #leftOut} is set. */
    @Nullable
    Object leftOutItem;

    /** What policies did to the row's values so far: see {@link Row#changes}. */
    private int[] changes = new int[8];

    private int changeCount;

    RowScope(
            EvaluationContext context,
            String documentKey,
            String sourceName,
            @Nullable MappingTrace trace,
            @Nullable Consumer<MappingException> faults,
            @Nullable RowCounts counts,
            @Nullable Collapses collapses) {
        this.counts = counts;
        this.collapses = collapses;
        this.context = context;
        this.documentKey = documentKey;
        this.sourceName = sourceName;
        this.trace = trace;
        this.faults = faults;
    }

    /** Ends the document with a fault, unless all of them are wanted. */
    void fail(MappingException fault) throws MappingException {
        if (faults == null) {
            throw fault;
        }
        faults.accept(fault);
    }

    /** How much was noted so far, for {@link #forgetChangesFrom}. */
    int noted() {
        return changeCount;
    }

    /** Forgets what was noted since; from 0 on, where a row begins. */
    void forgetChangesFrom(int noted) {
        changeCount = noted;
    }

    /** Notes that a policy made the value of a column. */
    void note(int column, Policy policy) {
        if (changeCount == changes.length) {
            changes = Arrays.copyOf(changes, 2 * changeCount);
        }
        changes[changeCount++] = CellCounts.change(column, policy);
    }

    /** The policies that were noted since, as bits of {@link Collapses.Cause}. */
    int causesFrom(int noted) {
        int causes = 0;
        for (int i = noted; i < changeCount; i++) {
            causes |= Collapses.Cause.bitOf(CellCounts.policy(changes[i]));
        }
        return causes;
    }

    /** What was noted of this row; null for nothing. */
    int @Nullable [] changes() {
        return changeCount == 0 ? null : Arrays.copyOf(changes, changeCount);
    }
}
