package dev.millrace.xml.path;

import dev.millrace.xml.NamePattern;
import dev.millrace.xml.RecordPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the XPath 3.1 expressions of one contract. What is in the common language becomes a native expression; the
 * rest is given to Saxon-HE, which also words the error for what is no XPath at all. doc(), collection(),
 * unparsed-text(), environment-variable() and their kin are refused. Not thread-safe; the compiled expressions are.
 */
public final class PathCompiler {

    /** What the caller wants of the result. */
    public enum Result {
        /** Nodes stay nodes. */
        ITEMS,
        /** Nodes are atomized (XPath 3.1, §2.4.2); untyped values come as String. */
        VALUES
    }

    /** A bound for hostile expressions: evaluators go down into an expression by recursion. */
    private static final int MAX_TOKENS = 5_000;

    private final Names names;
    private final boolean ignoreAttributeCase;
    private final boolean saxonOnly;
    private final SharedPath.Beginnings beginnings = new SharedPath.Beginnings();
    private @Nullable SaxonCompiler saxonCompiler;

    /**
     * @param namespaces prefix to URI; the prefix {@code default} names the namespace of unprefixed element names
     * @param ignoreAttributeCase whether {@code @name}, or {@code @*:name}, also finds the first attribute whose name differs only in case
     *     when there is none of the exact name
     */
    public PathCompiler(Map<String, String> namespaces, boolean ignoreAttributeCase) {
        this(namespaces, ignoreAttributeCase, false);
    }

    /**
     * @param saxonOnly whether Saxon runs all expressions, each operand in its place: for the tests that hold the native
     *     evaluator to Saxon's answers
     */
    PathCompiler(Map<String, String> namespaces, boolean ignoreAttributeCase, boolean saxonOnly) {
        this.saxonOnly = saxonOnly;
        names = new Names(namespaces);
        this.ignoreAttributeCase = ignoreAttributeCase;
    }

    /** @throws PathException when the text is no expression, or names what is not in scope, or is refused */
    public PathExpression compile(String text, VariableScope scope, Result result) throws PathException {
        List<Token> tokens = tokens(text);
        Refusals.check(tokens, names);
        List<RegexCheck.Literal> regexes = RegexCheck.literals(tokens, names);
        for (RegexCheck.Literal regex : regexes) {
            if (regex.flags().indexOf('q') < 0
                    && EmptyMatches.areTooMany(regex.token().text())) {
                throw new PathException(
                        "the regular expression can match nothing in too many ways; let each part of an alternative or"
                                + " repetition match one character at least",
                        regex.token().start());
            }
        }
        if (!saxonOnly) {
            Parser.Parsed parsed = Parser.parse(tokens, names, scope, ignoreAttributeCase);
            Expression expression = parsed == null ? null : NativeCompiler.compile(text, parsed, beginnings);
            if (parsed != null && expression != null) {
                return new NativePath(text, expression, parsed.locals(), result);
            }
        }
        try {
            SaxonPath path = onSaxon(text, tokens, scope, result);
            // Not of the native ones: they have been translated.
            for (RegexCheck.Literal regex : regexes) {
                saxon().checkRegex(
                                regex.token().text(),
                                regex.flags(),
                                regex.token().start());
            }
            return path;
        } catch (NoClassDefFoundError absent) {
            if (!String.valueOf(absent.getMessage()).contains("saxon")) {
                throw absent;
            }
            throw new PathException(
                    "this is no XPath, or XPath that only Saxon evaluates, which is not on the class path; add net.sf.saxon:Saxon-HE"
                            + " to it, of version 12",
                    0);
        }
    }

    /** Compiles {@code document.record}: absolute, names and wildcards only. */
    public RecordPath compileRecordPath(String text) throws PathException {
        List<Token> tokens = tokens(text);
        List<RecordPath.Step> steps = new ArrayList<>();
        int at = 0;
        do {
            Token slash = tokens.get(at++);
            if (!slash.isSymbol("/") && !slash.isSymbol("//")) {
                throw new PathException(
                        "found " + slash.shown()
                                + ", expected / or //: a record path is absolute and holds names only, like /Orders/Order",
                        slash.start());
            }
            steps.add(new RecordPath.Step(slash.isSymbol("//"), elementTest(tokens.get(at++))));
        } while (tokens.get(at).kind() != Token.Kind.END);
        return new RecordPath(steps);
    }

