package dev.millrace.reference;

import dev.millrace.reference.ReferenceContract.Mapping;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The defaults of columns, as the contract language writes them. */
final class Defaults {

    private final Mode mode;
    private final Notes notes;

    Defaults(Mode mode, Notes notes) {
        this.mode = mode;
        this.notes = notes;
    }

    /**
     * The default as the contract language writes it; null if there is none, or none that the column can hold.
     *
     * @param forBlank whether it stands for a blank, as which it goes through what is made of values
     */
    @Nullable
    String of(Mapping mapping, boolean forBlank) {
        String written = mapping.defaultValue();
        if (written == null) {
            return null;
        }
        String value = written;
        if (mapping.dataType().equals("bit")) {
            return forBlank ? "1" : bitDefault(written);
        }
        if (mapping.dataType().equals("boolean")) {
            return "true";
        }
        if (mapping.isInteger() || mapping.isDecimal() || mapping.dataType().equals("float")) {
            int places =
                    mapping.isInteger() ? 0 : forBlank ? Math.min(2, Columns.scale(mapping)) : Columns.scale(mapping);
            // What is not cast is left to the original's database, which takes no fraction for a whole number.
            RoundingMode rounding = mapping.isInteger() && !forBlank ? RoundingMode.UNNECESSARY : RoundingMode.HALF_UP;
            try {
                BigDecimal number = new BigDecimal(written.replace(",", ""));
                // An exponent of a million is no number to anyone.
                value = Math.abs((long) number.scale()) > 400
                        ? null
                        : Column.plain(mapping.dataType().equals("float") ? number : number.setScale(places, rounding));
            } catch (ArithmeticException | NumberFormatException notOne) {
                value = null;
            }
        } else if (mapping.isMoment()) {
            value = Moments.literal(written, mapping.dataType().equals("date"));
        } else {
            value = textDefault(mapping, written, forBlank);
        }
        if (value == null && !mapping.isText()) {
            notes.add(mapping, "the default '" + written + "' is no " + mapping.dataType() + " and is left out");
        }
        return value;
    }

    /** The default of a group's column, which is never cut; null if there is none, or none that the column can hold. */
    @Nullable
    String plain(Mapping mapping) {
        return mapping.isText() ? mapping.defaultValue() : of(mapping, false);
    }

    private @Nullable String textDefault(Mapping mapping, String written, boolean forBlank) {
        String value = written;
        if (forBlank && mapping.has("numbers_only")) {
            value = value.replaceAll("[^0-9]", "");
        }
        if (forBlank && mapping.length() < 0 && mode == Mode.AS_REFERENCE) {
            value = value.substring(0, Math.max(0, value.length() + mapping.length()));
        } else if (mapping.length() > 0 && value.codePointCount(0, value.length()) > mapping.length()) {
            value = value.substring(0, value.offsetByCodePoints(0, mapping.length()));
        }
        if (!value.equals(written)) {
            notes.add(mapping, "the default becomes '" + value.strip() + "', as every value of the column would");
        }
        return value.isBlank() ? null : value.strip();
    }

    private static String bitDefault(String written) {
        return Set.of("1", "Y", "true", "True").contains(written) ? "1" : "0";
    }
}
