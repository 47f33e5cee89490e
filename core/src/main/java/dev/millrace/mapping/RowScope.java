package dev.millrace.mapping;

import dev.millrace.xml.path.EvaluationContext;
import dev.millrace.xml.path.Items;
import org.jspecify.annotations.Nullable;

/** What the columns of one row are computed from. One per worker, moved from row to row. */
final class RowScope {

    final Items items = new Items();

    EvaluationContext context;
    String documentKey = "";
    String sourceName = "";

    /** The values of the rows above, by levels up; [0] is not used. */
    @Nullable
    Object[][] ancestors = {};

    /** The row's position within the parent's row, from 1. */
    long position;
    /** The number of the start tag that the row comes from. */
    int ordinal;
    /** Set by a column whose last value did not come from the document. */
    boolean filledIn;

    RowScope(EvaluationContext context) {
        this.context = context;
    }
}
