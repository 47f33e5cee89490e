package dev.millrace.mapping;

import dev.millrace.contract.ColumnLimits;
import dev.millrace.contract.ColumnLimits.Bytes;
import dev.millrace.contract.ColumnLimits.Numbers;
import dev.millrace.contract.ColumnLimits.OneOf;
import dev.millrace.contract.ColumnLimits.Times;
import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.ColumnMapping.Trim;
import dev.millrace.contract.ColumnMapping.ValuePolicy;
import dev.millrace.contract.NarrowColumn;
import dev.millrace.contract.SqlType;

/** The words of mapping faults: what was found, what was expected, what to do. Holds no value of a document unless allowed. */
final class Wording {

    private static final int SHOWN_CHARACTERS = 60;

    private final boolean showValues;

    Wording(boolean showValues) {
        this.showValues = showValues;
    }

    /** A value, or only what kind of value it is. */
    String found(Object item, String lexical) {
        if (showValues) {
            return "'" + shown(lexical) + "'";
        }
        if (item instanceof String text) {
            int length = text.codePointCount(0, text.length());
            return text.isEmpty()
                    ? "an empty text"
                    : "a text of " + length + (length == 1 ? " character" : " characters");
        }
        if (item instanceof Number) {
            return "a number";
        }
        return item instanceof Boolean ? "a boolean" : "a " + item.getClass().getSimpleName();
    }

    /**
     * @param item what is found
     * @param found the same in words
     */
    String misfit(Misfit misfit, Object item, String found, ColumnMapping column) {
        SqlType type = column.type();
        NarrowColumn narrow = column.value().narrow();
        if (narrow != null) {
            return ofTarget(misfit, found, column, narrow);
        }
        return switch (misfit) {
            case TOO_LONG -> found + " does not fit " + type + "; set 'overflow: truncate' or widen the column";
            case TOO_PRECISE ->
                found + " has more fraction digits than " + type
                        + " holds; set 'scale: half-up' (or half-even, down) or widen the column";
            case BEYOND_RANGE ->
                found + " is beyond " + type + ", which holds " + range(type)
                        + "; widen the column, or set 'invalid: null' if such values mean nothing";
            case HAS_NO_INSTANT -> found + " is no instant: " + misfit.remark();
            case NOT_OF_TYPE, HAS_ZONE, HAS_NO_ZONE, HAS_TIME_OF_DAY, HAS_CONTROL_CHARACTERS -> {
                boolean plainDate = misfit == Misfit.HAS_ZONE && type.kind() != SqlType.Kind.TIMESTAMP;
                String remark = plainDate
                        ? "it has a time zone, which the column does not hold: name the zone in a 'format', such as "
                                + (type.kind() == SqlType.Kind.DATE ? "yyyy-MM-ddXXX" : "HH:mm:ssXXX")
                        : misfit.remark().isEmpty() ? advice(item, column) : misfit.remark();
                yield found + " is not of type " + type + ", expected " + expected(column.value()) + "; " + remark;
            }
        };
    }

    /** Where the target's column holds less than the contract's type. */
    private String ofTarget(Misfit misfit, String found, ColumnMapping column, NarrowColumn narrow) {
        String target = narrow.words() + ", the column's type in the target";
        switch (misfit) {
            case TOO_LONG -> {
                return found + " does not fit " + target
                        + (column.type().length() == 0 || column.type().kind() == SqlType.Kind.XML
                                ? "; widen the column"
                                : "; set 'overflow: truncate' or widen the column");
            }
            case TOO_PRECISE -> {
                return found + " is not held exactly by " + target
                        + "; set 'scale: half-up' (or half-even, down) or widen the column";
            }
            case BEYOND_RANGE -> {
                return found + " is beyond " + target + ", which holds " + range(narrow)
                        + "; widen the column, or set 'invalid: null' if such values mean nothing";
            }
            default -> {}
        }
        ColumnLimits limits = narrow.limits();
        if (limits instanceof OneOf) {
            return found + " is none of the values of " + target
                    + "; translate it in a code table, or add it to the column's type";
        }
        if (limits instanceof Bytes) {
            return found + " does not fill " + target + ", which would add zeros; widen the column";
        }
        String remark = misfit.remark().isEmpty() ? advice(column.type()) : misfit.remark();
        return found + " is not of type " + column.type() + ", expected " + expected(column.value()) + "; " + remark;
    }

