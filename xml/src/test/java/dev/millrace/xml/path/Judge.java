package dev.millrace.xml.path;

import dev.millrace.xml.Node;
import dev.millrace.xml.Record;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.sf.saxon.Configuration;
import net.sf.saxon.lib.Feature;
import net.sf.saxon.om.NamespaceUri;
import net.sf.saxon.sxpath.IndependentContext;
import net.sf.saxon.sxpath.XPathEvaluator;
import net.sf.saxon.trans.XPathException;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates an expression by both evaluators and says whether the native evaluator may answer as it does. The outcomes must be
 * the same, items, types and error codes; where they are not, one of the {@link Excuse}s must be shown to hold.
 */
final class Judge {

    /** Why the outcomes of the two evaluators may differ. */
    enum Excuse {
        /**
         * XPath 3.1, §2.3.4: an operand whose value does not matter need not be evaluated, and of several errors any one
         * may be raised. Shown by the operand: both evaluators raise its error for it alone, for it at the nodes of the document
         * or at what is no node, or for it as an argument that must be a number.
         */
        ERROR_OF_AN_OPERAND,
        /**
         * XPath 3.1, §2.3.1: a type error may be found before the expression runs, though this document does not lead to
         * it. Shown by what Saxon refuses: the native evaluator fails for it on another document, or what has the wrong
         * type is the empty sequence here.
         */
        TYPE_ERROR_FOUND_EARLY,
        /**
         * XPath 3.1, §3.7.2: a general comparison of several items may compare the pairs in any order and stop at the
         * first that holds or fails. Shown by its form, and by one evaluator giving an answer.
         */
        ORDER_OF_PAIRS,
        /**
         * XPath 3.1, §3.5: a quotient of integers is an xs:decimal, which one without a remainder is also as an xs:integer;
         * and F&amp;O 3.1, §4.2: its digits are for the implementation to say. Saxon 12.9 divides integers as decimals where
         * it cannot know that they are none: {@code (if (@x) then 1.5 else 3) div 1}. Shown by the quotients, which are the same
         * to 18 places.
         */
        QUOTIENT_OF_INTEGERS,
        /**
         * Saxon 12.9 says of a step that can select nothing that its nodes cannot be atomized: {@code @y[contains(@x, 'a')]}
         * and {@code xs:string(@x//b)}. Shown by its own words.
         */
        STEP_TO_NOWHERE,
        /** Saxon 12.9 counts characters with an int: {@code substring('a', 0, 1e15)}. Shown by an argument beyond that. */
        SUBSTRING_BEYOND_INT,
        /**
         * Saxon 12.9 takes the long, or the shortest digits, for an integer that comes of a double: {@code 1e20 idiv 3},
         * {@code xs:integer(1.2345678901234567e20)}.
         */
        INTEGER_BEYOND_LONG,
        /**
         * F&amp;O 3.1, §19.1.2.2: the text of a number must read back as that number. Saxon 12.9's does not for some powers of
         * two: {@code string(18446744073709551616e0)}. Shown by reading it.
         */
        DIGITS_THAT_MISREAD,
        /** Saxon 12.9 may bring {@code a ! b} into document order, without duplicates, as if it were {@code a/b}. */
        MAP_AS_PATH,
        /** Saxon 12.9 has {@code +a} for {@code 0 + a}, which is not the same for -0e0. */
        PLUS_OF_NEGATIVE_ZERO,
        /** Saxon 12.9 takes an untyped NaN for greater than 1: {@code @x > 1}. Shown by an operand that is NaN. */
        UNTYPED_NAN,
        /**
         * XPath 3.1, §2.3.4: the least, the greatest and the average of what holds a NaN is NaN, so Saxon does not look at
         * what comes after it: {@code max((xs:double('NaN'), 'a'))}. Shown by the NaN.
         */
        NAN_SETTLES,
        /** Saxon 12.9 may not find '' where '' comes of a function: {@code contains('A', substring-before('a', @none))}. */
        CONTAINS_NOTHING,
        /** Saxon 12.9 fails inside, with an exception of Java: {@code substring('a', 0.1)}. */
        CRASH_OF_SAXON
    }

