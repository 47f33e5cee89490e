package dev.millrace.xml.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.xml.path.Judge.Case;
import dev.millrace.xml.path.Judge.Compiled;
import dev.millrace.xml.path.Judge.Excuse;
import dev.millrace.xml.path.Judge.Outcomes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Holds the native evaluator to Saxon: random expressions on random documents must give the same items of the same types,
 * or fail with the same error. {@code -Dmillrace.path.pairs=N} sets the number of pairs, {@code -Dmillrace.path.seed=S}
 * repeats a run.
 */
class PathAgainstSaxonTest {

    private static final int DOCUMENTS = 10;
    private static final int FAILURES_SHOWN = Integer.getInteger("millrace.path.failures", 5);

    private final Judge judge = new Judge();

    @Test
    void nativeEvaluatorGivesSaxonsAnswers() {
        long seed = Long.getLong("millrace.path.seed", 20261123L);
        int pairs = Integer.getInteger("millrace.path.pairs", 100_000);
        Random random = new Random(seed);
        List<String> failures = new ArrayList<>();
        int expressions = pairs / DOCUMENTS;
        int nativeExpressions = 0;
        int values = 0;
        int errors = 0;
        Map<Excuse, Integer> excused = new EnumMap<>(Excuse.class);
        List<RandomDocuments.Part> documents = new ArrayList<>();
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < expressions && failures.size() < FAILURES_SHOWN; i++) {
            if (i % 500 == 0) {
                documents.clear();
                cases.clear();
                RandomDocuments drawn = new RandomDocuments(random);
                for (int d = 0; d < DOCUMENTS; d++) {
                    documents.add(drawn.record());
                    cases.add(judge.new Case(documents.get(d)));
                }
            }
            Expressions.Tree expression = new Expressions(random).any(1 + random.nextInt(4));
            Compiled compiled = judge.compile(expression.text());
            if (!compiled.isNative()) {
                continue;
            }
            nativeExpressions++;
            Map<String, Excuse> excuses = new HashMap<>();
            for (int d = 0; d < DOCUMENTS; d++) {
                Outcomes outcomes = cases.get(d).outcomes(compiled);
                if (outcomes.agree()) {
                    values += outcomes.fails() ? 0 : 1;
                    errors += outcomes.fails() ? 1 : 0;
                    continue;
                }
                // Seldom, and each a search of its own: once for each way in which the two evaluators differ.
                Excuse excuse = excuses.get(outcomes.kind());
                if (excuse == null) {
                    Shrunk shrunk = shrunk(expression, documents.get(d), cases);
                    excuse = shrunk.excuse();
                    if (excuse == null) {
                        failures.add("seed " + seed + ", expression " + i + ", document " + d + ": " + shrunk.words());
                        break;
                    }
                    excuses.put(outcomes.kind(), excuse);
                }
                excused.merge(excuse, 1, Integer::sum);
            }
        }
        System.out.printf(
                "%d expressions, %d native; %d pairs gave the same items, %d the same error; excused: %s%n",
                expressions, nativeExpressions, values, errors, excused);

        assertThat(failures).isEmpty();
        assertThat(nativeExpressions).isGreaterThan(expressions * 8 / 10);
        assertThat(values).isGreaterThan(pairs / 2);
        assertThat(errors).isGreaterThan(pairs / 20);
    }

    /** The smallest pair found that differs in the same way, in words; or what excuses it. */
    private record Shrunk(String words, @Nullable Excuse excuse) {}

    /** Greedy: as long as something smaller still differs in the same way, goes on from there. */
    private Shrunk shrunk(Expressions.Tree expression, RandomDocuments.Part document, List<Case> others) {
        Expressions.Tree smallest = expression;
        RandomDocuments.Part smallestDocument = document;
        Case smallestCase = judge.new Case(document);
        Outcomes outcomes = smallestCase.outcomes(judge.compile(expression.text()));
        String kind = outcomes.kind();
        boolean progress = true;
        while (progress) {
            // An error is traced to an operand of whatever size; a wrong value must first be brought down to one
            // function.
            boolean traceable = outcomes.fails() || outcomes.saxonFails();
            Excuse ofError = traceable ? judge.excuse(smallest, smallestCase, others) : null;
            if (ofError != null) {
                return new Shrunk("", ofError);
            }
            progress = false;
            for (Expressions.Tree candidate : smallest.smaller()) {
                if (candidate.text().length() < smallest.text().length() && differs(candidate, smallestCase, kind)) {
                    smallest = candidate;
                    progress = true;
                    break;
                }
            }
        }
        Excuse excuse = judge.excuse(smallest, smallestCase, others);
        if (excuse != null) {
            return new Shrunk("", excuse);
        }
        progress = true;
        while (progress) {
            progress = false;
            for (RandomDocuments.Part candidate : smallestDocument.smaller()) {
                Case smaller = judge.new Case(candidate);
                if (differs(smallest, smaller, kind)) {
                    smallestDocument = candidate;
                    smallestCase = smaller;
                    progress = true;
                    break;
                }
            }
        }
        outcomes = smallestCase.outcomes(judge.compile(smallest.text()));
        return new Shrunk(
                smallest.text() + "  on  " + smallestDocument.text() + "  gives  native " + outcomes.natively()
                        + ", Saxon " + outcomes.saxons(),
                null);
    }

    private boolean differs(Expressions.Tree expression, Case document, String kind) {
        Compiled compiled = judge.compile(expression.text());
        if (!compiled.isNative()) {
            return false;
        }
        Outcomes outcomes = document.outcomes(compiled);
        return !outcomes.agree() && outcomes.kind().equals(kind);
    }
}