    private static String range(NarrowColumn narrow) {
        ColumnLimits limits = narrow.limits();
        if (limits instanceof Numbers numbers) {
            return numbers.least().toPlainString() + " to " + numbers.most().toPlainString();
        }
        if (limits instanceof Times times) {
            return times.first() + " to " + times.last();
        }
        return range(narrow.type());
    }

    /** Of a value that {@code invalid} leaves out where there must be one. */
    String leftOut(Misfit misfit, String found, ColumnMapping column) {
        SqlType type = column.type();
        NarrowColumn narrow = column.value().narrow();
        String wrong = misfit == Misfit.BEYOND_RANGE
                ? " is beyond " + (narrow == null ? type.toString() : narrow.words()) + ", which holds "
                        + (narrow == null ? range(type) : range(narrow))
                : " is not of type " + type + ", expected " + expected(column.value());
        return found + wrong + ", so that 'invalid' leaves it out; correct the document or the path, or do without"
                + " 'invalid' or 'required'";
    }

    private static String expected(ValuePolicy column) {
        if (!column.reading().formats().isEmpty()) {
            return "the format '" + String.join("' or '", column.reading().formats()) + "'";
        }
        return switch (column.type().kind()) {
            case BOOLEAN -> "true, false, 1 or 0";
            case SMALLINT, INTEGER, BIGINT -> "a whole number";
            case DECIMAL -> "a number such as 1234.5";
            case REAL, DOUBLE -> "a number such as 1234.5 or 1.2E3";
            case DATE -> "a date such as 2024-02-29";
            case TIME -> "a time such as 10:15:30";
            case TIMESTAMP -> "a time stamp such as 2024-02-29T10:15:30";
            case TIMESTAMPTZ -> "a time stamp with a zone such as 2024-02-29T10:15:30+01:00";
            case UUID -> "a UUID of 36 characters";
            case BYTES -> "base64";
            case XML -> "elements or text, not an attribute or an atomic value";
            case CHAR, VARCHAR, TEXT -> "a text";
        };
    }

    private static String advice(Object item, ColumnMapping column) {
        boolean blanks = column.text().trim() == Trim.FALSE
                && item instanceof String text
                && !XmlSpace.trimUnicode(text).equals(text);
        return blanks
                ? "it has white space at its ends, which 'trim: false' keeps: leave that out"
                : advice(column.type());
    }

    private static String advice(SqlType type) {
        return switch (type.kind()) {
            case BOOLEAN -> "give other words in a code table, or set 'invalid: null'";
            case XML -> "select elements, or use type text";
            case UUID -> "correct the path, or use type text";
            default -> "set 'format', convert in the path, or set 'invalid: null'";
        };
    }

    private static String range(SqlType type) {
        return switch (type.kind()) {
            case SMALLINT -> Short.MIN_VALUE + " to " + Short.MAX_VALUE;
            case INTEGER -> Integer.MIN_VALUE + " to " + Integer.MAX_VALUE;
            case BIGINT -> Long.MIN_VALUE + " to " + Long.MAX_VALUE;
            case DECIMAL -> type.precision() - type.scale() + " digits before the point";
            case REAL, DOUBLE -> "at most " + (type.kind() == SqlType.Kind.REAL ? Float.MAX_VALUE : Double.MAX_VALUE);
            case TIME -> "00:00:00 to the last fraction of 23:59:59";
            default -> "the years 0001 to 9999";
        };
    }

    /** Shortened, with control characters shown. */
    private static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        int characters = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            if (characters++ == SHOWN_CHARACTERS) {
                return shown.append('…').toString();
            }
            int c = text.codePointAt(i);
            if (c == '\n') {
                shown.append("\\n");
            } else if (c == '\r') {
                shown.append("\\r");
            } else if (c == '\t') {
                shown.append("\\t");
            } else if (Character.isISOControl(c)) {
                shown.append(String.format("\\u%04x", c));
            } else {
                shown.appendCodePoint(c);
            }
        }
        return shown.toString();
    }
}
