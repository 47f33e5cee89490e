package dev.millrace.xml.path;

/**
 * A token of an expression.
 *
 * @param kind what it is
 * @param text the name, symbol or number as written; of a string literal the string
 * @param prefix of a name or wildcard: the prefix, "" for none, "*" for any, {@code Q{uri}} for a braced URI
 * @param start offset of the first character
 * @param end offset after the last character
 */
record Token(Kind kind, String text, String prefix, int start, int end) {

    enum Kind {
        /** {@code local}, {@code prefix:local} or {@code Q{uri}local}; the text is the local part. */
        NAME,
        /** {@code prefix:*}, {@code Q{uri}*} or {@code *:local}; a lone {@code *} is a symbol. */
        WILDCARD,
        INTEGER,
        DECIMAL,
        DOUBLE,
        STRING,
        SYMBOL,
        END
    }

    boolean isSymbol(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    /** Whether this is the unprefixed name, which XPath also uses for its keywords. */
    boolean isWord(String word) {
        return kind == Kind.NAME && prefix.isEmpty() && text.equals(word);
    }

    /** The token as written, shortened for messages. */
    String shown() {
        return switch (kind) {
            case END -> "the end";
            case STRING -> "a string literal";
            case NAME, WILDCARD -> "'" + (prefix.isEmpty() ? "" : prefix + ":") + text + "'";
            default -> "'" + text + "'";
        };
    }
}
