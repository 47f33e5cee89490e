package dev.millrace.explain;

import dev.millrace.explain.Explanation.Answer;
import dev.millrace.explain.Explanation.Condition;
import dev.millrace.explain.Explanation.Named;
import dev.millrace.xml.Node;
import dev.millrace.xml.path.EvaluationException;
import dev.millrace.xml.path.Items;
import dev.millrace.xml.path.PathCompiler.Result;
import dev.millrace.xml.path.PathConditions;
import dev.millrace.xml.path.PathException;
import dev.millrace.xml.path.PathExpression;
import dev.millrace.xml.path.VariableScope;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path that makes rows, taken apart into its conditions. What it leaves out is found by asking it with none of them, with the first,
 * with the first two, and so on.
 */
final class RowPath {

    private final String text;
    private final VariableScope scope;
    private final @Nullable PathConditions conditions;
    /** With none of the conditions, with the first …; the last one has all of them. */
    private final List<PathExpression> steps = new ArrayList<>();

    private final List<PathExpression> beginnings = new ArrayList<>();
    private @Nullable String problem;

    /** A node that the path gives without its conditions, and the index of the one that is false first. */
    record Lost(Node node, int condition) {}

    RowPath(PathExpression path, VariableScope scope, Evaluations evaluations) {
        this.text = path.text();
        this.scope = scope;
        this.conditions = PathConditions.of(text).orElse(null);
        if (conditions == null) {
            problem = "the path cannot be taken apart, so that what its conditions leave out is not known: " + text;
            return;
        }
        try {
            int count = conditions.conditions().size();
            for (int i = 0; i < count; i++) {
                steps.add(evaluations.compile(conditions.upTo(i), scope, Result.ITEMS));
            }
            steps.add(path);
            PathConditions bare = PathConditions.of(conditions.upTo(0)).orElse(conditions);
            for (String beginning : bare.beginnings()) {
                beginnings.add(evaluations.compile(beginning, scope, Result.ITEMS));
            }
        } catch (PathException e) {
            problem = notAsked(e);
        }
    }

    /** Why what is left out is not known, or not all of it; null if it is known. */
    @Nullable
    String problem() {
        return problem;
    }

    private String notAsked(Exception e) {
        return "the conditions of a path cannot be asked one by one (" + e.getMessage() + "): " + text;
    }

    /**
     * What the conditions leave out where the evaluations are, in document order as the path has it.
     *
     * @param found how many items the path gives with all of them
     */
    List<Lost> lost(Evaluations evaluations, int found) {
        if (problem != null || steps.size() == 1) {
            return List.of();
        }
        try {
            Object[] all = evaluations.items(steps.get(0)).toArray();
            if (all.length == found) {
                return List.of();
            }
            return lost(evaluations, all);
        } catch (EvaluationException e) {
            problem = notAsked(e);
            return List.of();
        }
    }

    private List<Lost> lost(Evaluations evaluations, Object[] all) throws EvaluationException {
        int[] falseAt = new int[all.length];
        for (int step = 1; step < steps.size(); step++) {
            BitSet left = new BitSet();
            Items items = evaluations.items(steps.get(step));
            for (int i = 0; i < items.size(); i++) {
                if (!(items.get(i) instanceof Node node)) {
                    problem = "the path gives values and no nodes, so that what its conditions leave out is not known: "
                            + text;
                    return List.of();
                }
                left.set(node.position());
            }
            for (int i = 0; i < all.length; i++) {
                if (falseAt[i] == 0 && all[i] instanceof Node node && !left.get(node.position())) {
                    falseAt[i] = step;
                }
            }
        }
        List<Lost> lost = new ArrayList<>();
        for (int i = 0; i < all.length; i++) {
            if (falseAt[i] > 0 && all[i] instanceof Node node) {
                lost.add(new Lost(node, falseAt[i] - 1));
            }
        }
        return lost;
    }

    /** How many items each beginning of the path gives where the evaluations are, without its conditions. */
    long[] found(Evaluations evaluations) {
        long[] found = new long[beginnings.size()];
        try {
            for (int i = 0; i < found.length; i++) {
                found[i] = evaluations.items(beginnings.get(i)).size();
            }
        } catch (EvaluationException e) {
            problem = notAsked(e);
        }
        return found;
    }

    List<PathExpression> beginnings() {
        return beginnings;
    }

    /** All conditions, of which one is false for a node, first of all. The evaluations go to that node. */
    List<Condition> conditions(Lost lost, Evaluations evaluations, Evaluations.@Nullable Link below) {
        PathConditions known = conditions;
        List<Condition> told = new ArrayList<>();
        if (known == null) {
            return told;
        }
        List<String> texts = known.conditions();
        for (int i = 0; i < texts.size(); i++) {
            boolean before = i < lost.condition() && !known.isSeveral();
            Answer answer = i == lost.condition() ? Answer.FALSE : before ? Answer.TRUE : Answer.NOT_ASKED;
            List<Named> operands = List.of();
            Node asked = i == lost.condition() ? above(lost.node(), known.levelsUp(i)) : null;
            if (asked != null) {
                evaluations.goTo(asked, below);
                operands = PathConditions.operands(texts.get(i)).stream()
                        .map(operand -> evaluations.named(operand, scope))
                        .toList();
            }
            told.add(new Condition(texts.get(i), answer, operands));
        }
        return told;
    }

    private static @Nullable Node above(Node node, int levels) {
        Node asked = levels == PathConditions.UNKNOWN ? null : node;
        for (int i = 0; i < levels && asked != null; i++) {
            asked = asked.parent();
        }
        return asked;
    }
}
