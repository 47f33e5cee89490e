package dev.millrace.xml.path;

import dev.millrace.xml.NamePattern;
import dev.millrace.xml.Node;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the grammar of XPath 3.1 as far as the native evaluator goes. What it does not know may be more XPath or none at
 * all: that is for Saxon to say.
 */
final class Parser {

    /** How deep expressions may be nested. */
    static final int MAX_DEPTH = 200;

    /**
     * An expression that was read.
     *
     * @param locals how many local variables it binds
     */
    record Parsed(Syntax syntax, int locals) {}

    /** The expression goes beyond the native evaluator. */
    private static final class NotNative extends Exception {

        private static final long serialVersionUID = 1L;

        NotNative() {
            super(null, null, false, false);
        }
    }

    private record Local(String name, int index) {}

    private final List<Token> tokens;
    private final Names names;
    private final VariableScope scope;
    private final boolean ignoreAttributeCase;
    private final List<Local> locals = new ArrayList<>();
    private int localCount;
    private int at;
    private int depth;

    private Parser(List<Token> tokens, Names names, VariableScope scope, boolean ignoreAttributeCase) {
        this.tokens = tokens;
        this.names = names;
        this.scope = scope;
        this.ignoreAttributeCase = ignoreAttributeCase;
    }

    /**
     * The expression, or null if it is for Saxon.
     *
     * @throws PathException for a variable or prefix that is not declared, and for what is nested too deeply
     */
    static @Nullable Parsed parse(List<Token> tokens, Names names, VariableScope scope, boolean ignoreAttributeCase)
            throws PathException {
        Parser parser = new Parser(tokens, names, scope, ignoreAttributeCase);
        try {
            Syntax syntax = parser.expression();
            return parser.peek().kind() == Token.Kind.END ? new Parsed(syntax, parser.localCount) : null;
        } catch (NotNative beyond) {
            return null;
        }
    }

    // Expr and ExprSingle

    private Syntax expression() throws PathException, NotNative {
        Syntax first = single();
        if (!peek().isSymbol(",")) {
            return first;
        }
        List<Syntax> parts = new ArrayList<>();
        parts.add(first);
        while (skip(",")) {
            parts.add(single());
        }
        return new Syntax.Comma(parts);
    }

