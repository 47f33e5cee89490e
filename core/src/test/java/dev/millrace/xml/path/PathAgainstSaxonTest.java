package dev.millrace.xml.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.xml.Node;
import dev.millrace.xml.Record;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Holds the native evaluator to Saxon: random expressions on random documents must give the same items, or both an error.
 * {@code -Dmillrace.path.pairs=N} sets the number of pairs, {@code -Dmillrace.path.seed=S} repeats a run.
 */
class PathAgainstSaxonTest {

    private static final int DOCUMENTS = 10;
    private static final int FAILURES_SHOWN = Integer.getInteger("millrace.path.failures", 5);

    private static final VariableScope SCOPE = VariableScope.RECORD
            .with("node")
            .with("nodes")
            .with("text")
            .with("number")
            .with("date");
    private static final Map<String, String> NAMESPACES = Map.of("p", "urn:p");

    private final PathCompiler natively = new PathCompiler(NAMESPACES, false);
    private final PathCompiler onSaxon = new PathCompiler(NAMESPACES, false, true);

    private int nativeExpressions;
    private int refusedBySaxon;
    private int withoutError;
    private int oneSidedErrors;

    @Test
    void nativeEvaluatorGivesSaxonsAnswers() throws PathException {
        long seed = Long.getLong("millrace.path.seed", 20261123L);
        int pairs = Integer.getInteger("millrace.path.pairs", 100_000);
        Random random = new Random(seed);
        List<String> failures = new ArrayList<>();
        int expressions = pairs / DOCUMENTS;
        List<RandomDocuments.Part> documents = new ArrayList<>();
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < expressions && failures.size() < FAILURES_SHOWN; i++) {
            if (i % 500 == 0) {
                documents.clear();
                cases.clear();
                RandomDocuments drawn = new RandomDocuments(random);
                for (int d = 0; d < DOCUMENTS; d++) {
                    documents.add(drawn.record());
                    cases.add(new Case(documents.get(d)));
                }
            }
            Expressions.Tree expression = new Expressions(random).any(1 + random.nextInt(4));
            Compiled compiled = compile(expression.text());
            for (int d = 0; compiled != null && d < DOCUMENTS; d++) {
                if (cases.get(d).difference(compiled) != null) {
                    failures.add("seed " + seed + ", expression " + i + ", document " + d + ": "
                            + shrunk(expression, documents.get(d)));
                    break;
                }
            }
        }
        System.out.printf(
                "%d expressions, %d native, %d refused by Saxon's static typing, %d pairs gave a result, %d an error on one side%n",
                expressions, nativeExpressions, refusedBySaxon, withoutError, oneSidedErrors);

