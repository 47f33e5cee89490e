package dev.millrace.explain;

import dev.millrace.contract.TableMapping;
import dev.millrace.explain.Explanation.RowFate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known so far of a table. Keeps only so many rows as are asked for. */
final class TableDraft {

    /** How many keys are kept for who asks for one that is not there. */
    private static final int MOST_KEYS = 1_000;

    private static final int MOST_NOTES = 5;

    final TableMapping table;
    final Map<RowFate, Long> fates = new EnumMap<>(RowFate.class);
    final Set<String> notes = new LinkedHashSet<>();

    /** By path, how many items it gives. */
    final Map<String, Long> finds = new LinkedHashMap<>();

    private final Question question;
    private final boolean wanted;
    private final List<RowDraft> rows = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();
    private long more;
    private @Nullable RowDraft byNumber;
    private long candidates;
    private boolean reached;

    TableDraft(TableMapping table, Question question) {
        this.table = table;
        this.question = question;
        this.wanted = question.isAbout(table.name());
    }

    boolean isWanted() {
        return wanted;
    }

    boolean isReached() {
        return reached;
    }

    void reach() {
        reached = true;
    }

    long nextNumber() {
        return ++candidates;
    }

    long candidates() {
        return candidates;
    }

    List<String> keys() {
        return keys;
    }

    void note(@Nullable String note) {
        if (note != null && notes.size() < MOST_NOTES) {
            notes.add(note);
        }
    }

    /** Takes a row whose fate is known by now; returns whether it is kept. */
    boolean take(RowDraft row) {
        count(row.fate, 1);
        if (!wanted) {
            return false;
        }
        String asked = question.row();
        if (asked == null) {
            return add(row);
        }
        if (asked.equals(row.key)) {
            return add(row);
        }
        if (row.key != null && keys.size() < MOST_KEYS) {
            keys.add(row.key);
        }
        if (asked.equals(String.valueOf(row.number))) {
            byNumber = row;
            return true;
        }
        return false;
    }

    private boolean add(RowDraft row) {
        if (rows.size() == question.rows()) {
            more++;
            return false;
        }
        rows.add(row);
        return true;
    }

    /** Says that a row which was kept is not any more. */
    void replace() {
        count(RowFate.KEPT, -1);
        count(RowFate.REPLACED, 1);
    }

    private void count(RowFate fate, long rows) {
        fates.merge(fate, rows, Long::sum);
        fates.remove(fate, 0L);
    }

    /** Those that are told of: a number is only one where no key is so written. */
    List<RowDraft> rows() {
        return rows.isEmpty() && byNumber != null ? List.of(byNumber) : rows;
    }

    long more() {
        return more;
    }
}
