package dev.millrace.xml.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.document.Document;
import dev.millrace.xml.NamePattern;
import dev.millrace.xml.Projection;
import dev.millrace.xml.Record;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, where an error is, which evaluator an expression gets, and record paths. */
class PathCompilerTest {

    private final PathCompiler compiler = new PathCompiler(Map.of("p", "urn:p", "default", "urn:d"), false);

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
            doc('file:///etc/passwd')§0§reads other resources
            1 + fn:doc('x')§4§reads other resources
            a[collection()]§2§reads other resources
            unparsed-text('x')§0§reads other resources
            Q{http://www.w3.org/2005/xpath-functions}json-doc('x')§0§reads other resources
            environment-variable('HOME')§0§depends on the machine
            doc#1§0§reads other resources
            current-date()§0§meta: loaded-at
            @a < current-dateTime()§5§meta: loaded-at
            parse-xml('<a/>')§0§limits
            Q{java:java.lang.System}exit(1)§0§extension functions
            generate-id(.)§0§same rows
            """)
    void refusesFunctionsThatReachBeyondTheDocument(String expression, int offset, String reason) {
        PathException refusal = failure(expression);

        assertThat(refusal).hasMessageContaining("refused").hasMessageContaining(reason);
        assertThat(refusal.offset()).isEqualTo(offset);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
            $unknown/@a§1§the variable $unknown is not known
            a/q:b§2§the prefix 'q' is not declared
            'abc§0§does not end
            a (: comment§2§does not end
            a[§1§not a valid XPath
            no-such-function(1)§0§not a valid XPath
            1 +§2§not a valid XPath
            12abc§2§space between a number and a name
            a ; b§2§has no meaning here
            """)
    void tellsWhereAnExpressionIsWrong(String expression, int offset, String message) {
        PathException failure = failure(expression);

        assertThat(failure).hasMessageContaining(message);
        assertThat(failure.offset()).isEqualTo(offset);
    }

