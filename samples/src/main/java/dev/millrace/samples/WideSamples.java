package dev.millrace.samples;

import java.time.LocalDate;
import java.util.Locale;

/**
 * Further columns for the contract in {@code examples/loan-applications}, and what documents hold for them: production
 * contracts have hundreds, of all types, each behind a path of its own. Stateless.
 */
public final class WideSamples {

    /** How many columns the example's contract has without further ones. */
    public static final int OWN_COLUMNS = 49;

    /** More columns a table of every database can hold. */
    public static final int MOST_COLUMNS = 5_000;

    private static final int COLUMNS_OF_TABLE = 100;
    private static final int COLUMNS_OF_ELEMENT = 20;
    /** What comes after the example's tables. */
    private static final String AFTER_TABLES = "\n# Known and not loaded";

    /** The columns take turns. */
    private enum Kind {
        TEXT("text", "type: varchar(40)"),
        COUNT("count", "type: integer"),
        AMOUNT("amount", "type: \"decimal(12,2)\""),
        DAY("day", "type: date"),
        FLAG("flag", "type: boolean, codes: yes_no"),
        NUMBER("number", "type: varchar(12)"),
        CHANNEL("channel", "type: smallint, codes: channel"),
        TIME("time", "type: timestamp");

        private final String word;
        private final String settings;

        Kind(String word, String settings) {
            this.word = word;
            this.settings = settings;
        }
    }

    private WideSamples() {}

    /**
     * The example's contract with further tables.
     *
     * @param example the text of {@code examples/loan-applications/contract.yaml}
     * @param columns how many columns all tables have together, keys included
     * @throws IllegalArgumentException when that is fewer than the example has, or more than {@link #MOST_COLUMNS}
     */
    public static String contract(String example, int columns) {
        int more = further(columns);
        int end = example.indexOf(AFTER_TABLES);
        if (end < 0) {
            throw new IllegalArgumentException("this is not the contract of examples/loan-applications");
        }
        StringBuilder tables = new StringBuilder();
        for (int n = 0; n < more; n++) {
            if (n % COLUMNS_OF_TABLE == 0) {
                tables.append("\n  application_data_")
                        .append(n / COLUMNS_OF_TABLE + 1)
                        .append(":\n");
                tables.append("    parent: app_base\n    columns:\n");
                // The key is a column, too.
                tables.append("      app_id: { ref: app_base.app_id, key: true }\n");
            } else {
                tables.append(column(n));
            }
        }
        return example.substring(0, end) + tables + example.substring(end);
    }

    private static String column(int n) {
        Kind kind = kind(n);
        String value = element(n) + "/@" + attribute(n);
        String path = kind == Kind.NUMBER ? "replace(" + value + ", '[^0-9]', '')" : value;
        return "      " + attribute(n) + ": { path: \"" + path + "\", " + kind.settings + " }\n";
    }

    private static String element(int n) {
        return "CustData/application/app_data[@section = 'S" + n / COLUMNS_OF_ELEMENT + "']";
    }

    /** What a document holds for the further columns: elements with twenty attributes each, some of them missing. */
    static void write(Dice dice, LocalDate day, int columns, SampleText out) {
        int more = further(columns);
        for (int n = 0; n < more; n++) {
            if (n % COLUMNS_OF_ELEMENT == 0) {
                out.open(4, "app_data").attribute("section", "S" + n / COLUMNS_OF_ELEMENT);
            }
            if (n % COLUMNS_OF_TABLE != 0 && dice.percent(85)) {
                out.attribute(attribute(n), value(kind(n), dice, day));
            }
            if (n % COLUMNS_OF_ELEMENT == COLUMNS_OF_ELEMENT - 1 || n == more - 1) {
                out.end();
            }
        }
    }

    private static String value(Kind kind, Dice dice, LocalDate day) {
        return switch (kind) {
            case TEXT ->
                dice.oneOf("as agreed", "see the note of the branch", "n/a", "José & Müller", " by telephone ");
            case COUNT -> Integer.toString(dice.between(-5, 99_999));
            case AMOUNT -> SampleText.amount(dice.between(0, 9_999_999));
            case DAY -> day.minusDays(dice.below(9_000)).toString();
            case FLAG -> dice.oneOf("Y", "N");
            case NUMBER -> dice.between(100, 999) + "-" + dice.between(1_000, 9_999);
            case CHANNEL -> dice.oneOf("INTERNET", "BRANCH", "PHONE", "MAIL");
            case TIME -> day.plusDays(dice.below(30)) + "T" + dice.between(10, 23) + ":" + dice.between(10, 59) + ":00";
        };
    }

    private static Kind kind(int n) {
        return Kind.values()[n % Kind.values().length];
    }

    private static String attribute(int n) {
        return kind(n).word + "_" + n;
    }

    private static int further(int columns) {
        if (columns < OWN_COLUMNS || columns > MOST_COLUMNS) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "columns must be %d to %,d, but are %d", OWN_COLUMNS, MOST_COLUMNS, columns));
        }
        return columns - OWN_COLUMNS;
    }
}
