package dev.millrace.reference;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns an expression of the original language into XPath:
 *
 * <pre>
 * expr      := CASE {WHEN cond THEN value} [ELSE value] END | arithmetic
 * cond      := simple {AND simple} | simple {OR simple}
 * simple    := name IS [NOT] EMPTY | name IS [NOT] NULL | name LIKE 'pattern' | operand op operand
 * value     := DATEADD(day, n, date) | name | 'text' | number | arithmetic
 * </pre>
 *
 * The original reads it by splitting texts; what follows from that for numbers and parentheses in conditions is what the two
 * modes differ in.
 */
final class Expression {

    private static final Pattern TOKEN = Pattern.compile(
            "\\s+|('(?:[^'])*')|(\"[^\"]*\")|([0-9]+(?:\\.[0-9]+)?|\\.[0-9]+)"
                    + "|([\\p{L}_][\\p{L}\\p{N}_]*(?:\\.[\\p{L}_][\\p{L}\\p{N}_]*)*)|(!=|<=|>=|//|\\*\\*|[=<>+\\-*/(),])");
    private static final Pattern KEYWORD =
            Pattern.compile("(^| )(AND|OR|WHEN|THEN|ELSE|CASE|END)( |$)", Pattern.CASE_INSENSITIVE);
    private static final List<String> OPERATORS = List.of("=", "!=", "<", "<=", ">", ">=");

    private static final Pattern ISO_DATE =
            Pattern.compile("([0-9]{4}-[0-9]{2}-[0-9]{2})(?: ([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,6})?))?");

    private static final int MAX_DEPTH = 50;
    private static final int MAX_LENGTH = 50_000;

    private enum Kind {
        TEXT,
        NUMBER,
        NAME,
        SYMBOL,
        END
    }

    private record Token(Kind kind, String text) {

        boolean is(String word) {
            return (kind == Kind.NAME || kind == Kind.SYMBOL) && text.equalsIgnoreCase(word);
        }
    }

    /** What is wrong with an expression. */
    static final class BadExpressionException extends Exception {

        private static final long serialVersionUID = 1L;

        BadExpressionException(String message) {
            super(message);
        }
    }

    private final String text;
    private final Scope scope;
    private final Mode mode;
    private final Consumer<String> remarks;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private boolean compound;
    private boolean takesValues;
    private boolean takesTexts;
    private int parentheses;

    /** @param remarks is told what a reader should know */
    Expression(String text, Scope scope, Mode mode, Consumer<String> remarks) {
        this.text = text;
        this.scope = scope;
        this.mode = mode;
        this.remarks = remarks;
    }

    /** The XPath: one item at most. Call it once. */
    String toXPath() throws BadExpressionException {
        tokenize();
        if (!peek().is("CASE") && isNothing()) {
            takesTexts = true;
            return "()";
        }
        String result = peek().is("CASE") ? choice() : arithmetic();
        if (peek().kind() != Kind.END) {
            throw unexpected("the end");
        }
        if (result.length() > MAX_LENGTH) {
            throw new BadExpressionException("it becomes a path of " + result.length() + " characters – expected "
                    + MAX_LENGTH + " at most; write it shorter");
        }
        return result;
    }

    /** Whether the original reads no value at all where there is no CASE in front. */
    private boolean isNothing() {
        boolean misread = text.toUpperCase(Locale.ROOT).contains("CASE");
        boolean nothing = misread || peek().is("DATEADD") || peek().kind() == Kind.TEXT;
        if (nothing) {
            remarks.accept(
                    misread
                            ? "a name with 'case' in it makes the original see a CASE without a WHEN: always without value"
                            : "without a CASE the original reads nothing but arithmetic: always without value");
        }
        return nothing;
    }

    /** After {@link #toXPath}: whether the result may be a text of the document, rather than one of the contract. */
    boolean takesValues() {
        return takesValues;
    }

    /** After {@link #toXPath}: whether the result is a number, if there is one. */
    boolean isNumeric() {
        return !takesValues && !takesTexts;
    }

