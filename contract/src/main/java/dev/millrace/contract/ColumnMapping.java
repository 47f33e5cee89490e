package dev.millrace.contract;

import dev.millrace.xml.path.PathExpression;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a column gets its value: where it comes from, then the policies in the order path, several, join, unescape, trim, empty, nulls,
 * codes, type, invalid, overflow, default, required.
 *
 * @param name the column, as the contract writes it
 * @param source where the value comes from
 * @param text from the items of a path to one text
 * @param value from a text to a value of the column's type
 * @param role what the column is to its row
 * @param position where it is declared
 */
public record ColumnMapping(
        String name, ValueSource source, TextPolicy text, ValuePolicy value, Role role, Position position) {

    /**
     * From the items of a path to one text.
     *
     * @param several what becomes of several items
     * @param join the separator, for {@link Several#JOIN}; else null
     * @param unescape what references are decoded once more
     * @param trim what white space is removed at both ends
     * @param empty what an empty text is
     * @param nulls texts that mean that there is no value
     * @param nil what {@code xsi:nil} means
     * @param codes the code table, or null
     */
    public record TextPolicy(
            Several several,
            @Nullable String join,
            Unescape unescape,
            Trim trim,
            Empty empty,
            Set<String> nulls,
            Nil nil,
            @Nullable CodeTable codes) {

        /** That of a column that says nothing. */
        public static final TextPolicy STANDARD =
                new TextPolicy(Several.REJECT, null, Unescape.NONE, Trim.TRUE, Empty.NULL, Set.of(), Nil.IGNORE, null);

        public TextPolicy {
            nulls = Set.copyOf(nulls);
        }
    }

    /**
     * How a text is read.
     *
     * @param formats patterns for dates and numbers, tried in order; empty for the standard forms
     * @param zone of a time without one, where the column holds instants; to which a time with one is turned, where it does not; or null
     * @param partial what a date without a day, or without a month and a day, is
     */
    public record Reading(List<String> formats, @Nullable ZoneId zone, Partial partial) {

        /** The standard forms. */
        public static final Reading STANDARD = new Reading(List.of(), null, Partial.REJECT);

        public Reading {
            formats = List.copyOf(formats);
        }

        /** By patterns alone. */
        public static Reading of(List<String> formats) {
            return new Reading(formats, null, Partial.REJECT);
        }
    }

    /**
     * From a text to a value of the column's type.
     *
     * @param type the column's type; of a narrow column, what it holds of it
     * @param narrow what the target's column holds, where that is less than the contract's type; null elsewhere
     * @param reading how a text is read
     * @param invalid what happens to a value that is not of the type
     * @param overflow what happens to a text longer than the column
     * @param scale what happens to a number with more fraction digits than the column
     */
    public record ValuePolicy(
            SqlType type,
            @Nullable NarrowColumn narrow,
            Reading reading,
            Invalid invalid,
            Overflow overflow,
            Scale scale) {

        /** That of a column that says nothing but its type. */
        public static ValuePolicy standard(SqlType type) {
            return new ValuePolicy(type, null, Reading.STANDARD, Invalid.REJECT, Overflow.REJECT, Scale.REJECT);
        }

        public ValuePolicy {
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(reading, "reading");
        }

        private ValuePolicy held(NarrowColumn column) {
            return new ValuePolicy(column.type(), column, reading, invalid, overflow, scale);
        }
    }

    /**
     * What a column is to its row.
     *
     * @param key whether it is part of the row's key
     * @param required whether a row without a value rejects the document; true for key columns
     * @param defaultValue the value for an empty one, converted to the type's Java class already; or null
     */
    public record Role(
            boolean key, boolean required, @Nullable Object defaultValue) {}

    /** What becomes of several items where one is expected. */
    public enum Several {
        REJECT,
        FIRST,
        LAST,
        JOIN
    }

    /** What references are decoded in a text, besides those of XML. */
    public enum Unescape {
        NONE,
        HTML
    }

    /**
     * What white space is removed at both ends: that of XML for {@code true}, none for {@code false}. {@code COLLAPSE} also makes one
     * space of any white space in between, and does so with each item of a join.
     */
    public enum Trim {
        TRUE,
        FALSE,
        UNICODE,
        COLLAPSE
    }

    /** What an empty text is: NULL, which gets the default; NULL that stays NULL; or a value. */
    public enum Empty {
        NULL,
        NO_DEFAULT,
        KEEP
    }

    /** What {@code xsi:nil="true"} on an element without a value means: nothing, or NULL that gets no default. */
    public enum Nil {
        IGNORE,
        NULL
    }

    /** What a date without a day, or without a month and a day, is: none, the first day of that time, or its last. */
    public enum Partial {
        REJECT,
        FIRST,
        LAST
    }

    /** What happens to a text longer than the column. */
    public enum Overflow {
        REJECT,
        TRUNCATE,
        NULL
    }

    /** What happens to a number or time with more fraction digits than the column. */
    public enum Scale {
        REJECT,
        HALF_UP,
        HALF_EVEN,
        DOWN,
        NULL
    }

    /** What happens to a value that is not of the type. */
    public enum Invalid {
        REJECT,
        NULL,
        DEFAULT
    }

    /** What {@code meta:} can give. */
    public enum Meta {
        DOCUMENT_KEY,
        SOURCE_NAME,
        RUN_ID,
        LOADED_AT
    }

    /** Where a value comes from. */
    public sealed interface ValueSource {}

    /**
     * An expression over the row's item.
     *
     * @param expression compiled for VALUES, or for ITEMS where the column's type is xml
     * @param nodes the same compiled for ITEMS, where {@link Nil#NULL} asks whether one of them has xsi:nil; else null
     */
    public record Path(PathExpression expression, @Nullable PathExpression nodes) implements ValueSource {}

    /**
     * A column of an ancestor table: a foreign key, or a value handed down. Or of the table itself, where rows are nested: of the row
     * that encloses this one, NULL where there is none.
     *
     * @param table the ancestor's name
     * @param column the column's name there
     * @param levels how many parents up, from 1; 0 for the table itself
     * @param columnIndex the column's index in {@link TableMapping#columns()} of the ancestor
     */
    public record Reference(String table, String column, int levels, int columnIndex) implements ValueSource {}

    /** FOR ORDINALITY: the row's position within the parent's row, from 1; in a union the count goes on from set to set. */
    public record Ordinal() implements ValueSource {}

    /**
     * A constant.
     *
     * @param value of the type's Java class, or null
     */
    public record Constant(@Nullable Object value) implements ValueSource {}

    /** Something about the document or the run. */
    public record MetaValue(Meta meta) implements ValueSource {}

    /** The column's type; of a narrow column, what it holds of it. */
    public SqlType type() {
        return value.type();
    }

    /** The column for a target whose column holds less than the contract's type, or all of it. */
    public ColumnMapping held(ValueSource heldSource, @Nullable Object heldDefault, NarrowColumn column) {
        Role heldRole = new Role(role.key, role.required, heldDefault);
        return new ColumnMapping(name, heldSource, text, value.held(column), heldRole, position);
    }

    public ColumnMapping {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(source, "source");
    }
}
