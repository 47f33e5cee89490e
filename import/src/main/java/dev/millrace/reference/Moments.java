package dev.millrace.reference;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Dates and times that a contract of the original holds itself. */
final class Moments {

    /** The forms in the order in which the original tries them; ISO 8601 last. */
    static final List<String> FORMATS = List.of(
            "yyyy-M-d H:m:s",
            "yyyy-M-d",
            "M/d/yyyy",
            "M/d/yyyy H:m:s",
            "M/d/yyyy h:m:s a",
            "d/M/yyyy",
            "d/M/yyyy H:m:s",
            "yyyy-M-d H:m:s.S",
            "yyyy-M-d H:m:s.SS",
            "yyyy-M-d H:m:s.SSS",
            "yyyy-M-d H:m:s.SSSS",
            "yyyy-M-d H:m:s.SSSSS",
            "yyyy-M-d H:m:s.SSSSSS",
            "yyyy-MM-dd'T'HH:mm[:ss]",
            "yyyyMMdd['T'HHmmss]",
            "iso");

    private Moments() {}

    /** A date, or a date and time, as the contract language writes it; null if the text is none. */
    static @Nullable String literal(String text, boolean dateOnly) {
        for (String format : FORMATS.subList(0, FORMATS.size() - 1)) {
            try {
                TemporalAccessor parts = DateTimeFormatter.ofPattern(format.replace("yyyy", "uuuu"), Locale.ENGLISH)
                        .withResolverStyle(ResolverStyle.STRICT)
                        .parse(text);
                LocalDate date = parts.query(TemporalQueries.localDate());
                LocalTime time = parts.query(TemporalQueries.localTime());
                if (date != null && date.getYear() >= 1 && date.getYear() <= 9999) {
                    return dateOnly || time == null
                            ? date.toString()
                            : LocalDateTime.of(date, time).format(DateTimeFormatter.ISO_LOCAL_DATE_TIME);
                }
            } catch (DateTimeException notOfThisForm) {
                // The next form may fit.
            }
        }
        return null;
    }
}
