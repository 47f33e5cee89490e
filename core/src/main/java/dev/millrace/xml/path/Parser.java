package dev.millrace.xml.path;

import dev.millrace.xml.NameTest;
import dev.millrace.xml.Node;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the grammar of XPath 3.1 as far as the native evaluator goes and builds its expressions on the way. What it does
 * not know may be more XPath or none at all: that is for Saxon to say.
 */
final class Parser {

    /** How deep expressions may be nested. */
    static final int MAX_DEPTH = 200;

    /**
     * An expression, ready to run.
     *
     * @param locals how many local variables it binds
     */
    record Parsed(Expression expression, int locals) {}

    /** The expression goes beyond the native evaluator. */
    private static final class NotNative extends Exception {

        private static final long serialVersionUID = 1L;

        NotNative() {
            super(null, null, false, false);
        }
    }

    private record Local(String name, int index, boolean single) {}

    private final String text;
    private final List<Token> tokens;
    private final SharedPath.Beginnings beginnings;
    private final Names names;
    private final VariableScope scope;
    private final boolean ignoreAttributeCase;
    private final List<Local> locals = new ArrayList<>();
    private int localCount;
    private int at;
    private int depth;

    /** How many times the focus changes on the way to what is being read: in a predicate, and behind a slash or an exclamation mark. */
    private int inner;

    /** Whether the expression that is being read asks for position() or last() of its focus. */
    private boolean positional;

    private Parser(
            String text,
            List<Token> tokens,
            Names names,
            VariableScope scope,
            boolean ignoreAttributeCase,
            SharedPath.Beginnings beginnings) {
        this.text = text;
        this.tokens = tokens;
        this.beginnings = beginnings;
        this.names = names;
        this.scope = scope;
        this.ignoreAttributeCase = ignoreAttributeCase;
    }

    /**
     * The native expression, or null if it is for Saxon.
     *
     * @param beginnings of the contract's paths so far; those of this expression are added
     * @throws PathException for a variable or prefix that is not declared, and for what is nested too deeply
     */
    static @Nullable Parsed parse(
            String text,
            List<Token> tokens,
            Names names,
            VariableScope scope,
            boolean ignoreAttributeCase,
            SharedPath.Beginnings beginnings)
            throws PathException {
        Parser parser = new Parser(text, tokens, names, scope, ignoreAttributeCase, beginnings);
        try {
            Expression expression = parser.expression();
            return parser.peek().kind() == Token.Kind.END ? new Parsed(expression, parser.localCount) : null;
        } catch (NotNative beyond) {
            return null;
        }
    }

    // Expr and ExprSingle

    private Expression expression() throws PathException, NotNative {
        Expression first = single();
        if (!peek().isSymbol(",")) {
            return first;
        }
        List<Expression> parts = new ArrayList<>();
        parts.add(first);
        while (skip(",")) {
            parts.add(single());
        }
        return comma(parts);
    }

    private static Expression comma(List<Expression> parts) {
        List<Object> constants = new ArrayList<>();
        for (Expression part : parts) {
            if (!(part instanceof Constant constant)) {
                return new Sequences.Comma(parts);
            }
            constants.addAll(List.of(constant.values()));
        }
        return new Constant(constants.toArray());
    }

    private Expression single() throws PathException, NotNative {
        if (++depth > MAX_DEPTH) {
            throw new PathException("the expression is nested more than " + MAX_DEPTH + " levels deep", peek().start());
        }
        Token word = peek();
        Token next = peekNext();
        Expression expression;
        if (word.isWord("if") && next.isSymbol("(")) {
            expression = conditional();
        } else if (next.isSymbol("$") && word.isWord("for")) {
            at++;
            expression = loop();
        } else if (next.isSymbol("$") && word.isWord("let")) {
            at++;
            expression = let();
        } else if (next.isSymbol("$") && (word.isWord("some") || word.isWord("every"))) {
            at++;
            expression = quantified(word.isWord("every"));
        } else {
            expression = or();
        }
        depth--;
        return expression;
    }

    private Expression conditional() throws PathException, NotNative {
        at++;
        expect("(");
        Expression condition = expression();
        expect(")");
        expectWord("then");
        Expression then = single();
        expectWord("else");
        return new Logic.If(condition, then, single());
    }

    private Expression loop() throws PathException, NotNative {
        String name = variableName();
        expectWord("in");
        Expression source = single();
        int index = declare(name, true);
        Expression body;
        if (skip(",")) {
            body = loop();
        } else {
            expectWord("return");
            body = single();
        }
        locals.remove(locals.size() - 1);
        return new Logic.For(index, source, body);
    }

