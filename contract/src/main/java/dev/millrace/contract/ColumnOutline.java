package dev.millrace.contract;

import dev.millrace.contract.ColumnMapping.Meta;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A column as it is written: see {@link ContractOutline}. */
final class ColumnOutline {

    /** The keys that say where a value comes from: a column has exactly one of them. */
    static final List<String> SOURCES = List.of("path", "ref", "ordinal", "value", "meta");

    static final List<String> KEYS = Stream.of(
                    SOURCES, List.of("description", "type", "key", "default", "codes"), ColumnSettings.KEYS)
            .flatMap(List::stream)
            .toList();

    final String name;
    final Position position;
    final Section section;
    /** The one source key that is there, or null when there is none, or several. */
    final @Nullable String source;

    final @Nullable String description;
    final @Nullable Scalar path;
    final @Nullable Scalar ref;
    final @Nullable Scalar value;
    final @Nullable Meta meta;
    final @Nullable SqlType type;
    final boolean key;
    final @Nullable Scalar defaultValue;
    final @Nullable Scalar codes;
    final ColumnSettings settings;

    ColumnOutline(String name, Position position, Section section) {
        this.name = name;
        this.position = position;
        this.section = section;
        source = source();
        description = section.description();
        path = section.text("path");
        ref = section.text("ref");
        Boolean ordinal = section.flag("ordinal");
        if (Boolean.FALSE.equals(ordinal)) {
            section.error(section.keyPosition("ordinal"), "ordinal is false; write 'ordinal: true', or leave it out");
        }
        value = section.scalar("value");
        meta = section.choice("meta", Meta.class);
        type = type(section.text("type"));
        key = Boolean.TRUE.equals(section.flag("key"));
        defaultValue = section.scalar("default");
        codes = section.text("codes");
        settings = new ColumnSettings(section);
    }

    private @Nullable SqlType type(@Nullable Scalar words) {
        SqlType parsed = words == null ? null : SqlType.parse(words.text()).orElse(null);
        if (words != null && parsed == null) {
            section.error(words.position(), "type is " + words.found() + SqlType.hint(words.text()));
        }
        return parsed;
    }

    private @Nullable String source() {
        List<String> present = SOURCES.stream().filter(section::has).toList();
        if (present.size() == 1) {
            return present.get(0);
        }
        if (present.isEmpty() && section.keys().stream().anyMatch(ColumnOutline::isMisspeltSource)) {
            // The unknown key is told already, with the one that was meant.
            return null;
        }
        if (present.isEmpty()) {
            section.error(
                    position, "nothing says where its value comes from; give it one of " + String.join(", ", SOURCES));
        } else {
            section.error(
                    section.keyPosition(present.get(1)),
                    "has " + String.join(" and ", present) + "; a column has exactly one of "
                            + String.join(", ", SOURCES));
        }
        return null;
    }

    private static boolean isMisspeltSource(String key) {
        String near = KEYS.contains(key) ? null : MessageText.nearest(key, KEYS);
        return near != null && SOURCES.contains(near);
    }
}
