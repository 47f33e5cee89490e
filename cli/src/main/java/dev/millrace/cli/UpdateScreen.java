package dev.millrace.cli;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.SchemaChange;
import dev.millrace.dialect.Dialect;
import dev.millrace.discovery.ContractUpdate;
import dev.millrace.discovery.ContractUpdate.Change;
import dev.millrace.discovery.ContractUpdate.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code discover --update} shows. */
final class UpdateScreen {

    private static final int HANGING = 6;

    /** Lines around a change. */
    private static final int AROUND = 2;

    /** Longer contracts are not compared line by line. */
    private static final long MOST_CELLS = 25_000_000;

    private UpdateScreen() {}

    /**
     * @param dialect of the database whose statements are shown; null for none
     * @param withText whether the changed lines are shown too
     */
    static List<String> lines(
            ContractUpdate update, MappingContract before, @Nullable Dialect dialect, boolean withText, int width)
            throws UsageException {
        List<String> lines = new ArrayList<>();
        for (Change change : update.changes()) {
            words(lines, (change.kind() == Kind.WIDENED ? "  ~ " : "  + ") + change, width);
        }
        if (!update.left().isEmpty()) {
            lines.add("For you to decide:");
            update.left().forEach(each -> words(lines, "  ! " + each, width));
        }
        if (withText && update.isChange()) {
            lines.add("");
            lines.addAll(difference(
                    update.before().name(),
                    update.before().text(),
                    update.after().text()));
        }
        if (dialect != null && update.isChange()) {
            statements(lines, update, before, dialect, width);
        }
        return lines;
    }

    private static void statements(
            List<String> lines, ContractUpdate update, MappingContract before, Dialect dialect, int width)
            throws UsageException {
        List<SchemaChange> changes;
        try {
            changes = SchemaChange.between(dialect, before, update.contract());
        } catch (IllegalArgumentException e) {
            throw new UsageException("--dialect " + dialect.name() + ": " + e.getMessage());
        }
        lines.add("");
        lines.add("-- What makes the tables fit, for " + dialect.name() + ":");
        for (SchemaChange change : changes) {
            if (!change.words().isEmpty()) {
                Paragraph.wrap(TextTable.printable(change.words().replaceAll("\\R", " ")), width - 3, 0)
                        .forEach(line -> lines.add("-- " + line));
            }
            if (change.statement() != null) {
                lines.add(change.statement() + ";");
            }
        }
    }

    private static void words(List<String> lines, String text, int width) {
        lines.addAll(Paragraph.wrap(TextTable.printable(text), width, HANGING));
    }

    /** The lines that differ, as a unified diff has them; an update only adds lines and changes some. */
    static List<String> difference(String name, String before, String after) {
        List<String> old = Arrays.asList(before.split("\\R", -1));
        List<String> now = Arrays.asList(after.split("\\R", -1));
        if ((long) old.size() * now.size() > MOST_CELLS) {
            return List.of();
        }
        int[][] common = new int[old.size() + 1][now.size() + 1];
        for (int i = old.size() - 1; i >= 0; i--) {
            for (int j = now.size() - 1; j >= 0; j--) {
                common[i][j] = old.get(i).equals(now.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        List<String> all = new ArrayList<>();
        List<int[]> at = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < old.size() || j < now.size()) {
            at.add(new int[] {i, j});
            if (i < old.size() && j < now.size() && old.get(i).equals(now.get(j))) {
                all.add(" " + old.get(i++));
                j++;
            } else if (i < old.size() && (j == now.size() || common[i + 1][j] >= common[i][j + 1])) {
                all.add("-" + old.get(i++));
            } else {
                all.add("+" + now.get(j++));
            }
        }
        return hunks(name, all, at);
    }

    private static List<String> hunks(String name, List<String> all, List<int[]> at) {
        boolean[] shown = new boolean[all.size()];
        for (int k = 0; k < all.size(); k++) {
            if (all.get(k).charAt(0) != ' ') {
                Arrays.fill(shown, Math.max(0, k - AROUND), Math.min(all.size(), k + AROUND + 1), true);
            }
        }
        List<String> lines = new ArrayList<>(List.of("--- " + name, "+++ " + name));
        for (int k = 0; k < all.size(); k++) {
            if (!shown[k]) {
                continue;
            }
            if (k == 0 || !shown[k - 1]) {
                int end = k;
                while (end < all.size() && shown[end]) {
                    end++;
                }
                List<String> hunk = all.subList(k, end);
                long removed =
                        hunk.stream().filter(line -> line.charAt(0) != '+').count();
                long added = hunk.stream().filter(line -> line.charAt(0) != '-').count();
                int[] start = at.get(k);
                lines.add("@@ -" + (start[0] + 1) + "," + removed + " +" + (start[1] + 1) + "," + added + " @@");
            }
            lines.add(TextTable.printable(all.get(k)));
        }
        return lines;
    }
}
