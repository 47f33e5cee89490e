package dev.millrace.xml.path;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The conditions of a path: its predicates, of which each part of an {@code and} is a condition of its own. For who wants to know
 * which of them left a node out: {@link #upTo} gives the path with its first conditions only, and a node that one of these
 * paths gives and the next does not was left out by what is added. The conditions within a predicate, or within the arguments of a
 * function, are not the path's own.
 *
 * <p>Only such paths can be taken apart whose items become fewer with each condition: steps, also in brackets, several of them with
 * {@code |} or a comma in between. Immutable.
 */
public final class PathConditions {

    /** After these words an operand begins, and what they make of it can be more for fewer conditions, or nothing like a path. */
    private static final Set<String> OPENINGS = Set.of("for", "let", "some", "every", "if", "function", "map", "array");

    private static final Set<String> SYMBOLS =
            Set.of("/", "//", "@", "::", ".", "..", "*", "|", ",", "$", "(", ")", "!");

    /** Of a condition that is asked of what cannot be found from the path's item. */
    public static final int UNKNOWN = -1;

    private static final Set<String> COMPARISONS =
            Set.of("=", "!=", "<", "<=", ">", ">=", "eq", "ne", "lt", "le", "gt", "ge");

    private final String text;
    private final List<Predicate> predicates;
    private final List<Integer> slashes;
    private final boolean several;

    /**
     * A predicate.
     *
     * @param start of the bracket, in the text
     * @param levels how many levels below what it is asked of the path's items are, or {@link #UNKNOWN}
     */
    private record Predicate(int start, int end, List<String> conditions, int levels) {
        private Predicate with(int known) {
            return new Predicate(start, end, conditions, known);
        }
    }

    private PathConditions(String text, List<Predicate> predicates, List<Integer> slashes, boolean several) {
        this.text = text;
        this.several = several;
        this.predicates = List.copyOf(predicates);
        this.slashes = List.copyOf(slashes);
    }

    /** A path taken apart; empty where it cannot be. */
    public static Optional<PathConditions> of(String path) {
        try {
            return new Taking(path).path();
        } catch (PathException e) {
            return Optional.empty();
        }
    }

    /** The parts of a test that have to be true all of them: those of an {@code and}; else the test itself. */
    public static List<String> ofTest(String test) {
        try {
            List<Token> tokens = Lexer.tokens(test);
            return conditions(test, tokens, 0, tokens.size() - 1);
        } catch (PathException e) {
            return List.of(test);
        }
    }

    /** The two sides of a condition that compares, without those that are literals or lists of them; none where it does something else. */
    public static List<String> operands(String condition) {
        List<Token> tokens;
        try {
            tokens = Lexer.tokens(condition);
        } catch (PathException e) {
            return List.of();
        }
        List<String> sides = new ArrayList<>();
        int from = 0;
        int depth = 0;
        boolean compares = false;
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            depth += depthOf(token);
            boolean end = token.kind() == Token.Kind.END;
            boolean isOperator = depth == 0 && endsOperand(tokens, i - 1) && COMPARISONS.contains(token.text());
            if (!end && !isOperator) {
                boolean other = depth == 0 && token.kind() == Token.Kind.NAME && endsOperand(tokens, i - 1);
                if (other || token.isWord("position") || token.isWord("last")) {
                    return List.of();
                }
                continue;
            }
            compares |= isOperator;
            if (i > from && tokens.subList(from, i).stream().anyMatch(PathConditions::looksAtSomething)) {
                sides.add(condition.substring(
                        tokens.get(from).start(), tokens.get(i - 1).end()));
            }
            from = i + 1;
        }
        return compares ? sides : List.of();
    }

    /** Not a literal, nor what stands between several of them. */
    private static boolean looksAtSomething(Token token) {
        return switch (token.kind()) {
            case INTEGER, DECIMAL, DOUBLE, STRING, END -> false;
            case NAME, WILDCARD -> true;
            case SYMBOL -> token.isSymbol(".") || token.isSymbol("..") || token.isSymbol("*") || token.isSymbol("/");
        };
    }

    /** The conditions as they are written, in the order of the text, which is that in which they are asked. */
    public List<String> conditions() {
        return predicates.stream().flatMap(p -> p.conditions.stream()).toList();
    }

    /** Whether it is several paths, so that not all conditions are asked of every item. */
    public boolean isSeveral() {
        return several;
    }

    /**
     * How many levels above an item of the path the node is that a condition is asked of: 0 for the item itself.
     *
     * @param condition its index in {@link #conditions()}
     */
    public int levelsUp(int condition) {
        int left = condition;
        for (Predicate predicate : predicates) {
            if (left < predicate.conditions.size()) {
                return predicate.levels;
            }
            left -= predicate.conditions.size();
        }
        throw new IndexOutOfBoundsException(condition);
    }

    /** The path with its first conditions only: with none of them for 0. */
    public String upTo(int count) {
        StringBuilder path = new StringBuilder();
        int at = 0;
        int left = count;
        for (Predicate predicate : predicates) {
            path.append(text, at, predicate.start);
            at = predicate.end;
            int own = predicate.conditions.size();
            if (left >= own) {
                path.append(text, predicate.start, predicate.end);
            } else if (left == 1) {
                // In a predicate, a number would be a position.
                path.append("[boolean(").append(predicate.conditions.get(0)).append(")]");
            } else if (left > 1) {
                path.append('[')
                        .append(String.join(" and ", predicate.conditions.subList(0, left)))
                        .append(']');
            }
            left = Math.max(0, left - own);
        }
        return path.append(text, at, text.length()).toString();
    }

    /** What the path begins with, up to each of its slashes and at last all of it; only the whole path where it is several. */
    public List<String> beginnings() {
        List<String> beginnings = new ArrayList<>();
        for (int slash : slashes) {
            String beginning = text.substring(0, slash).strip();
            if (!beginning.isEmpty() && !beginning.equals("/")) {
                beginnings.add(beginning);
            }
        }
        beginnings.add(text);
        return beginnings;
    }

    private static int depthOf(Token token) {
        if (token.kind() != Token.Kind.SYMBOL) {
            return 0;
        }
        return switch (token.text()) {
            case "(", "[", "{" -> 1;
            case ")", "]", "}" -> -1;
            default -> 0;
        };
    }

    /** Whether an operand is complete with a token, so that a name behind it is an operator. */
    private static boolean endsOperand(List<Token> tokens, int index) {
        if (index < 0) {
            return false;
        }
        Token token = tokens.get(index);
        if (token.kind() != Token.Kind.SYMBOL) {
            boolean operator = token.kind() == Token.Kind.NAME && index > 0 && endsOperand(tokens, index - 1);
            return token.kind() != Token.Kind.END && !operator;
        }
        return switch (token.text()) {
            case ")", "]", "}", ".", "..", "*" -> true;
            default -> false;
        };
    }

    /** The parts of the {@code and} between two tokens, the second one excluded; all of it where there is none, or more than that. */
    private static List<String> conditions(String text, List<Token> tokens, int from, int to) {
        String whole =
                text.substring(tokens.get(from).start(), tokens.get(to).start()).strip();
        List<String> parts = new ArrayList<>();
        int begin = from;
        int depth = 0;
        for (int i = from; i < to; i++) {
            Token token = tokens.get(i);
            depth += depthOf(token);
            if (depth > 0 || token.kind() != Token.Kind.NAME) {
                continue;
            }
            boolean operator = i > from && endsOperand(tokens, i - 1);
            boolean opens = !operator
                    && OPENINGS.contains(token.text())
                    && !tokens.get(i + 1).isSymbol("::");
            if (operator && token.isWord("or") || opens) {
                return List.of(whole);
            }
            if (operator && token.isWord("and")) {
                parts.add(text.substring(
                        tokens.get(begin).start(), tokens.get(i - 1).end()));
                begin = i + 1;
            }
        }
        if (parts.isEmpty() || begin >= to) {
            return List.of(whole);
        }
        parts.add(text.substring(tokens.get(begin).start(), tokens.get(to - 1).end()));
        return parts;
    }

    /** Takes one path apart. */
    private static final class Taking {

        private final String text;
        private final List<Token> tokens;
        private final List<Predicate> predicates = new ArrayList<>();
        private final List<Integer> slashes = new ArrayList<>();
        private boolean several;

        Taking(String text) throws PathException {
            this.text = text;
            this.tokens = Lexer.tokens(text);
        }

        Optional<PathConditions> path() throws PathException {
            int depth = 0;
            for (int i = 0; tokens.get(i).kind() != Token.Kind.END; i++) {
                Token token = tokens.get(i);
                boolean operator = endsOperand(tokens, i - 1);
                if (token.isSymbol("[") && operator) {
                    int end = matching(i);
                    predicates.add(new Predicate(
                            token.start(),
                            tokens.get(end).end(),
                            conditions(text, tokens, i + 1, end),
                            depth == 0 ? 0 : UNKNOWN));
                    i = end;
                } else if (token.isSymbol("(") && operator) {
                    // The arguments of a call, or of a kind of node.
                    i = matching(i);
                } else if (canStand(token, operator, i)) {
                    depth += depthOf(token);
                    note(token, depth, operator);
                } else {
                    return Optional.empty();
                }
            }
            return Optional.of(new PathConditions(text, predicates, several ? List.of() : slashes, several));
        }

        private boolean canStand(Token token, boolean operator, int index) {
            return switch (token.kind()) {
                case NAME ->
                    operator
                            ? token.isWord("union")
                            : !OPENINGS.contains(token.text())
                                    || !tokens.get(index + 1).isSymbol("(")
                                            && !tokens.get(index + 1).isSymbol("$");
                case WILDCARD -> !operator;
                case SYMBOL -> SYMBOLS.contains(token.text()) && !(token.isSymbol("*") && operator);
                case INTEGER, DECIMAL, DOUBLE, STRING, END -> false;
            };
        }

        private void note(Token token, int depth, boolean operator) {
            boolean down = token.isSymbol("/") && depth == 0;
            boolean stays = token.isSymbol("@") || token.kind() != Token.Kind.SYMBOL || token.isSymbol("*");
            if (!stays) {
                predicates.replaceAll(p -> p.with(down && p.levels >= 0 ? p.levels + 1 : UNKNOWN));
            }
            if (depth > 0) {
                return;
            }
            several |= token.isSymbol("|") || token.isSymbol(",") || operator && token.isWord("union");
            if (token.isSymbol("/") || token.isSymbol("//")) {
                slashes.add(token.start());
            }
        }

        private int matching(int open) throws PathException {
            int depth = 0;
            for (int i = open; i < tokens.size(); i++) {
                depth += depthOf(tokens.get(i));
                if (depth == 0) {
                    return i;
                }
            }
            throw new PathException("a bracket is not closed", tokens.get(open).start());
        }
    }
}
