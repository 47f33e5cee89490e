package dev.millrace.bench;

import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the parts by JMH and prints what they cost as Markdown. */
final class PartsReport {

    private static final String ALLOCATED = "gc.alloc.rate.norm";
    private static final TimeValue QUICK = TimeValue.milliseconds(100);

    private final boolean quick;

    /** @param quick whether to try out rather than measure */
    PartsReport(boolean quick) {
        this.quick = quick;
    }

    void print() throws Exception {
        System.out.println(Machine.description() + ". JMH, one thread, CPU time.\n");
        documents();
        System.out.println();
        values("path", PathParts.class);
        System.out.println();
        values("conversion", ConversionParts.class);
    }

    private void documents() throws Exception {
        System.out.println("| documents | part | µs a document | MB of XML/s | rows/s | bytes allocated a document |");
        System.out.println("|---|---|---:|---:|---:|---:|");
        for (DocumentSet set : DocumentSet.values()) {
            DocumentParts.Average document = DocumentParts.Average.of(set.label());
            for (RunResult result : run(options(DocumentParts.class).param("set", set.label()))) {
                double nanoseconds = secondary(result, CpuProfiler.NANOSECONDS);
                System.out.println(String.format(
                        Locale.ROOT,
                        "| %s | %s | %,.1f | %,.0f | %,.0f | %,.0f |",
                        set.label(),
                        result.getPrimaryResult().getLabel(),
                        nanoseconds / 1e3,
                        document.bytes() / nanoseconds * 1e3,
                        document.rows() / nanoseconds * 1e9,
                        secondary(result, ALLOCATED)));
            }
        }
    }

    private void values(String parameter, Class<?> part) throws RunnerException {
        System.out.println("| " + parameter + " | ns | bytes allocated |\n|---|---:|---:|");
        for (RunResult result : run(options(part))) {
            System.out.println(String.format(
                    Locale.ROOT,
                    "| `%s` | %.0f | %.0f |",
                    result.getParams().getParam(parameter),
                    secondary(result, CpuProfiler.NANOSECONDS),
                    secondary(result, ALLOCATED)));
        }
    }

    private ChainedOptionsBuilder options(Class<?> part) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(part.getName().replace(".", "\\.") + "\\.")
                .addProfiler(GCProfiler.class)
                .addProfiler(CpuProfiler.class)
                .jvmArgsAppend("-Xmx" + Lap.HEAP)
                .verbosity(VerboseMode.SILENT);
        if (quick) {
            options.warmupIterations(1)
                    .warmupTime(QUICK)
                    .measurementIterations(1)
                    .measurementTime(QUICK);
        }
        return options;
    }

    private static Collection<RunResult> run(ChainedOptionsBuilder options) throws RunnerException {
        return new Runner(options.build()).run();
    }

    private static double secondary(RunResult result, String name) {
        // JMH has the raw type in its map, of which javac would warn in a stream's lambdas.
        for (String key : result.getSecondaryResults().keySet()) {
            if (key.endsWith(name)) {
                return result.getSecondaryResults().get(key).getScore();
            }
        }
        return Double.NaN;
    }
}
