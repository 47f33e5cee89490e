package dev.millrace.contract;

import dev.millrace.contract.ColumnMapping.Constant;
import dev.millrace.contract.ColumnMapping.MetaValue;
import dev.millrace.contract.ColumnMapping.Ordinal;
import dev.millrace.contract.ColumnMapping.Path;
import dev.millrace.contract.ColumnMapping.Reference;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What counts for a column, as texts in the contract's words. */
final class ColumnMeaning {

    /**
     * A setting of a column with a path.
     *
     * @param name its key
     * @param value what counts; null for nothing
     * @param keys the keys that can give it
     */
    record Setting(String name, Function<ColumnMapping, @Nullable String> value, List<String> keys) {}

    /** All but type, key and where the value comes from, in the order in which a value meets them. */
    static final List<Setting> SETTINGS = List.of(
            setting("several", column -> MessageText.of(column.text().several()), "several", "join"),
            setting("join", column -> column.text().join()),
            setting("unescape", column -> MessageText.of(column.text().unescape())),
            setting("trim", column -> MessageText.of(column.text().trim())),
            setting("empty", column -> MessageText.of(column.text().empty())),
            setting(
                    "nulls",
                    column -> list(List.copyOf(new TreeSet<>(column.text().nulls())))),
            setting("nil", column -> MessageText.of(column.text().nil())),
            setting("format", column -> list(column.value().reading().formats())),
            setting("zone", column -> {
                ZoneId zone = column.value().reading().zone();
                return zone == null ? null : zone.getId();
            }),
            setting("partial", column -> MessageText.of(column.value().reading().partial())),
            setting("invalid", column -> MessageText.of(column.value().invalid())),
            setting("overflow", column -> MessageText.of(column.value().overflow())),
            setting("scale", column -> MessageText.of(column.value().scale())),
            setting("default", column -> literal(column.role().defaultValue())),
            setting("required", column -> String.valueOf(column.role().required())));

    private ColumnMeaning() {}

    private static Setting setting(String name, Function<ColumnMapping, @Nullable String> value, String... keys) {
        return new Setting(name, value, keys.length == 0 ? List.of(name) : List.of(keys));
    }

    /** The key under which a column says where its value comes from. */
    static String sourceKey(ColumnMapping column) {
        if (column.source() instanceof Path) {
            return "path";
        }
        if (column.source() instanceof Reference) {
            return "ref";
        }
        if (column.source() instanceof Ordinal) {
            return "ordinal";
        }
        return column.source() instanceof Constant ? "value" : "meta";
    }

    /**
     * Where a column's value comes from, without the key.
     *
     * @param referred how a reference is written
     */
    static String source(ColumnMapping column, Function<Reference, String> referred) {
        if (column.source() instanceof Path path) {
            return MeaningComparison.normal(path.expression().text());
        }
        if (column.source() instanceof Reference reference) {
            return referred.apply(reference);
        }
        if (column.source() instanceof Constant constant) {
            return String.valueOf(literal(constant.value()));
        }
        return column.source() instanceof MetaValue value ? MessageText.of(value.meta()) : "true";
    }

    /** A value as a contract writes it, the same for types that hold the same. */
    static @Nullable String literal(@Nullable Object value) {
        if (value instanceof BigDecimal number) {
            return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
        }
        if (value instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        return value == null ? null : value.toString();
    }

    private static @Nullable String list(List<String> texts) {
        return texts.isEmpty() ? null : String.join(", ", texts);
    }
}
