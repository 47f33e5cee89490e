package dev.millrace.report;

import dev.millrace.report.EntityDiagram.Box;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where the boxes of a diagram are, in pixels. A parent is on the left of its children, at the height of the first one; the children are one
 * above the other, or in several columns where they would be too tall, so that a thousand of them are about as wide as high. A line goes from the
 * parent to a bus on the left of each column, and from there to each child, so that no two lines cross.
 *
 * @param width of the whole drawing
 * @param height likewise
 */
record DiagramLayout(int width, int height, List<Placed> boxes, List<Edge> edges) {

    static final int PADDING = 10;
    static final int NAME = 18;
    static final int LINE = 16;

    private static final int GAP_X = 48;
    private static final int GAP_Y = 16;
    /** Above children in several columns, for the line that connects their buses. */
    private static final int GUTTER = 12;
    /** Where lines meet a box, below its top. */
    private static final int JOINT = PADDING + NAME / 2;

    private static final int LEAST_HEIGHT = 900;
    private static final int MARGIN = 8;
    /** A strip has so many boxes, and no more if it can be cut behind them. */
    private static final int STRIP = 80;

    /** A box and its place. */
    record Placed(Box box, int x, int y) {}

    /**
     * A part of the drawing, from its top to its bottom, that cuts no box.
     *
     * @param left where it begins
     * @param right where it ends
     */
    record Strip(int left, int right, List<Placed> boxes) {}

    /** A line, as the path of an SVG. */
    record Edge(String path) {}

    /** A table with all that is below it, from (0, 0) on. */
    private static final class Block {
        private final Box box;
        private final Columns children;
        /** How far its own box is below the top. */
        private final int top;

        private final int width;
        private final int height;

        private Block(Box box) {
            this.box = box;
            children = new Columns(box.below());
            top = children.columns.size() > 1 ? GUTTER : 0;
            width = box.width() + (children.columns.isEmpty() ? 0 : GAP_X + children.width());
            height = top + Math.max(box.height(), children.height());
        }

        private void place(int x, int y, DiagramLayout layout) {
            layout.boxes.add(new Placed(box, x, y + top));
            if (children.columns.isEmpty()) {
                return;
            }
            int joint = y + top + JOINT;
            int left = x + box.width() + GAP_X;
            int bus = left - GAP_X / 2;
            int last = bus;
            StringBuilder lines = new StringBuilder("M" + (x + box.width()) + " " + joint + "H" + bus);
            for (int i = 0; i < children.columns.size(); i++) {
                List<Block> column = children.columns.get(i);
                int here = left - GAP_X / 2;
                int from = i == 0 ? joint : y;
                int bottom = from;
                int childY = y + top;
                for (Block child : column) {
                    int childJoint = childY + child.top + JOINT;
                    bottom = Math.max(bottom, childJoint);
                    lines.append(stub(here, left, childJoint, child.box.many()));
                    child.place(left, childY, layout);
                    childY += child.height + GAP_Y;
                }
                int start = children.columns.size() > 1 ? y : from;
                if (bottom > start) {
                    lines.append("M")
                            .append(here)
                            .append(' ')
                            .append(start)
                            .append("V")
                            .append(bottom);
                }
                last = here;
                left += children.widths.get(i) + GAP_X;
            }
            if (last > bus) {
                lines.append("M").append(bus).append(' ').append(y).append("H").append(last);
            }
            layout.edges.add(new Edge(lines.toString()));
        }

        /** From the bus to a child, with a crow's foot or a bar. */
        private static String stub(int bus, int left, int y, boolean many) {
            String end = many
                    ? "M" + (left - 10) + " " + y + "L" + left + " " + (y - 5) + "M" + (left - 10) + " " + y + "L"
                            + left + " " + (y + 5)
                    : "M" + (left - 7) + " " + (y - 5) + "V" + (y + 5);
            return "M" + bus + " " + y + "H" + left + end;
        }
    }

    /** Blocks one above the other, in as many columns as they need not to be too tall. */
    private static final class Columns {
        private final List<List<Block>> columns = new ArrayList<>();
        private final List<Integer> widths = new ArrayList<>();

        private Columns(List<Box> boxes) {
            List<Block> blocks = boxes.stream().map(Block::new).toList();
            long area = blocks.stream()
                    .mapToLong(block -> (long) (block.width + GAP_X) * (block.height + GAP_Y))
                    .sum();
            int most = Math.max(LEAST_HEIGHT, (int) Math.sqrt((double) area));
            int height = 0;
            for (Block block : blocks) {
                if (columns.isEmpty() || height > 0 && height + block.height > most) {
                    columns.add(new ArrayList<>());
                    widths.add(0);
                    height = 0;
                }
                int last = columns.size() - 1;
                columns.get(last).add(block);
                widths.set(last, Math.max(widths.get(last), block.width));
                height += block.height + GAP_Y;
            }
        }

        private int width() {
            return widths.stream().mapToInt(width -> width + GAP_X).sum() - (widths.isEmpty() ? 0 : GAP_X);
        }

        private int height() {
            return columns.stream()
                    .mapToInt(column -> column.stream()
                                    .mapToInt(block -> block.height + GAP_Y)
                                    .sum()
                            - GAP_Y)
                    .max()
                    .orElse(0);
        }
    }

    /** Places tables without parents, with all that is below them. */
    static DiagramLayout of(List<Box> roots) {
        Columns all = new Columns(roots);
        DiagramLayout layout = new DiagramLayout(
                all.width() + 2 * MARGIN, all.height() + 2 * MARGIN, new ArrayList<>(), new ArrayList<>());
        int x = MARGIN;
        for (int i = 0; i < all.columns.size(); i++) {
            int y = MARGIN;
            for (Block block : all.columns.get(i)) {
                block.place(x, y, layout);
                y += block.height + GAP_Y;
            }
            x += all.widths.get(i) + GAP_X;
        }
        return layout;
    }

    /** The drawing in strips, from left to right; cut in the middle of the gaps between columns. */
    List<Strip> strips() {
        List<Placed> sorted = new ArrayList<>(boxes);
        sorted.sort(Comparator.comparingInt(Placed::x));
        List<Strip> strips = new ArrayList<>();
        int left = 0;
        int first = 0;
        int reached = 0;
        for (int i = 0; i < sorted.size(); i++) {
            int x = sorted.get(i).x();
            if (i - first >= STRIP && x >= reached + GAP_X) {
                int cut = x - GAP_X / 2;
                strips.add(new Strip(left, cut, sorted.subList(first, i)));
                left = cut;
                first = i;
            }
            reached = Math.max(reached, x + sorted.get(i).box().width());
        }
        strips.add(new Strip(left, width, sorted.subList(first, sorted.size())));
        return strips;
    }
}