        assertThat(failures).isEmpty();
        assertThat(nativeExpressions).isGreaterThan(expressions * 8 / 10);
        assertThat(withoutError).isGreaterThan(pairs / 2);
        // Saxon finds type errors before it runs and leaves out what does not matter to the result, as XPath 3.1 §2.3.4
        // allows; so some errors are only on one side, but they must stay few.
        assertThat(oneSidedErrors).isLessThan(pairs / 50);
    }

    /** The same expression on both roads, compiled once for nodes and once for values. */
    private record Compiled(PathExpression natively, PathExpression onSaxon) {}

    /** Null when the expression is not native, or when Saxon knows before running that it must fail. */
    private @Nullable Compiled compile(String text) {
        PathExpression ours;
        try {
            ours = natively.compile(text, SCOPE, PathCompiler.Result.ITEMS);
        } catch (PathException staticallyWrong) {
            refusedBySaxon++;
            return null;
        }
        if (ours.road() != PathExpression.Road.NATIVE) {
            return null;
        }
        nativeExpressions++;
        try {
            return new Compiled(ours, onSaxon.compile(text, SCOPE, PathCompiler.Result.ITEMS));
        } catch (PathException staticallyWrong) {
            refusedBySaxon++;
            return null;
        }
    }

    /** A document with the contexts to evaluate on it. */
    private final class Case {

        private final EvaluationContext ours;
        private final EvaluationContext saxons;

        Case(RandomDocuments.Part record) throws PathException {
            Node root = Trees.element("<root y='7'>" + record.text() + "<b t='PR'/></root>");
            Record started = new Record(Objects.requireNonNull(root.firstChild()), 0);
            ours = context(natively, started);
            saxons = context(onSaxon, started);
        }

        private EvaluationContext context(PathCompiler compiler, Record record) throws PathException {
            EvaluationContext context = new EvaluationContext(SCOPE.size());
            context.startRecord(record);
            context.bindLazily(SCOPE.slot("node"), compiler.compile("*[1]", SCOPE, PathCompiler.Result.ITEMS));
            context.bindLazily(
                    SCOPE.slot("nodes"), compiler.compile("(.//@x, b, ..)", SCOPE, PathCompiler.Result.ITEMS));
            context.bind(SCOPE.slot("text"), "CURR");
            context.bind(SCOPE.slot("number"), new BigDecimal("12.50"));
            context.bind(SCOPE.slot("date"), LocalDate.of(2020, 2, 28));
            return context;
        }

        /** Null if both roads agree, else what each gives. */
        @Nullable
        String difference(Compiled compiled) {
            String outcome = outcome(compiled.natively(), ours);
            String saxon = outcome(compiled.onSaxon(), saxons);
            boolean fails = outcome.startsWith("error");
            boolean saxonFails = saxon.startsWith("error");
            if (fails != saxonFails) {
                oneSidedErrors++;
            } else if (!fails) {
                withoutError++;
            }
            return fails || saxonFails || outcome.equals(saxon) ? null : "native " + outcome + ", Saxon " + saxon;
        }
    }

    private static String outcome(PathExpression expression, EvaluationContext context) {
        Items items = new Items();
        try {
            expression.evaluate(context, items);
        } catch (EvaluationException error) {
            return "error " + error.code();
        } catch (RuntimeException defect) {
            return "defect " + defect + " at " + defect.getStackTrace()[0];
        }
        StringBuilder outcome = new StringBuilder();
        for (Object item : items.toArray()) {
            if (item instanceof Node node) {
                outcome.append('<').append(node).append("> ");
            } else {
                // Saxon's division of integers gives now an integer and now a decimal of the same value.
                AtomicType type = AtomicType.of(item);
                outcome.append(type == AtomicType.INTEGER ? AtomicType.DECIMAL : type)
                        .append(' ')
                        .append(Atomic.lexical(item))
                        .append("; ");
            }
        }
        return outcome.toString();
    }

    /** Greedy: as long as something smaller still differs, goes on from there. */
    private String shrunk(Expressions.Tree expression, RandomDocuments.Part document) throws PathException {
        Expressions.Tree smallest = expression;
        RandomDocuments.Part smallestDocument = document;
        @Nullable String difference = difference(smallest, smallestDocument);
        boolean progress = true;
        while (progress) {
            progress = false;
            for (Expressions.Tree candidate : smallest.smaller()) {
                String shorter = candidate.text().length() < smallest.text().length()
                        ? difference(candidate, smallestDocument)
                        : null;
                if (shorter != null) {
                    smallest = candidate;
                    difference = shorter;
                    progress = true;
                    break;
                }
            }
            for (RandomDocuments.Part candidate : smallestDocument.smaller()) {
                String still = difference(smallest, candidate);
                if (still != null) {
                    smallestDocument = candidate;
                    difference = still;
                    progress = true;
                    break;
                }
            }
        }
        return smallest.text() + "  on  " + smallestDocument.text() + "  gives  " + difference;
    }

    private @Nullable String difference(Expressions.Tree expression, RandomDocuments.Part document)
            throws PathException {
        try {
            Compiled compiled = compile(expression.text());
            return compiled == null ? null : new Case(document).difference(compiled);
        } catch (PathException notAnExpression) {
            return null;
        }
    }
}