    /** Codes that Saxon gives where the recommendation has another, or allows for several; native code first. */
    private static final Map<String, List<String>> CODES = Map.of(
            // abs(@x), @x to 3: XPath 3.1, §3.1.5.2 casts an untyped argument, so a text of another form is FORG0001.
            // xs:date('12345678901234567890') is a year beyond Saxon's range before it is no date, and
            // xs:dayTimeDuration('P1D12345678901234567890') a number beyond it before it is no duration.
            "FORG0001", List.of("XPTY0004", "FODT0001", "FODT0002"),
            // xs:time('10:30:00') - xs:date('2020-02-29'): XPath 3.1, §3.5 has a type error.
            // abs((@x, @y)): several items, and the first of them no number.
            "XPTY0004", List.of("FOER0000", "FORG0001"),
            // (a/(1, .))/b: a path gives both nodes and values, and goes on from them.
            "XPTY0018", List.of("XPTY0019"));

    private static final Pattern BEYOND_INT = Pattern.compile("STRING (-?INF|-?[0-9]{10,}|-?[0-9.]+E[0-9]+); ");
    private static final Pattern LONG_INTEGER = Pattern.compile("INTEGER -?[0-9]{19,};");
    private static final List<String> PLACES =
            List.of("#", "(//node() | //@*) ! (#)", "'a' ! (#)", "substring('a', #)");
    private static final Pattern UNARY_PLUS = Pattern.compile("\\+[^ ]");
    private static final Pattern DECIMAL = Pattern.compile("(?:DECIMAL|INTEGER) (\\S+); ");
    private static final Pattern SINGLE_STRING = Pattern.compile("STRING ([-0-9.E]+); ");
    private static final Pattern FLOATING = Pattern.compile("(?:DOUBLE|FLOAT) ([-0-9.E]+); ");
    private static final Pattern GENERAL_COMPARISON = Pattern.compile(" (=|!=|<|<=|>|>=) ");
    private static final Pattern STEP_TO_NOWHERE = Pattern.compile(
            "An item of type (element|attribute|text|comment|node|document-node|xs:error)\\S* cannot be converted to xs:");

    static final VariableScope SCOPE = VariableScope.RECORD
            .with("node")
            .with("nodes")
            .with("text")
            .with("number")
            .with("date");

    private static final Map<String, String> NAMESPACES = Map.of("p", "urn:p");
    private static final Pattern CODE = Pattern.compile("\\(([A-Z]{4}[0-9]{4})\\)$");
    private static final String ERROR = "error ";

    private final PathCompiler onSaxon = new PathCompiler(NAMESPACES, false, true);
    private final Map<String, Compiled> compiled = new HashMap<>();

    /** An expression for both evaluators; an evaluator that refuses it has the outcome of every evaluation instead. */
    record Compiled(
            @Nullable PathExpression natively,
            String refusal,
            @Nullable PathExpression onSaxon,
            String saxonsRefusal) {

        boolean isNative() {
            return natively == null || natively.evaluator() == PathExpression.Evaluator.NATIVE;
        }
    }

    /**
     * The two outcomes of an expression on a document.
     *
     * @param refused whether Saxon's is to refuse the expression, on whatever document
     */
    record Outcomes(String natively, String saxons, boolean refused) {

        /** What Saxon refuses may fail natively with the first error that the document leads to. */
        boolean agree() {
            return natively.equals(saxons)
                    || fails() && saxonFails() && (refused || sameCode(code(natively), code(saxons)));
        }

        boolean fails() {
            return natively.startsWith(ERROR);
        }

        boolean saxonFails() {
            return saxons.startsWith(ERROR);
        }

        /** What is kept while an expression is shrunk: who fails, and how. */
        String kind() {
            return (fails() ? natively : "value") + " / " + (saxonFails() ? saxons : "value");
        }

        static boolean sameCode(String code, String saxons) {
            return code.equals(saxons) || CODES.getOrDefault(code, List.of()).contains(saxons);
        }

        static String code(String outcome) {
            return outcome.substring(ERROR.length());
        }
    }