    private Expression let() throws PathException, NotNative {
        String name = variableName();
        expect(":=");
        Expression value = single();
        int index = declare(name, value.isSingle());
        Expression body;
        if (skip(",")) {
            body = let();
        } else {
            expectWord("return");
            body = single();
        }
        locals.remove(locals.size() - 1);
        return new Logic.Let(index, value, body);
    }

    private Expression quantified(boolean every) throws PathException, NotNative {
        String name = variableName();
        expectWord("in");
        Expression source = single();
        int index = declare(name, true);
        Expression condition;
        if (skip(",")) {
            condition = quantified(every);
        } else {
            expectWord("satisfies");
            condition = single();
        }
        locals.remove(locals.size() - 1);
        return new Logic.Quantified(every, index, source, condition);
    }

    private int declare(String name, boolean single) {
        locals.add(new Local(name, localCount, single));
        return localCount++;
    }

    private String variableName() throws NotNative {
        expect("$");
        Token name = next();
        if (name.kind() != Token.Kind.NAME || !name.prefix().isEmpty()) {
            throw new NotNative();
        }
        return name.text();
    }

    // Operators, from the loosest to the tightest

    private Expression or() throws PathException, NotNative {
        Expression left = and();
        while (skipWord("or")) {
            left = new Logic.Junction(false, left, and());
        }
        return left;
    }

    private Expression and() throws PathException, NotNative {
        Expression left = comparison();
        while (skipWord("and")) {
            left = new Logic.Junction(true, left, comparison());
        }
        return left;
    }

    private Expression comparison() throws PathException, NotNative {
        Expression left = concatenation();
        Token token = peek();
        Comparison.Operator general = Comparison.Operator.general(token);
        if (general != null) {
            at++;
            return Comparison.general(general, left, concatenation());
        }
        Comparison.Operator value = Comparison.Operator.value(token);
        if (value != null) {
            at++;
            return new Comparison.Value(value, left, concatenation());
        }
        if (token.isWord("is") || token.isSymbol("<<") || token.isSymbol(">>")) {
            at++;
            int order = token.isWord("is") ? 0 : token.isSymbol("<<") ? -1 : 1;
            return new Comparison.OfNodes(order, left, concatenation());
        }
        return left;
    }

    private Expression concatenation() throws PathException, NotNative {
        Expression left = range();
        while (skip("||")) {
            left = Functions.concat(left, range());
        }
        return left;
    }

    private Expression range() throws PathException, NotNative {
        Expression left = sum();
        return skipWord("to") ? new Sequences.Range(left, sum()) : left;
    }

    private Expression sum() throws PathException, NotNative {
        Expression left = product();
        while (true) {
            if (skip("+")) {
                left = new Arithmetic(Arithmetic.Operator.PLUS, left, product());
            } else if (skip("-")) {
                left = new Arithmetic(Arithmetic.Operator.MINUS, left, product());
            } else {
                return left;
            }
        }
    }

    private Expression product() throws PathException, NotNative {
        Expression left = union();
        while (true) {
            if (skip("*")) {
                left = new Arithmetic(Arithmetic.Operator.TIMES, left, union());
            } else if (skipWord("div")) {
                left = new Arithmetic(Arithmetic.Operator.DIV, left, union());
            } else if (skipWord("idiv")) {
                left = new Arithmetic(Arithmetic.Operator.IDIV, left, union());
            } else if (skipWord("mod")) {
                left = new Arithmetic(Arithmetic.Operator.MOD, left, union());
            } else {
                return left;
            }
        }
    }

    private Expression union() throws PathException, NotNative {
        Expression left = intersection();
        while (skip("|") || skipWord("union")) {
            left = new Sequences.NodeSets(Sequences.SetOperator.UNION, left, intersection());
        }
        return left;
    }

    private Expression intersection() throws PathException, NotNative {
        Expression left = instanceOf();
        while (true) {
            if (skipWord("intersect")) {
                left = new Sequences.NodeSets(Sequences.SetOperator.INTERSECT, left, instanceOf());
            } else if (skipWord("except")) {
                left = new Sequences.NodeSets(Sequences.SetOperator.EXCEPT, left, instanceOf());
            } else {
                return left;
            }
        }
    }

    private Expression instanceOf() throws PathException, NotNative {
        Expression operand = treatAs();
        return skipWords("instance", "of") ? new Types.InstanceOf(operand, sequenceType()) : operand;
    }

    private Expression treatAs() throws PathException, NotNative {
        Expression operand = castable();
        return skipWords("treat", "as") ? new Types.TreatAs(operand, sequenceType()) : operand;
    }

