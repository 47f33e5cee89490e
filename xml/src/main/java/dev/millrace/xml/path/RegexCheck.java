package dev.millrace.xml.path;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the regular expressions that an expression has as literals, so that what is wrong with them is told before it runs. */
final class RegexCheck {

    private static final Set<String> FUNCTIONS = Set.of("matches", "replace", "tokenize", "analyze-string");

    /** A regular expression that is known before the document is. */
    record Literal(Token token, String flags) {}

    private RegexCheck() {}

    static List<Literal> literals(List<Token> tokens, Names names) {
        List<Literal> found = new ArrayList<>();
        for (int i = 0; i + 1 < tokens.size(); i++) {
            Token name = tokens.get(i);
            if (name.kind() == Token.Kind.NAME
                    && FUNCTIONS.contains(name.text())
                    && tokens.get(i + 1).isSymbol("(")
                    && Names.FUNCTIONS.equals(names.functionNamespace(name))) {
                boolean arrow = i > 0 && tokens.get(i - 1).isSymbol("=>");
                add(name.text(), arguments(tokens, i + 2), arrow ? 0 : 1, found);
            }
        }
        return found;
    }

    private static void add(String function, List<@Nullable Token> arguments, int index, List<Literal> into) {
        Token regex = index < arguments.size() ? arguments.get(index) : null;
        int flagsAt = index + (function.equals("replace") ? 2 : 1);
        Token flags = flagsAt < arguments.size() ? arguments.get(flagsAt) : null;
        if (regex != null && (flags != null || flagsAt >= arguments.size())) {
            into.add(new Literal(regex, flags == null ? "" : flags.text()));
        }
    }

    /** The arguments of a call: a token where that is a lone string literal, else null. */
    private static List<@Nullable Token> arguments(List<Token> tokens, int from) {
        List<@Nullable Token> arguments = new ArrayList<>();
        int depth = 0;
        int start = from;
        for (int i = from; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean closes = token.isSymbol(")") || token.isSymbol("]") || token.isSymbol("}");
            if (depth == 0 && (closes || token.isSymbol(","))) {
                boolean literal = i == start + 1 && tokens.get(start).kind() == Token.Kind.STRING;
                arguments.add(literal ? tokens.get(start) : null);
                start = i + 1;
                if (closes) {
                    break;
                }
            } else if (closes) {
                depth--;
            } else if (token.isSymbol("(") || token.isSymbol("[") || token.isSymbol("{")) {
                depth++;
            }
        }
        return arguments;
    }
}
