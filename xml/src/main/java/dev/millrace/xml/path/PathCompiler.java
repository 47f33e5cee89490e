package dev.millrace.xml.path;

import dev.millrace.xml.NamePattern;
import dev.millrace.xml.RecordPath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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

    /** In the place of a namespace's URI: names of every namespace, and of none. No URI is so written. */
    public static final String ANY_NAMESPACE = "*";

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

    /** As the constructor does, with prefixes that may stand for several namespaces, or for {@link #ANY_NAMESPACE}. */
    public static PathCompiler ofSeveral(Map<String, List<String>> namespaces, boolean ignoreAttributeCase) {
        return new PathCompiler(new Names(namespaces), ignoreAttributeCase, false);
    }

    /** As {@link #ofSeveral}, on Saxon only. */
    static PathCompiler onSaxon(Map<String, List<String>> namespaces) {
        return new PathCompiler(new Names(namespaces), false, true);
    }

    /**
     * @param saxonOnly whether Saxon runs all expressions, each operand in its place: for the tests that hold the native
     *     evaluator to Saxon's answers
     */
    PathCompiler(Map<String, String> namespaces, boolean ignoreAttributeCase, boolean saxonOnly) {
        this(new Names(lists(namespaces)), ignoreAttributeCase, saxonOnly);
    }

    private PathCompiler(Names names, boolean ignoreAttributeCase, boolean saxonOnly) {
        this.saxonOnly = saxonOnly;
        this.names = names;
        this.ignoreAttributeCase = ignoreAttributeCase;
    }

    private static Map<String, List<String>> lists(Map<String, String> namespaces) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        namespaces.forEach((prefix, uri) -> lists.put(prefix, List.of(uri)));
        return lists;
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

    /**
     * Compiles {@code document.record}: absolute, names and wildcards only; several names in a step, as in
     * {@code /batch/(Invoice|CreditNote)}, or several paths, as in {@code //Invoice | //CreditNote}.
     */
    public RecordPath compileRecordPath(String text) throws PathException {
        List<Token> tokens = tokens(text);
        List<List<RecordPath.Step>> paths = new ArrayList<>();
        int at = 0;
        do {
            List<RecordPath.Step> steps = new ArrayList<>();
            do {
                Token slash = tokens.get(at++);
                if (!slash.isSymbol("/") && !slash.isSymbol("//")) {
                    throw new PathException(
                            "found " + slash.shown()
                                    + ", expected / or //: a record path is absolute and holds names only, like /Orders/Order",
                            slash.start());
                }
                List<NamePattern> tests = new ArrayList<>();
                boolean several = tokens.get(at).isSymbol("(");
                do {
                    at += several ? 1 : 0;
                    tests.add(elementTest(tokens.get(at++)));
                } while (several && tokens.get(at).isSymbol("|"));
                if (several && !tokens.get(at++).isSymbol(")")) {
                    Token found = tokens.get(at - 1);
                    throw new PathException("found " + found.shown() + ", expected | or )", found.start());
                }
                steps.add(new RecordPath.Step(slash.isSymbol("//"), NamePattern.oneOf(tests)));
            } while (tokens.get(at).kind() != Token.Kind.END && !tokens.get(at).isSymbol("|"));
            paths.add(steps);
        } while (tokens.get(at++).kind() != Token.Kind.END);
        return new RecordPath(paths);
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
        List<Edit> edits = new ArrayList<>();
        if (ignoreAttributeCase) {
            withoutAttributeCase(tokens, edits);
        }
        inSeveralNamespaces(tokens, edits);
        return saxon().compile(edited(text, edits), text, used, result);
    }

    private SaxonCompiler saxon() {
        SaxonCompiler saxon = saxonCompiler;
        if (saxon == null) {
            saxon = new SaxonCompiler(names.single(), !saxonOnly);
            saxonCompiler = saxon;
        }
        return saxon;
    }

    /** A part of an expression that Saxon is given in other words. */
    private record Edit(int start, int end, String text) {}

    private static String edited(String text, List<Edit> edits) {
        StringBuilder rewritten = new StringBuilder();
        int copied = 0;
        for (Edit edit :
                edits.stream().sorted(Comparator.comparingInt(Edit::start)).toList()) {
            rewritten.append(text, copied, edit.start()).append(edit.text());
            copied = edit.end();
        }
        return rewritten.append(text, copied, text.length()).toString();
    }

    /** Writes each {@code @name} and {@code @*:name} as the choice between the exact name and the first that differs only in case. */
    private static void withoutAttributeCase(List<Token> tokens, List<Edit> edits) {
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
            String exact = "@*:" + name.text();
            String words = anyNamespace
                    ? "(if (" + exact + ") then " + exact + " else (@*" + ignoringCase + ")[1])"
                    : "(@" + name.text() + ", @Q{}*" + ignoringCase + ")[1]";
            edits.add(new Edit(tokens.get(i).start(), name.end(), words));
        }
    }

    /** Writes each name whose prefix stands for several namespaces as one of any, with a predicate on its namespace. */
    private void inSeveralNamespaces(List<Token> tokens, List<Edit> edits) throws PathException {
        if (names.isDefaultSeveral()) {
            throw new PathException(
                    "Saxon evaluates this expression, and it knows one namespace for names without a prefix, where"
                            + " document.namespaces.default gives several; write the expression in the common language, or give a"
                            + " prefix those namespaces",
                    0);
        }
        for (int i = 0; i + 1 < tokens.size(); i++) {
            Token name = tokens.get(i);
            boolean isName = name.kind() == Token.Kind.NAME || name.kind() == Token.Kind.WILDCARD;
            List<String> uris = isName ? names.several(name.prefix()) : null;
            if (uris == null) {
                continue;
            }
            if (i > 1
                    && tokens.get(i - 1).isSymbol("(")
                    && (tokens.get(i - 2).isWord("element") || tokens.get(i - 2).isWord("attribute"))) {
                throw new PathException(
                        "Saxon evaluates this expression, and it knows one namespace for a name in "
                                + tokens.get(i - 2).text()
                                + "(…), where the prefix '" + name.prefix() + "' stands for several; write *:"
                                + name.text() + " without it",
                        name.start());
            }
            String any = name.kind() == Token.Kind.WILDCARD ? "*" : "*:" + name.text();
            String oneOf =
                    uris.stream().map(uri -> "'" + uri.replace("'", "''") + "'").collect(Collectors.joining(", "));
            boolean all = uris.contains(ANY_NAMESPACE);
            edits.add(new Edit(name.start(), name.end(), all ? any : any + "[namespace-uri() = (" + oneOf + ")]"));
        }
    }
}