    private Expression castable() throws PathException, NotNative {
        Expression operand = cast();
        return skipWords("castable", "as") ? new Types.Castable(operand, atomicType(), skip("?")) : operand;
    }

    private Expression cast() throws PathException, NotNative {
        Expression operand = arrow();
        return skipWords("cast", "as") ? new Types.Cast(operand, atomicType(), skip("?")) : operand;
    }

    private Expression arrow() throws PathException, NotNative {
        Expression left = unary();
        while (skip("=>")) {
            Token name = next();
            if (name.kind() != Token.Kind.NAME || !peek().isSymbol("(")) {
                throw new NotNative();
            }
            List<Expression> arguments = new ArrayList<>();
            arguments.add(left);
            left = call(name, arguments);
        }
        return left;
    }

    private Expression unary() throws PathException, NotNative {
        boolean signed = false;
        boolean negative = false;
        while (peek().isSymbol("-") || peek().isSymbol("+")) {
            signed = true;
            negative ^= next().isSymbol("-");
        }
        Expression operand = simpleMap();
        if (!signed) {
            return operand;
        }
        return operand instanceof Constant constant && constant.only() instanceof Number number
                ? new Constant(negative ? Arithmetic.negated(number) : number)
                : new Arithmetic.Sign(negative, operand);
    }

    private Expression simpleMap() throws PathException, NotNative {
        Expression left = path();
        while (skip("!")) {
            boolean outer = positional;
            inner++;
            left = new Path.Map(left, path());
            inner--;
            positional = outer;
        }
        return left;
    }

    // Paths and steps

    private Expression path() throws PathException, NotNative {
        int start = at;
        if (skip("/")) {
            return startsStep() ? steps(new Focus.Root(), start, false) : new Focus.Root();
        }
        if (skip("//")) {
            return steps(new Focus.Root(), start, true);
        }
        Expression first = step();
        if (skip("/")) {
            return steps(first, start, false);
        }
        return skip("//") ? steps(first, start, true) : first;
    }

    /**
     * The steps after a slash, from the first on.
     *
     * @param start the token with which the path begins
     */
    private Expression steps(Expression origin, int start, boolean descendants) throws PathException, NotNative {
        boolean outer = positional;
        Expression path = origin;
        boolean below = descendants;
        while (true) {
            if (below) {
                path = Path.of(path, new Step(Axis.DESCENDANT_OR_SELF, NodeTest.ANY_NODE, false, Predicates.NONE));
            }
            Expression beginning = path;
            int slash = at - 1;
            inner++;
            Expression step = step();
            inner--;
            path = Path.of(beginning, step);
            if (skip("//")) {
                below = true;
            } else if (skip("/")) {
                below = false;
            } else {
                positional = outer;
                boolean shared = !below && !outer && step instanceof Step && canBeShared(beginning, start, slash);
                return shared ? shared(path, beginning, (Step) step, start, slash) : path;
            }
        }
    }

    /** Whether what these tokens lead to depends on the outermost context item alone. */
    private boolean canBeShared(Expression beginning, int start, int end) {
        return inner == 0
                && end > start
                && beginning.yields() == Expression.Yield.NODES
                && tokens.subList(start, end).stream().noneMatch(token -> token.isSymbol("$"));
    }

    private SharedPath shared(Expression path, Expression beginning, Step step, int start, int end) {
        String words =
                text.substring(tokens.get(start).start(), tokens.get(end - 1).end());
        return new SharedPath(path, beginnings.of(words), beginning, step);
    }

    private boolean startsStep() {
        Token token = peek();
        return switch (token.kind()) {
            case NAME, WILDCARD, STRING, INTEGER, DECIMAL, DOUBLE -> true;
            case SYMBOL ->
                token.isSymbol("*")
                        || token.isSymbol("@")
                        || token.isSymbol(".")
                        || token.isSymbol("..")
                        || token.isSymbol("(")
                        || token.isSymbol("$");
            case END -> false;
        };
    }

