package dev.millrace.discovery;

import dev.millrace.summary.Place;
import dev.millrace.summary.ValueForm;
import dev.millrace.summary.ValueSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The narrowest type that holds all values of a path, with room for more, and what a contract has to say for it.
 *
 * @param type in the contract's words
 * @param formats patterns; empty for the standard forms
 * @param nulls texts that stand for no value
 * @param zone what times without a zone are taken for; null where that does not matter
 * @param note what is worth telling of it, without values; "" for nothing
 * @param ruledOut the value that ruled out a narrower type which the values before it had; null if there is none
 * @param narrower that type, in words; "" if there is none
 * @param doubt what speaks against it, and how to decide otherwise; "" for nothing
 */
record ValueType(
        String type,
        List<String> formats,
        Set<String> nulls,
        @Nullable String zone,
        String note,
        @Nullable Place ruledOut,
        String narrower,
        String doubt) {

    /** Longer texts are no varchar. */
    private static final int LONGEST_VARCHAR = 1_000;

    /** Of texts of any length: what is shorter in the databases is no cheaper. */
    private static final int[] LENGTHS = {100, 200, 400, 1_000};

    /** Of texts of one length, as codes have. */
    private static final int[] LENGTHS_OF_CODES = {10, 20, 40};

    /** Digits of a decimal at least: amounts of money. */
    private static final int LEAST_PRECISION = 12;

    private static final int MOST_DIGITS = 38;

    /** If so many of the values have a form, it is worth telling which has not. */
    private static final double MOSTLY = 0.5;

    /** So many times as much is room enough for a number. */
    private static final long ROOM = 10;

    /** A type of which there is nothing more to say. */
    static ValueType of(String type) {
        return new ValueType(type, List.of(), Set.of(), null, "", null, "", "");
    }

    /** With the texts that stand for no value among these. */
    ValueType withNulls(ValueSummary values) {
        return new ValueType(type, formats, Set.copyOf(values.nothings()), zone, note, ruledOut, narrower, doubt);
    }

    private ValueType withFormats(List<String> patterns) {
        return new ValueType(type, patterns, nulls, zone, note, ruledOut, narrower, doubt);
    }

    private ValueType withZone(String meant, String why) {
        return new ValueType(type, formats, nulls, meant, note, ruledOut, narrower, why);
    }

    ValueType withNote(String words) {
        return new ValueType(type, formats, nulls, zone, words, ruledOut, narrower, doubt);
    }

    private ValueType withDoubt(String words) {
        return new ValueType(type, formats, nulls, zone, note, ruledOut, narrower, words);
    }

    private ValueType because(@Nullable Place place, String of) {
        return new ValueType(type, formats, nulls, zone, note, place, place == null ? "" : of, doubt);
    }

    /** The same, with more to tell. */
    ValueType noted(List<String> words) {
        List<String> all = new ArrayList<>(words);
        all.add(0, note);
        all.removeIf(String::isEmpty);
        return withNote(String.join("; ", all));
    }

    /** The same as a key can have it, which a text of any length cannot. */
    ValueType asKey(@Nullable ValueSummary values) {
        if (!type.equals("text")) {
            return this;
        }
        String bounded = values == null || values.maxLength() * 2 <= LENGTHS[0]
                ? "varchar(" + LENGTHS[0] + ")"
                : varchar(values);
        return new ValueType(bounded, formats, nulls, zone, note, ruledOut, narrower, doubt);
    }

    /** The type of values whose name may tell what they mean: those of a date, or of a key. */
    static ValueType of(@Nullable ValueSummary values, String name) {
        return of(values, DraftNames.isOfDate(name), DraftNames.isOfKey(name));
    }

    /**
     * @param values those of the path; null where there are none
     * @param isDate whether the name says that it is a date, which decides what {@code 20260131} is
     * @param isName whether the name says that it names something, so that numbers go up to any size
     */
    static ValueType of(@Nullable ValueSummary values, boolean isDate, boolean isName) {
        if (values == null || values.count() == values.blank()) {
            return of("text").withNote("never has a value");
        }
        if (values.isOfUnknownForm()) {
            return text(values);
        }
        if (values.is(ValueForm.BOOLEAN)) {
            return of("boolean").withNulls(values);
        }
        if (values.is(ValueForm.PLAIN_DATE) && (isDate || !values.is(ValueForm.INTEGER))) {
            return dates(values, Set.of(ValueForm.PLAIN_DATE));
        }
        if (values.is(ValueForm.INTEGER)) {
            ValueType type = whole(values, isName).withNulls(values);
            return values.is(ValueForm.PLAIN_DATE)
                    ? type.withDoubt("could be dates: type: date, format: yyyyMMdd")
                    : type;
        }
        boolean isTooLong = values.wholeDigits() + Math.max(2, values.fractionDigits()) > MOST_DIGITS;
        if (isTooLong && (values.is(ValueForm.GROUPED_BY_COMMA) || values.is(ValueForm.GROUPED_BY_POINT))) {
            return text(values).withNote("numbers of more digits than a decimal has");
        }
        if (values.is(ValueForm.DECIMAL)) {
            return decimal(values).withNulls(values).because(late(values, ValueForm.INTEGER), "whole number");
        }
        boolean byComma = values.is(ValueForm.GROUPED_BY_COMMA);
        boolean byPoint = values.is(ValueForm.GROUPED_BY_POINT);
        if (byComma != byPoint) {
            return decimal(values)
                    .withNulls(values)
                    .withFormats(List.of(byComma ? "#,##0.00" : "#.##0,00"))
                    .because(late(values, ValueForm.DECIMAL), "plain number");
        }
        if (byComma) {
            return text(values)
                    .withDoubt("numbers in groups, or with a decimal comma: no value decides; if you know, give it the"
                            + " type decimal and the format \"#,##0\" or \"#0,000\"");
        }
        if (values.is(ValueForm.DOUBLE)) {
            return of("double").withNulls(values).because(late(values, ValueForm.DECIMAL), "decimal");
        }
        if (values.is(ValueForm.UUID)) {
            return of("uuid").withNulls(values);
        }
        if (values.is(ValueForm.TIME)) {
            return of(values.hasFraction() ? "time(" + values.fractionDigits() + ")" : "time(0)")
                    .withNulls(values);
        }
        Set<ValueForm> dates = values.dateForms();
        if (!dates.isEmpty()) {
            return dates(values, dates);
        }
        if (values.isDateOfTwoReadings()) {
            return text(values)
                    .withDoubt("dates, by day and month or by month and day: no value decides; if you know, give it the"
                            + " type date and the format d/M/yyyy or M/d/yyyy");
        }
        return text(values);
    }

    private static ValueType whole(ValueSummary values, boolean isName) {
        long most = Math.max(values.max(), values.min() < 0 ? -(values.min() + 1) : 0);
        return of(isName || most > Integer.MAX_VALUE / ROOM ? "bigint" : "integer");
    }

    private static ValueType decimal(ValueSummary values) {
        int scale = Math.max(2, values.fractionDigits());
        int precision = Math.max(LEAST_PRECISION, Math.min(MOST_DIGITS, values.wholeDigits() + 2 + scale));
        return of("decimal(" + precision + "," + scale + ")");
    }

    private static ValueType dates(ValueSummary values, Set<ValueForm> forms) {
        boolean isStandard = forms.equals(Set.of(ValueForm.ISO_DATE)) && !values.hasMailZone();
        if (!values.hasTime()) {
            return of("date").withNulls(values).withFormats(isStandard ? List.of() : patterns(values, forms));
        }
        String digits = values.hasFraction() ? values.fractionDigits() > 6 ? "(9)" : "" : "(0)";
        boolean zones = values.hasZone() || values.hasMailZone();
        ValueType type = of((zones ? "timestamptz" : "timestamp") + digits).withNulls(values);
        boolean plain = isStandard && !values.hasDateAlone();
        type = plain ? type : type.withFormats(patterns(values, forms));
        return zones && (values.hasTimeWithoutZone() || values.hasDateAlone())
                ? type.withZone("UTC", "some times have no zone, and are taken for UTC: say otherwise with zone")
                : type;
    }

    /** All patterns that the values may need, by date form and then by what follows the date. */
    private static List<String> patterns(ValueSummary values, Set<ValueForm> forms) {
        List<String> patterns = new ArrayList<>();
        for (ValueForm form : forms) {
            if (form == ValueForm.ISO_DATE && !values.hasMailZone() && values.hasTime()) {
                patterns.add("iso");
                if (values.hasDateAlone()) {
                    patterns.add("yyyy-MM-dd");
                }
                continue;
            }
            String date = form == ValueForm.ISO_DATE ? "yyyy-MM-dd" : form.pattern();
            if (values.hasTimeBehindSpace()) {
                addTimes(patterns, date + " ", values);
            }
            if (values.hasTimeBehindT()) {
                addTimes(patterns, date + "'T'", values);
            }
            if (values.hasDateAlone()) {
                patterns.add(form == ValueForm.ISO_DATE && !values.hasTime() ? "iso" : date);
            }
        }
        return patterns;
    }

    private static void addTimes(List<String> patterns, String date, ValueSummary values) {
        List<String> times = new ArrayList<>();
        if (values.hasSeconds()) {
            times.add("HH:mm:ss");
        }
        if (values.hasFraction()) {
            for (int digits = 1; digits <= values.fractionDigits(); digits++) {
                if (values.hasFractionOf(digits)) {
                    times.add("HH:mm:ss." + "S".repeat(digits));
                }
            }
        }
        if (values.hasMinutesOnly()) {
            times.add("HH:mm");
        }
        for (String time : times) {
            if (values.hasMailZone()) {
                patterns.add(date + time + " Z");
                patterns.add(date + time + " z");
            }
            if (values.hasZone()) {
                patterns.add(date + time + "XXX");
            }
            if (values.hasTimeWithoutZone()) {
                patterns.add(date + time);
            }
        }
    }

    private static ValueType text(ValueSummary values) {
        ValueType type = of(varchar(values));
        if (values.is(ValueForm.DIGITS)) {
            return type.withNote("digits, some with zeros in front or very many")
                    .because(values.ruledOut(ValueForm.INTEGER), "number");
        }
        for (ValueForm form : List.of(ValueForm.ISO_DATE, ValueForm.DECIMAL, ValueForm.BOOLEAN, ValueForm.UUID)) {
            if (values.shareOf(form) >= MOSTLY) {
                String narrower = switch (form) {
                    case ISO_DATE -> "date";
                    case DECIMAL -> "number";
                    case BOOLEAN -> "truth value";
                    default -> "UUID";
                };
                return type.because(values.ruledOut(form), narrower);
            }
        }
        return type;
    }

    /** The type of a text. */
    static String varchar(ValueSummary values) {
        int longest = values.maxLength();
        if (values.severalLines()) {
            return "text";
        }
        boolean ofOneLength = values.minLength() == longest;
        int wanted = ofOneLength ? longest : longest + longest / 2;
        if (longest <= LONGEST_VARCHAR) {
            for (int length : ofOneLength && longest <= 40 ? LENGTHS_OF_CODES : LENGTHS) {
                if (wanted <= length) {
                    return "varchar(" + length + ")";
                }
            }
        }
        return "text";
    }

    /** The value that ruled a form out, where some have it. */
    private static @Nullable Place late(ValueSummary values, ValueForm form) {
        return values.shareOf(form) > 0 ? values.ruledOut(form) : null;
    }
}