    private void tokenize() throws BadExpressionException {
        Matcher matcher = TOKEN.matcher(text);
        int from = 0;
        while (from < text.length()) {
            matcher.region(from, text.length());
            if (!matcher.lookingAt()) {
                throw new BadExpressionException("'" + text.charAt(from) + "' at character " + (from + 1)
                        + " – expected names, texts in quotes, numbers and operators");
            }
            String quoted = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
            if (quoted != null) {
                String inside = quoted.substring(1, quoted.length() - 1);
                if (KEYWORD.matcher(inside).find()) {
                    remarks.accept("the text '" + inside
                            + "' holds a keyword, which the original trips over; it is a text here");
                }
                tokens.add(new Token(Kind.TEXT, inside));
            } else if (matcher.group(3) != null) {
                tokens.add(new Token(Kind.NUMBER, matcher.group(3)));
            } else if (matcher.group(4) != null) {
                tokens.add(new Token(Kind.NAME, matcher.group(4)));
            } else if (matcher.group(5) != null) {
                tokens.add(new Token(Kind.SYMBOL, matcher.group(5)));
            }
            from = matcher.end();
        }
        tokens.add(new Token(Kind.END, "the end"));
    }

    private Token peek() {
        return tokens.get(at);
    }

    private Token next() {
        return tokens.get(at < tokens.size() - 1 ? at++ : at);
    }

