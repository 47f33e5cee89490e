package dev.millrace.xml.path;

import java.util.ArrayList;
import java.util.List;

/** Cuts an expression into tokens (XPath 3.1, A.2). Whether a name is a keyword is for the parser to know. */
final class Lexer {

    private static final String[] LONG_SYMBOLS = {"<<", ">>", "<=", ">=", "!=", "//", "..", "::", ":=", "||", "=>"};
    private static final String SHORT_SYMBOLS = "()[]{},$@/|+-*=<>.!?#:";

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Lexer(String text) {
        this.text = text;
    }

    /** The tokens, ended by one of the kind END. */
    static List<Token> tokens(String text) throws PathException {
        return new Lexer(text).tokens();
    }

    private List<Token> tokens() throws PathException {
        skipSpace();
        while (at < text.length()) {
            next();
            skipSpace();
        }
        tokens.add(new Token(Token.Kind.END, "", "", at, at));
        return tokens;
    }

    private void next() throws PathException {
        char c = text.charAt(at);
        if (c == '"' || c == '\'') {
            string(c);
        } else if (isDigit(c) || c == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1))) {
            number();
        } else if (c == 'Q' && at + 1 < text.length() && text.charAt(at + 1) == '{') {
            bracedName();
        } else if (isNameStart(text.codePointAt(at))) {
            name();
        } else if (c == '*' && at + 2 < text.length() && text.charAt(at + 1) == ':' && startsName(at + 2)) {
            int start = at;
            at += 2;
            add(Token.Kind.WILDCARD, ncName(), "*", start);
        } else {
            symbol();
        }
    }

    private void string(char quote) throws PathException {
        int start = at++;
        StringBuilder content = new StringBuilder();
        while (true) {
            int end = text.indexOf(quote, at);
            if (end < 0) {
                throw new PathException("the string literal that begins here does not end: expected " + quote, start);
            }
            content.append(text, at, end);
            at = end + 1;
            if (at == text.length() || text.charAt(at) != quote) {
                break;
            }
            content.append(quote);
            at++;
        }
        add(Token.Kind.STRING, content.toString(), "", start);
    }

    private void number() throws PathException {
        int start = at;
        Token.Kind kind = Token.Kind.INTEGER;
        skipDigits();
        if (at < text.length() && text.charAt(at) == '.' && !text.startsWith("..", at)) {
            kind = Token.Kind.DECIMAL;
            at++;
            skipDigits();
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            kind = Token.Kind.DOUBLE;
            at++;
            if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            if (at == text.length() || !isDigit(text.charAt(at))) {
                throw new PathException("expected digits after the exponent of a number", at);
            }
            skipDigits();
        }
        if (startsName(at)) {
            throw new PathException("expected a space between a number and a name", at);
        }
        add(kind, text.substring(start, at), "", start);
    }

    private void bracedName() throws PathException {
        int start = at;
        int end = text.indexOf('}', at);
        if (end < 0) {
            throw new PathException("expected } after the namespace that begins here", start);
        }
        String prefix = text.substring(start, end + 1);
        at = end + 1;
        if (at < text.length() && text.charAt(at) == '*') {
            at++;
            add(Token.Kind.WILDCARD, "*", prefix, start);
        } else if (startsName(at)) {
            add(Token.Kind.NAME, ncName(), prefix, start);
        } else {
            throw new PathException("expected a name after a namespace in braces", at);
        }
    }

    private void name() {
        int start = at;
        String first = ncName();
        if (at + 1 < text.length() && text.charAt(at) == ':') {
            if (text.charAt(at + 1) == '*') {
                at += 2;
                add(Token.Kind.WILDCARD, "*", first, start);
                return;
            }
            if (startsName(at + 1)) {
                at++;
                add(Token.Kind.NAME, ncName(), first, start);
                return;
            }
        }
        add(Token.Kind.NAME, first, "", start);
    }

    private void symbol() throws PathException {
        int start = at;
        if (text.startsWith("==", at)) {
            throw new PathException("'==' has no meaning here: write '='", at);
        }
        for (String symbol : LONG_SYMBOLS) {
            if (text.startsWith(symbol, at)) {
                at += symbol.length();
                add(Token.Kind.SYMBOL, symbol, "", start);
                return;
            }
        }
        char c = text.charAt(at);
        if (SHORT_SYMBOLS.indexOf(c) < 0) {
            throw new PathException("the character '" + c + "' has no meaning here" + inXPath(c), at);
        }
        at++;
        add(Token.Kind.SYMBOL, String.valueOf(c), "", start);
    }

    private String ncName() {
        int start = at;
        while (at < text.length() && isNamePart(text.codePointAt(at))) {
            at += Character.charCount(text.codePointAt(at));
        }
        return text.substring(start, at);
    }

    private void skipDigits() {
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
    }

    private void skipSpace() throws PathException {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                at++;
            } else if (text.startsWith("(:", at)) {
                skipComment();
            } else {
                return;
            }
        }
    }

    private void skipComment() throws PathException {
        int start = at;
        int depth = 0;
        do {
            if (text.startsWith("(:", at)) {
                depth++;
                at += 2;
            } else if (text.startsWith(":)", at)) {
                depth--;
                at += 2;
            } else if (at >= text.length()) {
                throw new PathException("the comment that begins here does not end: expected :)", start);
            } else {
                at++;
            }
        } while (depth > 0);
    }

    private void add(Token.Kind kind, String content, String prefix, int start) {
        tokens.add(new Token(kind, content, prefix, start, at));
    }

    private boolean startsName(int index) {
        return index < text.length() && isNameStart(text.codePointAt(index));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** NCNameStartChar of Namespaces in XML 1.0. */
    private static boolean isNameStart(int c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c == '_'
                || c >= 0xC0
                        && c != 0xD7
                        && c != 0xF7
                        && !(c >= 0x300 && c <= 0x36F)
                        && c != 0x37E
                        && !(c >= 0x2000 && c <= 0x206F && c != 0x200C && c != 0x200D)
                        && !(c >= 0x2190 && c <= 0x2BFF)
                        && c != 0x3000;
    }

    private static boolean isNamePart(int c) {
        return isNameStart(c)
                || c >= '0' && c <= '9'
                || c == '-'
                || c == '.'
                || c == 0xB7
                || c >= 0x300 && c <= 0x36F
                || c == 0x203F
                || c == 0x2040;
    }

    private static String inXPath(char c) {
        return switch (c) {
            case '&' -> ": write 'and'";
            case '%' -> ": write 'mod'";
            case ';' -> ": an expression has no end mark";
            default -> "";
        };
    }
}