    Compiled compile(String text) {
        if (compiled.size() > 20_000) {
            compiled.clear();
        }
        Compiled known = compiled.get(text);
        if (known == null) {
            known = compileAnew(text);
            compiled.put(text, known);
        }
        return known;
    }

    private Compiled compileAnew(String text) {
        PathExpression ours = null;
        String refusal = "";
        try {
            // Twice, so that it shares the beginnings of its paths with another one, as columns do.
            PathCompiler compiler = new PathCompiler(NAMESPACES, false);
            compiler.compile(text, SCOPE, PathCompiler.Result.ITEMS);
            ours = compiler.compile(text, SCOPE, PathCompiler.Result.ITEMS);
            if (ours.evaluator() != PathExpression.Evaluator.NATIVE) {
                return new Compiled(ours, refusal, null, "");
            }
        } catch (PathException refused) {
            refusal = refusal(refused);
        }
        PathExpression saxons = null;
        String saxonsRefusal = "";
        try {
            saxons = onSaxon.compile(text, SCOPE, PathCompiler.Result.ITEMS);
        } catch (PathException refused) {
            saxonsRefusal = refusal(refused);
        }
        return new Compiled(ours, refusal, saxons, saxonsRefusal);
    }

    private static String refusal(PathException refused) {
        Matcher code = CODE.matcher(Objects.requireNonNull(refused.getMessage()));
        return ERROR + (code.find() ? code.group(1) : refused.getMessage());
    }

    /** A document with the contexts to evaluate on it. */
    final class Case {

        private final Record record;
        private final EvaluationContext saxons;

        Case(RandomDocuments.Part record) {
            Node root = Trees.element("<root y='7'>" + record.text() + "<b t='PR'/></root>");
            this.record = new Record(Objects.requireNonNull(root.firstChild()), 0);
            saxons = context(onSaxon);
        }

        private EvaluationContext context(PathCompiler compiler) {
            EvaluationContext context = new EvaluationContext(SCOPE.size());
            context.startRecord(record);
            try {
                context.bindLazily(SCOPE.slot("node"), compiler.compile("*[1]", SCOPE, PathCompiler.Result.ITEMS));
                context.bindLazily(
                        SCOPE.slot("nodes"), compiler.compile("(.//@x, b, ..)", SCOPE, PathCompiler.Result.ITEMS));
            } catch (PathException notAnExpression) {
                throw new IllegalStateException(notAnExpression);
            }
            context.bind(SCOPE.slot("text"), "CURR");
            context.bind(SCOPE.slot("number"), new BigDecimal("12.50"));
            context.bind(SCOPE.slot("date"), LocalDate.of(2020, 2, 28));
            return context;
        }

        Outcomes outcomes(Compiled expression) {
            return new Outcomes(
                    // A context is for the expressions of one compiler.
                    outcome(expression.natively(), expression.refusal(), context(new PathCompiler(NAMESPACES, false))),
                    outcome(expression.onSaxon(), expression.saxonsRefusal(), saxons),
                    !expression.saxonsRefusal().isEmpty());
        }
    }

    private static String outcome(@Nullable PathExpression expression, String refusal, EvaluationContext context) {
        if (expression == null) {
            return refusal;
        }
        Items items = new Items();
        try {
            expression.evaluate(context, items);
        } catch (EvaluationException error) {
            return ERROR + error.code();
        } catch (RuntimeException | AssertionError defect) {
            return "defect " + defect + " at " + defect.getStackTrace()[0];
        }
        StringBuilder outcome = new StringBuilder();
        for (Object item : items.toArray()) {
            if (item instanceof Node node) {
                outcome.append('<').append(node).append("> ");
            } else {
                outcome.append(AtomicType.of(item))
                        .append(' ')
                        .append(Atomic.lexical(item))
                        .append("; ");
            }
        }
        return outcome.toString();
    }

