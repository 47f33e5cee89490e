package dev.millrace.mapping;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.xml.path.PathCompiler;
import dev.millrace.xml.path.PathCompiler.Result;
import dev.millrace.xml.path.PathConditions;
import dev.millrace.xml.path.PathException;
import dev.millrace.xml.path.PathExpression;
import dev.millrace.xml.path.PathExpression.Evaluator;
import dev.millrace.xml.path.VariableScope;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a contract's {@code rows} and {@code nested}, for {@link RowCounts}, which counts how many items each of them leaves
 * out: those that the path gives with the conditions before it, and not with it. Only of paths that can be taken apart and that are
 * evaluated natively; of others nothing is known. Immutable and thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class RowConditions {

    /** In place of the number of a row set: the condition is one of {@code nested}. */
    public static final int NESTED = 0;

    /** Characters of a condition that name it, as the ledger keeps it and people read it. */
    private static final int LONGEST = 1_000;

    /**
     * A condition.
     *
     * @param set which of the table's row sets it is of, from 1; or {@link #NESTED}
     * @param text as the contract has it; of a very long one the beginning
     */
    public record Condition(int set, String text) {}

    /**
     * A path with conditions.
     *
     * @param steps with none of the conditions, with the first, with the first two …; not with all of them
     * @param conditions what is added to each of the steps: indexes of conditions
     */
    record Sieve(List<PathExpression> steps, List<Integer> conditions) {}

    private final MappingContract contract;
    private final List<Condition> conditions = new ArrayList<>();

    /** By table, where its conditions begin; at the end how many there are. */
    private final int[] first;

    /** By table and the number of the row set; null where there are no conditions, or nothing is known of them. */
    private final @Nullable Sieve[][] sieves;

    /** Compiles the paths that this takes. */
    public RowConditions(MappingContract contract) {
        this.contract = contract;
        List<TableMapping> tables = contract.tables();
        first = new int[tables.size() + 1];
        sieves = new Sieve[tables.size()][];
        for (TableMapping table : tables) {
            int t = table.index();
            first[t] = conditions.size();
            List<TableMapping.RowSet> sets = table.rows().sets();
            sieves[t] = new Sieve[1 + sets.size()];
            VariableScope above = contract.scopeOf(table.parent());
            for (int set = 1; set <= sets.size(); set++) {
                sieves[t][set] = sieve(t, set, sets.get(set - 1).rows(), above);
            }
            sieves[t][NESTED] = sieve(t, NESTED, table.rows().nested(), contract.scopeOf(t));
            first[t + 1] = conditions.size();
        }
    }

    private @Nullable Sieve sieve(int table, int set, @Nullable PathExpression path, VariableScope scope) {
        PathConditions apart = path == null || path.evaluator() != Evaluator.NATIVE
                ? null
                : PathConditions.of(path.text()).orElse(null);
        if (apart == null || apart.conditions().isEmpty()) {
            return null;
        }
        List<PathExpression> steps = new ArrayList<>();
        try {
            for (int i = 0; i < apart.conditions().size(); i++) {
                steps.add(compile(apart.upTo(i), scope));
            }
        } catch (PathException e) {
            return null;
        }
        if (steps.stream().anyMatch(step -> step.evaluator() != Evaluator.NATIVE)) {
            return null;
        }
        List<Integer> indexes = new ArrayList<>();
        for (String text : apart.conditions()) {
            indexes.add(index(table, new Condition(set, shortened(text))));
        }
        return new Sieve(steps, indexes);
    }

    /** Each by a compiler of its own: the beginnings that paths share are numbered by compiler. */
    private PathExpression compile(String path, VariableScope scope) throws PathException {
        return PathCompiler.ofSeveral(
                        contract.document().namespaces(), contract.document().ignoreNameCase())
                .compile(path, scope, Result.ITEMS);
    }

    /** A condition that a path has twice counts as one. */
    private int index(int table, Condition condition) {
        int known = conditions.subList(first[table], conditions.size()).indexOf(condition);
        if (known >= 0) {
            return first[table] + known;
        }
        conditions.add(condition);
        return conditions.size() - 1;
    }

    private static String shortened(String condition) {
        if (condition.codePointCount(0, condition.length()) <= LONGEST) {
            return condition;
        }
        return condition.substring(0, condition.offsetByCodePoints(0, LONGEST - 1)) + "…";
    }

    /** How many conditions there are, of all tables. */
    int count() {
        return conditions.size();
    }

    /** Where the conditions of a table begin; behind the last table, how many there are. */
    int first(int table) {
        return first[table];
    }

    /** The conditions of a table, in the order of its row sets and of their paths, those of {@code nested} behind. */
    List<Condition> of(int table) {
        return List.copyOf(conditions.subList(first[table], first[table + 1]));
    }

    /**
     * The path of a row set, or of {@code nested}; null if it has no conditions, or nothing is known of them.
     *
     * @param set the number of the row set, from 1; or {@link #NESTED}
     */
    @Nullable
    Sieve sieve(int table, int set) {
        return sieves[table][set];
    }
}
