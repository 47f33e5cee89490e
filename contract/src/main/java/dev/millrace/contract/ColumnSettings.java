package dev.millrace.contract;

import dev.millrace.contract.ColumnMapping.Empty;
import dev.millrace.contract.ColumnMapping.Invalid;
import dev.millrace.contract.ColumnMapping.Nil;
import dev.millrace.contract.ColumnMapping.Overflow;
import dev.millrace.contract.ColumnMapping.Partial;
import dev.millrace.contract.ColumnMapping.Scale;
import dev.millrace.contract.ColumnMapping.Several;
import dev.millrace.contract.ColumnMapping.Trim;
import dev.millrace.contract.ColumnMapping.Unescape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings that a column can have, and that {@code defaults} of its table or of the contract can give to all of them; null where
 * not written.
 *
 * @param required see {@link ColumnMapping}, as for all others
 * @param format patterns; empty where not written
 * @param several what is written; {@link #chosen} says what it comes to
 */
record ColumnSettings(
        @Nullable Boolean required,
        List<Scalar> format,
        @Nullable Scalar zone,
        @Nullable Partial partial,
        @Nullable Several several,
        @Nullable Scalar join,
        @Nullable Unescape unescape,
        @Nullable Trim trim,
        @Nullable Empty empty,
        @Nullable List<Scalar> nulls,
        @Nullable Nil nil,
        @Nullable Overflow overflow,
        @Nullable Scale scale,
        @Nullable Invalid invalid) {

    static final List<String> KEYS = List.of(
            "required",
            "format",
            "zone",
            "partial",
            "several",
            "join",
            "unescape",
            "trim",
            "empty",
            "nulls",
            "nil",
            "overflow",
            "scale",
            "invalid");

    static final ColumnSettings NONE =
            new ColumnSettings(null, List.of(), null, null, null, null, null, null, null, null, null, null, null, null);

    ColumnSettings(Section section) {
        this(
                section.flag("required"),
                section.texts("format"),
                section.text("zone"),
                section.choice("partial", Partial.class),
                section.choice("several", Several.class),
                section.rawText("join"),
                section.choice("unescape", Unescape.class),
                section.flagOr("trim", Trim.class),
                section.choice("empty", Empty.class),
                section.has("nulls") ? section.scalars("nulls") : null,
                section.choice("nil", Nil.class),
                section.choice("overflow", Overflow.class),
                section.choice("scale", Scale.class),
                section.choice("invalid", Invalid.class));
    }

    /** These settings, and where one is not written here, that of the level around. */
    ColumnSettings or(ColumnSettings around) {
        return new ColumnSettings(
                first(required, around.required),
                format.isEmpty() ? around.format : format,
                first(zone, around.zone),
                first(partial, around.partial),
                first(chosen(), around.chosen()),
                first(join, around.join),
                first(unescape, around.unescape),
                first(trim, around.trim),
                first(empty, around.empty),
                first(nulls, around.nulls),
                first(nil, around.nil),
                first(overflow, around.overflow),
                first(scale, around.scale),
                first(invalid, around.invalid));
    }

    /** What this level says of several items, where it says something: a separator alone says {@code join}. */
    @Nullable
    Several chosen() {
        return several != null || join == null ? several : Several.JOIN;
    }

    private static <T> @Nullable T first(@Nullable T own, @Nullable T around) {
        return own != null ? own : around;
    }
}