    private NamePattern elementTest(Token token) throws PathException {
        if (!token.isSymbol("*") && token.kind() != Token.Kind.NAME && token.kind() != Token.Kind.WILDCARD) {
            throw new PathException(
                    "found " + token.shown() + ", expected the name of an element, or *", token.start());
        }
        return names.elementTest(token);
    }

    private static List<Token> tokens(String text) throws PathException {
        List<Token> tokens = Lexer.tokens(text);
        int depth = 0;
        for (Token token : tokens) {
            if (token.isSymbol("(") || token.isSymbol("[") || token.isSymbol("{")) {
                depth++;
            } else if (token.isSymbol(")") || token.isSymbol("]") || token.isSymbol("}")) {
                depth--;
            }
            if (depth > Parser.MAX_DEPTH) {
                throw new PathException(
                        "the expression is nested more than " + Parser.MAX_DEPTH + " levels deep", token.start());
            }
        }
        if (tokens.size() > MAX_TOKENS) {
            throw new PathException(
                    "the expression has more than " + MAX_TOKENS + " words and symbols",
                    tokens.get(MAX_TOKENS).start());
        }
        return tokens;
    }

    private SaxonPath onSaxon(String text, List<Token> tokens, VariableScope scope, Result result)
            throws PathException {
        Map<String, Integer> used = new LinkedHashMap<>();
        for (int i = 1; i < tokens.size(); i++) {
            Token name = tokens.get(i);
            int slot = tokens.get(i - 1).isSymbol("$") && name.prefix().isEmpty() ? scope.slot(name.text()) : -1;
            if (slot >= 0) {
                used.put(name.text(), slot);
            }
        }
        String ours = ignoreAttributeCase ? withoutAttributeCase(text, tokens) : text;
        return saxon().compile(ours, text, used, result);
    }

    private SaxonCompiler saxon() {
        SaxonCompiler saxon = saxonCompiler;
        if (saxon == null) {
            saxon = new SaxonCompiler(names.namespaces(), !saxonOnly);
            saxonCompiler = saxon;
        }
        return saxon;
    }

    /** Writes each {@code @name} and {@code @*:name} as the choice between the exact name and the first that differs only in case. */
    private static String withoutAttributeCase(String text, List<Token> tokens) {
        StringBuilder rewritten = new StringBuilder();
        int copied = 0;
        for (int i = 0; i + 1 < tokens.size(); i++) {
            boolean axis =
                    tokens.get(i).isWord("attribute") && tokens.get(i + 1).isSymbol("::");
            Token name = tokens.get(i + (axis ? 2 : 1));
            boolean anyNamespace =
                    name.kind() == Token.Kind.WILDCARD && name.prefix().equals("*");
            boolean plainName = name.kind() == Token.Kind.NAME && name.prefix().isEmpty();
            if (!axis && !tokens.get(i).isSymbol("@") || !plainName && !anyNamespace) {
                continue;
            }
            boolean call = tokens.get(i + (axis ? 3 : 2)).isSymbol("(");
            if (call) {
                continue;
            }
            String ignoringCase = "[lower-case(local-name()) = lower-case('" + name.text() + "')]";
            rewritten.append(text, copied, tokens.get(i).start());
            if (anyNamespace) {
                String exact = "@*:" + name.text();
                rewritten.append("(if (" + exact + ") then " + exact + " else (@*" + ignoringCase + ")[1])");
            } else {
                rewritten.append("(@" + name.text() + ", @Q{}*" + ignoringCase + ")[1]");
            }
            copied = name.end();
        }
        return rewritten.append(text, copied, text.length()).toString();
    }
}
