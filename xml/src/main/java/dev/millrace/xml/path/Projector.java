package dev.millrace.xml.path;

import dev.millrace.xml.Projection;
import org.jspecify.annotations.Nullable;

/** What native expressions need to tell a projection what they reach. */
final class Projector {

    private final Projection.Builder builder;
    private final Projection.@Nullable Reach[] variables;
    private final Projection.@Nullable Reach[] locals;

    Projector(Projection.Builder builder, Projection.@Nullable Reach[] variables, int locals) {
        this.builder = builder;
        this.variables = variables;
        this.locals = new Projection.Reach[locals];
    }

    Projection.Reach document() {
        return builder.document();
    }

    Projection.@Nullable Reach variable(int slot) {
        return slot == 0 ? builder.record() : variables[slot];
    }

    Projection.@Nullable Reach local(int index) {
        return locals[index];
    }

    void local(int index, Projection.@Nullable Reach reach) {
        locals[index] = reach;
    }

    /** Keeps what the string values of these nodes need. */
    static void values(Projection.@Nullable Reach reach) {
        if (reach != null) {
            reach.stringValue();
        }
    }

    static Projection.@Nullable Reach union(Projection.@Nullable Reach first, Projection.@Nullable Reach second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return first.union(second);
    }
}
