package dev.millrace.contract;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A code table: source text to code. Lookup is exact, then, if the table says so, ignoring case. An entry for the text "" is
 * what blank and missing values become; without one they are NULL and are not looked up.
 *
 * @param name the name under {@code codes}
 * @param entries source text to code, the code as text (null: the code is NULL); in file order
 * @param ignoreCase whether a text that is not found exactly is looked for ignoring case (first entry in file order wins)
 * @param otherwise what happens to a text that is not found
 * @param otherwiseValue the code for {@link Otherwise#VALUE}, else null
 * @param position where it is declared
 */
public record CodeTable(
        String name,
        Map<String, @Nullable String> entries,
        boolean ignoreCase,
        Otherwise otherwise,
        @Nullable String otherwiseValue,
        Position position) {

    /** What becomes of a text that the table does not hold. */
    public enum Otherwise {
        REJECT,
        NULL,
        VALUE,
        /** It stays as it is, and has to be of the column's type. */
        KEEP
    }

    public CodeTable {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(otherwise, "otherwise");
        // Not Map.copyOf: order and null codes are kept.
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }
}
