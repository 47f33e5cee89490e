package dev.millrace.contract;

import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A difference in what two contracts mean: in their tables and columns, and in what counts for each of these, whether it is written
 * at the column or comes from {@code defaults}. Layout, comments, quotes, aliases and the order of keys make none; nor does a setting
 * that is written out and was the default before. What differs in the writing is {@link ContractChange}.
 *
 * <pre>{@code
 * for (ContractDifference difference : ContractDifference.between(before, after)) {
 *     System.out.println(difference);   // new.yaml:9:34: table orders, column buyer: type widened from varchar(12) to varchar(80)
 * }
 * }</pre>
 *
 * <p>Immutable, and so safe for threads.
 *
 * @param kind what happened; never null
 * @param subject to what; never null
 * @param before as it was; for what was added, where the old contract would have it
 * @param after as it is now; for what was removed, where the new contract would have it
 * @param note what follows from it, in words behind a semicolon; "" for nothing
 * @param rows what it means for the documents that are loaded
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ContractDifference(Kind kind, Subject subject, Side before, Side after, String note, Rows rows) {

    /** What happened. */
    public enum Kind {
        ADDED,
        REMOVED,
        /** It has another name, and gets its values from where it had them. */
        RENAMED,
        /** A column that is at another place among the columns, or in another table; the sets of a union in another order. */
        MOVED,
        /** A type that holds all that the old one did, and more. */
        WIDENED,
        /** A type that holds less. */
        NARROWED,
        /** A type of another kind, or one that holds more of the one and less of the other. */
        RETYPED,
        /** Another value of a setting. */
        CHANGED;

        /** The word in JSON. */
        public String word() {
            return MessageText.of(this);
        }
    }

    /** What a difference means for the documents that are loaded, from nothing to much. */
    public enum Rows {
        /** Their rows are what the new contract gives. */
        STAY,
        /** Their rows are what the new contract gives; documents that were rejected may be loaded now. */
        RETRY,
        /** They have to be mapped again to have what the new contract gives. */
        AGAIN,
        /** Their rows cannot be found, or are not known, by the new contract. */
        ANEW;

        /** The word in JSON. */
        public String word() {
            return MessageText.of(this);
        }
    }

    /** Where a value is written. */
    public enum Written {
        /** At the thing itself. */
        HERE,
        /** In the {@code defaults} of its table or of the contract. */
        DEFAULTS,
        /** Nowhere: it is what the language has where nothing is written. */
        NOWHERE
    }

    /**
     * What differs.
     *
     * @param table the table's name, in the new contract where it has it; null for what is of no table
     * @param column the column's name, likewise; null for what is of no column
     * @param set the number of the set of a union, from 1; 0 for all, and where there is no union
     * @param setting the words of the contract language that lead to the setting; null for the table or column itself
     */
    public record Subject(
            @Nullable String table,
            @Nullable String column,
            int set,
            @Nullable String setting) {

        /** In the words of people; "" for the table itself where {@code withTable} is false. */
        public String inWords(boolean withTable) {
            StringBuilder words = new StringBuilder();
            if (table != null && withTable) {
                words.append("table ").append(MessageText.oneLine(table));
            }
            if (column != null) {
                words.append(words.isEmpty() ? "" : ", ").append("column ").append(MessageText.oneLine(column));
            }
            if (set > 0) {
                words.append(words.isEmpty() ? "" : ", ").append("set ").append(set);
            }
            if (setting != null) {
                words.append(words.isEmpty() ? "" : ": ").append(MessageText.oneLine(setting));
            }
            return words.toString();
        }
    }

    /**
     * One of the two contracts.
     *
     * @param value the value that counts there, in the contract's words; of a table or column its name. Null for none
     * @param position where it is written; where it is not, where that which would have it is
     * @param written whether it is written there
     */
    public record Side(@Nullable String value, Position position, Written written) {

        public Side {
            Objects.requireNonNull(position, "position");
            Objects.requireNonNull(written, "written");
        }
    }

    public ContractDifference {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
        Objects.requireNonNull(note, "note");
        Objects.requireNonNull(rows, "rows");
    }

    /**
     * All that differs, in the order of the contract language: the whole contract, then table by table. It takes milliseconds.
     *
     * @param before as {@link ContractReader} has read it; not null
     * @param after likewise; it may have another name
     * @return empty where both mean the same; immutable
     */
    public static List<ContractDifference> between(MappingContract before, MappingContract after) {
        return new MeaningComparison(before, after).differences();
    }

    /** What a list of differences means for the documents that are loaded: the most of what each does. */
    public static Rows rows(List<ContractDifference> differences) {
        return differences.stream()
                .map(ContractDifference::rows)
                .max(Rows::compareTo)
                .orElse(Rows.STAY);
    }

    /** Whether {@code defaults} are the reason, so that one line of a contract can make many such differences. */
    public boolean isShared() {
        return before.written() != Written.HERE
                && after.written() != Written.HERE
                && (before.written() == Written.DEFAULTS || after.written() == Written.DEFAULTS);
    }

    /** The difference in words, without its places. */
    public String describe() {
        return describe(subject.inWords(true));
    }

    /**
     * The same with other words for what differs.
     *
     * @param what such as {@code column buyer: type}; "" for none
     */
    public String describe(String what) {
        String change = switch (kind) {
            case ADDED -> " was added" + valued(after);
            case REMOVED -> " was removed" + valued(before);
            case RENAMED -> " was renamed from " + shown(before);
            case MOVED -> subject.column() == null ? " is in another order" : " was moved";
            case WIDENED -> " widened from " + shown(before) + " to " + shown(after);
            case NARROWED -> " narrowed from " + shown(before) + " to " + shown(after);
            case RETYPED -> " changed from " + shown(before) + " to " + shown(after);
            case CHANGED -> " is " + shown(after) + ", was " + shown(before);
        };
        return (what + change + (note.isEmpty() ? "" : "; " + note)).strip();
    }

    /** The difference in words, behind its place in the new contract. */
    @Override
    public String toString() {
        return after.position() + ": " + describe();
    }

    private String valued(Side side) {
        String value = side.value();
        if (value == null) {
            return "";
        }
        boolean column = subject.column() != null && subject.setting() == null;
        return ": " + (column ? MessageText.oneLine(value) : shown(side));
    }

    /** Words of the language and names as they are, all else in quotes. */
    private static String shown(Side side) {
        String value = side.value();
        if (value == null) {
            return "not given";
        }
        return value.matches("[\\p{L}\\p{N}_.()-]{1,60}|[a-z]+\\([0-9,]+\\)") ? value : MessageText.quoted(value);
    }
}
