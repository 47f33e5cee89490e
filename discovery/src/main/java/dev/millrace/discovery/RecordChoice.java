package dev.millrace.discovery;

import dev.millrace.summary.PathNode;
import dev.millrace.summary.PathSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a document is.
 *
 * @param records the elements that are one each; never empty
 * @param around the elements around them, from the outermost on; empty where document elements are records
 * @param why in words
 */
record RecordChoice(List<Shape> records, List<Shape> around, String why) {

    /** A document that holds so many of an element, on the average, is a list of them. */
    private static final int MANY = 20;

    /** Where there are many documents, each has to hold more: a document of some hundred rows is best loaded as one. */
    private static final int VERY_MANY = 500;

    private static final int FEW_DOCUMENTS = 20;

    /** Documents of more bytes are better read record by record, although one without any record is rejected then. */
    private static final long LARGE = 16 << 20;

    static RecordChoice of(Shape top, PathSummary summary, @Nullable String asked) throws DraftException {
        if (asked != null) {
            return asked(top, asked, summary.documents() == 0 ? "the schema does not have" : "no document has");
        }
        if (top.children.stream().anyMatch(Shape::isAny)) {
            throw new DraftException(String.format(
                    Locale.ROOT,
                    "the documents have more than %,d names of document elements, which are too many kinds for a table"
                            + " each: name documents of fewer kinds, such as by a glob",
                    PathNode.CHILDREN));
        }
        if (top.children.size() > 1) {
            return new RecordChoice(
                    top.children, List.of(), top.children.size() + " kinds of document elements, a table for each");
        }
        Shape root = top.children.get(0);
        List<Shape> around = new ArrayList<>();
        Shape list = root;
        long least = summary.documents() > FEW_DOCUMENTS ? VERY_MANY : MANY;
        while (list.children.size() == 1
                && !list.children.get(0).repeats()
                && !list.isMarkup()
                && list.back.isEmpty()) {
            around.add(list);
            list = list.children.get(0);
        }
        Shape main = null;
        for (Shape child : list.children) {
            boolean many = child.occurrences >= least * list.occurrences && !child.isLeaf() && !child.isAny();
            if (many && (main == null || child.occurrences > main.occurrences)) {
                main = child;
            }
        }
        if (main == null
                || list.isMarkup()
                || !list.back.isEmpty()
                || main.size() * 2 <= list.size()
                || list.children.stream().anyMatch(Shape::isAny)
                || leadsBack(list, with(around, list))
                || !hasAlwaysSome(list, around) && summary.largest() <= LARGE) {
            return new RecordChoice(List.of(root), List.of(), "the document element");
        }
        around.add(list);
        List<Shape> records = new ArrayList<>(list.children);
        records.remove(main);
        records.add(0, main);
        return new RecordChoice(
                records,
                around,
                String.format(
                        Locale.ROOT,
                        "%,d of these in %,d %s: each is loaded by itself",
                        main.occurrences,
                        summary.documents(),
                        summary.documents() == 1 ? "file" : "files"));
    }

    /** Whether each document has a list, and each list something in it. */
    private static boolean hasAlwaysSome(Shape list, List<Shape> around) {
        return list.children.stream().anyMatch(Shape::isAlways)
                && around.stream().skip(1).allMatch(Shape::isAlways)
                && (around.isEmpty() || list.isAlways());
    }

    private static List<Shape> with(List<Shape> around, Shape list) {
        List<Shape> all = new ArrayList<>(around);
        all.add(list);
        return all;
    }

    /** Whether something within leads back to what is outside of records, so that it would be lost. */
    private static boolean leadsBack(Shape within, List<Shape> outside) {
        return within.back.stream().anyMatch(outside::contains)
                || within.children.stream().anyMatch(child -> leadsBack(child, outside));
    }

    private static RecordChoice asked(Shape top, String path, String missing) throws DraftException {
        List<Shape> around = new ArrayList<>();
        Shape at = top;
        for (String step : path.replaceFirst("^/", "").split("/", -1)) {
            String local = step.substring(step.indexOf(':') + 1);
            Shape next = at.children.stream()
                    .filter(child -> child.name.local().equals(local))
                    .findFirst()
                    .orElse(null);
            if (next == null) {
                throw new DraftException("--record " + path + " – " + missing + " "
                        + (at.parent == null ? "the document element " : at.path() + "/")
                        + local + "; there " + (at.children.size() == 1 ? "is " : "are ")
                        + String.join(
                                ", ",
                                at.children.stream()
                                        .limit(8)
                                        .map(child -> child.name.local())
                                        .toList()));
            }
            if (at.parent != null) {
                around.add(at);
            }
            at = next;
        }
        if (leadsBack(top, around)) {
            throw new DraftException(
                    "--record " + path + " – an element of this path is nested in itself, so records stand at"
                            + " several depths, and a draft would have those of the first alone: leave --record out, or write"
                            + " 'record: //" + at.name.local() + "' into a contract of your own");
        }
        return new RecordChoice(List.of(at), around, "as you asked for");
    }

    /** Whether document elements are records. */
    boolean isDocumentElement() {
        return around.isEmpty();
    }
}
