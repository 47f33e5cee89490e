package dev.millrace.contract;

import dev.millrace.contract.TableMapping.Distinct.Keep;
import dev.millrace.contract.TableMapping.OnDuplicate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table as it is written: see {@link ContractOutline}. */
final class TableOutline {

    static final List<String> KEYS = List.of(
            "description",
            "parent",
            "rows",
            "nested",
            "let",
            "defaults",
            "columns",
            "distinct",
            "skip-empty",
            "unique",
            "index",
            "union",
            "on-duplicate");
    static final List<String> SET_KEYS = List.of("rows", "columns");
    static final List<String> DISTINCT_KEYS = List.of("by", "keep", "prefer");
    static final List<String> SKIP_KEYS = List.of("unless");

    /**
     * Rows and columns as written: the table's own, or one of its union.
     *
     * @param rows the expression, or null
     * @param columns in file order
     * @param position where the set begins
     */
    record RowSetOutline(@Nullable Scalar rows, List<ColumnOutline> columns, Position position) {}

    /**
     * What stands under {@code distinct}.
     *
     * @param by names of columns
     * @param keep which row stays
     * @param prefer the ranking expression, or null
     * @param position where it begins
     */
    record DistinctOutline(
            List<Scalar> by, Keep keep, @Nullable Scalar prefer, Position position) {}

    final String name;
    final Position position;
    final Section section;
    final @Nullable String description;
    final @Nullable Scalar parent;
    /** Whether a parent is written, even if what is written is none. */
    final boolean hasParent;
    /** What makes further rows of the table below a row's item, or null. */
    final @Nullable Scalar nested;

    /** Named values over the row's item, in file order. */
    final Map<String, Scalar> lets;

    private final @Nullable Section letSection;
    /** What is written for all columns of the table. */
    final ColumnSettings defaults;

    /** The columns that all row sets share. */
    final List<ColumnOutline> columns;
    /** The sets of the union, or the table's own rows with no further columns. */
    final List<RowSetOutline> sets = new ArrayList<>();

    final @Nullable DistinctOutline distinct;
    final boolean skipEmpty;
    final @Nullable Scalar unless;
    final List<List<Scalar>> unique;
    final List<List<Scalar>> indexes;
    final OnDuplicate onDuplicate;

    TableOutline(String name, Position position, Section section) {
        this.name = name;
        this.position = position;
        this.section = section;
        description = section.description();
        parent = section.text("parent");
        hasParent = section.has("parent");
        Scalar rows = section.text("rows");
        letSection = section.section("let", "let of table " + name);
        lets = ContractOutline.lets(letSection);
        Section settings = section.section("defaults", "defaults of table " + name, ColumnSettings.KEYS);
        defaults = settings == null ? ColumnSettings.NONE : new ColumnSettings(settings);
        columns = columns(section, name);
        if (section.has("union")) {
            readUnion(rows);
        } else {
            sets.add(new RowSetOutline(rows, List.of(), position));
            section.require("columns");
        }
        nested = section.text("nested");
        for (String key : List.of("distinct", "union")) {
            if (nested != null && section.has(key)) {
                section.error(
                        section.keyPosition("nested"), "nested and " + key + " exclude each other; remove one of them");
            }
        }
        distinct = distinct(section.section("distinct", "distinct of table " + name, DISTINCT_KEYS));
        Section condition = section.isSection("skip-empty")
                ? section.section("skip-empty", "skip-empty of table " + name, SKIP_KEYS)
                : null;
        unless = condition != null && condition.require("unless") ? condition.text("unless") : null;
        skipEmpty = condition != null || Boolean.TRUE.equals(section.flag("skip-empty"));
        unique = section.textLists("unique");
        indexes = section.textLists("index");
        OnDuplicate chosen = section.choice("on-duplicate", OnDuplicate.class);
        onDuplicate = chosen == null ? OnDuplicate.REJECT : chosen;
    }

    /** Where a let is declared. */
    Position letPosition(String let) {
        return letSection == null ? position : letSection.keyPosition(let);
    }

    private void readUnion(@Nullable Scalar rows) {
        if (section.has("rows")) {
            section.error(
                    rows == null ? section.keyPosition("rows") : rows.position(),
                    "rows and union exclude each other; give each set of the union its own rows");
        }
        List<Section> written = section.sections("union", "union of table " + name, SET_KEYS);
        for (Section set : written) {
            sets.add(new RowSetOutline(set.text("rows"), columns(set, name), set.position()));
        }
        if (section.isEmptyList("union")) {
            section.error(section.keyPosition("union"), "union is an empty list; it needs a set of rows and columns");
        }
    }

    private static List<ColumnOutline> columns(Section section, String table) {
        List<ColumnOutline> columns = new ArrayList<>();
        Section list = section.section("columns", "columns of table " + table);
        if (list == null) {
            return columns;
        }
        if (list.keys().isEmpty()) {
            list.error(list.position(), "there is no column; a table needs at least one");
        }
        for (String column : list.keys()) {
            Section body = list.section(column, "column " + table + "." + column, ColumnOutline.KEYS);
            String unprintable = MessageText.unprintable(column);
            if (unprintable != null) {
                list.error(list.keyPosition(column), "the name of a column " + unprintable);
            } else if (body != null) {
                columns.add(new ColumnOutline(column, list.keyPosition(column), body));
            }
        }
        return columns;
    }

    private static @Nullable DistinctOutline distinct(@Nullable Section section) {
        if (section == null) {
            return null;
        }
        List<Scalar> by = section.require("by") ? section.someTexts("by") : List.of();
        Keep keep = section.choice("keep", Keep.class);
        return new DistinctOutline(by, keep == null ? Keep.FIRST : keep, section.text("prefer"), section.position());
    }
}