    private Syntax single() throws PathException, NotNative {
        if (++depth > MAX_DEPTH) {
            throw new PathException("the expression is nested more than " + MAX_DEPTH + " levels deep", peek().start());
        }
        Token word = peek();
        Token next = peekNext();
        Syntax expression;
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

    private Syntax conditional() throws PathException, NotNative {
        at++;
        expect("(");
        Syntax condition = expression();
        expect(")");
        expectWord("then");
        Syntax then = single();
        expectWord("else");
        return new Syntax.If(condition, then, single());
    }

    private Syntax loop() throws PathException, NotNative {
        String name = variableName();
        expectWord("in");
        Syntax source = single();
        int index = declare(name);
        Syntax body;
        if (skip(",")) {
            body = loop();
        } else {
            expectWord("return");
            body = single();
        }
        locals.remove(locals.size() - 1);
        return new Syntax.For(index, source, body);
    }

    private Syntax let() throws PathException, NotNative {
        String name = variableName();
        expect(":=");
        Syntax value = single();
        int index = declare(name);
        Syntax body;
        if (skip(",")) {
            body = let();
        } else {
            expectWord("return");
            body = single();
        }
        locals.remove(locals.size() - 1);
        return new Syntax.Let(index, value, body);
    }

    private Syntax quantified(boolean every) throws PathException, NotNative {
        String name = variableName();
        expectWord("in");
        Syntax source = single();
        int index = declare(name);
        Syntax condition;
        if (skip(",")) {
            condition = quantified(every);
        } else {
            expectWord("satisfies");
            condition = single();
        }
        locals.remove(locals.size() - 1);
        return new Syntax.Quantified(every, index, source, condition);
    }

    private int declare(String name) {
        locals.add(new Local(name, localCount));
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

    private Syntax or() throws PathException, NotNative {
        Syntax left = and();
        while (skipWord("or")) {
            left = new Syntax.Junction(false, left, and());
        }
        return left;
    }

    private Syntax and() throws PathException, NotNative {
        Syntax left = comparison();
        while (skipWord("and")) {
            left = new Syntax.Junction(true, left, comparison());
        }
        return left;
    }

    private Syntax comparison() throws PathException, NotNative {
        Syntax left = concatenation();
        Token token = peek();
        Comparison.Operator general = Comparison.Operator.general(token);
        if (general != null) {
            at++;
            return new Syntax.GeneralComparison(general, left, concatenation());
        }
        Comparison.Operator value = Comparison.Operator.value(token);
        if (value != null) {
            at++;
            return new Syntax.ValueComparison(value, left, concatenation());
        }
        if (token.isWord("is") || token.isSymbol("<<") || token.isSymbol(">>")) {
            at++;
            int order = token.isWord("is") ? 0 : token.isSymbol("<<") ? -1 : 1;
            return new Syntax.NodeComparison(order, left, concatenation());
        }
        return left;
    }

    private Syntax concatenation() throws PathException, NotNative {
        Syntax left = range();
        while (skip("||")) {
            left = new Syntax.Concatenation(left, range());
        }
        return left;
    }

    private Syntax range() throws PathException, NotNative {
        Syntax left = sum();
        return skipWord("to") ? new Syntax.Range(left, sum()) : left;
    }

    private Syntax sum() throws PathException, NotNative {
        Syntax left = product();
        while (true) {
            if (skip("+")) {
                left = new Syntax.Calculation(Arithmetic.Operator.PLUS, left, product());
            } else if (skip("-")) {
                left = new Syntax.Calculation(Arithmetic.Operator.MINUS, left, product());
            } else {
                return left;
            }
        }
    }

    private Syntax product() throws PathException, NotNative {
        Syntax left = union();
        while (true) {
            if (skip("*")) {
                left = new Syntax.Calculation(Arithmetic.Operator.TIMES, left, union());
            } else if (skipWord("div")) {
                left = new Syntax.Calculation(Arithmetic.Operator.DIV, left, union());
            } else if (skipWord("idiv")) {
                left = new Syntax.Calculation(Arithmetic.Operator.IDIV, left, union());
            } else if (skipWord("mod")) {
                left = new Syntax.Calculation(Arithmetic.Operator.MOD, left, union());
            } else {
                return left;
            }
        }
    }

    private Syntax union() throws PathException, NotNative {
        Syntax left = intersection();
        while (skip("|") || skipWord("union")) {
            left = new Syntax.NodeSets(Sequences.SetOperator.UNION, left, intersection());
        }
        return left;
    }

    private Syntax intersection() throws PathException, NotNative {
        Syntax left = instanceOf();
        while (true) {
            if (skipWord("intersect")) {
                left = new Syntax.NodeSets(Sequences.SetOperator.INTERSECT, left, instanceOf());
            } else if (skipWord("except")) {
                left = new Syntax.NodeSets(Sequences.SetOperator.EXCEPT, left, instanceOf());
            } else {
                return left;
            }
        }
    }

    private Syntax instanceOf() throws PathException, NotNative {
        Syntax operand = treatAs();
        return skipWords("instance", "of") ? new Syntax.InstanceOf(operand, sequenceType()) : operand;
    }

    private Syntax treatAs() throws PathException, NotNative {
        Syntax operand = castable();
        return skipWords("treat", "as") ? new Syntax.TreatAs(operand, sequenceType()) : operand;
    }

    private Syntax castable() throws PathException, NotNative {
        Syntax operand = cast();
        return skipWords("castable", "as") ? new Syntax.Castable(operand, atomicType(), skip("?")) : operand;
    }

    private Syntax cast() throws PathException, NotNative {
        Syntax operand = arrow();
        return skipWords("cast", "as") ? new Syntax.Cast(operand, atomicType(), skip("?")) : operand;
    }

    private Syntax arrow() throws PathException, NotNative {
        Syntax left = unary();
        while (skip("=>")) {
            Token name = next();
            if (name.kind() != Token.Kind.NAME || !peek().isSymbol("(")) {
                throw new NotNative();
            }
            List<Syntax> arguments = new ArrayList<>();
            arguments.add(left);
            left = call(name, arguments);
        }
        return left;
    }

    private Syntax unary() throws PathException, NotNative {
        boolean signed = false;
        boolean negative = false;
        while (peek().isSymbol("-") || peek().isSymbol("+")) {
            signed = true;
            negative ^= next().isSymbol("-");
        }
        Syntax operand = simpleMap();
        return signed ? new Syntax.Sign(negative, operand) : operand;
    }

    private Syntax simpleMap() throws PathException, NotNative {
        Syntax left = path();
        while (skip("!")) {
            left = new Syntax.SimpleMap(left, path());
        }
        return left;
    }

    // Paths and steps

    private Syntax path() throws PathException, NotNative {
        int start = at;
        if (skip("/")) {
            return startsStep() ? steps(new Syntax.Root(), start, false) : new Syntax.Root();
        }
        if (skip("//")) {
            return steps(new Syntax.Root(), start, true);
        }
        Syntax first = step();
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
    private Syntax steps(Syntax origin, int start, boolean descendants) throws PathException, NotNative {
        List<Syntax.Slash> slashes = new ArrayList<>();
        int begin = tokens.get(start).start();
        boolean below = descendants;
        while (true) {
            int slash = at - 1;
            int end = slash == start ? begin : tokens.get(slash - 1).end();
            slashes.add(new Syntax.Slash(below, step(), end));
            if (skip("//")) {
                below = true;
            } else if (skip("/")) {
                below = false;
            } else {
                return new Syntax.Slashes(origin, List.copyOf(slashes), begin);
            }
        }
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

    private Syntax step() throws PathException, NotNative {
        Token token = peek();
        if (skip("..")) {
            return new Syntax.AxisStep(Axis.PARENT, NodePattern.ANY_NODE, false, predicates());
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

    private Syntax axisStep(Axis axis) throws PathException, NotNative {
        Token token = peek();
        NodePattern test;
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
                    ? new NodePattern(Node.Kind.ATTRIBUTE, names.attributeTest(token))
                    : new NodePattern(Node.Kind.ELEMENT, names.elementTest(token));
            boolean plainName =
                    token.kind() == Token.Kind.NAME && token.prefix().isEmpty();
            boolean anyNamespace =
                    test.name().namespace() == null && test.name().local() != null;
            ignoreCase = attribute && ignoreAttributeCase && (plainName || anyNamespace);
        } else {
            throw new NotNative();
        }
        return new Syntax.AxisStep(axis, test, ignoreCase, predicates());
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

    private NodePattern kindTest() throws PathException, NotNative {
        String word = next().text();
        expect("(");
        NodePattern test = switch (word) {
            case "node" -> NodePattern.ANY_NODE;
            case "text" -> NodePattern.of(Node.Kind.TEXT);
            case "comment" -> NodePattern.of(Node.Kind.COMMENT);
            case "processing-instruction" -> NodePattern.of(Node.Kind.PROCESSING_INSTRUCTION);
            case "document-node" -> NodePattern.of(Node.Kind.DOCUMENT);
            case "element" -> new NodePattern(Node.Kind.ELEMENT, kindTestName(true));
            case "attribute" -> new NodePattern(Node.Kind.ATTRIBUTE, kindTestName(false));
            default -> throw new NotNative();
        };
        expect(")");
        return test;
    }

    private NamePattern kindTestName(boolean element) throws PathException {
        Token name = peek();
        if (name.kind() != Token.Kind.NAME && !name.isSymbol("*")) {
            return NamePattern.ANY;
        }
        at++;
        return element ? names.elementTest(name) : names.attributeTest(name);
    }

    private List<Syntax> predicates() throws PathException, NotNative {
        List<Syntax> predicates = new ArrayList<>();
        while (skip("[")) {
            predicates.add(expression());
            expect("]");
        }
        return List.copyOf(predicates);
    }

    // Primary expressions

    private Syntax postfix() throws PathException, NotNative {
        Syntax primary = primary();
        if (peek().isSymbol("(") || peek().isSymbol("?")) {
            throw new NotNative();
        }
        List<Syntax> predicates = predicates();
        if (peek().isSymbol("(") || peek().isSymbol("?")) {
            throw new NotNative();
        }
        return predicates.isEmpty() ? primary : new Syntax.Filter(primary, predicates);
    }

    private Syntax primary() throws PathException, NotNative {
        Token token = next();
        switch (token.kind()) {
            case STRING -> {
                return new Syntax.Literal(token.text());
            }
            case INTEGER -> {
                return new Syntax.Literal(Atomic.integer(new BigInteger(token.text())));
            }
            case DECIMAL -> {
                return new Syntax.Literal(new BigDecimal(token.text()));
            }
            case DOUBLE -> {
                return new Syntax.Literal(Double.parseDouble(token.text()));
            }
            case NAME -> {
                return call(token, new ArrayList<>());
            }
            case SYMBOL -> {
                if (token.text().equals(".")) {
                    return new Syntax.ContextItem();
                }
                if (token.text().equals("$")) {
                    return variable();
                }
                if (token.text().equals("(")) {
                    if (skip(")")) {
                        return new Syntax.Comma(List.of());
                    }
                    Syntax inner = expression();
                    expect(")");
                    return inner;
                }
                throw new NotNative();
            }
            case WILDCARD, END -> throw new NotNative();
        }
        throw new NotNative();
    }

    private Syntax variable() throws PathException, NotNative {
        Token name = next();
        if (name.kind() != Token.Kind.NAME || !name.prefix().isEmpty()) {
            throw new NotNative();
        }
        for (int i = locals.size() - 1; i >= 0; i--) {
            if (locals.get(i).name().equals(name.text())) {
                return new Syntax.Variable(name.text(), true, locals.get(i).index());
            }
        }
        int slot = scope.slot(name.text());
        if (slot < 0) {
            throw new PathException(
                    "the variable $" + name.text() + " is not known: expected one of $"
                            + String.join(", $", scope.names()),
                    name.start());
        }
        return new Syntax.Variable(name.text(), false, slot);
    }

    /** A call whose name has been read; the arguments given are those before the ones in parentheses. */
    private Syntax call(Token name, List<Syntax> arguments) throws PathException, NotNative {
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
        return new Syntax.Call(namespace, name.text(), List.copyOf(arguments));
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
        NodePattern node = null;
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
