package dev.millrace.discovery;

import dev.millrace.discovery.DraftTable.Column;
import dev.millrace.discovery.xsd.XsdValue;
import dev.millrace.summary.PathNode;
import dev.millrace.summary.PathSummary;
import dev.millrace.summary.ValueSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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

    private final PathSummary summary;
    private final DraftOptions options;
    private final DraftNamespaces namespaces;
    private final Shape top;
    private final DraftNames names;
    final List<DraftTable> tables = new ArrayList<>();
    /** Paths that are left out on purpose, with the reason. */
    final Map<String, String> ignored = new LinkedHashMap<>();

    /** What a schema says; null where there is none. */
    final @Nullable SchemaShapes shapes;

    private final Map<Shape, DraftTable> tableOf = new LinkedHashMap<>();
    /** Shapes whose values are in a column, or whose content is kept whole. */
    private final Set<Shape> mapped = new LinkedHashSet<>();

    private final Set<Shape> whole = new LinkedHashSet<>();
    /** Elements within records that are nested in what is outside of them: no table can have these. */
    private final Set<String> lost = new LinkedHashSet<>();

    /** Elements that lead back to themselves, and so are tables. */
    private final Set<Shape> nesting = new LinkedHashSet<>();

    final RecordChoice record;

    /** What a contract has already, so that only what it leaves out is drafted. */
    private final Known known;

    /** Tables of that contract, which are given columns, and tables below them. */
    final List<DraftTable> there = new ArrayList<>();

    /**
     * @param shapes what a schema says of the documents; null for nothing
     * @param root the element that documents begin with, where there is a schema alone; null where that tells it
     */
    Drafter(PathSummary summary, DraftOptions options, @Nullable SchemaShapes shapes, @Nullable String root)
            throws DraftException {
        this.summary = summary;
        this.options = options;
        this.shapes = shapes;
        known = Known.NOTHING;
        names = new DraftNames(options.longestName());
        if (shapes != null && summary.documents() == 0) {
            top = shapes.walk(root, options.record());
            namespaces = new DraftNamespaces(top);
        } else {
            namespaces = new DraftNamespaces(summary);
            top = Shape.of(summary.top(), namespaces::unified);
            top.foldNested();
            if (shapes != null) {
                shapes.tell(top);
            }
        }
        checkPaths("--as-rows", options.asRows());
        checkPaths("--flatten", options.flatten());
        checkPaths("--keep", options.keep());
        findNesting(top);
        record = RecordChoice.of(top, summary, options.record());
        draft();
    }

    /** What an option names has to be there, or it is misspelt. */
    private void checkPaths(String option, List<String> paths) throws DraftException {
        for (String path : paths) {
            if (!hasPath(top, path)) {
                throw new DraftException(
                        option + " " + path + " – no document has an element at this path; write it as the"
                                + " evidence does, from the document element down and without prefixes, such as /orders/order/note");
            }
        }
    }

    private static boolean hasPath(Shape within, String path) {
        return within.path().equals(path) || within.children.stream().anyMatch(child -> hasPath(child, path));
    }

    /** For what a contract leaves out: see {@link #extend}. */
    Drafter(
            PathSummary summary,
            DraftOptions options,
            DraftNamespaces namespaces,
            Shape top,
            RecordChoice record,
            Known known) {
        shapes = null;
        this.summary = summary;
        this.options = options;
        this.namespaces = namespaces;
        this.top = top;
        this.record = record;
        this.known = known;
        names = new DraftNames(options.longestName());
        findNesting(top);
    }

    /** Drafts what a contract leaves out of an element for the rows of a table that it has. */
    void extend(DraftTable table) {
        there.add(table);
        // What one table of conditions is given, others of the same elements are given, too.
        mapped.clear();
        tableOf.putIfAbsent(table.item, table);
        draftRow(table);
    }

    /** Drafts a new table for all that a contract leaves out of a record. */
    void extendByTable(DraftTable table) {
        add(table);
        draftRow(table);
    }

    private void draftRow(DraftTable table) {
        if (table.item.isMarkup()) {
            addWhole(table, table.item, "", parts(table.item), true);
        } else {
            collect(table, table.item, "", List.of(), true);
        }
    }

    /** Gives the new tables their names, and those that were there the names of their new columns. */
    void nameNew(Set<String> taken) {
        TableNames.give(tables, names, taken);
        for (DraftTable table : tables) {
            nameColumns(table, new LinkedHashSet<>());
        }
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

    /** Whether no contract is there yet. */
    boolean isNew() {
        return known == Known.NOTHING;
    }

    /** Whether there is a schema, and nothing else. */
    boolean isOfSchemaAlone() {
        return shapes != null && summary.documents() == 0;
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
            draftRow(table);
        }
        addOutside(tables.get(0));
        if (options.share()) {
            SharedTables.share(tables, namespaces);
        }
        new WideTables(tables, options.mostColumns(), namespaces).split();
        nameNew(Set.of());
        tables.forEach(RowHints::tell);
    }

    private void add(DraftTable table) {
        tables.add(table);
        tableOf.put(table.item, table);
        if (table.parent != null) {
            table.parent.children.add(table);
        }
    }

    /** What is around the records, and not in them: attributes of the elements around are columns of the first table. */
    void addOutside(DraftTable first) {
        List<Shape> around = record.around();
        String up = "";
        for (int i = around.size() - 1; i >= 0; i--) {
            Shape shape = around.get(i);
            up += "../";
            // From a row that is nested in another one, that way leads to what is around it there.
            String way = first.nested.isEmpty() ? up : "/" + namespaces.between(top, shape);
            for (Shape attribute : shape.attributes) {
                if (!known.has(attribute) && !ignoreOfSchema(attribute)) {
                    addValue(first, attribute, way + namespaces.step(attribute), parts(shape, attribute), 2, true);
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
        addFamilies(table, shape, path);
        addAttributes(table, shape, path, parts, always);
        if (shape.isLeaf()) {
            addText(table, shape, path, parts, always);
            return;
        }
        if (shape.hasStrayText() && !known.has(shape)) {
            ValueType text = ValueType.of("text").withNote("between elements, in a few");
            Column column = new Column(with(parts, "text"), 2, path + "text()", shape, text);
            column.joined = true;
            column.filled = shape.withText;
            table.columns.add(column);
            mapped.add(shape);
        }
        for (Shape around : shape.back) {
            DraftTable target = tableOf.get(around);
            if (target != null) {
                target.nested.add(
                        namespaces.between(around, shape) + namespaces.step(around) + notPlain(shape, around));
            } else {
                lost.add(shape.path() + "/" + around.name.local());
            }
        }
        if (areNamesData(shape) && !known.hasBelow(shape)) {
            addNamesAsData(table, shape, path);
            return;
        }
        for (Shape child : shape.children) {
            if (!mapped.contains(child)) {
                collectChild(table, child, path, parts, always);
            }
        }
        Shape wild = shape.wild;
        if (wild != null) {
            addWild(table, shape, wild, path, parts);
        }
    }

    /**
     * The element around that stands where a plain value of the same name may stand, too: a section in a section, or a text that is called
     * so. Null if there is none.
     */
    private static @Nullable Shape namesake(Shape child) {
        Shape parent = child.parent;
        return parent == null || !child.isLeaf()
                ? null
                : parent.back.stream()
                        .filter(around -> around.name.equals(child.name))
                        .findFirst()
                        .orElse(null);
    }

    /** What keeps plain values out of the rows of elements that are called as these are; "" where there are none. */
    private String notPlain(Shape within, Shape around) {
        Shape plain = within.children.stream()
                .filter(child -> namesake(child) == around)
                .findFirst()
                .orElse(null);
        if (plain == null) {
            return "";
        }
        List<String> signs = new ArrayList<>(List.of("*"));
        for (Shape attribute : around.attributes) {
            if (!isOfSchema(attribute) && plain.attributes.stream().noneMatch(one -> one.name.equals(attribute.name))) {
                signs.add(namespaces.step(attribute));
            }
        }
        return "[" + String.join(" or ", signs) + "]";
    }

    /** Of attributes that elements of two kinds have, which a path does not tell apart, a column has to hold both. */
    private void widen(List<Column> columns, Shape namesake) {
        for (Column column : columns) {
            for (Shape attribute : namesake.attributes) {
                ValueSummary mine = column.shape.value;
                ValueSummary others = attribute.value;
                if (column.shape.attribute
                        && column.shape.name.equals(attribute.name)
                        && mine != null
                        && others != null) {
                    ValueSummary both = new ValueSummary();
                    both.add(mine);
                    both.add(others);
                    column.type = ValueType.of(both, last(column.parts));
                    column.required = false;
                }
            }
        }
    }

    /** What a schema lets in without naming it: elements of any kind, each kept as it is. */
    private void addWild(DraftTable table, Shape shape, Shape wild, String path, List<String> parts) {
        String named = shape.children.stream()
                .map(child -> "self::" + namespaces.step(child))
                .collect(Collectors.joining(" or "));
        String itsPath = path + "*" + (named.isEmpty() ? "" : "[not(" + named + ")]");
        if (wild.repeats()) {
            DraftTable made = new DraftTable(wild, table, itsPath);
            add(made);
            addNameAndValue(made, wild);
        } else {
            addMarkup(table, wild, itsPath, with(parts, "other"));
        }
    }

    /** What stands side by side under numbers is a table of its own. */
    private void addFamilies(DraftTable table, Shape shape, String path) {
        // Of what a contract has already in columns, more are columns, too.
        if (!isNew() || options.flatten().contains(shape.path()) || hasRareNames(shape)) {
            return;
        }
        for (NumberedFamily family : NumberedFamily.among(shape)) {
            DraftTable made = family.table(shape, table, path, namespaces);
            tables.add(made);
            table.children.add(made);
            mapped.addAll(family.shapes());
        }
    }

    /**
     * Paths with values that no column has, with their elements around: outside of the records, mostly. What is ignored with a reason is
     * none of them.
     */
    List<String> unmapped() {
        List<String> left = new ArrayList<>(lost);
        addUnmapped(top, left);
        return left;
    }

    private void addUnmapped(Shape shape, List<String> left) {
        if (whole.contains(shape)) {
            return;
        }
        for (Shape attribute : shape.attributes) {
            if (!mapped.contains(attribute) && !isOfSchema(attribute)) {
                left.add(attribute.path());
            }
        }
        if (shape.withText > 0 && !mapped.contains(shape)) {
            left.add(shape.path());
        }
        shape.children.forEach(child -> addUnmapped(child, left));
    }

    private void collectChild(DraftTable table, Shape child, String path, List<String> parts, boolean always) {
        if (!known.leavesOut(child)) {
            return;
        }
        Shape namesake = namesake(child);
        String itsPath = path + namespaces.step(child) + (namesake == null ? "" : "[not(*)]");
        List<String> its = with(parts, DraftNames.snake(child.name.local()));
        boolean isAsked = options.asRows().contains(child.path());
        boolean kept = options.keep().contains(child.path()) || isVariety(child) && !known.hasBelow(child);
        // How often a marker is there cannot be told by one column.
        boolean joined =
                options.flatten().contains(child.path()) && child.isLeaf() && !child.isMarkup() && !child.isMarker();
        boolean isTable = (child.repeats() || isAsked || nesting.contains(child)) && !joined;
        if (isTable) {
            DraftTable made = new DraftTable(child, table, itsPath);
            add(made);
            if (kept || child.isMarkup()) {
                addWhole(made, child, "", List.of(last(its)), true);
            } else if (child.isLeaf()) {
                addAttributes(made, child, "", List.of(), true);
                addText(made, child, "", List.of(last(its)), true);
                if (namesake != null) {
                    widen(made.columns, namesake);
                }
            } else {
                collect(made, child, "", List.of(), true);
            }
        } else if (kept || child.isMarkup()) {
            addWhole(table, child, itsPath + "/", its, always && child.isAlways());
        } else {
            int before = table.columns.size();
            collect(table, child, itsPath + "/", its, always && child.isAlways());
            List<Column> added = table.columns.subList(before, table.columns.size());
            if (joined) {
                added.forEach(column -> column.joined = true);
            }
            if (namesake != null) {
                widen(added, namesake);
            }
        }
    }

    private void addAttributes(DraftTable table, Shape shape, String path, List<String> parts, boolean always) {
        for (Shape attribute : shape.attributes) {
            if (known.has(attribute) || ignoreOfSchema(attribute) || mapped.contains(attribute)) {
                continue;
            }
            if (attribute.isAny()) {
                mapped.add(attribute);
                DraftTable made = new DraftTable(attribute, table, path + "@*");
                add(made);
                made.notes.add("more than " + PathNode.CHILDREN + " names of attributes: they are taken for data");
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
        if (!isOfSchema(attribute)) {
            return false;
        }
        String why = attribute.name.local().equals("nil")
                ? "says that an element has no value, which is then NULL"
                : "says where a schema is";
        ignored.putIfAbsent(".//" + namespaces.step(attribute), why);
        return true;
    }

    private static boolean isOfSchema(Shape attribute) {
        return attribute.name.namespace().equals(DraftNamespaces.XSI)
                && !attribute.name.local().equals("type");
    }

    private void addText(DraftTable table, Shape shape, String path, List<String> parts, boolean always) {
        if (known.has(shape)) {
            return;
        }
        String itsPath = path.isEmpty() ? "." : path.substring(0, path.length() - 1);
        if (shape.isMarker()) {
            if (path.isEmpty()) {
                return;
            }
            ValueType type = ValueType.of("boolean").withNote("an empty element, there or not");
            Column column = new Column(parts, 1, "exists(" + itsPath + ")", shape, type);
            column.filled = table.rowCount();
            column.required = true;
            table.columns.add(column);
            return;
        }
        if (shape.withText == 0 && (shape.declaredValue() == null || !shape.attributes.isEmpty())) {
            // Its attributes are all that it has.
            return;
        }
        // An element of another kind that holds nothing is no second value.
        String onlyTexts = namesake(shape) == null || path.isEmpty() ? "" : "[. != '']";
        addValue(table, shape, itsPath + onlyTexts, parts.isEmpty() ? parts(shape) : parts, 1, always);
    }

    private void addValue(DraftTable table, Shape shape, String path, List<String> parts, int least, boolean always) {
        ValueSummary values = shape.value;
        ValueType type = type(shape, last(parts));
        mapped.add(shape);
        Column column = new Column(parts, least, path, shape, type);
        if (values != null) {
            column.filled = values.count() - values.blank();
            column.required = always && values.nothings().isEmpty() && table.isFull(column);
        }
        column.nil = shape.nil > 0;
        if (shape.declared != null) {
            column.required = isRequiredBySchema(table, shape)
                    && (isOfSchemaAlone()
                            || always
                                    && values != null
                                    && values.nothings().isEmpty()
                                    && column.filled == table.rowCount());
            column.nil |= shape.declared.nillable && !shape.attribute;
        }
        table.columns.add(column);
    }

    private ValueType type(Shape shape, String name) {
        Declared declared = shape.declared;
        XsdValue value = shape.declaredValue();
        if (declared == null || shapes == null) {
            return ValueType.of(shape.value, name);
        }
        if (value == null) {
            ValueType sampled = isOfSchemaAlone() ? ValueType.of("varchar(200)") : ValueType.of(shape.value, name);
            return sampled.noted(declared.notes);
        }
        return SchemaTypes.of(
                declared,
                value,
                shape.value,
                DraftNames.isOfDate(name),
                DraftNames.isOfKey(name),
                shape.nil,
                (words, place, isSound, isSure) -> shapes.note(
                        shape,
                        words,
                        place,
                        isSound == null ? null : new Declared.Doubtful(shape.nodes, isSound),
                        isSure));
    }

    /** What the schema says of it in words, "" for nothing; of an attribute that is all that its element has, what it says of that. */
    static String sentence(Shape shape) {
        Declared declared = shape.declared;
        if (declared == null) {
            return "";
        }
        Shape around = shape.parent;
        Declared its = around == null ? null : around.declared;
        if (!shape.attribute || around == null || its == null || !declared.sentence.isEmpty()) {
            return declared.sentence;
        }
        return around.isLeaf() && around.attributes.size() == 1 ? its.sentence : "";
    }

    /** Whether by the schema each row has it, with a text. */
    private static boolean isRequiredBySchema(DraftTable table, Shape shape) {
        Declared its = shape.declared;
        boolean mayBeEmpty = its != null && its.otherwise != null && !shape.attribute;
        if (its == null || its.nillable || mayBeEmpty || SchemaTypes.mayBeEmpty(its.value)) {
            return false;
        }
        Shape at = shape;
        while (at != null && at != table.item) {
            Declared declared = at.declared;
            if (declared == null || !declared.occurs.required() || declared.nillable) {
                return false;
            }
            at = at.parent;
        }
        return at != null;
    }

    /** Adds an element as it is. Its attributes are columns of their own, too: they may be keys, and the text alone has none. */
    private void addWhole(DraftTable table, Shape shape, String path, List<String> parts, boolean always) {
        addAttributes(table, shape, path, path.isEmpty() ? List.of() : parts, always);
        addMarkup(table, shape, path.isEmpty() ? "." : path.substring(0, path.length() - 1), parts);
    }

    private void addMarkup(DraftTable table, Shape shape, String path, List<String> parts) {
        if (known.has(shape)) {
            return;
        }
        whole.add(shape);
        boolean text = options.textOnly() && !options.keep().contains(shape.path());
        ValueType type = new ValueType(
                text ? "text" : "xml",
                List.of(),
                Set.of(),
                null,
                options.keep().contains(shape.path())
                        ? "kept whole"
                        : shape.kept != null
                                ? shape.kept
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
                && shape.back.isEmpty()
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
        boolean named = shape.declared != null && shape.children.stream().allMatch(child -> child.declared != null);
        if (named || shape.children.size() < MANY_NAMES) {
            return false;
        }
        long met = shape.children.stream().mapToLong(child -> child.parents).sum();
        return met < RARE * shape.occurrences * shape.children.size();
    }

    private void addNamesAsData(DraftTable table, Shape shape, String path) {
        Shape any = new Shape(DraftNamespaces.ANY, false);
        any.parent = shape;
        whole.add(shape);
        shape.attributes.forEach(mapped::add);
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
                        ? "more names of elements than " + PathNode.CHILDREN + ": they are taken for data"
                        : shape.children.size() + " names of elements, each of them rare: they are taken for data");
        addNameAndValue(made, any);
    }

    private void addNameAndValue(DraftTable table, Shape any) {
        ValueType name = ValueType.of("varchar(200)");
        Column names = new Column(List.of("name"), 1, "name()", any, name);
        names.filled = any.occurrences;
        names.required = true;
        table.columns.add(names);
        if (any.isMarkup() || !any.isLeaf()) {
            addMarkup(table, any, ".", List.of("content"));
        } else {
            // What comes under a new name tomorrow may be anything.
            ValueType text = ValueType.of(
                    any.value == null || any.value.maxLength() > 200 ? "text" : ValueType.varchar(any.value));
            Column value = new Column(List.of("value"), 1, ".", any, text);
            value.filled = any.value == null ? 0 : any.value.count() - any.value.blank();
            table.columns.add(value);
        }
    }

    void nameColumns(DraftTable table, Set<String> taken) {
        List<Column> columns = table.columns;
        List<String> unique = names.unique(
                columns.stream().map(column -> column.parts).toList(),
                columns.stream().map(column -> column.least).toList(),
                taken);
        for (int i = 0; i < columns.size(); i++) {
            columns.get(i).name = unique.get(i);
        }
        KeyCandidates.find(table, isOfSchemaAlone());
    }

    private static List<String> with(List<String> parts, String more) {
        List<String> all = new ArrayList<>(parts);
        all.add(more);
        return all;
    }

    private static String last(List<String> parts) {
        return parts.get(parts.size() - 1);
    }
}
