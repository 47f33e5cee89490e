package dev.millrace.reference;

import dev.millrace.contract.NewNode;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A column of the contract to be written: its settings, in order. */
final class Column {

    private final String name;
    private final Map<String, String> settings = new LinkedHashMap<>();
    /** Why the column is as it is, or "". */
    private String remark = "";

    private Column(String name) {
        this.name = name;
    }

    static Column path(String name, String xpath, String type) {
        return new Column(name).with("path", xpath).with("type", type);
    }

    static Column constant(String name, String value, String type) {
        return new Column(name).with("value", value).with("type", type);
    }

    static Column ordinal(String name) {
        return new Column(name).with("ordinal", "true").with("key", "true");
    }

    static Column reference(String name, String column) {
        return new Column(name).with("ref", column);
    }

    Column with(String setting, String value) {
        settings.put(setting, value);
        return this;
    }

    Column without(String setting) {
        settings.remove(setting);
        return this;
    }

    /** The constant as a path, which can have settings that a constant has not. */
    Column asPath() {
        Map<String, String> others = new LinkedHashMap<>(settings);
        settings.clear();
        with("path", Sources.quoted(String.valueOf(others.remove("value"))));
        settings.putAll(others);
        return this;
    }

    /** A part of the key. */
    Column key() {
        return with("key", "true").without("invalid");
    }

    /** What becomes of a value that cannot be read, where there is such a thing; without this it rejects the document. */
    Column unreadable(String policy) {
        return isText() ? without("invalid") : with("invalid", policy);
    }

    /** A text that the original leaves to its database, which takes no fraction for a whole number. */
    Column whole() {
        return List.of("smallint", "integer", "bigint").contains(type()) ? with("scale", "reject") : this;
    }

    /** A text that is taken as it is written, without decoding it once more. */
    Column raw() {
        return isText() || has("codes") ? with("unescape", "none") : this;
    }

    Column remark(String text) {
        remark = text;
        return this;
    }

    String name() {
        return name;
    }

    String type() {
        return settings.getOrDefault("type", "");
    }

    String remark() {
        return remark;
    }

    boolean has(String setting) {
        return settings.containsKey(setting);
    }

    String get(String setting) {
        return settings.getOrDefault(setting, "");
    }

    /** {@code { path: …, type: … }}. */
    NewNode yaml() {
        NewNode.Mapping written = NewNode.mapping().inFlow();
        settings.forEach((setting, value) -> written.put(setting, written(setting, value)));
        return written;
    }

    private NewNode written(String setting, String value) {
        boolean text = setting.equals("path") || isText() && (setting.equals("default") || setting.equals("value"));
        if (text) {
            return NewNode.text(value);
        }
        // A number with a sign is in quotes: the contract language reads both alike.
        boolean plain = !value.isEmpty() && Character.isLetterOrDigit(value.codePointAt(0));
        return plain ? NewNode.literal(value) : NewNode.quoted(value);
    }

    private boolean isText() {
        return type().equals("text") || type().startsWith("varchar");
    }

    /** A number as the contract language writes it, without an exponent. */
    static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
}
