package dev.millrace.discovery.xsd;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What a regular expression of XML Schema tells of the texts that match it: how long they are, and whether they are digits.
 * It also matches, by sets of positions instead of backtracking, so that no expression takes long.
 */
final class PatternShape {

    private static final int MOST_CHARACTERS = 10_000;
    private static final int MOST_DEPTH = 100;
    private static final int MOST_STEPS = 200_000;
    private static final int ENDLESS = Integer.MAX_VALUE;

    /** A part of the expression, and how long what it matches is. */
    private sealed interface Part {
        int min();

        int max();

        boolean digits();

        /** Where a match can end that begins at one of the starts. */
        BitSet ends(Walk walk, BitSet starts);
    }

    private record One(Pattern characters, boolean digits) implements Part {
        @Override
        public int min() {
            return 1;
        }

        @Override
        public int max() {
            return 1;
        }

        @Override
        public BitSet ends(Walk walk, BitSet starts) {
            String text = walk.text;
            BitSet ends = new BitSet();
            walk.step();
            for (int at = starts.nextSetBit(0); at >= 0 && at < text.length(); at = starts.nextSetBit(at + 1)) {
                int next = text.offsetByCodePoints(at, 1);
                if (characters.matcher(text.substring(at, next)).matches()) {
                    ends.set(next);
                }
            }
            return ends;
        }
    }

    private record Sequence(List<Part> parts) implements Part {
        @Override
        public int min() {
            return parts.stream().mapToInt(Part::min).reduce(0, PatternShape::sum);
        }

        @Override
        public int max() {
            return parts.stream().mapToInt(Part::max).reduce(0, PatternShape::sum);
        }

        @Override
        public boolean digits() {
            return parts.stream().allMatch(Part::digits);
        }

        @Override
        public BitSet ends(Walk walk, BitSet starts) {
            BitSet at = starts;
            for (Part part : parts) {
                at = part.ends(walk, at);
            }
            return at;
        }
    }

    private record Either(List<Part> parts) implements Part {
        @Override
        public int min() {
            return parts.stream().mapToInt(Part::min).min().orElse(0);
        }

        @Override
        public int max() {
            return parts.stream().mapToInt(Part::max).max().orElse(0);
        }

        @Override
        public boolean digits() {
            return parts.stream().allMatch(Part::digits);
        }

        @Override
        public BitSet ends(Walk walk, BitSet starts) {
            BitSet ends = new BitSet();
            parts.forEach(part -> ends.or(part.ends(walk, starts)));
            return ends;
        }
    }

    private record Repeated(Part part, int least, int most) implements Part {
        @Override
        public int min() {
            return product(part.min(), least);
        }

        @Override
        public int max() {
            return product(part.max(), most);
        }

        @Override
        public boolean digits() {
            return part.digits();
        }

        @Override
        public BitSet ends(Walk walk, BitSet starts) {
            int length = walk.text.length();
            BitSet at = starts;
            // Beyond the text's length a further round can only match nothing, which leaves the positions as they are.
            for (int i = 0; i < Math.min(least, length + 1); i++) {
                at = part.ends(walk, at);
            }
            BitSet all = (BitSet) at.clone();
            for (int i = least; i < most && i - least <= length; i++) {
                walk.step();
                at = part.ends(walk, at);
                int before = all.cardinality();
                all.or(at);
                if (all.cardinality() == before) {
                    break;
                }
            }
            return all;
        }
    }

    /** A text that is looked at, within so many steps. */
    private static final class Walk {
        private final String text;
        private int steps;

        Walk(String text) {
            this.text = text;
        }

        void step() {
            steps++;
            if (steps > MOST_STEPS) {
                throw new TooManySteps();
            }
        }
    }

    private static final class TooManySteps extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final Part whole;

    private PatternShape(Part whole) {
        this.whole = whole;
    }

    /** The shape of an expression, or empty where it is none, or one that is not understood. */
    static Optional<PatternShape> of(String expression) {
        if (expression.length() > MOST_CHARACTERS) {
            return Optional.empty();
        }
        Parser parser = new Parser(expression);
        try {
            Part whole = parser.either(0);
            return parser.atEnd() ? Optional.of(new PatternShape(whole)) : Optional.empty();
        } catch (PatternSyntaxException notUnderstood) {
            return Optional.empty();
        }
    }

    int minLength() {
        return whole.min();
    }

    /** The most characters that a match has, or empty where there is no limit. */
    OptionalInt maxLength() {
        return whole.max() == ENDLESS ? OptionalInt.empty() : OptionalInt.of(whole.max());
    }

    /** Whether a match has nothing but digits. */
    boolean digitsOnly() {
        return whole.digits();
    }

    /** Whether a text matches; empty where that would take too long to find out. */
    Optional<Boolean> matches(String text) {
        BitSet start = new BitSet();
        start.set(0);
        try {
            return Optional.of(whole.ends(new Walk(text), start).get(text.length()));
        } catch (TooManySteps hostile) {
            return Optional.empty();
        }
    }

    private static int sum(int one, int other) {
        return (int) Math.min(ENDLESS, (long) one + other);
    }

    private static int product(int one, int other) {
        return (int) Math.min(ENDLESS, (long) one * other);
    }

    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        boolean atEnd() {
            return at == text.length();
        }

        Part either(int depth) {
            if (depth > MOST_DEPTH) {
                throw wrong("too deep");
            }
            List<Part> branches = new ArrayList<>();
            branches.add(sequence(depth));
            while (!atEnd() && text.charAt(at) == '|') {
                at++;
                branches.add(sequence(depth));
            }
            return branches.size() == 1 ? branches.get(0) : new Either(branches);
        }