    private Expression step() throws PathException, NotNative {
        Token token = peek();
        if (skip("..")) {
            return new Step(Axis.PARENT, NodeTest.ANY_NODE, false, predicates());
        }
        if (skip("@")) {
            return axisStep(Axis.ATTRIBUTE);
        }
        if (token.isSymbol("*") || token.kind() == Token.Kind.WILDCARD) {
            return axisStep(Axis.CHILD);
        }
        if (token.kind() != Token.Kind.NAME) {
            return postfix();
        }
        Token next = peekNext();
        if (next.isSymbol("::")) {
            Axis axis = token.prefix().isEmpty() ? Axis.named(token.text()) : null;
            if (axis == null) {
                throw new NotNative();
            }
            at += 2;
            return axisStep(axis);
        }
        if (next.isSymbol("(") && !isKindTest(token)) {
            return postfix();
        }
        if (next.isSymbol("#") || next.isSymbol("{")) {
            throw new NotNative();
        }
        boolean attribute = next.isSymbol("(") && token.text().equals("attribute");
        return axisStep(attribute ? Axis.ATTRIBUTE : Axis.CHILD);
    }

    private Expression axisStep(Axis axis) throws PathException, NotNative {
        Token token = peek();
        NodeTest test;
        boolean ignoreCase = false;
        if (token.kind() == Token.Kind.NAME && peekNext().isSymbol("(")) {
            if (!isKindTest(token)) {
                throw new NotNative();
            }
            test = kindTest();
        } else if (token.isSymbol("*") || token.kind() == Token.Kind.WILDCARD || token.kind() == Token.Kind.NAME) {
            at++;
            boolean attribute = axis == Axis.ATTRIBUTE;
            test = attribute
                    ? new NodeTest(Node.Kind.ATTRIBUTE, names.attributeTest(token))
                    : new NodeTest(Node.Kind.ELEMENT, names.elementTest(token));
            boolean plainName =
                    token.kind() == Token.Kind.NAME && token.prefix().isEmpty();
            boolean anyNamespace =
                    test.name().namespace() == null && test.name().local() != null;
            ignoreCase = attribute && ignoreAttributeCase && (plainName || anyNamespace);
        } else {
            throw new NotNative();
        }
        return new Step(axis, test, ignoreCase, predicates());
    }

    private static boolean isKindTest(Token token) {
        return token.prefix().isEmpty()
                && switch (token.text()) {
                    case "node",
                            "text",
                            "comment",
                            "processing-instruction",
                            "element",
                            "attribute",
                            "document-node",
                            "schema-element",
                            "schema-attribute",
                            "namespace-node",
                            "item" -> true;
                    default -> false;
                };
    }

    private NodeTest kindTest() throws PathException, NotNative {
        String word = next().text();
        expect("(");
        NodeTest test = switch (word) {
            case "node" -> NodeTest.ANY_NODE;
            case "text" -> NodeTest.of(Node.Kind.TEXT);
            case "comment" -> NodeTest.of(Node.Kind.COMMENT);
            case "processing-instruction" -> NodeTest.of(Node.Kind.PROCESSING_INSTRUCTION);
            case "document-node" -> NodeTest.of(Node.Kind.DOCUMENT);
            case "element" -> new NodeTest(Node.Kind.ELEMENT, kindTestName(true));
            case "attribute" -> new NodeTest(Node.Kind.ATTRIBUTE, kindTestName(false));
            default -> throw new NotNative();
        };
        expect(")");
        return test;
    }

    private NameTest kindTestName(boolean element) throws PathException {
        Token name = peek();
        if (name.kind() != Token.Kind.NAME && !name.isSymbol("*")) {
            return NameTest.ANY;
        }
        at++;
        return element ? names.elementTest(name) : names.attributeTest(name);
    }

    private Predicates predicates() throws PathException, NotNative {
        if (!peek().isSymbol("[")) {
            return Predicates.NONE;
        }
        Predicates predicates = new Predicates();
        boolean outer = positional;
        while (skip("[")) {
            positional = false;
            inner++;
            Expression predicate = expression();
            inner--;
            expect("]");
            predicates.add(predicate, positional);
        }
        positional = outer;
        return predicates;
    }

    // Primary expressions

    private Expression postfix() throws PathException, NotNative {
        Expression primary = primary();
        if (peek().isSymbol("(") || peek().isSymbol("?")) {
            throw new NotNative();
        }
        Predicates predicates = predicates();
        if (peek().isSymbol("(") || peek().isSymbol("?")) {
            throw new NotNative();
        }
        return predicates.isEmpty() ? primary : new Path.Filter(primary, predicates);
    }

