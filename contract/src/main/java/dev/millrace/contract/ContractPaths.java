package dev.millrace.contract;

import dev.millrace.xml.RecordPath;
import dev.millrace.xml.path.PathCompiler;
import dev.millrace.xml.path.PathCompiler.Result;
import dev.millrace.xml.path.PathException;
import dev.millrace.xml.path.PathExpression;
import dev.millrace.xml.path.VariableScope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles the paths of a contract, tells what is wrong with them, and keeps count of the variables they use. */
final class ContractPaths {

    /** A variable where a path names it, at its dollar sign. */
    private record Use(String name, int offset) {}

    private final PathCompiler compiler;
    private final Problems problems;
    private final Set<String> used = new HashSet<>();

    ContractPaths(PathCompiler compiler, Problems problems) {
        this.compiler = compiler;
        this.problems = problems;
    }

    /** Whether a path that was compiled so far names this variable. */
    boolean isUsed(String variable) {
        return used.contains(variable);
    }

    /**
     * Compiles an expression.
     *
     * @param where what the path belongs to, for messages
     * @param later names that this path may not use because their values come later
     * @return null when the path cannot be compiled, and the problem is told
     */
    @Nullable
    PathExpression compile(Scalar path, String where, VariableScope scope, Collection<String> later, Result result) {
        List<Use> uses = uses(path.text());
        for (Use use : uses) {
            used.add(use.name());
        }
        try {
            return compiler.compile(path.text(), scope, result);
        } catch (PathException fault) {
            tell(fault, path, where, scope, later, uses);
            return null;
        }
    }

    /** {@code document.record}; null when it is none, and the problem is told. */
    @Nullable
    RecordPath compileRecord(Scalar path, String where) {
        try {
            return compiler.compileRecordPath(path.text());
        } catch (PathException fault) {
            problems.error(path.position(fault.offset()), where + ": " + fault.getMessage());
            return null;
        }
    }

    private void tell(
            PathException fault,
            Scalar path,
            String where,
            VariableScope scope,
            Collection<String> later,
            List<Use> uses) {
        for (Use use : uses) {
            if (scope.slot(use.name()) < 0 && later.contains(use.name())) {
                problems.error(
                        path.position(use.offset()),
                        where + ": $" + use.name()
                                + " has no value yet here; a path can use only what is declared before it: move "
                                + use.name() + " up");
                return;
            }
        }
        for (Use use : uses) {
            boolean meant = scope.slot(use.name()) < 0
                    && String.valueOf(fault.getMessage()).contains("$" + use.name());
            if (meant) {
                List<String> known = scope.names().stream()
                        .filter(name -> name.indexOf(' ') < 0)
                        .map(name -> "$" + name)
                        .toList();
                problems.error(
                        path.position(use.offset()),
                        where + ": there is no variable $" + use.name()
                                + MessageText.instead("$" + use.name(), "variables", known));
                return;
            }
        }
        problems.error(path.position(fault.offset()), where + ": " + fault.getMessage());
    }

    /** The variables named in an expression, outside of its string literals and comments. */
    private static List<Use> uses(String path) {
        List<Use> uses = new ArrayList<>();
        int comments = 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (path.startsWith("(:", i)) {
                comments++;
                i++;
            } else if (comments > 0) {
                if (path.startsWith(":)", i)) {
                    comments--;
                    i++;
                }
            } else if (c == '\'' || c == '"') {
                int end = path.indexOf(c, i + 1);
                i = end < 0 ? path.length() : end;
            } else if (c == '$') {
                int end = i + 1;
                while (end < path.length() && isNameCharacter(path.charAt(end))) {
                    end++;
                }
                uses.add(new Use(path.substring(i + 1, end), i));
                i = end - 1;
            }
        }
        return uses;
    }

    private static boolean isNameCharacter(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.' || Character.isSurrogate(c);
    }
}
