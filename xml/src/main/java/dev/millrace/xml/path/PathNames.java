package dev.millrace.xml.path;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The names of elements and attributes that an expression is written with: for those who look why it finds nothing. */
public final class PathNames {

    private PathNames() {}

    /**
     * A name in an expression.
     *
     * @param prefix "" for none, "*" for any namespace
     * @param local the local part
     * @param attribute whether it is that of an attribute
     */
    public record Used(String prefix, String local, boolean attribute) {}

    /** In the order in which they stand; of functions, variables, types and wildcards none. Empty where the text is no expression. */
    public static List<Used> of(String expression) {
        List<Token> tokens;
        try {
            tokens = Lexer.tokens(expression);
        } catch (PathException e) {
            return List.of();
        }
        List<Used> names = new ArrayList<>();
        boolean operand = false;
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean name = token.kind() == Token.Kind.NAME
                    || token.kind() == Token.Kind.WILDCARD && !token.text().equals("*");
            if (!name) {
                operand = isOperand(token, operand);
                continue;
            }
            // Behind an operand a name is an operator, such as 'and' (XPath 3.1, A.2.2).
            boolean operator = operand && token.prefix().isEmpty();
            if (operator && List.of("cast", "castable", "treat", "instance").contains(token.text())) {
                i = endOfType(tokens, i + 2);
                continue;
            }
            operand = !operator && !isFollowedBy(tokens, i, "(", "::", "{");
            boolean variableOrKey = isPrecededBy(tokens, i, "$") || isPrecededBy(tokens, i, "?");
            if (operand && !variableOrKey && !isKeyword(tokens, i)) {
                boolean attribute = isPrecededBy(tokens, i, "@")
                        || i > 1
                                && isPrecededBy(tokens, i, "::")
                                && tokens.get(i - 2).isWord("attribute");
                names.add(new Used(token.prefix(), token.text(), attribute));
            }
        }
        return names;
    }

    /** The variables that an expression names, each once, in the order in which they stand. Empty where the text is no expression. */
    public static Set<String> variables(String expression) {
        Set<String> variables = new LinkedHashSet<>();
        try {
            List<Token> tokens = Lexer.tokens(expression);
            for (int i = 1; i < tokens.size(); i++) {
                if (tokens.get(i).kind() == Token.Kind.NAME && isPrecededBy(tokens, i, "$")) {
                    variables.add(tokens.get(i).text());
                }
            }
        } catch (PathException e) {
            return Set.of();
        }
        return variables;
    }

    /** The index of a type's last token, such as those of {@code xs:integer} and {@code element(a)}. */
    private static int endOfType(List<Token> tokens, int start) {
        int depth = 0;
        for (int i = start; i < tokens.size(); i++) {
            depth += tokens.get(i).isSymbol("(") ? 1 : tokens.get(i).isSymbol(")") ? -1 : 0;
            if (depth == 0 && !isFollowedBy(tokens, i, "(")) {
                return i;
            }
        }
        return tokens.size();
    }

    private static boolean isOperand(Token token, boolean before) {
        return switch (token.kind()) {
            case INTEGER, DECIMAL, DOUBLE, STRING -> true;
            // A star behind an operand multiplies it.
            case SYMBOL ->
                token.text().equals("*")
                        ? !before
                        : List.of(")", "]", "}", ".", "..").contains(token.text());
            default -> true;
        };
    }

    /** The words of 'if', 'for', 'some', 'every' and 'let' that stand where an operand can. */
    private static boolean isKeyword(List<Token> tokens, int index) {
        Token token = tokens.get(index);
        return token.prefix().isEmpty()
                && List.of("for", "some", "every", "let").contains(token.text())
                && isFollowedBy(tokens, index, "$");
    }

    private static boolean isFollowedBy(List<Token> tokens, int index, String... symbols) {
        return index + 1 < tokens.size() && List.of(symbols).stream().anyMatch(tokens.get(index + 1)::isSymbol);
    }

    private static boolean isPrecededBy(List<Token> tokens, int index, String symbol) {
        return index > 0 && tokens.get(index - 1).isSymbol(symbol);
    }
}
