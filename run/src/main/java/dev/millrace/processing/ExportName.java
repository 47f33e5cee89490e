package dev.millrace.processing;

import dev.millrace.document.Sha256;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A document's key as the name of a file, without ending: the key itself where that is a harmless name on every system, else what
 * is harmless of it with a hash of the whole. Keys are data: none leads out of the folder, and no two have one name.
 */
final class ExportName {
    /** No upper case, which some file systems do not tell from lower case. */
    private static final Pattern HARMLESS = Pattern.compile("[a-z0-9_](?:[a-z0-9._-]{0,58}[a-z0-9_])?");

    private static final Pattern RESERVED = Pattern.compile("(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\\..*)?");
    /** What a name with a hash ends in, so that no key that looks like one is taken for it. */
    private static final Pattern HASHED = Pattern.compile(".*-[0-9a-f]{16}");

    private static final Pattern OTHERS = Pattern.compile("[^A-Za-z0-9_-]+");
    private static final int STEM = 40;
    private static final int HASH_BYTES = 8;

    private ExportName() {}

    static String of(String key) {
        if (HARMLESS.matcher(key).matches()
                && !RESERVED.matcher(key).matches()
                && !HASHED.matcher(key).matches()) {
            return key;
        }
        String stem =
                OTHERS.matcher(key.substring(0, Math.min(key.length(), STEM))).replaceAll("_");
        return (stem.startsWith("-") ? "_" + stem : stem) + "-" + hash(key);
    }

    private static String hash(String key) {
        return HexFormat.of().formatHex(Sha256.of(key), 0, HASH_BYTES);
    }
}
