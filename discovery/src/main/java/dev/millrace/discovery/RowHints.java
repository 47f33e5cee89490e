package dev.millrace.discovery;

import dev.millrace.discovery.DraftTable.Column;
import dev.millrace.summary.ValueSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Says of tables how what they have in rows would be columns, and what they have in columns would be rows, where that may be meant. */
final class RowHints {

    /** So many columns that are called alike may be meant as rows. */
    private static final int LEAST_ALIKE = 4;

    /** An ending of fewer letters means nothing. */
    private static final int SHORTEST_ENDING = 3;

    /** Names of pairs that would be columns, at most. */
    private static final int MOST_PAIRS = 40;

    private static final Pattern PAIR_NAME = Pattern.compile("(.*_)?(name|key|k|type|kind|label|id|code)_?");

    private RowHints() {}

    static void tell(DraftTable table) {
        tellPairs(table);
        tellLikes(table);
    }

    /** Says of a table of names and values how the values would be columns. */
    private static void tellPairs(DraftTable table) {
        boolean isPair = table.parent != null && table.columns.size() == 2 && table.union.isEmpty();
        if (!isPair || table.item.isAny() || table.columns.stream().anyMatch(column -> column.path.contains("("))) {
            return;
        }
        for (int i = 0; i < 2; i++) {
            Column names = table.columns.get(i);
            Column values = table.columns.get(1 - i);
            ValueSummary known = names.shape.value;
            if (known == null || !known.knowsAll() || known.distinct() < 2 || known.distinct() > MOST_PAIRS) {
                continue;
            }
            boolean isName = names.filled == table.rowCount()
                    && PAIR_NAME.matcher(names.name).matches();
            if (isName) {
                table.notes.add(known.distinct() + " names with values: to have them as columns, write for each "
                        + table.rows + "[" + names.path + " = '…']/" + values.path + " into the table above");
                return;
            }
        }
    }

    /** Says of attributes that are called alike and hold numbers, such as scores, how they would be rows. */
    private static void tellLikes(DraftTable table) {
        Map<String, List<String>> alike = new LinkedHashMap<>();
        for (Column column : table.columns) {
            int at = column.path.lastIndexOf('@');
            String last = at < 0 ? "" : DraftNames.snake(column.path.substring(at + 1));
            int underscore = last.lastIndexOf('_');
            boolean isNumber = column.type.type().startsWith("decimal")
                    || column.type.type().equals("integer");
            if (underscore > 0 && last.length() - underscore > SHORTEST_ENDING && isNumber) {
                String group =
                        column.path.substring(0, at) + " " + last.substring(underscore + 1) + " " + column.type.type();
                alike.computeIfAbsent(group, key -> new ArrayList<>()).add(column.path.substring(at));
            }
        }
        alike.forEach((group, paths) -> {
            if (paths.size() >= LEAST_ALIKE) {
                String[] words = group.split(" ", -1);
                table.notes.add(paths.size() + " columns end in _" + words[1]
                        + ": to have them as rows, give a table below this one the" + " rows " + words[0] + "("
                        + String.join(" | ", paths) + ")[. != ''], with name() and . as its paths");
            }
        });
    }
}
