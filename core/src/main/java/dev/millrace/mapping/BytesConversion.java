package dev.millrace.mapping;

import dev.millrace.contract.Formats;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Base64 as XML Schema writes it (white space may stand between the characters), or with {@code format: hex} hexadecimal digits. */
final class BytesConversion extends Conversion {

    private static final String BASE64 = "base64";
    private static final String HEX = "hex";

    private final boolean hex;

    BytesConversion(List<String> formats) {
        for (String format : formats) {
            if (!format.equals(HEX) && !format.equals(BASE64) && !format.equals(Formats.STANDARD)) {
                throw new IllegalArgumentException("format '" + format + "' is not known for bytes: use hex or base64");
            }
        }
        // The digits of hex are base64 too, so that only one of them can be meant.
        if (formats.size() > 1) {
            throw new IllegalArgumentException("bytes take one format, hex or base64");
        }
        this.hex = formats.contains(HEX);
    }

    @Override
    public Object convert(String text) {
        try {
            if (hex) {
                return HexFormat.of().parseHex(text);
            }
            String dense = withoutWhiteSpace(text);
            // The JDK takes a missing padding, XML Schema does not: it would hide a text that was cut.
            return dense.length() % 4 == 0 ? Base64.getDecoder().decode(dense) : Misfit.NOT_OF_TYPE;
        } catch (IllegalArgumentException notEncoded) {
            return Misfit.NOT_OF_TYPE;
        }
    }

    private static String withoutWhiteSpace(String text) {
        StringBuilder dense = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (XmlSpace.is(c)) {
                if (dense == null) {
                    dense = new StringBuilder(text.length()).append(text, 0, i);
                }
            } else if (dense != null) {
                dense.append(c);
            }
        }
        return dense == null ? text : dense.toString();
    }
}
