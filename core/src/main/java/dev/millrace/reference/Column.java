package dev.millrace.reference;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

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

    Column key() {
        // Where no value is known there can be no default either: what identifies a row must come from the document.
        settings.remove("invalid");
        return with("key", "true").with("invalid", "reject");
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

    /** {@code name: { path: …, type: … }}. */
    String yaml() {
        return YamlWriter.scalar(name)
                + settings.entrySet().stream()
                        .map(setting -> setting.getKey() + ": " + YamlWriter.flowScalar(setting.getValue()))
                        .collect(Collectors.joining(", ", ": { ", " }"));
    }

    /** A number as the contract language writes it, without an exponent. */
    static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
}
