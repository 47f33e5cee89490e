package dev.millrace.processing;

import dev.millrace.document.Sha256;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A document's key as the name of a file, without ending. It is the key itself where every system accepts that as a name; otherwise the
 * allowed characters of it, with a hash of the whole key. Keys are data: no name may point outside of the folder, and no two keys may have
 * the same name.
 */
final class ExportName {
    /** Without upper case, since some file systems treat upper and lower case as the same. */
    private static final Pattern HARMLESS = Pattern.compile("[a-z0-9_](?:[a-z0-9._-]{0,58}[a-z0-9_])?");

    private static final Pattern RESERVED = Pattern.compile("(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\\..*)?");
    /** The end of a name with a hash. A key that ends like this gets a hash too, or it could have another key's name. */
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
