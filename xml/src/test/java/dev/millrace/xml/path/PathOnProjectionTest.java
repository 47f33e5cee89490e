package dev.millrace.xml.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.document.Document;
import dev.millrace.document.FaultException;
import dev.millrace.xml.Projection;
import dev.millrace.xml.Record;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What an expression says it reaches must be enough: over the projected record it gives what it gives over the whole one.
 * {@code -Dmillrace.path.projections=N} sets the number of expressions.
 */
class PathOnProjectionTest {

    private static final int DOCUMENTS = 4;
    private static final VariableScope SCOPE = VariableScope.RECORD
            .with("node")
            .with("nodes")
            .with("text")
            .with("number")
            .with("date");

    private final PathCompiler compiler = new PathCompiler(Map.of("p", "urn:p"), false);

    @Test
    void expressionsGiveTheSameOverWhatTheyReachAsOverAll() throws PathException, FaultException {
        long seed = Long.getLong("millrace.path.seed", 20261123L);
        Random random = new Random(seed);
        RecordPath recordPath = compiler.compileRecordPath("/root/a");
        PathExpression node = compiler.compile("*[1]", SCOPE, PathCompiler.Result.ITEMS);
        PathExpression nodes = compiler.compile("(.//@x, b, ..)", SCOPE, PathCompiler.Result.ITEMS);
        Projection.Builder all = Projection.builder(recordPath);
        all.document().whole();
        all.record().whole();
        XmlParser whole = parser(all.build());
        List<String> failures = new ArrayList<>();
        for (int i = 0; i < Integer.getInteger("millrace.path.projections", 3_000) && failures.size() < 5; i++) {
            String text = new Expressions(random).any(1 + random.nextInt(3)).text();
            PathExpression expression = nativePath(text);
            if (expression == null) {
                continue;
            }
            XmlParser projected = parser(projection(recordPath, expression, node, nodes));
            for (int d = 0; d < DOCUMENTS; d++) {
                String xml = xml(new RandomDocuments(random).record());
                String expected = outcome(expression, record(whole, xml), node, nodes);
                String actual = outcome(expression, record(projected, xml), node, nodes);
                if (!expected.equals(actual)) {
                    failures.add(text + "  on  " + xml + "  gives  " + actual + "  instead of  " + expected);
                    break;
                }
            }
        }

        assertThat(failures).as("seed %d", seed).isEmpty();
    }

    private @Nullable PathExpression nativePath(String text) {
        try {
            PathExpression expression = compiler.compile(text, SCOPE, PathCompiler.Result.VALUES);
            return expression.evaluator() == PathExpression.Evaluator.NATIVE ? expression : null;
        } catch (PathException staticallyWrong) {
            return null;
        }
    }

    private static Projection projection(
            RecordPath recordPath, PathExpression expression, PathExpression node, PathExpression nodes) {
        Projection.Builder builder = Projection.builder(recordPath);
        Projection.@Nullable Reach[] variables = new Projection.Reach[SCOPE.size()];
        variables[SCOPE.slot("node")] = node.project(builder, builder.record(), variables);
        variables[SCOPE.slot("nodes")] = nodes.project(builder, builder.record(), variables);
        expression.project(builder, builder.record(), variables);
        return builder.build();
    }

    private static XmlParser parser(Projection projection) {
        return new XmlParser(projection, XmlParser.Doctype.REJECT, XmlLimits.DEFAULTS);
    }

    private static String xml(RandomDocuments.Part record) {
        return "<root xmlns:p='urn:p' y='7'>" + record.text().replace("{urn:p}", "") + "</root>";
    }

    private static Record record(XmlParser parser, String xml) throws FaultException {
        return parser.parse(Document.ofText("1", xml.getBytes(StandardCharsets.UTF_8), "test"))
                .get(0);
    }

    private static String outcome(PathExpression expression, Record record, PathExpression node, PathExpression nodes) {
        EvaluationContext context = new EvaluationContext(SCOPE.size());
        context.startRecord(record);
        context.bindLazily(SCOPE.slot("node"), node);
        context.bindLazily(SCOPE.slot("nodes"), nodes);
        context.bind(SCOPE.slot("text"), "CURR");
        context.bind(SCOPE.slot("number"), 12);
        context.bind(SCOPE.slot("date"), LocalDate.of(2020, 2, 28));
        Items items = new Items();
        try {
            expression.evaluate(context, items);
        } catch (EvaluationException error) {
            return "error " + error.code();
        }
        StringBuilder outcome = new StringBuilder();
        for (Object item : items.toArray()) {
            outcome.append(PathExpression.lexical(item)).append("; ");
        }
        return outcome.toString();
    }
}
