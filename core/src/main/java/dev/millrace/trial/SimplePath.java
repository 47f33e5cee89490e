package dev.millrace.trial;

import dev.millrace.summary.PathEdge;
import dev.millrace.summary.PathNode;
import dev.millrace.xml.path.PathNames.Used;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A path of names alone, such as {@code contact/@email}, whatever its predicates say: most paths of a contract are. */
final class SimplePath {

    private static final Pattern STEP = Pattern.compile(
            "(@|attribute::|child::)?(?:(\\*|[\\p{L}_][\\p{L}\\p{N}_.\\-]*):)?(\\*|[\\p{L}_][\\p{L}\\p{N}_.\\-]*)");

    private static final String PARENT = "..";
    private static final String ANY = "*";

    private final List<Used> steps;

    private SimplePath(List<Used> steps) {
        this.steps = steps;
    }

    /**
     * What a path meets.
     *
     * @param nodes where it leads; empty where it leads nowhere
     * @param failed the step that nothing is met for; null if there is none, or if nobody knows
     * @param around where that step was looked for
     */
    record Met(Set<PathNode> nodes, @Nullable Used failed, Set<PathNode> around) {}

    /** Null for a path of another kind. */
    static @Nullable SimplePath of(String expression) {
        String text = withoutPredicates(expression);
        if (text == null) {
            return null;
        }
        List<Used> steps = new ArrayList<>();
        for (String word : text.split("/", -1)) {
            String step = word.strip();
            if (step.equals(PARENT)) {
                steps.add(new Used("", PARENT, false));
                continue;
            }
            if (step.equals(".") || step.equals("text()")) {
                continue;
            }
            Matcher matcher = STEP.matcher(step);
            if (!matcher.matches()) {
                return null;
            }
            String axis = matcher.group(1);
            String prefix = matcher.group(2);
            steps.add(
                    new Used(prefix == null ? "" : prefix, matcher.group(3), axis != null && !axis.equals("child::")));
        }
        return new SimplePath(steps);
    }

    private static @Nullable String withoutPredicates(String expression) {
        StringBuilder text = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < expression.length(); i++) {
            char c = expression.charAt(i);
            if (c == '\'' || c == '"') {
                int end = expression.indexOf(c, i + 1);
                if (depth == 0 || end < 0) {
                    return null;
                }
                i = end;
            } else if (c == '[') {
                depth++;
            } else if (c == ']') {
                depth--;
            } else if (depth == 0) {
                text.append(c);
            }
        }
        return text.toString().strip();
    }

    /** What it meets from any of these. */
    Met from(Set<PathNode> start, SampleNames names) {
        Set<PathNode> here = start;
        for (Used step : steps) {
            Set<PathNode> next = new LinkedHashSet<>();
            boolean unknown = false;
            for (PathNode node : here) {
                unknown |= take(step, node, names, next);
            }
            if (next.isEmpty()) {
                return new Met(Set.of(), unknown || here.isEmpty() ? null : step, here);
            }
            here = next;
        }
        return new Met(here, null, Set.of());
    }

    /** Returns whether there may be more than what is known. */
    private static boolean take(Used step, PathNode node, SampleNames names, Set<PathNode> into) {
        if (step.local().equals(PARENT)) {
            if (node.parent() != null) {
                into.add(node.parent());
            }
            return false;
        }
        boolean unknown = node.isAny() || !step.attribute() && isBelowMarkup(node);
        for (PathEdge edge : step.attribute() ? node.attributes() : node.children()) {
            PathNode target = edge.target();
            if (target.isAny()) {
                unknown = true;
            } else if (step.local().equals(ANY) || names.matches(step, target.name())) {
                into.add(target);
            }
        }
        return unknown;
    }

    private static boolean isBelowMarkup(PathNode node) {
        PathNode parent = node.parent();
        return parent != null && parent.isShallow();
    }
}
