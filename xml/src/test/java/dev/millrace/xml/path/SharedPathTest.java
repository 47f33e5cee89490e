package dev.millrace.xml.path;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.xml.Node;
import dev.millrace.xml.Record;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SharedPathTest {

    private static final VariableScope SCOPE = VariableScope.RECORD.with("lazy");
    private static final String LAZY = "a/b[@x]/@x";

    /** Beginnings that lead to one node, to none and to several, with predicates, in arguments, and within each other. */
    private static final List<String> PATHS = List.of(
            "a/b/@x",
            "a/b/@y",
            "a/b[@x]/@x",
            "a/b[@x]/text()",
            "a/b[@x = $lazy]/@y",
            "a/b[@x][1]/@x",
            "a/b[@x][last()]/@y",
            "a/none/@x",
            "a/none/b",
            "concat(a/b[@x][1]/@x, '-', a/b[@x][1]/@y, a/none/@x)",
            "a/b/c[../../b/@x = 2]/@z",
            "a/b[c/@z]/c/@z",
            "a/b[c/@z]/c[../c/@z > 1]/@z",
            "a[b/@x = 1]/b/c/@z",
            "../a/b/@x",
            "/r/a/b/@x",
            "/r/a/b/@y",
            "/r/@k",
            "a ! b/@x",
            "(a | a/b)/@x",
            "count(a/b/c) + count(a/b/@x)");

    private static final Node DOCUMENT = Trees.document("<r k='7'>"
            + "<a><b x='1' y='one'>first<c z='1'/><c z='2'/></b></a>"
            + "<a><b x='2' y='two'><c z='3'/></b><b y='three'/></a>"
            + "<a/></r>");

    @Test
    void givesWhatAPathOfItsOwnGivesFromWhateverItem() throws Exception {
        PathCompiler together = new PathCompiler(Map.of(), false);
        List<PathExpression> sharing = new ArrayList<>();
        List<PathExpression> alone = new ArrayList<>();
        for (String path : PATHS) {
            // Twice, so that each shares its beginning at least with its like.
            together.compile(path, SCOPE, PathCompiler.Result.VALUES);
            sharing.add(together.compile(path, SCOPE, PathCompiler.Result.VALUES));
            alone.add(new PathCompiler(Map.of(), false).compile(path, SCOPE, PathCompiler.Result.VALUES));
        }
        PathExpression lazy = together.compile(LAZY, SCOPE, PathCompiler.Result.VALUES);
        Node element = requireNonNull(DOCUMENT.firstChild());
        EvaluationContext shared = context(element, lazy);
        List<Object> from = new ArrayList<>(List.of("no node"));
        addElements(element, from);

        for (int i = 0; i < PATHS.size(); i++) {
            for (Object item : from) {
                assertThat(values(sharing.get(i), shared, item))
                        .as("%s from %s", PATHS.get(i), item)
                        .isEqualTo(values(alone.get(i), context(element, lazy), item));
            }
        }
        for (Object item : from) {
            for (int i = 0; i < PATHS.size(); i++) {
                assertThat(values(sharing.get(i), shared, item))
                        .as("%s from %s", PATHS.get(i), item)
                        .isEqualTo(values(alone.get(i), context(element, lazy), item));
            }
        }
    }

    @Test
    void forgetsARecordWhenTheNextOneBegins() throws Exception {
        PathCompiler compiler = new PathCompiler(Map.of(), false);
        PathExpression x = compiler.compile("a/b/@x", SCOPE, PathCompiler.Result.VALUES);
        PathExpression y = compiler.compile("a/b/@y", SCOPE, PathCompiler.Result.VALUES);
        EvaluationContext context = new EvaluationContext(SCOPE.size());

        for (String value : List.of("1", "2")) {
            Node document = Trees.document("<r><a><b x='" + value + "' y='" + value + "'/></a></r>");
            context.startRecord(new Record(requireNonNull(document.firstChild()), 0));
            assertThat(values(x, context, context.contextItem())).isEqualTo("[" + value + "]");
            assertThat(values(y, context, context.contextItem())).isEqualTo("[" + value + "]");
        }
    }

    private static EvaluationContext context(Node element, PathExpression lazy) {
        EvaluationContext context = new EvaluationContext(SCOPE.size());
        context.startRecord(new Record(element, 0));
        context.bindLazily(1, lazy);
        return context;
    }

    private static void addElements(Node element, List<Object> into) {
        into.add(element);
        for (Node child = element.firstChild(); child != null; child = child.nextSibling()) {
            if (child.kind() == Node.Kind.ELEMENT) {
                addElements(child, into);
            }
        }
    }

    private static String values(PathExpression path, EvaluationContext context, Object item) {
        Items items = new Items();
        context.contextItem(item);
        try {
            path.evaluate(context, items);
        } catch (EvaluationException e) {
            return e.code();
        }
        return Arrays.toString(items.toArray());
    }
}
