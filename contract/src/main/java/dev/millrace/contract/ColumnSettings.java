package dev.millrace.contract;

import dev.millrace.contract.ColumnMapping.Empty;
import dev.millrace.contract.ColumnMapping.Invalid;
import dev.millrace.contract.ColumnMapping.Overflow;
import dev.millrace.contract.ColumnMapping.Scale;
import dev.millrace.contract.ColumnMapping.Trim;
import dev.millrace.contract.ColumnMapping.Unescape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings that a column can have and that {@code defaults} can give to all of them; null where not written.
 *
 * @param required see {@link ColumnMapping}, as for all others
 * @param format patterns; empty where not written
 */
record ColumnSettings(
        @Nullable Boolean required,
        List<Scalar> format,
        @Nullable Scalar join,
        @Nullable Unescape unescape,
        @Nullable Trim trim,
        @Nullable Empty empty,
        @Nullable Overflow overflow,
        @Nullable Scale scale,
        @Nullable Invalid invalid) {

    static final List<String> KEYS =
            List.of("required", "format", "join", "unescape", "trim", "empty", "overflow", "scale", "invalid");

    static final ColumnSettings NONE = new ColumnSettings(null, List.of(), null, null, null, null, null, null, null);

    ColumnSettings(Section section) {
        this(
                section.flag("required"),
                section.texts("format"),
                section.rawText("join"),
                section.choice("unescape", Unescape.class),
                section.flagOr("trim", Trim.class),
                section.choice("empty", Empty.class),
                section.choice("overflow", Overflow.class),
                section.choice("scale", Scale.class),
                section.choice("invalid", Invalid.class));
    }
}
