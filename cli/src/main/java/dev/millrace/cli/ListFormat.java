package dev.millrace.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How a command writes a list. */
enum ListFormat {
    /** For people. */
    TABLE,
    /** For programs: an object on a line each. */
    JSON,
    /** For programs: RFC 4180, with a header. */
    CSV;

    boolean isForPrograms() {
        return this != TABLE;
    }

    /** Takes {@code text} as well, which {@code rejects} called its table at first. */
    static final class Converter implements ITypeConverter<ListFormat> {
        @Override
        public ListFormat convert(String word) {
            if (word.equalsIgnoreCase("text")) {
                return TABLE;
            }
            for (ListFormat format : values()) {
                if (format.name().equalsIgnoreCase(word)) {
                    return format;
                }
            }
            throw new TypeConversionException("\"" + word + "\" – expected table, json or csv");
        }
    }
}