    private Expression primary() throws PathException, NotNative {
        Token token = next();
        switch (token.kind()) {
            case STRING -> {
                return new Constant(token.text());
            }
            case INTEGER -> {
                return new Constant(Atomic.integer(new BigInteger(token.text())));
            }
            case DECIMAL -> {
                return new Constant(new BigDecimal(token.text()));
            }
            case DOUBLE -> {
                return new Constant(Double.parseDouble(token.text()));
            }
            case NAME -> {
                return call(token, new ArrayList<>());
            }
            case SYMBOL -> {
                if (token.text().equals(".")) {
                    return new Focus.ContextItem();
                }
                if (token.text().equals("$")) {
                    return variable();
                }
                if (token.text().equals("(")) {
                    if (skip(")")) {
                        return new Constant();
                    }
                    Expression inner = expression();
                    expect(")");
                    return inner;
                }
                throw new NotNative();
            }
            case WILDCARD, END -> throw new NotNative();
        }
        throw new NotNative();
    }

    private Expression variable() throws PathException, NotNative {
        Token name = next();
        if (name.kind() != Token.Kind.NAME || !name.prefix().isEmpty()) {
            throw new NotNative();
        }
        for (int i = locals.size() - 1; i >= 0; i--) {
            if (locals.get(i).name().equals(name.text())) {
                return Variable.local(locals.get(i).index(), locals.get(i).single());
            }
        }
        int slot = scope.slot(name.text());
        if (slot < 0) {
            throw new PathException(
                    "the variable $" + name.text() + " is not known: expected one of $"
                            + String.join(", $", scope.names()),
                    name.start());
        }
        return Variable.ofContract(slot);
    }

    /** A call whose name has been read; the arguments given are those before the ones in parentheses. */
    private Expression call(Token name, List<Expression> arguments) throws PathException, NotNative {
        String namespace = names.functionNamespace(name);
        if (name.isWord("function") || name.isWord("map") || name.isWord("array") || namespace == null) {
            throw new NotNative();
        }
        expect("(");
        if (!skip(")")) {
            do {
                if (peek().isSymbol("?")) {
                    throw new NotNative();
                }
                arguments.add(single());
            } while (skip(","));
            expect(")");
        }
        Expression call = null;
        if (namespace.equals(Names.FUNCTIONS)) {
            positional |= arguments.isEmpty()
                    && (name.text().equals("position") || name.text().equals("last"));
            call = Functions.call(name.text(), arguments);
        } else if (namespace.equals(Names.SCHEMA) && arguments.size() == 1) {
            AtomicType type = AtomicType.named(name.text());
            call = type == null ? null : new Types.Cast(arguments.get(0), type, true);
        }
        if (call == null) {
            throw new NotNative();
        }
        return call;
    }

    // Types

    private AtomicType atomicType() throws NotNative {
        Token name = next();
        AtomicType type = name.kind() == Token.Kind.NAME && Names.SCHEMA.equals(names.functionNamespace(name))
                ? AtomicType.named(name.text())
                : null;
        if (type == null) {
            throw new NotNative();
        }
        return type;
    }

    private Types.SequenceType sequenceType() throws PathException, NotNative {
        Token token = peek();
        AtomicType atomic = null;
        NodeTest node = null;
        if (!peekNext().isSymbol("(")) {
            atomic = atomicType();
        } else if (token.isWord("item") || token.isWord("empty-sequence")) {
            at += 2;
            expect(")");
        } else if (isKindTest(token)) {
            node = kindTest();
        } else {
            throw new NotNative();
        }
        if (token.isWord("empty-sequence") && atomic == null) {
            return new Types.SequenceType(null, null, 0, 0);
        }
        if (skip("?")) {
            return new Types.SequenceType(atomic, node, 0, 1);
        }
        if (skip("*")) {
            return new Types.SequenceType(atomic, node, 0, Integer.MAX_VALUE);
        }
        return skip("+")
                ? new Types.SequenceType(atomic, node, 1, Integer.MAX_VALUE)
                : new Types.SequenceType(atomic, node, 1, 1);
    }

    // Tokens

    private Token peek() {
        return tokens.get(at);
    }

    private Token peekNext() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    private Token next() {
        Token token = tokens.get(at);
        if (token.kind() != Token.Kind.END) {
            at++;
        }
        return token;
    }

    private boolean skip(String symbol) {
        boolean found = peek().isSymbol(symbol);
        at += found ? 1 : 0;
        return found;
    }

    private boolean skipWord(String word) {
        boolean found = peek().isWord(word);
        at += found ? 1 : 0;
        return found;
    }

    private boolean skipWords(String first, String second) {
        boolean found = peek().isWord(first) && peekNext().isWord(second);
        at += found ? 2 : 0;
        return found;
    }

    private void expect(String symbol) throws NotNative {
        if (!skip(symbol)) {
            throw new NotNative();
        }
    }

    private void expectWord(String word) throws NotNative {
        if (!skipWord(word)) {
            throw new NotNative();
        }
    }
}
