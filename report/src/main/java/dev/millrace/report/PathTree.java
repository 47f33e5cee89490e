package dev.millrace.report;

import dev.millrace.coverage.CoverageReport;
import dev.millrace.coverage.FirstMet;
import dev.millrace.coverage.PathKind;
import dev.millrace.coverage.PathState;
import java.util.List;
import java.util.Locale;

/** The documents' paths as a tree that opens, with what the contract does with each. For one thread. */
final class PathTree {

    /** A line's height, in the size of the page's letters. */
    private static final double LINE = 1.55;

    private final List<CoverageReport.Path> paths;
    /** For each path, the next one that is not in it. */
    private final int[] ends;
    /** For each path, how many unmapped ones it and all that is in it are. */
    private final int[] gaps;
    /** For each path, whether it or something in it is mapped or ignored. */
    private final boolean[] known;
    /** Lines that are seen when nobody has opened or closed anything yet. */
    private int lines;

    PathTree(List<CoverageReport.Path> paths) {
        this.paths = paths;
        int count = paths.size();
        ends = new int[count];
        gaps = new int[count];
        known = new boolean[count];
        for (int i = count - 1; i >= 0; i--) {
            PathState state = paths.get(i).state();
            gaps[i] = state == PathState.UNMAPPED ? 1 : 0;
            known[i] = state == PathState.MAPPED || state == PathState.IGNORED;
            int inner = i + 1;
            while (inner < count && paths.get(inner).depth() > paths.get(i).depth()) {
                gaps[i] += gaps[inner];
                known[i] |= known[inner];
                inner = ends[inner];
            }
            ends[i] = inner;
        }
        for (int i = 0; i < count; i = isOpen(i) && !isTextAlone(i) ? i + 1 : ends[i]) {
            lines++;
        }
    }

    void write(HtmlWriter out) {
        out.open("ul", "class", "tree later", "style", String.format(Locale.ROOT, "--height:%.1frem", LINE * lines))
                .line();
        items(out, 0, paths.size());
        out.close().line();
    }

    private void items(HtmlWriter out, int from, int to) {
        for (int i = from; i < to; i = ends[i]) {
            item(out, i);
        }
    }

    private void item(HtmlWriter out, int i) {
        CoverageReport.Path path = paths.get(i);
        String name = path.kind() == PathKind.TEXT ? "text()" : path.path().substring(lastStep(path.path()));
        out.open("li", "class", gaps[i] == 0 ? "clean" : null);
        if (isTextAlone(i)) {
            label(out, paths.get(i + 1), name + "/text()", 0);
        } else if (ends[i] == i + 1) {
            label(out, path, name, 0);
        } else {
            out.open("details", "open", isOpen(i) ? "" : null);
            out.element("summary", summary -> label(summary, path, name, gaps[i]))
                    .line();
            out.open("ul").line();
            items(out, i + 1, ends[i]);
            out.close().close();
        }
        out.close().line();
    }

    /** What is unmapped as a whole need not be seen in all its parts. */
    private boolean isOpen(int i) {
        return gaps[i] > 0 && known[i] || paths.get(i).depth() == 0;
    }

    /** Whether a text, and nothing else, is in it each time: one line says all of both, and most elements of most documents are like that. */
    private boolean isTextAlone(int i) {
        if (ends[i] != i + 2 || paths.get(i + 1).kind() != PathKind.TEXT) {
            return false;
        }
        CoverageReport.Path element = paths.get(i);
        CoverageReport.Path text = paths.get(i + 1);
        return (element.state() == PathState.STRUCTURE || element.state() == text.state())
                && element.occurrences() == text.occurrences()
                && element.documents().equals(text.documents());
    }

    private static void label(HtmlWriter out, CoverageReport.Path path, String name, int missing) {
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
