package dev.millrace.reference;

import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The default of a column as its database writes it, {@code ((0))} or {@code 'x'::bpchar}, as a constant of a contract. */
final class TableDefault {

    private static final Pattern CAST = Pattern.compile("(.*)::[\\w .\"()]+(\\[\\])?", Pattern.DOTALL);
    private static final Pattern TEXT =
            Pattern.compile("(?:N|DATE|TIMESTAMP)?\\s*'((?:[^']|'')*)'", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern BITS = Pattern.compile("b'([01])'", Pattern.CASE_INSENSITIVE);
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\s*([0-9]+(\\.[0-9]*)?|\\.[0-9]+)");
    private static final Pattern TRUTH = Pattern.compile("true|false", Pattern.CASE_INSENSITIVE);

    private TableDefault() {}

    /** The constant that rows without a value for the column get; null if it is none, such as the time. */
    static @Nullable String of(TargetTable.Column column) {
        SqlType type = column.type();
        String constant = column.defaultValue() == null ? null : constant(column.defaultValue());
        return constant == null || type == null ? null : literal(constant, type);
    }

    private static @Nullable String constant(String written) {
        String text = bare(written);
        Matcher cast = CAST.matcher(text);
        if (cast.matches()) {
            text = bare(cast.group(1));
        }
        Matcher quoted = TEXT.matcher(text);
        if (quoted.matches()) {
            return quoted.group(1).replace("''", "'");
        }
        Matcher bits = BITS.matcher(text);
        if (bits.matches()) {
            return bits.group(1);
        }
        if (TRUTH.matcher(text).matches()) {
            return ReferenceContract.lower(text);
        }
        return NUMBER.matcher(text).matches() ? text.replaceAll("[\\s+]", "") : null;
    }

    /** Without the parentheses around all of it. */
    private static String bare(String written) {
        String text = written.strip();
        while (text.startsWith("(") && text.endsWith(")") && isOne(text)) {
            text = text.substring(1, text.length() - 1).strip();
        }
        return text;
    }

    /** Whether the first parenthesis is closed by the last. */
    private static boolean isOne(String text) {
        int open = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length() - 1; i++) {
            char at = text.charAt(i);
            quoted ^= at == '\'';
            if (!quoted && at == '(') {
                open++;
            } else if (!quoted && at == ')' && --open == 0) {
                return false;
            }
        }
        return true;
    }

    /** A constant as a contract writes it for a column of a type; null if it is no value of it. */
    static @Nullable String literal(String constant, SqlType type) {
        String text = constant;
        if (type.kind() == Kind.DATE || type.kind() == Kind.TIMESTAMP) {
            String moment = Moments.literal(text.replace('T', ' '), type.kind() == Kind.DATE);
            text = moment == null ? text : moment;
        }
        try {
            type.parseLiteral(text);
            return text;
        } catch (IllegalArgumentException notOne) {
            return null;
        }
    }
}
