package dev.millrace.xml.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.xml.Record;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Saxon costs a second of start-up, so it is loaded by the first path that needs it and not before. */
class SaxonLoadingTest {

    @Test
    void nativePathsLoadNoClassOfSaxon() throws IOException, InterruptedException {
        String loaded = classesLoadedFor("replace(@a, '[^0-9]', '') = '12' and xs:date('2020-02-29') > xs:date(@b)");

        assertThat(loaded).contains(NativePath.class.getName()).doesNotContain("net.sf.saxon");
    }

    @Test
    void otherPathsLoadSaxon() throws IOException, InterruptedException {
        assertThat(classesLoadedFor("format-number(12.5, '00.0')")).contains("net.sf.saxon");
    }

    /** Saxon is optional: a program whose contracts do without has no need of it. */
    @Test
    void pathsThatNeedSaxonSaySoWhereItIsNot() throws IOException, InterruptedException {
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("Saxon"))
                .collect(Collectors.joining(File.pathSeparator));

        String evaluated = output(classPath, "replace(@a, '[^0-9]', '')", "-Xlog:disable");
        String refused = output(classPath, "format-number(12.5, '00.0')", "-Xlog:disable");
        String wrong = output(classPath, "a[", "-Xlog:disable");

        assertThat(evaluated).isEqualToIgnoringWhitespace("12");
        assertThat(refused).contains("only Saxon evaluates", "add net.sf.saxon:Saxon-HE");
        assertThat(wrong).contains("this is no XPath", "add net.sf.saxon:Saxon-HE");
    }

    private static String classesLoadedFor(String expression) throws IOException, InterruptedException {
        return output(System.getProperty("java.class.path"), expression, "-Xlog:class+load:stdout");
    }

    private static String output(String classPath, String expression, String log)
            throws IOException, InterruptedException {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        log,
                        "-cp",
                        classPath,
                        Evaluation.class.getName(),
                        expression)
                .redirectErrorStream(true)
                .start();
        String output = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jvm.waitFor()).as(output).isZero();
        return output;
    }

    /** The program of the child JVM: compiles an expression and evaluates it. */
    static final class Evaluation {

        private Evaluation() {}

        public static void main(String[] arguments) throws EvaluationException {
            PathExpression path;
            try {
                path = new PathCompiler(Map.of(), false)
                        .compile(arguments[0], VariableScope.RECORD, PathCompiler.Result.VALUES);
            } catch (PathException e) {
                System.out.println(e.getMessage());
                return;
            }
            EvaluationContext context = new EvaluationContext(VariableScope.RECORD.size());
            context.startRecord(new Record(
                    Objects.requireNonNull(
                            Trees.document("<a a='1-2' b='2019-01-01'/>").firstChild()),
                    0));
            Items items = new Items();
            path.evaluate(context, items);
            System.out.println(items.get(0));
        }
    }
}