    private boolean skip(String word) {
        if (peek().is(word)) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(String word) throws BadExpressionException {
        if (!skip(word)) {
            throw unexpected(word);
        }
    }

    private BadExpressionException unexpected(String expected) {
        return new BadExpressionException("found " + peek().text() + " – expected " + expected);
    }

    // CASE

    private String choice() throws BadExpressionException {
        expect("CASE");
        StringBuilder xpath = new StringBuilder();
        while (skip("WHEN")) {
            xpath.append("if (").append(condition()).append(") then ");
            expect("THEN");
            xpath.append(value()).append(" else ");
        }
        if (xpath.length() == 0) {
            throw unexpected("WHEN");
        }
        xpath.append(skip("ELSE") ? value() : "()");
        expect("END");
        return xpath.toString();
    }

    private String condition() throws BadExpressionException {
        int end = at;
        boolean and = false;
        boolean or = false;
        for (; !tokens.get(end).is("THEN") && tokens.get(end).kind() != Kind.END; end++) {
            and |= tokens.get(end).is("AND");
            or |= tokens.get(end).is("OR");
        }
        compound = and || or;
        if (mode == Mode.AS_MEANT) {
            return disjunction();
        }
        if (and && or) {
            throw new BadExpressionException(
                    "AND and OR in one condition, which the original cannot read – expected one of them; import it --mode as-meant");
        }
        StringBuilder xpath = new StringBuilder(splitCondition());
        while (peek().is("AND") || peek().is("OR")) {
            xpath.append(next().is("AND") ? " and " : " or ").append(splitCondition());
        }
        return xpath.toString();
    }

    private String disjunction() throws BadExpressionException {
        StringBuilder xpath = new StringBuilder(conjunction());
        while (skip("OR")) {
            xpath.append(" or ").append(conjunction());
        }
        return xpath.toString();
    }

    private String conjunction() throws BadExpressionException {
        StringBuilder xpath = new StringBuilder(primary());
        while (skip("AND")) {
            xpath.append(" and ").append(primary());
        }
        return xpath.toString();
    }

    private String primary() throws BadExpressionException {
        if (skip("(")) {
            open();
            String inner = disjunction();
            close();
            return "(" + inner + ")";
        }
        return simple(false, false);
    }

    /** A part between AND, OR and their ends, with the parentheses that stay at its names. */
    private String splitCondition() throws BadExpressionException {
        boolean open = false;
        while (skip("(")) {
            open = true;
        }
        int end = at;
        while (!tokens.get(end).is("AND")
                && !tokens.get(end).is("OR")
                && !tokens.get(end).is("THEN")
                && tokens.get(end).kind() != Kind.END) {
            end++;
        }
        boolean closed = tokens.get(end - 1).is(")") && !isDateEnd(end - 1);
        String xpath = simple(open, closed);
        while (skip(")")) {
            closed = true;
        }
        return xpath;
    }

    private void open() throws BadExpressionException {
        if (++parentheses > MAX_DEPTH) {
            throw new BadExpressionException("more than " + MAX_DEPTH + " parentheses or signs in one another");
        }
    }

    private void close() throws BadExpressionException {
        expect(")");
        parentheses--;
    }

    private boolean isDateEnd(int index) {
        return index >= 3
                && tokens.get(index - 2).is("(")
                && tokens.get(index - 3).is("DATE");
    }

    /**
     * @param open whether a parenthesis makes the left name unknown
     * @param closed whether one makes a text on the right unknown
     */
    private String simple(boolean open, boolean closed) throws BadExpressionException {
        if (peek().is("NOT")) {
            throw unexpected("a name: NOT is not known to the original");
        }
        Operand left = operand(open, false);
        if (skip("IS")) {
            boolean not = skip("NOT");
            if (skip("EMPTY")) {
                return "normalize-space(" + left.node() + (not ? ") != ''" : ") = ''");
            }
            expect("NULL");
            String node = left.value(scope);
            return not ? node + " != ''" : "not(" + node + " != '')";
        }
        if (skip("LIKE")) {
            if (peek().kind() != Kind.TEXT) {
                throw unexpected("a pattern in quotes");
            }
            return like(left.value(scope), next().text());
        }
        if (!OPERATORS.contains(peek().text())) {
            throw unexpected("IS, LIKE or one of " + String.join(" ", OPERATORS));
        }
        String operator = next().text();
        return comparison(left, operator, operand(closed && peek().kind() == Kind.TEXT, true));
    }

    /** One side of a comparison: a name, a text, a number or a date. */
    private record Operand(Kind kind, String text, String node, boolean isDate) {

        static Operand text(String text) {
            return new Operand(Kind.TEXT, text, Sources.quoted(text), false);
        }

        /** What is compared as a text. */
        String value(Scope scope) {
            return kind == Kind.NAME && scope.trims() ? "normalize-space(" + node + ")" : node;
        }

        boolean isNumeral() {
            return number(text) != null;
        }
    }

    private Operand operand(boolean unknown, boolean right) throws BadExpressionException {
        Token token = next();
        if (token.is("DATE") && peek().is("(")) {
            expect("(");
            Token argument = next();
            expect(")");
            return new Operand(argument.kind(), argument.text(), date(argument, false), true);
        }
        if (unknown) {
            return Operand.text("");
        }
        switch (token.kind()) {
            case NAME -> {
                return new Operand(Kind.NAME, token.text(), scope.node(token.text(), false), false);
            }
            case TEXT -> {
                return right
                        ? Operand.text(compound ? token.text().toUpperCase(Locale.ROOT) : token.text())
                        : Operand.text("");
            }
            case NUMBER -> {
                return numberOperand(token.text());
            }
            case SYMBOL -> {
                if (token.is("-") && peek().kind() == Kind.NUMBER) {
                    return numberOperand("-" + next().text());
                }
            }
            default -> {}
        }
        at--;
        throw unexpected("a name, a text in quotes, a number or DATE(…)");
    }

    /** To the original a number without quotes is a name that no element has, and so an empty text. */
    private Operand numberOperand(String number) {
        if (mode == Mode.AS_REFERENCE) {
            return Operand.text("");
        }
        remarks.accept("as meant: " + number + " in a condition is a number; to the original it is an empty text");
        return new Operand(Kind.NUMBER, number, number, false);
    }

    private String comparison(Operand left, String operator, Operand right) {
        String l = left.node();
        String r = right.node();
        if (left.isDate() || right.isDate()) {
            String first = left.isDate() ? l : date(l);
            String second = right.isDate() ? r : date(r);
            return first + " " + operator + " " + second;
        }
        if (right.kind() == Kind.NUMBER) {
            String number = number(left);
            return operator.equals("!=") ? "not(" + number + " = " + r + ")" : number + " " + operator + " " + r;
        }
        if (right.kind() == Kind.TEXT && !right.isNumeral()) {
            return textComparison(left, operator, right.text());
        }
        boolean numeral = right.kind() == Kind.TEXT;
        String castable = l + " castable as xs:double" + (numeral ? "" : " and " + r + " castable as xs:double");
        return "(if (" + castable + ") then number(" + l + ") " + operator + " number(" + r + ") else string("
                + left.value(scope) + ") " + operator + " string(" + right.value(scope) + "))";
    }

    /** A comparison with a number that is meant as one: what is blank has none. */
    private static String number(Operand operand) {
        return "(" + operand.node() + "[normalize-space()]/(number()[. = .], 0)[1])";
    }

    private String textComparison(Operand left, String operator, String literal) {
        String node = left.value(scope);
        if (literal.isEmpty()) {
            return switch (operator) {
                case "!=", ">" -> node + " != ''";
                case "=", "<=" -> "not(" + node + " != '')";
                case ">=" -> "true()";
                default -> "false()";
            };
        }
        String quoted = Sources.quoted(literal);
        return switch (operator) {
            case "=" -> node + " = " + quoted;
            case "!=" -> "not(" + node + " = " + quoted + ")";
            default -> "string(" + node + ") " + operator + " " + quoted;
        };
    }

    private static String like(String node, String written) {
        String pattern = written.toUpperCase(Locale.ROOT);
        String upper = "upper-case(" + node + ")";
        String body = pattern.replaceAll("^%+|%+$", "");
        if (!body.isEmpty() && body.matches("[\\p{L}\\p{N} /:;,&@#-]*")) {
            boolean before = pattern.startsWith("%");
            boolean after = pattern.endsWith("%");
            String quoted = Sources.quoted(body);
            if (before && after) {
                return "contains(" + upper + ", " + quoted + ")";
            }
            return before
                    ? "ends-with(" + upper + ", " + quoted + ")"
                    : after ? "starts-with(" + upper + ", " + quoted + ")" : upper + " = " + quoted;
        }
        // Other signs of regular expressions are live in the original.
        String regex = pattern.replace("%", ".*").replace("_", ".");
        return "matches(translate(" + upper + ", '\n\r', '  '), " + Sources.quoted("^" + regex + "$") + ")";
    }

    /** The point in time of DATE(…). */
    private String date(Token argument, boolean exact) throws BadExpressionException {
        if (argument.kind() == Kind.NAME) {
            return date(scope.node(argument.text(), exact));
        }
        if (argument.kind() != Kind.TEXT) {
            throw new BadExpressionException(
                    "found DATE(" + argument.text() + " – expected a date in quotes, or a name");
        }
        return date(argument.text(), Sources.quoted(argument.text()));
    }

    /** A date of the contract is read here, so that no document pays for it. */
    private String date(String written, String otherwise) {
        Matcher matcher = ISO_DATE.matcher(written.trim());
        if (!matcher.matches()) {
            return date(otherwise);
        }
        return "xs:dateTime('" + matcher.group(1) + "T" + (matcher.group(2) == null ? "00:00:00" : matcher.group(2))
                + "')";
    }

    /**
     * The point in time that a text of the document tells, or nothing. Every number gets two digits at least; then the known
     * orders are tried, month before day.
     */
    private static String date(String node) {
        String padded = "replace(replace(concat('/', normalize-space(" + node
                + ")), '([/ :]|-)', '$10'), '([/ :]|-)0([0-9][0-9])', '$1$2')";
        String day = "'^/([0-9]{4}-[0-9]{2}-[0-9]{2})";
        String slashes = "'^/([0-9]{2})/([0-9]{2})/([0-9]{4})$', ";
        return "(for $date in " + padded + " return (replace($date, " + day + "$', '$1T00:00:00'), replace($date, "
                + slashes
                + "'$3-$1-$2T00:00:00'), replace($date, " + slashes + "'$3-$2-$1T00:00:00'), replace($date, " + day
                + " ([0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?)$', '$1T$2'))"
                + "[. castable as xs:dateTime][1] ! xs:dateTime(.))";
    }

    // Values

    private String value() throws BadExpressionException {
        Token token = peek();
        Token after = tokens.get(Math.min(at + 1, tokens.size() - 1));
        boolean alone = after.kind() == Kind.END || after.is("WHEN") || after.is("ELSE") || after.is("END");
        if (token.is("DATEADD")) {
            takesTexts = true;
            return dateAdd();
        }
        if (token.kind() == Kind.TEXT) {
            takesTexts = true;
            return Sources.quoted(next().text());
        }
        if (alone && token.kind() == Kind.NAME) {
            takesValues = true;
            return scope.node(next().text(), true);
        }
        if (alone && token.kind() == Kind.NUMBER) {
            return next().text();
        }
        return arithmetic();
    }

    private String dateAdd() throws BadExpressionException {
        expect("DATEADD");
        expect("(");
        if (!skip("day")) {
            throw unexpected("day");
        }
        expect(",");
        boolean negative = skip("-");
        Token count = next();
        if (count.kind() != Kind.NAME && count.kind() != Kind.NUMBER) {
            at--;
            throw unexpected("a number of days, or the name of one");
        }
        expect(",");
        Token base = next();
        String date;
        if (base.is("DATE")) {
            expect("(");
            Token argument = next();
            expect(")");
            date = date(argument, true);
        } else {
            date = date(base.kind() == Kind.TEXT ? Sources.quoted(base.text()) : scope.node(base.text(), true));
        }
        expect(")");
        String days = count.kind() == Kind.NUMBER
                ? (negative ? "-" : "") + new BigDecimal(count.text()).toBigInteger()
                : "xs:integer($days)";
        String sum = "string(xs:date($day) + " + days + " * xs:dayTimeDuration('P1D'))";
        String of = count.kind() == Kind.NUMBER
                ? ""
                : ", $days in number((" + scope.node(count.text(), true) + "[normalize-space()], 0)[1])[. = .]";
        return "(for $day in " + date + of + " return " + sum + ")";
    }

    // Arithmetic

    private final List<String> operands = new ArrayList<>();
    private boolean divides;

    /** Nothing if an operand is blank; what is no number counts as 0; nothing for a division by zero. */
    private String arithmetic() throws BadExpressionException {
        operands.clear();
        divides = false;
        String sum = sum();
        StringBuilder xpath = new StringBuilder("(");
        for (int i = 0; i < operands.size(); i++) {
            xpath.append(i == 0 ? "for " : ", ")
                    .append("$n")
                    .append(i + 1)
                    .append(" in ")
                    .append(operands.get(i))
                    .append("[normalize-space()]/(number()[. = .], 0)[1]");
        }
        xpath.append(operands.isEmpty() ? "" : " return ");
        // Neither infinite nor no number at all.
        return xpath.append(operands.isEmpty() && !divides ? sum : "(" + sum + ")[. - . = 0]")
                .append(')')
                .toString();
    }

    private String sum() throws BadExpressionException {
        StringBuilder xpath = new StringBuilder(product());
        while (peek().is("+") || peek().is("-")) {
            xpath.append(' ').append(next().text()).append(' ').append(product());
        }
        return xpath.toString();
    }

    private String product() throws BadExpressionException {
        String xpath = factor();
        while (peek().is("*") || peek().is("/") || peek().is("//")) {
            String operator = next().text();
            boolean constant = peek().kind() == Kind.NUMBER && new BigDecimal(peek().text()).signum() != 0;
            divides |= !operator.equals("*") && !constant;
            String right = factor();
            if (!operator.equals("*") && !constant) {
                right = "xs:double(" + right + ")";
            }
            xpath = operator.equals("//")
                    ? "floor((" + xpath + ") div " + right + ")"
                    : xpath + (operator.equals("*") ? " * " : " div ") + right;
        }
        return xpath;
    }

    private String factor() throws BadExpressionException {
        Token token = next();
        String xpath;
        if (token.is("(")) {
            open();
            xpath = "(" + sum() + ")";
            close();
        } else if (token.is("-") || token.is("+")) {
            open();
            xpath = "(" + token.text() + factor() + ")";
            parentheses--;
            return xpath;
        } else if (token.kind() == Kind.NUMBER) {
            xpath = token.text();
        } else if (token.kind() == Kind.NAME) {
            String node = scope.node(token.text(), true);
            if (!operands.contains(node)) {
                operands.add(node);
            }
            xpath = "$n" + (operands.indexOf(node) + 1);
        } else {
            at--;
            throw unexpected("a name, a number or (");
        }
        if (!skip("**")) {
            return xpath;
        }
        Token exponent = next();
        if (exponent.kind() != Kind.NUMBER || !exponent.text().matches("[0-9]{1,2}")) {
            at--;
            throw unexpected("a whole number after **, up to 99");
        }
        int power = Integer.parseInt(exponent.text());
        if ((long) power * xpath.length() > MAX_LENGTH) {
            throw new BadExpressionException(
                    "the power of ** is too high – expected a product of less than " + MAX_LENGTH + " characters");
        }
        return power == 0 ? "1" : "(" + String.join(" * ", Collections.nCopies(power, xpath)) + ")";
    }

    /** The number that a text of the contract is, or null. */
    private static @Nullable BigDecimal number(String text) {
        try {
            return new BigDecimal(text.trim());
        } catch (NumberFormatException notOne) {
            return null;
        }
    }
}
