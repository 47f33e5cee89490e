package dev.millrace.discovery;

import dev.millrace.discovery.DraftTable.Column;
import dev.millrace.summary.PathSummary;
import dev.millrace.summary.ValueSummary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes tables and columns of what documents hold. The same summary gives the same draft. Used once.
 *
 * <p>What repeats becomes a table of its parent's, and what occurs once at most is folded into its parent. What is nested in itself is one
 * table, whose rows refer to each other. Where tags are data, they become values. Text with markup is kept as it is.
 */
final class Drafter {

    /** So many names of children, each rare, are data. */
    private static final int MANY_NAMES = 30;

    /** Each of these names is in so small a part of the elements, on the average. */
    private static final double RARE = 0.1;

    /** Rows that are enough to believe that a column is never empty. */
    private static final long ROWS_FOR_REQUIRED = 50;

    /** Characters of a key at most: SQL Server's keys have 900 bytes, and the parent's key is part of it. */
    private static final int LONGEST_KEY = 100;

    private static final Pattern KEY_NAME = Pattern.compile(
            "(.*[_-])?(id|ids|identifier|key|no|nr|num|number|code|uuid|guid|ref|reference|sku|isbn|ean)|name",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern DATE_NAME =
            Pattern.compile("(.*_)?(date|datum|day|dt|dob|born|birthday|from|to|until|since|on|expiry)(_.*)?");

    private final PathSummary summary;
    private final DraftOptions options;
    private final DraftNamespaces namespaces;
    private final Shape top;
    private final DraftNames names;
    final List<DraftTable> tables = new ArrayList<>();
    /** Paths that are left out on purpose, with the reason. */
    final Map<String, String> ignored = new LinkedHashMap<>();

    private final Map<Shape, DraftTable> tableOf = new LinkedHashMap<>();
    /** Elements that lead back to themselves, and so are tables. */
    private final Set<Shape> nesting = new LinkedHashSet<>();

    final RecordChoice record;

    Drafter(PathSummary summary, DraftOptions options) throws DraftException {
        this.summary = summary;
        this.options = options;
        namespaces = new DraftNamespaces(summary);
        names = new DraftNames(options.longestName());
        top = Shape.of(summary.top(), namespaces::unified);
        top.foldNested();
        findNesting(top);
        record = RecordChoice.of(top, summary, options.record());
        draft();
    }

    DraftNamespaces namespaces() {
        return namespaces;
    }

    PathSummary summary() {
        return summary;
    }

    DraftOptions options() {
        return options;
    }

    private void findNesting(Shape shape) {
        nesting.addAll(shape.back);
        shape.children.forEach(this::findNesting);
    }

    private void draft() {
        boolean several = record.records().size() > 1;
        for (Shape shape : record.records()) {
            DraftTable table = new DraftTable(shape, null, several ? "self::" + namespaces.step(shape) + "[1]" : "");
            add(table);
            if (shape.isMarkup()) {
                addMarkup(table, shape, ".", List.of(DraftNames.snake(shape.name.local())));
            } else {
                collect(table, shape, "", List.of(), true);
            }
        }
        addOutside();
        for (DraftTable table : List.copyOf(tables)) {
            splitWide(table);
        }
        nameTables();
        for (DraftTable table : tables) {
            nameColumns(table);
        }
    }

    private void add(DraftTable table) {
        tables.add(table);
        tableOf.put(table.item, table);
        if (table.parent != null) {
            table.parent.children.add(table);
        }
    }

    /** What is around the records, and not in them: attributes of the elements around are columns of the first table. */
    private void addOutside() {
        List<Shape> around = record.around();
        DraftTable first = tables.get(0);
        String up = "";
        for (int i = around.size() - 1; i >= 0; i--) {
            Shape shape = around.get(i);
            up += "../";
            for (Shape attribute : shape.attributes) {
                if (!ignoreOfSchema(attribute)) {
                    addValue(first, attribute, up + namespaces.step(attribute), parts(shape, attribute), 2, true);
                    Column added = first.columns.get(first.columns.size() - 1);
                    if (added.filled == shape.occurrences) {
                        // All rows of a file have what the element around them has.
                        added.filled = first.rowCount();
                    }
                }
            }
        }
    }

    private static List<String> parts(Shape... shapes) {
        List<String> parts = new ArrayList<>();
        for (Shape shape : shapes) {
            parts.add(DraftNames.snake(shape.name.local()));
        }
        return parts;
    }

    /**
     * Adds columns, and tables below, for what an element holds.
     *
     * @param path from the row's element to this one, with a slash at its end; "" for the row's element
     * @param parts the names on this path
     * @param always whether each row has the element
     */
    private void collect(DraftTable table, Shape shape, String path, List<String> parts, boolean always) {
        addAttributes(table, shape, path, parts, always);
        if (shape.isLeaf()) {
            addText(table, shape, path, parts, always);
            return;
        }
        if (shape.hasStrayText()) {
            ValueType text =
                    new ValueType("text", List.of(), Set.of(), null, "between elements, in a few", null, "", "");
            Column column = new Column(with(parts, "text"), 2, path + "text()", shape, text);
            column.joined = true;
            column.filled = shape.withText;
            table.columns.add(column);
        }
        for (Shape around : shape.back) {
            DraftTable target = tableOf.get(around);
            if (target != null) {
                target.nested.add(pathBetween(around, shape) + namespaces.step(around));
            }
        }
        if (areNamesData(shape)) {
            addNamesAsData(table, shape, path);
            return;
        }
        for (Shape child : shape.children) {
            collectChild(table, child, path, parts, always);
        }
    }

    private void collectChild(DraftTable table, Shape child, String path, List<String> parts, boolean always) {
        String itsPath = path + namespaces.step(child);
        List<String> its = with(parts, DraftNames.snake(child.name.local()));
        boolean isAsked = options.asRows().contains(child.path());
        boolean kept = options.keep().contains(child.path()) || isVariety(child);
        boolean joined = options.flatten().contains(child.path()) && child.isLeaf() && !child.isMarkup();
        boolean isTable = (child.repeats() || isAsked || nesting.contains(child)) && !joined;
        if (isTable) {
            DraftTable made = new DraftTable(child, table, itsPath);
            add(made);
            if (kept || child.isMarkup()) {
                addMarkup(made, child, ".", List.of(last(its)));
            } else if (child.isLeaf()) {
                addAttributes(made, child, "", List.of(), true);
                addText(made, child, "", List.of(last(its)), true);
            } else {
                collect(made, child, "", List.of(), true);
            }
        } else if (kept || child.isMarkup()) {
            addAttributes(table, child, itsPath + "/", its, always && child.isAlways());
            addMarkup(table, child, itsPath, its);
        } else {
            collect(table, child, itsPath + "/", its, always && child.isAlways());
            if (joined) {
                table.columns.get(table.columns.size() - 1).joined = true;
            }
        }
    }

    private void addAttributes(DraftTable table, Shape shape, String path, List<String> parts, boolean always) {
        for (Shape attribute : shape.attributes) {
            if (ignoreOfSchema(attribute)) {
                continue;
            }
            if (attribute.isAny()) {
                DraftTable made = new DraftTable(attribute, table, path + "@*");
                add(made);
                made.notes.add("more than " + dev.millrace.summary.PathNode.CHILDREN
                        + " names of attributes: they are taken for data");
                addNameAndValue(made, attribute);
                continue;
            }
            // Of an element with a text of its own, an attribute says something about that.
            int least = shape.withText > 0 && !parts.isEmpty() ? 2 : 1;
            addValue(
                    table,
                    attribute,
                    path + namespaces.step(attribute),
                    with(parts, DraftNames.snake(attribute.name.local())),
                    least,
                    always);
        }
    }

    /** What XML Schema has in documents is not theirs. */
    private boolean ignoreOfSchema(Shape attribute) {
        if (!attribute.name.namespace().equals(DraftNamespaces.XSI)
                || attribute.name.local().equals("type")) {
            return false;
        }
        String why = attribute.name.local().equals("nil")
                ? "says that an element has no value, which is then NULL"
                : "says where a schema is";
        ignored.putIfAbsent(".//" + namespaces.step(attribute), why);
        return true;
    }

    private void addText(DraftTable table, Shape shape, String path, List<String> parts, boolean always) {
        String itsPath = path.isEmpty() ? "." : path.substring(0, path.length() - 1);
        if (shape.isMarker()) {
            if (path.isEmpty()) {
                return;
            }
            ValueType type =
                    new ValueType("boolean", List.of(), Set.of(), null, "an empty element, there or not", null, "", "");
            Column column = new Column(parts, 1, "exists(" + itsPath + ")", shape, type);
            column.filled = table.rowCount();
            column.required = true;
            table.columns.add(column);
            return;
        }
        if (shape.withText == 0) {
            // Its attributes are all that it has.
            return;
        }
        addValue(table, shape, itsPath, parts.isEmpty() ? parts(shape) : parts, 1, always);
    }

    private void addValue(DraftTable table, Shape shape, String path, List<String> parts, int least, boolean always) {
        ValueSummary values = shape.value;
        boolean isDate = DATE_NAME.matcher(parts.get(parts.size() - 1)).matches();
        ValueType type = ValueType.of(
                values, isDate, KEY_NAME.matcher(parts.get(parts.size() - 1)).matches());
        Column column = new Column(parts, least, path, shape, type);
        if (values != null) {
            column.filled = values.count() - values.blank();
            column.required = always
                    && (shape.parent == table.item || shape == table.item || always)
                    && column.filled == table.rowCount()
                    && values.nothings().isEmpty()
                    && column.filled >= ROWS_FOR_REQUIRED;
        }
        column.nil = shape.nil > 0;
        table.columns.add(column);
    }

    private void addMarkup(DraftTable table, Shape shape, String path, List<String> parts) {
        boolean text = options.textOnly() && !options.keep().contains(shape.path());
        ValueType type = new ValueType(
                text ? "text" : "xml",
                List.of(),
                Set.of(),
                null,
                options.keep().contains(shape.path())
                        ? "kept whole"
                        : shape.isMarkup() ? "text with markup" : "of many forms, kept whole",
                null,
                "",
                "");
        Column column = new Column(parts, 1, path, shape, type);
        column.filled = shape.occurrences;
        table.columns.add(column);
    }

    // Tags that are data

    /** Whether the names of an element's children are data: many, each of them rare, and all of them values. */
    private static boolean areNamesData(Shape shape) {
        return hasRareNames(shape)
                && shape.children.stream().allMatch(child -> child.isLeaf() && child.attributes.isEmpty());
    }

    /** Whether an element holds this and that, of many forms. */
    private static boolean isVariety(Shape shape) {
        return hasRareNames(shape) && !areNamesData(shape);
    }

    private static boolean hasRareNames(Shape shape) {
        if (shape.children.stream().anyMatch(Shape::isAny)) {
            return true;
        }
        if (shape.children.size() < MANY_NAMES) {
            return false;
        }
        long met = shape.children.stream().mapToLong(child -> child.parents).sum();
        return met < RARE * shape.occurrences * shape.children.size();
    }

    private void addNamesAsData(DraftTable table, Shape shape, String path) {
        Shape any = new Shape(DraftNamespaces.ANY, false);
        any.parent = shape;
        for (Shape child : shape.children) {
            any.occurrences += child.occurrences;
            any.withText += child.withText;
            any.nodes.addAll(child.nodes);
            if (child.value != null) {
                any.value = any.value == null ? new ValueSummary() : any.value;
                any.value.add(child.value);
            }
            if (any.first == null || child.first != null && child.first.compareTo(any.first) < 0) {
                any.first = child.first;
            }
        }
        DraftTable made = new DraftTable(any, table, path + "*");
        add(made);
        made.notes.add(
                shape.children.size() == 1
                        ? "more names of elements than " + dev.millrace.summary.PathNode.CHILDREN
                                + ": they are taken for data"
                        : shape.children.size() + " names of elements, each of them rare: they are taken for data");
        addNameAndValue(made, any);
    }

    private void addNameAndValue(DraftTable table, Shape any) {
        ValueType name = new ValueType("varchar(200)", List.of(), Set.of(), null, "", null, "", "");
        Column names = new Column(List.of("name"), 1, "name()", any, name);
        names.filled = any.occurrences;
        names.required = true;
        table.columns.add(names);
        if (any.isMarkup() || !any.isLeaf()) {
            addMarkup(table, any, ".", List.of("content"));
        } else {
            // What comes under a new name tomorrow may be anything.
            ValueType text = new ValueType(
                    any.value == null ? "text" : any.value.maxLength() > 200 ? "text" : ValueType.varchar(any.value),
                    List.of(),
                    Set.of(),
                    null,
                    "",
                    null,
                    "",
                    "");
            Column value = new Column(List.of("value"), 1, ".", any, text);
            value.filled = any.value == null ? 0 : any.value.count() - any.value.blank();
            table.columns.add(value);
        }
    }

    // Tables that are too wide

    /** Takes the largest groups of columns out of a table that has more than a database can hold. */
    private void splitWide(DraftTable table) {
        // Room for the key.
        int most = options.mostColumns() - 20;
        while (table.columns.size() > most) {
            Map<String, List<Column>> groups = new LinkedHashMap<>();
            for (Column column : table.columns) {
                int slash = column.path.indexOf('/');
                if (slash > 0 && !column.path.startsWith(".") && !column.path.contains("(")) {
                    groups.computeIfAbsent(column.path.substring(0, slash), key -> new ArrayList<>())
                            .add(column);
                }
            }
            List<Column> largest = groups.values().stream()
                    .max(Comparator.comparingInt(List::size))
                    .orElse(List.of());
            if (largest.size() < 2) {
                return;
            }
            String step = largest.get(0).path.substring(0, largest.get(0).path.indexOf('/'));
            Shape item = table.item.children.stream()
                    .filter(child -> namespaces.step(child).equals(step))
                    .findFirst()
                    .orElse(null);
            if (item == null) {
                return;
            }
            DraftTable made = new DraftTable(item, table, step);
            tables.add(tables.indexOf(table) + 1, made);
            made.notes.add("a table of its own, since " + table.columns.size() + " columns are more than one can have");
            for (Column column : largest) {
                Column moved = new Column(
                        column.parts.subList(1, column.parts.size()),
                        column.least,
                        column.path.substring(step.length() + 1),
                        column.shape,
                        column.type);
                moved.filled = column.filled;
                moved.required = column.filled == made.rowCount() && column.filled >= ROWS_FOR_REQUIRED;
                moved.nil = column.nil;
                moved.joined = column.joined;
                made.columns.add(moved);
            }
            table.columns.removeAll(largest);
        }
    }

    // Names

    private void nameTables() {
        List<List<String>> parts = new ArrayList<>();
        List<Integer> least = new ArrayList<>();
        for (DraftTable table : tables) {
            List<String> its = new ArrayList<>();
            Shape item = named(table.item);
            for (Shape shape = item; shape != null && shape.parent != null; shape = shape.parent) {
                if (shape == item || !isListOf(shape)) {
                    its.add(0, DraftNames.snake(shape.name.local()));
                }
            }
            parts.add(its);
            least.add(1);
        }
        List<String> unique = names.unique(
                parts,
                least,
                new HashSet<>(Set.of("processing_run", "processing_log", "processing_pending", "processing_seen")));
        for (int i = 0; i < tables.size(); i++) {
            tables.get(i).name = unique.get(i);
        }
    }

    /** Whether an element only holds its like in the singular, as {@code dependencies} does, so that its name adds nothing. */
    private static boolean isListOf(Shape shape) {
        if (shape.children.size() != 1) {
            return false;
        }
        String list = shape.name.local().toLowerCase(Locale.ROOT);
        String one = shape.children.get(0).name.local().toLowerCase(Locale.ROOT);
        return list.startsWith(one) || list.endsWith("ies") && one.equals(list.substring(0, list.length() - 3) + "y");
    }

    /** What gives a table its name: of elements that only hold another one, the innermost. */
    private static Shape named(Shape item) {
        if (item.isAny() && item.parent != null) {
            return item.parent;
        }
        Shape named = item;
        while (named.children.size() == 1
                && named.attributes.isEmpty()
                && named.withText == 0
                && !named.children.get(0).repeats()
                && !named.children.get(0).isLeaf()) {
            named = named.children.get(0);
        }
        return named;
    }

    private void nameColumns(DraftTable table) {
        Set<String> taken = new LinkedHashSet<>();
        List<Column> columns = table.columns;
        List<String> unique = names.unique(
                columns.stream().map(column -> column.parts).toList(),
                columns.stream().map(column -> column.least).toList(),
                taken);
        for (int i = 0; i < columns.size(); i++) {
            columns.get(i).name = unique.get(i);
        }
        findCandidates(table);
    }

    // Keys

    private void findCandidates(DraftTable table) {
        for (Column column : table.columns) {
            ValueSummary values = column.shape.value;
            boolean isOfRow = column.shape == table.item || isWithin(column.shape, table.item);
            boolean isName = KEY_NAME.matcher(plain(column.name)).matches();
            boolean unique = values != null && (table.parent != null || values.looksUnique());
            if (values == null || !isOfRow || !isName || !unique || !table.nested.isEmpty() || table.item.isAny()) {
                continue;
            }
            boolean fits = column.filled == table.rowCount()
                    && values.nothings().isEmpty()
                    && values.maxLength() <= LONGEST_KEY
                    && !values.severalLines()
                    && !column.joined
                    && isKeyType(column.type.type());
            if (fits && table.rowCount() > 1) {
                table.candidates.add(column);
            }
        }
        table.candidates.sort(Comparator.comparingInt(Drafter::rank));
    }

    private static boolean isWithin(Shape shape, Shape item) {
        for (Shape at = shape; at != null; at = at.parent) {
            if (at == item) {
                return true;
            }
        }
        return false;
    }

    private static boolean isKeyType(String type) {
        return type.startsWith("varchar") || type.endsWith("int") || type.equals("integer") || type.equals("uuid");
    }

    /** A name as it is without what keeps it from being a word of SQL: {@code no_} is a number, as {@code no} is. */
    private static String plain(String name) {
        return name.endsWith("_") ? name.substring(0, name.length() - 1) : name;
    }

    /** The lower, the better. */
    private static int rank(Column column) {
        String name = plain(column.name).toLowerCase(Locale.ROOT);
        int rank = column.parts.size() * 10;
        if (name.equals("id") || name.equals("uuid") || name.equals("guid")) {
            rank -= 9;
        } else if (name.endsWith("_id") || name.endsWith("key") || name.endsWith("_no") || name.endsWith("number")) {
            rank -= 6;
        } else if (name.endsWith("name")) {
            rank += 5;
        }
        return rank;
    }

    // Paths

    /** From the element {@code from} down to {@code to}, which is within it; with a slash at its end, or "" where both are the same. */
    private String pathBetween(Shape from, Shape to) {
        StringBuilder path = new StringBuilder();
        for (Shape shape = to; shape != null && shape != from; shape = shape.parent) {
            path.insert(0, namespaces.step(shape) + "/");
        }
        return path.toString();
    }

    private static List<String> with(List<String> parts, String more) {
        List<String> all = new ArrayList<>(parts);
        all.add(more);
        return all;
    }

    private static String last(List<String> parts) {
        return parts.get(parts.size() - 1);
    }

    @Nullable
    DraftTable table(Shape shape) {
        return tableOf.get(shape);
    }
}