    @Test
    void boundsNestingAndLength() {
        assertThat(failure("(".repeat(100_000))).hasMessageContaining("nested more than");
        assertThat(failure("if (a) then ".repeat(300) + "1")).hasMessageContaining("nested more than");
        assertThat(failure("1" + "+1".repeat(100_000))).hasMessageContaining("more than");
        assertThat(failure("a" + "/a".repeat(100_000))).hasMessageContaining("more than");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@ID",
                "replace(@ssn, '[^0-9]', '')",
                "a[@t = 'CURR'][1]/@v",
                "for $x in a return $x/@b",
                "if (@a) then 1 else 2",
                "xs:date(@d) + xs:dayTimeDuration('P1D')",
                "a => string-join(', ')"
            })
    void runsTheCommonLanguageNatively(String expression) throws PathException {
        assertThat(compile(expression).evaluator()).isEqualTo(PathExpression.Evaluator.NATIVE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "map { 'a': 1 }?a",
                "format-number(@a, '0.00')",
                "for-each(a, function($x) { string($x) })",
                "replace(@a, '\\p{IsGreek}', 'x')",
                "math:pi()",
                "a[2]/preceding::b"
            })
    void leavesTheRestToSaxon(String expression) throws PathException {
        assertThat(compile(expression).evaluator()).isEqualTo(PathExpression.Evaluator.SAXON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                ".",
                "$record",
                "@b/..",
                "a/node()",
                "a[@b]",
                "(@b, a)[1]",
                "a | @b",
                "a except b",
                "if (@b) then a else @b",
                "for $x in @b return a",
                "reverse((a, @b))",
                "a ! .",
                "a[2]/preceding::b",
                "let $x := a return $x",
            })
    void knowsWhereAnElementCanBe(String expression) throws PathException {
        assertThat(compile(expression).canGiveElements()).isTrue();
        assertThat(compiledBySaxon(expression).canGiveElements()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@b",
                "a/@b",
                "a/text()",
                "a/comment()",
                "string(a)",
                "number(a) + 1",
                "a = 'x'",
                "'x'",
                "(@b, @c)[1]",
                "@b | @c",
                "@* except a",
                "if (a) then @b else @c",
                "for $x in a return $x/@b",
                "let $x := a return string($x)",
                "data(a)",
                "tokenize(a)",
                "reverse((@a, @b))",
                "a ! @b",
                "a ! string(.)",
                "format-number(a, '0.00')",
            })
    void knowsWhereNoElementCanBe(String expression) throws PathException {
        assertThat(compile(expression).canGiveElements()).isFalse();
        assertThat(compiledBySaxon(expression).canGiveElements()).isFalse();
    }

    /** The codes of F&amp;O 3.1 and XPath 3.1 for what goes wrong with a document, whichever evaluator it is. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'a' + 1                              | XPTY0004
            (1, 2) + 1                           | XPTY0004
            1 idiv 0                             | FOAR0001
            1 div 0.0                            | FOAR0001
            1e0 idiv xs:double('NaN')            | FOAR0002
            xs:integer('x')                      | FORG0001
            xs:integer(1e300 * 1e300)            | FOCA0002
            xs:date('2020-02-30')                | FORG0001
            xs:date('2020-01-01') + xs:time('10:00:00') | XPTY0004
            xs:yearMonthDuration('P1M') div 0    | FODT0002
            boolean((1, 2))                      | FORG0006
            sum(('a', 'b'))                      | FORG0006
            zero-or-one((1, 2))                  | FORG0003
            one-or-more(())                      | FORG0004
            exactly-one((1, 2))                  | FORG0005
            1 to 99999999999                     | XPDY0130
            (1, 2)/a                             | XPTY0019
            (1, 2) ! @a                          | XPTY0020
            (@x, 1) ! (., 1)/.                   | XPTY0019
            'a' treat as xs:integer              | XPDY0050
            codepoints-to-string(0)              | FOCH0001
            """)
    void failsWithTheCodeOfTheRecommendation(String expression, String code) throws PathException {
        EvaluationContext context = new EvaluationContext(VariableScope.RECORD.size());
        context.startRecord(new Record(Trees.element("<a/>"), 0));
        PathExpression compiled = compile(expression);

        assertThat(compiled.evaluator()).isEqualTo(PathExpression.Evaluator.NATIVE);
        assertThatThrownBy(() -> compiled.evaluate(context, new Items()))
                .isInstanceOfSatisfying(
                        EvaluationException.class,
                        error -> assertThat(error.code()).isEqualTo(code));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            @ID                            | exact
            @id                            | second
            @Amount                        | 5
            attribute::AMOUNT              | 5
            string(b/@KEY)                 | k
            count(@*)                      | 3
            format-number(@amount, '0.0')  | 5.0
            """)
    void findsAttributesWhateverTheirCaseWhereAsked(String expression, String expected) throws Exception {
        PathExpression compiled =
                new PathCompiler(Map.of(), true).compile(expression, VariableScope.RECORD, PathCompiler.Result.VALUES);
        EvaluationContext context = new EvaluationContext(VariableScope.RECORD.size());
        context.startRecord(new Record(Trees.element("<a ID='exact' id='second' amount='5'><b Key='k'/></a>"), 0));
        Items items = new Items();

        compiled.evaluate(context, items);

        assertThat(PathExpression.lexical(items.get(0))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "p:b",
                "count(p:*)",
                "//p:c",
                "p:b[2]/@p:d",
                "(p:b | any:b)/string()",
                "any:b[last()]",
                "*/any:*",
                "@any:d",
                "descendant::p:c[1]",
                "p:b/@any:*"
            })
    void findsNamesOfSeveralNamespacesOnBothEvaluators(String expression) throws Exception {
        Map<String, List<String>> namespaces =
                Map.of("p", List.of("urn:1", "urn:2"), "any", List.of(PathCompiler.ANY_NAMESPACE));
        String xml =
                "<a d='0' xmlns:x='urn:1' xmlns:y='urn:2' xmlns:z='urn:3'><x:b x:d='1'>one</x:b><z:b>three<y:c>c1</y:c></z:b>"
                        + "<y:b y:d='2' z:d='3'>two<x:c>c2</x:c><c>c3</c></y:b><b>none</b></a>";
        List<String> natively = values(PathCompiler.ofSeveral(namespaces, false), expression, xml);
        List<String> onSaxon = values(PathCompiler.onSaxon(namespaces), expression, xml);

        assertThat(natively).isNotEmpty().isEqualTo(onSaxon);
    }

    private static List<String> values(PathCompiler compiler, String expression, String xml) throws Exception {
        PathExpression compiled = compiler.compile(expression, VariableScope.RECORD, PathCompiler.Result.VALUES);
        Projection.Builder projection = Projection.builder(RecordPath.DOCUMENT_ELEMENT);
        compiled.project(projection, projection.record(), new Projection.Reach[] {projection.record()});
        XmlParser parser = new XmlParser(projection.build(), XmlParser.Doctype.REJECT, XmlLimits.DEFAULTS);
        EvaluationContext context = new EvaluationContext(VariableScope.RECORD.size());
        context.startRecord(parser.parse(Document.ofText("k", xml.getBytes(StandardCharsets.UTF_8), "test"))
                .get(0));
        Items items = new Items();
        compiled.evaluate(context, items);
        List<String> values = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            values.add(PathExpression.lexical(items.get(i)));
        }
        return values;
    }

    @Test
    void refusesOnSaxonWhatSaxonCannotFindInSeveralNamespaces() {
        PathCompiler several = PathCompiler.ofSeveral(
                Map.of("default", List.of("urn:1", "urn:2"), "p", List.of("urn:1", "urn:2")), false);
        PathCompiler prefixed = PathCompiler.ofSeveral(Map.of("p", List.of("urn:1", "urn:2")), false);

        assertThat(catchThrowableOfType(
                        PathException.class,
                        () -> several.compile("array { a }", VariableScope.RECORD, PathCompiler.Result.VALUES)))
                .hasMessageContaining("document.namespaces.default gives several");
        assertThat(catchThrowableOfType(
                        PathException.class,
                        () -> prefixed.compile(
                                "array { element(p:a) }", VariableScope.RECORD, PathCompiler.Result.VALUES)))
                .hasMessageContaining("write *:a without it");
    }

    @Test
    void compilesRecordPathsOfSeveralNames() throws PathException {
        NamePattern a = new NamePattern("urn:d", "a");
        NamePattern b = new NamePattern("urn:p", "b");

        assertThat(compiler.compileRecordPath("/x/(a|p:b)"))
                .isEqualTo(RecordPath.of(List.of(
                        new RecordPath.Step(false, new NamePattern("urn:d", "x")),
                        new RecordPath.Step(false, NamePattern.oneOf(List.of(a, b))))));
        assertThat(compiler.compileRecordPath("//a | /p:b"))
                .isEqualTo(new RecordPath(
                        List.of(List.of(new RecordPath.Step(true, a)), List.of(new RecordPath.Step(false, b)))));
    }

    @Test
    void compilesRecordPaths() throws PathException {
        assertThat(compiler.compileRecordPath("/Orders//p:Order/*"))
                .isEqualTo(RecordPath.of(List.of(
                        new RecordPath.Step(false, new NamePattern("urn:d", "Orders")),
                        new RecordPath.Step(true, new NamePattern("urn:p", "Order")),
                        new RecordPath.Step(false, NamePattern.ANY))));
        assertThat(compiler.compileRecordPath("//*:Order"))
                .isEqualTo(RecordPath.of(List.of(new RecordPath.Step(true, new NamePattern(null, "Order")))));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "Orders/Order,0",
                "/,1",
                "/Orders[1],7",
                "/a/@b,3",
                "/a/text(),7",
                "/q:a,1",
                "/(a,3",
                "/(a/b),3",
                "/a |,4",
                "/(),2",
                "/a | b,5"
            })
    void refusesRecordPathsThatAreMoreThanNames(String path, int offset) {
        PathException failure = catchThrowableOfType(PathException.class, () -> compiler.compileRecordPath(path));

        assertThat(failure.offset()).isEqualTo(offset);
    }

    private PathExpression compile(String expression) throws PathException {
        return compiler.compile(expression, VariableScope.RECORD, PathCompiler.Result.VALUES);
    }

    private static PathExpression compiledBySaxon(String expression) throws PathException {
        return PathCompiler.onSaxon(Map.of()).compile(expression, VariableScope.RECORD, PathCompiler.Result.VALUES);
    }

    private PathException failure(String expression) {
        return catchThrowableOfType(PathException.class, () -> compile(expression));
    }
}