        private Part sequence(int depth) {
            List<Part> parts = new ArrayList<>();
            while (!atEnd() && text.charAt(at) != '|' && text.charAt(at) != ')') {
                parts.add(repeated(atom(depth)));
            }
            return parts.size() == 1 ? parts.get(0) : new Sequence(parts);
        }

        private Part atom(int depth) {
            char next = text.charAt(at);
            switch (next) {
                case '(' -> {
                    at++;
                    Part inner = either(depth + 1);
                    if (atEnd()) {
                        throw wrong("no )");
                    }
                    at++;
                    return inner;
                }
                case '[' -> {
                    return one(characterClass(0));
                }
                case '\\' -> {
                    return one(escape());
                }
                case '.' -> {
                    at++;
                    return one("[^\\n\\r]");
                }
                case '*', '+', '?', '{', '}', ')', ']' -> throw wrong("unexpected " + next);
                default -> {
                    int end = text.offsetByCodePoints(at, 1);
                    String literal = Pattern.quote(text.substring(at, end));
                    boolean digit = next >= '0' && next <= '9';
                    at = end;
                    return new One(Pattern.compile(literal), digit);
                }
            }
        }

        private static One one(String expression) {
            Pattern pattern = Pattern.compile(expression);
            return new One(pattern, digits(pattern));
        }

        /** Whether all of ASCII that it matches are digits, and there are some: XML Schema's \d is more, which no number is written in. */
        private static boolean digits(Pattern pattern) {
            boolean some = false;
            for (char c = 0; c < 0x180; c++) {
                boolean digit = c >= '0' && c <= '9';
                if (pattern.matcher(String.valueOf(c)).matches()) {
                    if (!digit) {
                        return false;
                    }
                    some = true;
                }
            }
            return some;
        }

        private String escape() {
            if (at + 1 >= text.length()) {
                throw wrong("a \\ at the end");
            }
            char next = text.charAt(at + 1);
            if (next == 'p' || next == 'P') {
                int close = text.indexOf('}', at);
                if (close < 0 || !text.startsWith("{", at + 2)) {
                    throw wrong("no { and }");
                }
                String property = text.substring(at + 3, close);
                at = close + 1;
                // Blocks are written IsGreek, scripts of Java too; InGreek is Java's block.
                return "\\" + next + "{" + (property.startsWith("Is") ? "In" + property.substring(2) : property) + "}";
            }
            at += 2;
            return switch (next) {
                case 'i' -> "[\\p{L}_:]";
                case 'I' -> "[^\\p{L}_:]";
                case 'c' -> "[\\p{L}\\p{M}\\p{N}._:\\-\\u00B7]";
                case 'C' -> "[^\\p{L}\\p{M}\\p{N}._:\\-\\u00B7]";
                case 'd' -> "\\p{Nd}";
                case 'D' -> "\\P{Nd}";
                case 'w' -> "[^\\p{P}\\p{Z}\\p{C}]";
                case 'W' -> "[\\p{P}\\p{Z}\\p{C}]";
                case 's' -> "[ \\t\\n\\r]";
                case 'S' -> "[^ \\t\\n\\r]";
                case 'n', 'r', 't', '\\', '|', '.', '-', '^', '?', '*', '+', '{', '}', '(', ')', '[', ']', '$', '/' ->
                    "\\" + next;
                default -> throw wrong("\\" + next);
            };
        }

        private String characterClass(int depth) {
            if (depth > MOST_DEPTH) {
                throw wrong("too deep");
            }
            StringBuilder java = new StringBuilder("[");
            at++;
            if (!atEnd() && text.charAt(at) == '^') {
                java.append('^');
                at++;
            }
            boolean first = true;
            while (true) {
                if (atEnd()) {
                    throw wrong("no ]");
                }
                char next = text.charAt(at);
                if (next == ']' && !first) {
                    at++;
                    return java.append(']').toString();
                } else if (next == '-' && text.startsWith("[", at + 1)) {
                    at++;
                    String without = characterClass(depth + 1);
                    if (atEnd() || text.charAt(at) != ']') {
                        throw wrong("no ] after what is taken away");
                    }
                    at++;
                    return "[" + java + "]&&[^" + without + "]]";
                } else if (next == '\\') {
                    java.append(escape());
                } else if (next == '[' || next == '&' || next == '^') {
                    java.append('\\').append(next);
                    at++;
                } else if (next == '-' && (first || text.startsWith("]", at + 1))) {
                    java.append("\\-");
                    at++;
                } else {
                    java.append(next);
                    at++;
                }
                first = false;
            }
        }

        private Part repeated(Part part) {
            if (atEnd()) {
                return part;
            }
            switch (text.charAt(at)) {
                case '*' -> {
                    at++;
                    return new Repeated(part, 0, ENDLESS);
                }
                case '+' -> {
                    at++;
                    return new Repeated(part, 1, ENDLESS);
                }
                case '?' -> {
                    at++;
                    return new Repeated(part, 0, 1);
                }
                case '{' -> {
                    int close = text.indexOf('}', at);
                    if (close < 0) {
                        throw wrong("no }");
                    }
                    String[] bounds = text.substring(at + 1, close).split(",", -1);
                    at = close + 1;
                    int least = number(bounds[0]);
                    int most = bounds.length == 1 ? least : bounds[1].isEmpty() ? ENDLESS : number(bounds[1]);
                    return new Repeated(part, least, most);
                }
                default -> {
                    return part;
                }
            }
        }

        private int number(String digits) {
            try {
                return Integer.parseInt(digits);
            } catch (NumberFormatException notANumber) {
                throw wrong("no number of times");
            }
        }

        private PatternSyntaxException wrong(String what) {
            return new PatternSyntaxException(what, text, at);
        }
    }
}
