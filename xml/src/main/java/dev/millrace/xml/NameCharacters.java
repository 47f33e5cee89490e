package dev.millrace.xml;

/**
 * What names are made of: the characters of the fifth edition of XML 1.0 (productions 4 and 4a), which are those of XML 1.1 too,
 * without the colon. The editions before listed the letters of Unicode 2.0, so that names in Amharic, Khmer or Cherokee were none.
 */
final class NameCharacters {

    /** The last of the characters of which a name may consist; beyond are the planes for private use. */
    private static final int LAST = 0xEFFFF;

    private NameCharacters() {}

    /** Whether all of a text is a name without a colon. */
    static boolean areName(String text) {
        if (text.isEmpty() || !isStart(text.codePointAt(0))) {
            return false;
        }
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (!isPart(c)) {
                return false;
            }
            i += Character.charCount(c);
        }
        return true;
    }

    static boolean isStart(int c) {
        if (c < 0x80) {
            return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
        }
        return c >= 0xC0 && c <= 0x2FF && c != 0xD7 && c != 0xF7
                || c >= 0x370 && c <= 0x1FFF && c != 0x37E
                || c == 0x200C
                || c == 0x200D
                || c >= 0x2070 && c <= 0x218F
                || c >= 0x2C00 && c <= 0x2FEF
                || c >= 0x3001 && c <= 0xD7FF
                || c >= 0xF900 && c <= 0xFDCF
                || c >= 0xFDF0 && c <= 0xFFFD
                || c >= 0x10000 && c <= LAST;
    }

    static boolean isPart(int c) {
        return isStart(c)
                || c >= '0' && c <= '9'
                || c == '-'
                || c == '.'
                || c == 0xB7
                || c >= 0x300 && c <= 0x36F
                || c == 0x203F
                || c == 0x2040;
    }

    /** Whether a name has characters that no edition and no version allows, though Woodstox does. */
    static boolean goBeyond(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (Character.isHighSurrogate(name.charAt(i)) && name.codePointAt(i) > LAST) {
                return true;
            }
        }
        return false;
    }
}
