package dev.millrace.discovery;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Makes names of tables and columns from those of elements and attributes: in lower case, with underscores, unique, no word of SQL. */
final class DraftNames {

    /**
     * Words that one of the databases does not take as they are, or that somebody who writes SQL would have to put in quotes: reserved words
     * of SQL:2016, PostgreSQL, SQL Server, MariaDB, H2, DuckDB and SQLite.
     */
    private static final Set<String> RESERVED = Set.of(
            ("add all alter analyse analyze and any array as asc asymmetric authorization backup begin between bigint binary"
                            + " both break browse bulk by call cascade case cast change char character check checkpoint close clustered"
                            + " coalesce collate column commit compute condition constraint contains continue convert create cross"
                            + " cube current current_catalog current_date current_role current_schema current_time"
                            + " current_timestamp current_user cursor database databases date day dba dbcc deallocate dec decimal"
                            + " declare default delayed delete deny desc describe deterministic disk distinct distributed div"
                            + " do double drop dual dump each else elseif end errlvl escape except exec execute exists exit explain external"
                            + " false fetch file fillfactor float for force foreign freeze freetext from full fulltext function general"
                            + " generated glob grant group groups having hour identity if ignore ilike in index infile initially inner"
                            + " inout insert int integer intersect interval into is isnull iterate join key keys kill lateral"
                            + " leading leave left like limit linear lines load localtime localtimestamp lock long loop match merge"
                            + " minus minute mod month national natural new no nocheck nonclustered not notnull null nullif numeric of off"
                            + " offset offsets old on only open optimize option or order out outer outfile over overlaps partition"
                            + " percent pivot placing plan precision primary print proc procedure public purge qualify raiserror"
                            + " range rank read readtext real recursive references release rename repeat replace replication require"
                            + " resignal restore restrict return returning revert revoke right rlike rollback row rowcount rownum rows rule"
                            + " save schema schemas second securityaudit select sensitive separator session_user set setuser"
                            + " show shutdown signal similar smallint some spatial specific sql ssl starting statistics symmetric"
                            + " system system_user table tablesample terminated text textsize then time timestamp tinyint to top"
                            + " trailing tran transaction trigger true truncate tsequal undo union unique unlock unpivot unsigned"
                            + " update updatetext usage use user using values varchar varying verbose view waitfor when where while"
                            + " window with within without write writetext xor year zerofill uid value type_of")
                    .split(" "));

    private static final Pattern KEY_NAME = Pattern.compile(
            "(.*[_-])?(id|ids|identifier|key|no|nr|num|number|code|uuid|guid|ref|reference|sku|isbn|ean)|name",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern DATE_NAME =
            Pattern.compile("(.*_)?(date|datum|day|dt|dob|born|birthday|from|to|until|since|on|expiry)(_.*)?");

    private final int longest;

    /** @param longest characters of a name at most */
    DraftNames(int longest) {
        this.longest = longest;
    }

    /** {@code OrderLine}, {@code order-line} and {@code ORDER.LINE} are all order_line. */
    static String snake(String name) {
        StringBuilder out = new StringBuilder();
        String plain = Normalizer.normalize(name, Normalizer.Form.NFD).replaceAll("\\p{M}+", "");
        for (int i = 0; i < plain.length(); ) {
            int c = plain.codePointAt(i);
            int width = Character.charCount(c);
            if (!Character.isLetterOrDigit(c)) {
                underscore(out);
            } else {
                boolean upper = Character.isUpperCase(c);
                boolean afterLower = i > 0 && isLowerOrDigit(plain.codePointBefore(i));
                boolean beforeLower =
                        i > 0 && i + width < plain.length() && Character.isLowerCase(plain.codePointAt(i + width));
                boolean afterUpper = i > 0 && Character.isUpperCase(plain.codePointBefore(i));
                if (upper && (afterLower || afterUpper && beforeLower)) {
                    underscore(out);
                }
                out.appendCodePoint(Character.toLowerCase(c));
            }
            i += width;
        }
        int end = out.length();
        while (end > 0 && out.charAt(end - 1) == '_') {
            end--;
        }
        out.setLength(end);
        if (out.length() == 0) {
            return "x";
        }
        return Character.isDigit(out.charAt(0)) ? "n" + out : out.toString();
    }

    private static boolean isLowerOrDigit(int c) {
        return Character.isLowerCase(c) || Character.isDigit(c);
    }

    private static void underscore(StringBuilder out) {
        if (out.length() > 0 && out.charAt(out.length() - 1) != '_') {
            out.append('_');
        }
    }

    /** Whether a name is one of keys. */
    static boolean isOfKey(String name) {
        return KEY_NAME.matcher(name).matches();
    }

    /** Whether a name is one of dates. */
    static boolean isOfDate(String name) {
        return DATE_NAME.matcher(name).matches();
    }

    static boolean isReserved(String name) {
        return RESERVED.contains(name.toLowerCase(Locale.ROOT));
    }

    /**
     * Unique names of as few parts as can be: {@code city}, or {@code home_city} and {@code work_city}.
     *
     * @param parts of each name, from the outermost to the innermost
     * @param least how many parts of each at least
     * @param taken names that are not to be had; the new ones are added
     */
    List<String> unique(List<List<String>> parts, List<Integer> least, Set<String> taken) {
        int[] used = new int[parts.size()];
        for (int i = 0; i < used.length; i++) {
            used[i] = Math.min(least.get(i), parts.get(i).size());
        }
        boolean again = true;
        while (again) {
            again = false;
            Map<String, List<Integer>> same = new HashMap<>();
            for (int i = 0; i < used.length; i++) {
                same.computeIfAbsent(joined(parts.get(i), used[i]), name -> new ArrayList<>())
                        .add(i);
            }
            for (Map.Entry<String, List<Integer>> group : same.entrySet()) {
                boolean clash =
                        group.getValue().size() > 1 || taken.contains(group.getKey()) || isReserved(group.getKey());
                if (!clash) {
                    continue;
                }
                int keeper = taken.contains(group.getKey()) || isReserved(group.getKey())
                        ? -1
                        : outermost(group.getValue(), parts);
                for (int i : group.getValue()) {
                    if (i != keeper && used[i] < parts.get(i).size()) {
                        used[i]++;
                        again = true;
                    }
                }
            }
        }
        List<String> names = new ArrayList<>();
        Set<String> mine = new HashSet<>(taken);
        for (int i = 0; i < used.length; i++) {
            names.add(free(joined(parts.get(i), used[i]), mine));
            mine.add(names.get(i));
        }
        taken.addAll(names);
        return names;
    }

    /** Of names that are the same, the one of fewer parts than all others; -1 if there is none. */
    private static int outermost(List<Integer> same, List<List<String>> parts) {
        int fewest = Integer.MAX_VALUE;
        int found = -1;
        for (int i : same) {
            int size = parts.get(i).size();
            found = size < fewest ? i : size == fewest ? -1 : found;
            fewest = Math.min(fewest, size);
        }
        return found;
    }

    private static String joined(List<String> parts, int last) {
        return String.join("_", parts.subList(parts.size() - last, parts.size()));
    }

    /** The name, or what it becomes where it is reserved, too long or taken. */
    String free(String name, Set<String> taken) {
        String base = isReserved(name) ? name + "_" : name;
        if (base.length() > longest) {
            base = base.substring(0, longest);
        }
        String free = base;
        for (int number = 2; taken.contains(free); number++) {
            String ending = "_" + number;
            free = base.substring(0, Math.min(base.length(), longest - ending.length())) + ending;
        }
        return free;
    }
}
