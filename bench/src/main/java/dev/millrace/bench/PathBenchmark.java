package dev.millrace.bench;

import com.sun.management.ThreadMXBean;
import dev.millrace.document.Document;
import dev.millrace.document.FaultException;
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
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What one evaluation of a native path costs, in nanoseconds of CPU time and bytes allocated: the median of the rounds. All
 * expressions run in one JVM, so that the evaluator's calls are as polymorphic as in a real contract.
 */
final class PathBenchmark {

    private static final int EVALUATIONS = 200_000;
    private static final int WARM_UP_ROUNDS = 5;
    private static final int ROUNDS = 9;

    private static final String DOCUMENT = """
            <Request ID="1234567" m="7" y="12" x="  Elm   Street 12 " a="Y" born="1980-02-29">
              <a><b c="1"/></a>
              <x t="PREV" v="100.00"/><x t="CURR" v="200.00"/><x t="A" v="300.00"/><x t="B" v="400.00"/>
              <contact con_id="1" role="AUTHU" ssn="111-22-3333"/><contact con_id="2" role="PR" ssn="123-45-6789"/>
            </Request>
            """;

    private static final List<String> EXPRESSIONS = List.of(
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
            "sum(x/@v)");

    private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final EvaluationContext context;
    private final PathExpression[] paths = new PathExpression[EXPRESSIONS.size()];
    private final Items items = new Items();

    private PathBenchmark() throws PathException, FaultException {
        PathCompiler compiler = new PathCompiler(Map.of(), false);
        VariableScope scope = VariableScope.RECORD.with("primary");
        for (int i = 0; i < paths.length; i++) {
            paths[i] = compiler.compile(EXPRESSIONS.get(i), scope, Result.VALUES);
            if (paths[i].road() != PathExpression.Road.NATIVE) {
                throw new IllegalStateException("not native: " + EXPRESSIONS.get(i));
            }
        }
        Projection.Builder projection = Projection.builder(compiler.compileRecordPath("/Request"));
        projection.record().whole();
        XmlParser parser = new XmlParser(projection.build(), XmlParser.Doctype.REJECT, XmlLimits.DEFAULTS);
        Record record = parser.parse(Document.ofText("1", DOCUMENT.getBytes(StandardCharsets.UTF_8), "benchmark"))
                .get(0);
        context = new EvaluationContext(scope.size());
        context.startRecord(record);
        context.bindLazily(
                scope.slot("primary"), compiler.compile("contact[@role = 'PR'][last()]", scope, Result.ITEMS));
    }

    public static void main(String[] arguments) throws Exception {
        System.out.println(Machine.description());
        System.out.println();
        System.out.println("| Path | ns | bytes |");
        System.out.println("|---|---:|---:|");
        new PathBenchmark().run();
    }

    private void run() throws EvaluationException {
        double[][] nanos = new double[paths.length][ROUNDS];
        double[] bytes = new double[paths.length];
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            for (int path = 0; path < paths.length; path++) {
                long allocated = thread.getCurrentThreadAllocatedBytes();
                long start = thread.getCurrentThreadCpuTime();
                evaluate(paths[path]);
                if (round >= 0) {
                    nanos[path][round] = (double) (thread.getCurrentThreadCpuTime() - start) / EVALUATIONS;
                    bytes[path] = (double) (thread.getCurrentThreadAllocatedBytes() - allocated) / EVALUATIONS;
                }
            }
        }
        for (int path = 0; path < paths.length; path++) {
            Arrays.sort(nanos[path]);
            System.out.printf(
                    Locale.ROOT,
                    "| `%s` | %.0f | %.0f |%n",
                    EXPRESSIONS.get(path),
                    nanos[path][ROUNDS / 2],
                    bytes[path]);
        }
    }

    private void evaluate(PathExpression path) throws EvaluationException {
        int found = 0;
        for (int i = 0; i < EVALUATIONS; i++) {
            items.clear();
            path.evaluate(context, items);
            found += items.size();
        }
        if (found == 0) {
            throw new IllegalStateException("nothing found: " + path);
        }
    }
}
