package dev.millrace.verification;

import dev.millrace.verification.RowSorter.Rows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Walks two sorted sides together and hands over, for each key, what is on one side only. Memory does not depend on the sides. */
final class RowMerge {

    /** Rows of one key and one side that are kept to be looked at; more are only counted. */
    static final int KEPT = 16;

    private final List<ComparedTable> tables;

    /** The rows of one side that have no equal on the other. */
    static final class Unmatched {
        private final List<SortedRow> rows = new ArrayList<>();
        private long count;

        private void add(SortedRow row) {
            if (rows.size() < KEPT) {
                rows.add(row);
            }
            count++;
        }

        /** The first of them. */
        List<SortedRow> rows() {
            return rows;
        }

        long count() {
            return count;
        }
    }

    /**
     * The rows of one key.
     *
     * @param key a row that has it
     * @param expected what only the source gives
     * @param found what only the target holds
     * @param matched pairs of equal rows
     * @param match the source's row of one of the pairs, or null
     */
    record Group(
            SortedRow key,
            Unmatched expected,
            Unmatched found,
            long matched,
            @Nullable SortedRow match) {}

    /** Takes the groups, in the order of tables and keys. */
    interface GroupSink {
        void add(Group group) throws VerificationException;
    }

    RowMerge(List<ComparedTable> tables) {
        this.tables = tables;
    }

    void run(Rows expected, Rows found, GroupSink groups) throws IOException, VerificationException {
        SortedRow left = next(expected);
        SortedRow right = next(found);
        while (left != null || right != null) {
            SortedRow key = left == null || right != null && right.compareKey(left) < 0 ? right : left;
            if (key == null) {
                return;
            }
            Unmatched onlyLeft = new Unmatched();
            Unmatched onlyRight = new Unmatched();
            long matched = 0;
            SortedRow match = null;
            while (true) {
                boolean hasLeft = left != null && left.compareKey(key) == 0;
                boolean hasRight = right != null && right.compareKey(key) == 0;
                if (!hasLeft && !hasRight) {
                    break;
                }
                int order = !hasLeft || left == null
                        ? 1
                        : !hasRight || right == null ? -1 : Integer.signum(left.compareRow(right));
                if (order == 0) {
                    matched++;
                    match = left;
                } else if (order < 0 && left != null) {
                    onlyLeft.add(left);
                } else if (right != null) {
                    onlyRight.add(right);
                }
                if (order <= 0) {
                    left = next(expected);
                }
                if (order >= 0) {
                    right = next(found);
                }
            }
            groups.add(new Group(key, onlyLeft, onlyRight, matched, match));
        }
    }

    private @Nullable SortedRow next(Rows rows) throws IOException {
        byte[] bytes = rows.next();
        return bytes == null ? null : SortedRow.read(bytes, tables);
    }
}
