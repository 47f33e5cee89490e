package dev.millrace.explain;

import java.math.BigDecimal;
import java.util.Base64;

/** Values of rows as text, as a user may write a key. */
final class Texts {

    private Texts() {}

    static String of(Object value) {
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        return value instanceof byte[] bytes ? Base64.getEncoder().encodeToString(bytes) : value.toString();
    }
}
