package dev.millrace.lake;

import dev.millrace.document.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How the files of a table are put into folders, in the way of Hive: {@code TABLE/COLUMN=VALUE/}. */
final class Partition {
    /** A group with more values of the column would be that many small files. */
    private static final int MOST_FOLDERS = 1000;

    /** Of a folder's value, as it is written. */
    private static final int MOST_CHARACTERS = 180;

    private static final int BEGINNING = 120;
    private static final int HASH_DIGITS = 16;

    /** Hive's, for NULL and for an empty text. The file has the column, too, and tells them apart. */
    private static final String NULL = "__HIVE_DEFAULT_PARTITION__";

    private final @Nullable String column;
    private final Instant startedAt;

    /** @param column a column's name, {@link Lake.Form#LOAD_DAY}, or null for no folders */
    Partition(@Nullable String column, Instant startedAt) {
        this.column = column;
        this.startedAt = startedAt;
    }

    /**
     * A folder.
     *
     * @param path below the table's, with a slash at its end; "" for the table's own
     * @param where the end of a query for its rows
     */
    record Folder(String path, String where) {}

    /** Whether a table's files are put into folders by it. */
    static boolean isIn(String column, LakeTable table) {
        return column.equals(Lake.Form.LOAD_DAY)
                || table.columns().stream().anyMatch(one -> one.name().equals(column));
    }

    /** @throws IOException when the column has too many values */
    List<Folder> folders(LakeDatabase staging, LakeTable table) throws SQLException, IOException {
        if (column == null || !isIn(column, table)) {
            return List.of(new Folder("", ""));
        }
        if (column.equals(Lake.Form.LOAD_DAY)) {
            return List.of(new Folder("load_day=" + LocalDate.ofInstant(startedAt, ZoneOffset.UTC) + "/", ""));
        }
        String text = "nullif(CAST(" + LakeDatabase.DUCK_DB.quote(column) + " AS varchar), '')";
        List<Folder> folders = new ArrayList<>();
        try (Statement statement = staging.root().createStatement();
                ResultSet rows = statement.executeQuery("SELECT DISTINCT " + text + " FROM "
                        + LakeDatabase.DUCK_DB.quote(table.name()) + " ORDER BY 1")) {
            while (rows.next()) {
                String value = rows.getString(1);
                folders.add(new Folder(
                        encoded(column) + "=" + (value == null ? NULL : folder(value)) + "/",
                        " WHERE " + text + " IS NOT DISTINCT FROM "
                                + (value == null ? "NULL" : LakeDatabase.literal(value))));
            }
        }
        if (folders.size() > MOST_FOLDERS) {
            throw new IOException("--partition " + column + ": table " + table.name() + " has " + folders.size()
                    + " values of it at once, and would be as many small files – partition by one with fewer than "
                    + MOST_FOLDERS);
        }
        return folders;
    }

    /** File systems bear names of 255 bytes: of a longer value, the folder has the beginning and a hash. The files have all of it. */
    private static String folder(String value) {
        String encoded = encoded(value);
        if (encoded.length() <= MOST_CHARACTERS && !encoded.equals(NULL)) {
            return encoded;
        }
        String hash = HexFormat.of().formatHex(Sha256.of(value)).substring(0, HASH_DIGITS);
        return encoded.substring(0, Math.min(encoded.length(), BEGINNING)).replaceFirst("%.?$", "") + "~" + hash;
    }

    /** As in a URL: what is no letter, digit, '_', '.' or '-' of ASCII is written by its bytes in UTF-8. */
    private static String encoded(String value) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain =
                    c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "_-.".indexOf(c) >= 0;
            encoded.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
        }
        return encoded.toString();
    }
}
