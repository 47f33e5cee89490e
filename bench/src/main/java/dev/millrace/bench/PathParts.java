package dev.millrace.bench;

import dev.millrace.document.Document;
import dev.millrace.xml.Projection;
import dev.millrace.xml.Record;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser;
import dev.millrace.xml.path.EvaluationContext;
import dev.millrace.xml.path.EvaluationException;
import dev.millrace.xml.path.Items;
import dev.millrace.xml.path.PathCompiler;
import dev.millrace.xml.path.PathCompiler.Result;
import dev.millrace.xml.path.PathException;
import dev.millrace.xml.path.PathExpression;
import dev.millrace.xml.path.VariableScope;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One evaluation of a native path. All of them run while warming up, so that calls are as polymorphic as in a real contract. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(java.util.concurrent.TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class PathParts {

    private static final int MIXED_EVALUATIONS = 20_000;

    private static final String DOCUMENT = """
            <Request ID="1234567" m="7" y="12" x="  Elm   Street 12 " a="Y" born="1980-02-29">
              <a><b c="1"/></a>
              <x t="PREV" v="100.00"/><x t="CURR" v="200.00"/><x t="A" v="300.00"/><x t="B" v="400.00"/>
              <contact con_id="1" role="AUTHU" ssn="111-22-3333"/><contact con_id="2" role="PR" ssn="123-45-6789"/>
            </Request>
            """;

    @Param({
        "@ID",
        "a/b/@c",
        "x[@t = 'CURR'][1]/@v",
        "x[@t = ('A', 'B')]",
        "(x/@v)[1]",
        "(x/@v)[last()]",
        "replace($primary/@ssn, '[^0-9]', '')",
        "@m + 12 * @y",
        "let $p := contact[@role = 'PR'][last()] return $p/@ssn",
        "number(@ID) > 0",
        "normalize-space(@x)",
        "if (@a = 'Y') then 1 else 0",
        "xs:date(@born) + xs:dayTimeDuration('P30D')",
        "matches(@x, '^\\s*elm\\s+\\w+', 'i')",
        "string-join(x/@v, ',')",
        "count(x)",
        "sum(x/@v)"
    })
    public String path = "";

    private final VariableScope scope = VariableScope.RECORD.with("primary");
    private final EvaluationContext context = new EvaluationContext(scope.size());
    private final Items items = new Items();
    private PathExpression expression;

    @Setup
    public void prepare() throws Exception {
        PathCompiler compiler = new PathCompiler(Map.of(), false);
        Projection.Builder projection = Projection.builder(compiler.compileRecordPath("/Request"));
        projection.record().whole();
        XmlParser parser = new XmlParser(projection.build(), XmlParser.Doctype.REJECT, XmlLimits.DEFAULTS);
        Record record = parser.parse(Document.ofText("1", DOCUMENT.getBytes(StandardCharsets.UTF_8), "benchmark"))
                .get(0);
        context.startRecord(record);
        context.bindLazily(
                scope.slot("primary"), compiler.compile("contact[@role = 'PR'][last()]", scope, Result.ITEMS));
        String[] all =
                PathParts.class.getField("path").getAnnotation(Param.class).value();
        for (String each : all) {
            expression = compile(compiler, each);
            for (int i = 0; i < MIXED_EVALUATIONS; i++) {
                evaluate();
            }
        }
        expression = compile(compiler, path);
    }

    private PathExpression compile(PathCompiler compiler, String text) throws PathException {
        PathExpression compiled = compiler.compile(text, scope, Result.VALUES);
        if (compiled.evaluator() != PathExpression.Evaluator.NATIVE) {
            throw new IllegalStateException("not native: " + text);
        }
        return compiled;
    }

    @Benchmark
    public int evaluate() throws EvaluationException {
        items.clear();
        expression.evaluate(context, items);
        return items.size();
    }
}
