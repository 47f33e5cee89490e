package dev.millrace.report;

import dev.millrace.coverage.CoverageReport;
import dev.millrace.coverage.FirstMet;
import dev.millrace.coverage.PathKind;
import dev.millrace.coverage.PathState;
import java.util.List;
import java.util.Locale;

/** The documents' paths as a tree that opens, with what the contract does with each. For one thread. */
final class PathTree {

    private final List<CoverageReport.Path> paths;
    /** For each path, how many unmapped ones it and all that is in it are. */
    private final int[] gaps;
    /** For each path, whether it or something in it is mapped or ignored. */
    private final boolean[] known;

    private int at;

    PathTree(List<CoverageReport.Path> paths) {
        this.paths = paths;
        gaps = new int[paths.size()];
        known = new boolean[paths.size()];
        for (int i = paths.size() - 1; i >= 0; i--) {
            PathState state = paths.get(i).state();
            gaps[i] += state == PathState.UNMAPPED ? 1 : 0;
            known[i] |= state == PathState.MAPPED || state == PathState.IGNORED;
            for (int above = i - 1; above >= 0; above--) {
                if (paths.get(above).depth() < paths.get(i).depth()) {
                    gaps[above] += gaps[i];
                    known[above] |= known[i];
                    break;
                }
            }
        }
    }

    void write(HtmlWriter out) {
        at = 0;
        out.open("ul", "class", "tree").line();
        while (at < paths.size()) {
            item(out);
        }
        out.close().line();
    }

    private void item(HtmlWriter out) {
        CoverageReport.Path path = paths.get(at);
        boolean inner = at + 1 < paths.size() && paths.get(at + 1).depth() > path.depth();
        int missing = gaps[at];
        // What is unmapped as a whole need not be seen in all its parts.
        boolean isOpen = missing > 0 && known[at] || path.depth() == 0;
        out.open("li", "class", missing == 0 ? "clean" : null);
        at++;
        if (!inner) {
            label(out, path, 0);
        } else {
            out.open("details", "open", isOpen ? "" : null);
            out.element("summary", summary -> label(summary, path, missing)).line();
            out.open("ul").line();
            while (at < paths.size() && paths.get(at).depth() > path.depth()) {
                item(out);
            }
            out.close().close();
        }
        out.close().line();
    }

    private static void label(HtmlWriter out, CoverageReport.Path path, int missing) {
        String name = path.kind() == PathKind.TEXT ? "text()" : path.path().substring(lastStep(path.path()));
        out.element("code", name);
        if (path.state() != PathState.STRUCTURE) {
            String word = path.state().name().toLowerCase(Locale.ROOT);
            out.text(" ").element("span", word, "class", "state " + word);
        }
        FirstMet first = path.first();
        out.element(
                "span",
                " " + Amounts.count(path.occurrences(), "time")
                        + (path.documents().isPresent()
                                ? " in " + Amounts.count(path.documents().getAsLong(), "document")
                                : "")
                        + (first == null ? "" : ", first in " + CoverageWords.place(first))
                        + (missing > 0 ? "; " + Amounts.count(missing) + " unmapped" : ""),
                "class",
                "soft");
    }

    /** Behind the last slash that is not within a namespace. */
    private static int lastStep(String path) {
        int depth = 0;
        int start = 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            start = c == '/' && depth == 0 ? i + 1 : start;
        }
        return start;
    }
}
