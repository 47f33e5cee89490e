package dev.millrace.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A number of bytes on the command line.
 *
 * @param bytes at least 1
 */
record ByteSize(long bytes) {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,18})\\s*(?:([KMGT])(?:I?B)?|B)?");
    private static final String UNITS = "KMGT";

    /** Units are powers of 1024, as in the JVM's -Xmx: {@code 4194304}, {@code 4096KB}, {@code 4M} are the same. */
    static final class Converter implements ITypeConverter<ByteSize> {

        @Override
        public ByteSize convert(String text) {
            Matcher form = FORM.matcher(text.strip().toUpperCase(Locale.ROOT));
            if (form.matches()) {
                long number = Long.parseLong(form.group(1));
                int shift = form.group(2) == null ? 0 : 10 * (UNITS.indexOf(form.group(2)) + 1);
                if (number > 0 && number <= Long.MAX_VALUE >> shift) {
                    return new ByteSize(number << shift);
                }
            }
            throw new TypeConversionException(
                    "\"" + text + "\" – expected a number of bytes above 0, such as 64KB, 256MB or 2GB");
        }
    }

    /** {@code 256MB}: the largest unit that divides it. */
    @Override
    public String toString() {
        int unit = 0;
        while (unit < UNITS.length() && bytes % (1L << (10 * (unit + 1))) == 0) {
            unit++;
        }
        return (bytes >> (10 * unit)) + (unit == 0 ? "" : UNITS.charAt(unit - 1) + "B");
    }
}
