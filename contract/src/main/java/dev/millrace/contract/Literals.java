package dev.millrace.contract;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Base64;
import java.util.UUID;
import java.util.regex.Pattern;

/** What texts in a contract stand for as values of a type: see {@link SqlType#parseLiteral}. */
final class Literals {

    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,40}");
    private static final Pattern DECIMAL = Pattern.compile("[+-]?([0-9]{1,100}(\\.[0-9]{0,100})?|\\.[0-9]{1,100})");
    private static final Pattern DOUBLE = Pattern.compile(DECIMAL.pattern() + "([eE][+-]?[0-9]{1,4})?");
    private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final int NANO_DIGITS = 9;

    private Literals() {}

    static Object parse(SqlType type, String text) {
        return switch (type.kind()) {
            case BOOLEAN -> truth(type, text);
            case SMALLINT ->
                integer(type, text, Short.MIN_VALUE, Short.MAX_VALUE).shortValue();
            case INTEGER ->
                integer(type, text, Integer.MIN_VALUE, Integer.MAX_VALUE).intValue();
            case BIGINT -> integer(type, text, Long.MIN_VALUE, Long.MAX_VALUE).longValue();
            case DECIMAL -> decimal(type, text);
            case REAL -> {
                float real = Float.parseFloat(match(type, DOUBLE, text, "a number"));
                yield finite(type, text, real, Float.isFinite(real));
            }
            case DOUBLE -> {
                double number = Double.parseDouble(match(type, DOUBLE, text, "a number"));
                yield finite(type, text, number, Double.isFinite(number));
            }
            case CHAR, VARCHAR -> {
                int length = text.codePointCount(0, text.length());
                if (length > type.length()) {
                    throw not(type, text, "it has " + length + " characters");
                }
                yield text;
            }
            case TEXT -> text;
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> temporal(type, text);
            case UUID -> UUID.fromString(match(type, UUID_FORM, text, "8-4-4-4-12 hexadecimal digits"));
            case BYTES -> bytes(type, text);
            case XML -> throw not(type, text, "a contract cannot give a fragment");
        };
    }

    private static Boolean truth(SqlType type, String text) {
        return switch (text) {
            case "true", "True", "TRUE", "1" -> Boolean.TRUE;
            case "false", "False", "FALSE", "0" -> Boolean.FALSE;
            default -> throw not(type, text, "expected true or false");
        };
    }

    private static BigInteger integer(SqlType type, String text, long min, long max) {
        BigInteger number = new BigInteger(match(type, INTEGER, text, "a whole number"));
        if (number.compareTo(BigInteger.valueOf(min)) < 0 || number.compareTo(BigInteger.valueOf(max)) > 0) {
            throw not(type, text, "it is not between " + min + " and " + max);
        }
        return number;
    }

    private static BigDecimal decimal(SqlType type, String text) {
        BigDecimal number = new BigDecimal(match(type, DECIMAL, text, "a decimal number"));
        BigDecimal bare = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        if (bare.scale() > type.scale()) {
            throw not(type, text, "it has more than " + type.scale() + " fraction digits");
        }
        BigDecimal scaled = bare.setScale(type.scale());
        if (scaled.precision() > type.precision()) {
            throw not(type, text, "it has more than " + (type.precision() - type.scale()) + " digits before the point");
        }
        return scaled;
    }

    private static Object temporal(SqlType type, String text) {
        try {
            boolean dateAlone = DATE.matcher(text).matches();
            String iso = text.length() > 10 && text.charAt(10) == ' '
                    ? text.substring(0, 10) + 'T' + text.substring(11)
                    : text;
            return switch (type.kind()) {
                case DATE -> LocalDate.parse(match(type, DATE, text, "a date such as 2026-01-31"));
                case TIME -> {
                    LocalTime time = LocalTime.parse(text);
                    yield precise(type, text, time);
                }
                case TIMESTAMP -> {
                    LocalDateTime moment = dateAlone ? LocalDate.parse(text).atStartOfDay() : LocalDateTime.parse(iso);
                    yield precise(type, text, moment);
                }
                default -> {
                    OffsetDateTime instant = OffsetDateTime.parse(iso).withOffsetSameInstant(ZoneOffset.UTC);
                    yield precise(type, text, instant);
                }
            };
        } catch (DateTimeException fault) {
            throw not(type, text, "expected a form such as " + example(type));
        }
    }

    private static String example(SqlType type) {
        return switch (type.kind()) {
            case DATE -> "2026-01-31";
            case TIME -> "23:59:59";
            case TIMESTAMP -> "2026-01-31T23:59:59";
            default -> "2026-01-31T23:59:59Z, with an offset";
        };
    }

    private static Object precise(SqlType type, String text, TemporalAccessor value) {
        int nanos = value.get(ChronoField.NANO_OF_SECOND);
        int unit = 1;
        for (int digit = type.precision(); digit < NANO_DIGITS; digit++) {
            unit *= 10;
        }
        if (nanos % unit != 0) {
            throw not(type, text, "it has more than " + type.precision() + " fraction digits");
        }
        return value;
    }

    private static byte[] bytes(SqlType type, String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            // The decoder takes a missing padding, which would hide a text that was cut.
            if (text.length() % 4 == 0) {
                return bytes;
            }
        } catch (IllegalArgumentException notBase64) {
            // Told below.
        }
        throw not(type, text, "expected base64, with its padding");
    }

    private static Object finite(SqlType type, String text, Object number, boolean finite) {
        if (!finite) {
            throw not(type, text, "it is beyond the type's range");
        }
        return number;
    }

    private static String match(SqlType type, Pattern form, String text, String expected) {
        if (!form.matcher(text).matches()) {
            throw not(type, text, "expected " + expected);
        }
        return text;
    }

    private static IllegalArgumentException not(SqlType type, String text, String why) {
        return new IllegalArgumentException(MessageText.quoted(text) + " is no " + type + ": " + why);
    }
}