    /** What excuses that the outcomes differ, or null. The other cases are documents to show type errors on. */
    @Nullable
    Excuse excuse(Expressions.Tree expression, Case document, List<Case> others) {
        Outcomes outcomes = document.outcomes(compile(expression.text()));
        if (outcomes.saxons().equals(ERROR + SaxonPath.DEFECT)
                || outcomes.saxons().contains("Saxon failed inside")) {
            return Excuse.CRASH_OF_SAXON;
        }
        if (!outcomes.fails() && !outcomes.saxonFails()) {
            boolean divides =
                    expression.text().contains(" div ") || expression.text().contains("avg(");
            if (divides && isSameQuotient(outcomes.natively(), outcomes.saxons())) {
                return Excuse.QUOTIENT_OF_INTEGERS;
            }
            boolean ofDouble =
                    expression.text().contains(" idiv ") || expression.text().contains("xs:integer");
            if (ofDouble && LONG_INTEGER.matcher(outcomes.natively()).find()) {
                return Excuse.INTEGER_BEYOND_LONG;
            }
            if (expression.text().contains(" ! ") && nodes(outcomes.natively()).equals(nodes(outcomes.saxons()))) {
                return Excuse.MAP_AS_PATH;
            }
            if (UNARY_PLUS.matcher(expression.text()).find()
                    && outcomes.natively().replace("-0;", "0;").equals(outcomes.saxons())) {
                return Excuse.PLUS_OF_NEGATIVE_ZERO;
            }
            List<Expressions.Tree> parts = new ArrayList<>(List.of(expression));
            addOperands(expression, parts);
            for (Expressions.Tree part : parts) {
                Excuse defect = defect(part, document);
                if (defect != null) {
                    return defect;
                }
            }
            return null;
        }
        if (outcomes.saxonFails() && saysStepToNowhere(expression.text())) {
            return Excuse.STEP_TO_NOWHERE;
        }
        List<Expressions.Tree> operands = new ArrayList<>();
        addOperands(expression, operands);
        if (isErrorOf(operands, outcomes, document)) {
            return Excuse.ERROR_OF_AN_OPERAND;
        }
        operands.add(expression);
        for (Expressions.Tree operand : operands) {
            Compiled alone = compile(operand.text());
            Outcomes itsOwn = document.outcomes(alone);
            if (!itsOwn.agree() && !itsOwn.fails() && !itsOwn.saxonFails()) {
                Excuse ofWrongValue = excuse(operand, document, others);
                if (ofWrongValue != null) {
                    return ofWrongValue;
                }
            }
            boolean settled = operand.pieces().get(0).matches("(min|max|avg)\\(")
                    && document.outcomes(alone).saxons().equals("DOUBLE NaN; ");
            if (settled && document.outcomes(alone).fails()) {
                return Excuse.NAN_SETTLES;
            }
            if (isTypeErrorFoundEarly(operand, outcomes, document, others)) {
                return Excuse.TYPE_ERROR_FOUND_EARLY;
            }
            if (isOrderOfPairs(operand, outcomes)) {
                return Excuse.ORDER_OF_PAIRS;
            }
        }
        return null;
    }

    private static Set<String> nodes(String outcome) {
        return new HashSet<>(List.of(outcome.split("(?<=> )")));
    }

    /** The defect of Saxon that shows in an expression that was shrunk to the one function or comparison. */
    private @Nullable Excuse defect(Expressions.Tree expression, Case document) {
        String form = expression.pieces().get(0);
        String operator = expression.pieces().size() == 3 ? expression.pieces().get(1) : "";
        for (Expressions.Tree operand : expression.parts()) {
            String text = "data(" + operand.text() + ") ! string()";
            String texts = document.outcomes(compile(text)).natively();
            String textsBelow = document.outcomes(compile("//node() ! " + text)).natively();
            if (operator.matches(" (<|<=|>|>=) ") && (texts + textsBelow).contains("STRING NaN;")) {
                return Excuse.UNTYPED_NAN;
            }
            if (form.equals("substring(") && BEYOND_INT.matcher(texts).matches()) {
                return Excuse.SUBSTRING_BEYOND_INT;
            }
            if (form.equals("contains(") && (texts.isEmpty() || texts.equals("STRING ; "))) {
                return Excuse.CONTAINS_NOTHING;
            }
        }
        return misreads(expression, document) ? Excuse.DIGITS_THAT_MISREAD : null;
    }

