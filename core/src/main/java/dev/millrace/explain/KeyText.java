package dev.millrace.explain;

import java.math.BigDecimal;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** The key of a row as a user writes it: the values of its columns with commas in between. */
public final class KeyText {

    private KeyText() {}

    /** @param values of the key's columns, in the order of the contract; none is null */
    public static String of(List<?> values) {
        return values.stream().map(KeyText::of).collect(Collectors.joining(","));
    }

    /** One value, of the Java class of {@link dev.millrace.contract.SqlType.Kind}. */
    static String of(Object value) {
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        return value instanceof byte[] bytes ? Base64.getEncoder().encodeToString(bytes) : value.toString();
    }
}
