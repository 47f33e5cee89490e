package dev.millrace.mapping;

import java.util.UUID;

/** The form of RFC 9562: 8-4-4-4-12 hexadecimal digits, of either case. */
final class UuidConversion extends Conversion {

    private static final int LENGTH = 36;
    private static final int FIRST_DIGIT_OF_LOW_HALF = 19;

    @Override
    public Object convert(String text) {
        if (text.length() != LENGTH) {
            return Misfit.NOT_OF_TYPE;
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < LENGTH; i++) {
            char c = text.charAt(i);
            if (i == 8 || i == 13 || i == 18 || i == 23) {
                if (c != '-') {
                    return Misfit.NOT_OF_TYPE;
                }
                continue;
            }
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return Misfit.NOT_OF_TYPE;
            }
            if (i < FIRST_DIGIT_OF_LOW_HALF) {
                high = high << 4 | digit;
            } else {
                low = low << 4 | digit;
            }
        }
        return new UUID(high, low);
    }
}