    /** Whether Saxon's text of this number is that of another one. */
    private boolean misreads(Expressions.Tree expression, Case document) {
        Outcomes number = document.outcomes(compile(expression.text()));
        Matcher value = FLOATING.matcher(number.natively());
        Matcher text = SINGLE_STRING.matcher(
                document.outcomes(compile("string(" + expression.text() + ")")).saxons());
        if (!value.matches() || !number.agree() || !text.matches()) {
            return false;
        }
        return number.natively().startsWith("DOUBLE")
                ? Double.parseDouble(text.group(1)) != Double.parseDouble(value.group(1))
                : Float.parseFloat(text.group(1)) != Float.parseFloat(value.group(1));
    }

    private static boolean isSameQuotient(String natively, String saxons) {
        Matcher ours = DECIMAL.matcher(natively);
        Matcher theirs = DECIMAL.matcher(saxons);
        if (!ours.matches() || !theirs.matches()) {
            return natively.replace("INTEGER", "DECIMAL").equals(saxons.replace("INTEGER", "DECIMAL"));
        }
        BigDecimal a = new BigDecimal(ours.group(1)).setScale(18, RoundingMode.HALF_DOWN);
        return a.compareTo(new BigDecimal(theirs.group(1)).setScale(18, RoundingMode.HALF_DOWN)) == 0;
    }

    private static void addOperands(Expressions.Tree expression, List<Expressions.Tree> operands) {
        for (Expressions.Tree part : expression.parts()) {
            operands.add(part);
            addOperands(part, operands);
        }
    }

    /** Whether an evaluator fails with an error that both evaluators raise for an operand. */
    private boolean isErrorOf(List<Expressions.Tree> operands, Outcomes outcomes, Case document) {
        for (Expressions.Tree operand : operands) {
            for (String place : PLACES) {
                Compiled alone = compile(place.replace("#", operand.text()));
                Outcomes itsOwn = document.outcomes(alone);
                boolean bothFail = alone.isNative() && itsOwn.fails() && itsOwn.saxonFails() && itsOwn.agree();
                if (bothFail
                        && (itsOwn.natively().equals(outcomes.natively())
                                || itsOwn.saxons().equals(outcomes.saxons()))) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isTypeErrorFoundEarly(
            Expressions.Tree operand, Outcomes outcomes, Case document, List<Case> others) {
        Compiled alone = compile(operand.text());
        if (!alone.isNative() || !alone.saxonsRefusal().equals(outcomes.saxons())) {
            return false;
        }
        for (Case other : others) {
            if (other.outcomes(alone).fails()) {
                return true;
            }
        }
        for (Expressions.Tree part : operand.parts()) {
            Outcomes ofPart = document.outcomes(compile(part.text()));
            if (ofPart.natively().isEmpty() && ofPart.saxons().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOrderOfPairs(Expressions.Tree operand, Outcomes outcomes) {
        return operand.pieces().size() == 3
                && GENERAL_COMPARISON.matcher(operand.pieces().get(1)).matches()
                && outcomes.fails() != outcomes.saxonFails();
    }

    /** Compiles once more, for the words that Saxon has for its errors and for its warnings of errors to come. */
    private static boolean saysStepToNowhere(String text) {
        StringBuilder words = new StringBuilder();
        Configuration configuration = new Configuration();
        configuration.setConfigurationProperty(Feature.OPTIMIZATION_LEVEL, "0");
        IndependentContext scope = new IndependentContext(configuration);
        scope.setXPathLanguageLevel(31);
        scope.setWarningHandler((message, code, location) -> words.append(message));
        NAMESPACES.forEach((prefix, uri) -> scope.declareNamespace(prefix, NamespaceUri.of(uri)));
        SCOPE.names().forEach(name -> scope.declareVariable(NamespaceUri.NULL, name));
        XPathEvaluator evaluator = new XPathEvaluator(configuration);
        evaluator.setStaticContext(scope);
        try {
            evaluator.createExpression(text);
        } catch (XPathException refused) {
            words.append(refused.getMessage());
        } catch (RuntimeException crash) {
            return false;
        }
        return STEP_TO_NOWHERE.matcher(words).find();
    }
}
