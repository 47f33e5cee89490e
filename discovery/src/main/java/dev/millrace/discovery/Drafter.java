package dev.millrace.discovery;

import dev.millrace.discovery.DraftTable.Column;
import dev.millrace.discovery.xsd.XsdValue;
import dev.millrace.summary.PathNode;
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

    /** Rows that are enough to believe that a column is never empty. */
    private static final long ROWS_FOR_REQUIRED = 50;

    /** Characters of a key at most: SQL Server's keys have 900 bytes, and the parent's key is part of it. */
    private static final int LONGEST_KEY = 100;

    private static final Pattern KEY_NAME = Pattern.compile(
            "(.*[_-])?(id|ids|identifier|key|no|nr|num|number|code|uuid|guid|ref|reference|sku|isbn|ean)|name",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern ID_NAME = Pattern.compile(".*_(id|identifier|key|uuid|guid)");

    /** So many columns that are called alike may be meant as rows. */
    private static final int LEAST_ALIKE = 4;

    /** An ending of fewer letters means nothing. */
    private static final int SHORTEST_ENDING = 3;

    /** Names of pairs that would be columns, at most. */
    private static final int MOST_PAIRS = 40;

    private static final Pattern PAIR_NAME = Pattern.compile("(.*_)?(name|key|k|type|kind|label|id|code)_?");

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
            addAttributes(table, table.item, "", List.of(), true);
            addMarkup(table, table.item, ".", parts(table.item));
        } else {
            collect(table, table.item, "", List.of(), true);
        }
    }

    /** Gives the new tables their names, and those that were there the names of their new columns. */
    void nameNew(Set<String> taken) {
        nameTables(taken);
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
            if (shape.isMarkup()) {
                addMarkup(table, shape, ".", List.of(DraftNames.snake(shape.name.local())));
            } else {
                collect(table, shape, "", List.of(), true);
            }
        }
        addOutside(tables.get(0));
        if (options.share()) {
            share();
        }
        for (DraftTable table : List.copyOf(tables)) {
            splitWide(table);
        }
        nameNew(Set.of());
        tables.forEach(this::tellPairs);
        tables.forEach(Drafter::tellLikes);
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
            String way = first.nested.isEmpty() ? up : "/" + pathBetween(top, shape);
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
                target.nested.add(pathBetween(around, shape) + namespaces.step(around) + notPlain(shape, around));
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
            if (!isOfSchema(attribute)
                    && plain.attributes.stream().noneMatch(one -> one.name.equals(attribute.name))) {
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
                    column.type = type(both, last(column.parts));
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
            DraftTable made = new DraftTable(shape, table, "");
            tables.add(made);
            table.children.add(made);
            String name = DraftNames.snake(family.prefix());
            made.wanted = name;
            made.label = "number";
            made.labelType = "integer";
            made.isLabelKey = true;
            made.notes.add("side by side, as " + family.prefix() + "1… to " + family.prefix()
                    + family.members().keySet().stream().max(Integer::compare).orElse(0)
                    + "…: a row for each number with a value. To have them as columns: --flatten " + shape.path());
            Map<String, Column> columns = new LinkedHashMap<>();
            for (String suffix : family.suffixes()) {
                ValueSummary values = new ValueSummary();
                Shape any = null;
                for (Map<String, Shape> its : family.members().values()) {
                    Shape member = its.get(suffix);
                    if (member != null && member.value != null) {
                        values.add(member.value);
                        any = any == null ? member : any;
                    }
                }
                if (any != null) {
                    String last = DraftNames.snake(suffix);
                    Column column = new Column(List.of(name, last), 1, "", any, type(values, last));
                    column.filled = values.count() - values.blank();
                    made.columns.add(column);
                    columns.put(suffix, column);
                }
            }
            family.members().forEach((number, its) -> {
                Map<Column, String> paths = new LinkedHashMap<>();
                its.forEach((suffix, member) -> {
                    Column column = columns.get(suffix);
                    if (column != null) {
                        paths.put(column, namespaces.step(member));
                    }
                });
                made.union.add(new DraftTable.RowSet(
                        path.isEmpty() ? "." : path.substring(0, path.length() - 1) + "[1]", number.toString(), paths));
            });
            mapped.addAll(family.shapes());
        }
    }

    private static ValueType type(@Nullable ValueSummary values, String name) {
        return ValueType.of(
                values,
                DATE_NAME.matcher(name).matches(),
                KEY_NAME.matcher(name).matches());
    }

    /** Makes one table of tables whose elements have one name and are alike. */
    private void share() {
        Map<String, List<DraftTable>> byName = new LinkedHashMap<>();
        for (DraftTable table : tables) {
            boolean alone = table.children.isEmpty() && table.nested.isEmpty() && table.union.isEmpty();
            if (alone && table.parent != null && !table.item.isAny()) {
                byName.computeIfAbsent(table.item.name.toString(), key -> new ArrayList<>())
                        .add(table);
            }
        }
        for (List<DraftTable> same : byName.values()) {
            List<DraftTable> alike = new ArrayList<>(same);
            alike.removeIf(table -> !areAlike(same.get(0), table));
            DraftTable around = alike.size() > 1 ? commonParent(alike) : null;
            if (around != null) {
                unite(alike, around);
            }
        }
    }

    private static boolean areAlike(DraftTable one, DraftTable other) {
        Set<String> mine = new HashSet<>();
        one.columns.forEach(column -> mine.add(column.path));
        long common = other.columns.stream()
                .filter(column -> mine.contains(column.path))
                .count();
        return common * 2 >= Math.max(one.columns.size(), other.columns.size());
    }

    private static @Nullable DraftTable commonParent(List<DraftTable> some) {
        for (DraftTable up = some.get(0).parent; up != null; up = up.parent) {
            DraftTable candidate = up;
            if (some.stream().allMatch(table -> isBelow(table, candidate))) {
                return candidate;
            }
        }
        return null;
    }

    private static boolean isBelow(DraftTable table, DraftTable around) {
        for (DraftTable up = table.parent; up != null; up = up.parent) {
            if (up == around) {
                return true;
            }
        }
        return false;
    }

    private void unite(List<DraftTable> alike, DraftTable around) {
        DraftTable united = new DraftTable(alike.get(0).item, around, "");
        united.wanted = DraftNames.snake(united.item.name.local());
        united.label = "place";
        united.labelType = "varchar(100)";
        united.notes.add("of " + alike.size() + " places, as --share asks for");
        Map<String, Column> columns = new LinkedHashMap<>();
        for (DraftTable table : alike) {
            for (Column column : table.columns) {
                Column known = columns.get(column.path);
                if (known == null) {
                    columns.put(column.path, column);
                } else {
                    Column both = new Column(known.parts, known.least, known.path, known.shape, both(known, column));
                    both.filled = known.filled + column.filled;
                    both.joined = known.joined || column.joined;
                    both.nil = known.nil || column.nil;
                    columns.put(column.path, both);
                }
            }
        }
        columns.values().forEach(column -> column.required = false);
        united.columns.addAll(columns.values());
        for (DraftTable table : alike) {
            Map<Column, String> paths = new LinkedHashMap<>();
            table.columns.forEach(column -> paths.put(columns.get(column.path), column.path));
            Shape parent = table.item.parent;
            united.union.add(new DraftTable.RowSet(
                    pathBetween(around.item, table.item).replaceFirst("/$", ""),
                    parent == null ? "" : parent.name.local(),
                    paths));
        }
        tables.add(tables.indexOf(alike.get(0)), united);
        tables.removeAll(alike);
        for (DraftTable table : alike) {
            if (table.parent != null) {
                table.parent.children.remove(table);
            }
        }
        around.children.add(united);
    }

    /** The type of what two columns hold. */
    private static ValueType both(Column one, Column other) {
        if (one.type.type().equals(other.type.type())
                && one.type.formats().equals(other.type.formats())
                && one.type.nulls().equals(other.type.nulls())) {
            return one.type;
        }
        if (one.shape.value == null || other.shape.value == null) {
            return ValueType.of("text");
        }
        ValueSummary values = new ValueSummary();
        values.add(one.shape.value);
        values.add(other.shape.value);
        return type(values, last(one.parts));
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
                addMarkup(made, child, ".", List.of(last(its)));
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
            addAttributes(table, child, itsPath + "/", its, always && child.isAlways());
            addMarkup(table, child, itsPath, its);
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
            column.required = always
                    && column.filled == table.rowCount()
                    && values.nothings().isEmpty()
                    && column.filled >= ROWS_FOR_REQUIRED;
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
            return type(shape.value, name);
        }
        if (value == null) {
            ValueType sampled = isOfSchemaAlone() ? ValueType.of("varchar(200)") : type(shape.value, name);
            return sampled.noted(declared.notes);
        }
        return SchemaTypes.of(
                declared,
                sentence(shape, declared),
                value,
                shape.value,
                DATE_NAME.matcher(name).matches(),
                KEY_NAME.matcher(name).matches(),
                shape.nil,
                (words, place, isSound, isSure) -> shapes.note(
                        shape,
                        words,
                        place,
                        isSound == null ? null : new Declared.Doubtful(shape.nodes, isSound),
                        isSure));
    }

    /** What the schema says of it in words; of an attribute that is all that its element has, what it says of that. */
    private static String sentence(Shape shape, Declared declared) {
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
                table.notes.add(table.columns.size() + " columns, which is more than some databases have in a table");
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

    /** Says of a table of names and values how the values would be columns. */
    private void tellPairs(DraftTable table) {
        boolean isPair = table.parent != null && table.columns.size() == 2 && table.union.isEmpty();
        if (!isPair || table.item.isAny() || table.columns.stream().anyMatch(column -> column.path.contains("("))) {
            return;
        }
        for (int i = 0; i < 2; i++) {
            Column names = table.columns.get(i);
            Column values = table.columns.get(1 - i);
            ValueSummary known = names.shape.value;
            if (known == null || !known.knowsAll() || known.distinct() < 2 || known.distinct() > MOST_PAIRS) {
                continue;
            }
            boolean isName = names.filled == table.rowCount()
                    && PAIR_NAME.matcher(names.name).matches();
            if (isName) {
                table.notes.add(known.distinct() + " names with values: to have them as columns, write for each "
                        + table.rows + "[" + names.path + " = '…']/" + values.path + " into the table above");
                return;
            }
        }
    }

    /** Says of attributes that are called alike and hold numbers, such as scores, how they would be rows. */
    private static void tellLikes(DraftTable table) {
        Map<String, List<String>> alike = new LinkedHashMap<>();
        for (Column column : table.columns) {
            int at = column.path.lastIndexOf('@');
            String last = at < 0 ? "" : DraftNames.snake(column.path.substring(at + 1));
            int underscore = last.lastIndexOf('_');
            boolean isNumber = column.type.type().startsWith("decimal")
                    || column.type.type().equals("integer");
            if (underscore > 0 && last.length() - underscore > SHORTEST_ENDING && isNumber) {
                String group =
                        column.path.substring(0, at) + " " + last.substring(underscore + 1) + " " + column.type.type();
                alike.computeIfAbsent(group, key -> new ArrayList<>()).add(column.path.substring(at));
            }
        }
        alike.forEach((group, paths) -> {
            if (paths.size() >= LEAST_ALIKE) {
                String[] words = group.split(" ", -1);
                table.notes.add(paths.size() + " columns end in _" + words[1]
                        + ": to have them as rows, give a table below this one the" + " rows " + words[0] + "("
                        + String.join(" | ", paths) + ")[. != ''], with name() and . as its paths");
            }
        });
    }

    // Names

    private void nameTables(Set<String> others) {
        List<List<String>> parts = new ArrayList<>();
        List<Integer> least = new ArrayList<>();
        for (DraftTable table : tables) {
            List<String> its = new ArrayList<>();
            Shape item = named(table.item);
            if (!table.wanted.isEmpty()) {
                its.add(table.wanted);
            }
            for (Shape shape = item; shape != null && shape.parent != null; shape = shape.parent) {
                if (shape == item || !isListOf(shape)) {
                    its.add(0, shape.kept != null && shape.isAny() ? "other" : DraftNames.snake(shape.name.local()));
                }
            }
            parts.add(its);
            least.add(table.item.kept != null && table.item.isAny() ? 2 : 1);
        }
        Set<String> taken =
                new HashSet<>(Set.of("processing_run", "processing_log", "processing_pending", "processing_seen"));
        taken.addAll(others);
        List<String> unique = names.unique(parts, least, taken);
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
        if (item.isAny() && item.parent != null && item.kept == null) {
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

    void nameColumns(DraftTable table, Set<String> taken) {
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
            boolean isOfRow = column.shape.isWithin(table.item);
            Declared declared = column.shape.declared;
            DraftTable parent = table.parent;
            boolean isId = declared != null
                    && parent != null
                    && (column.required || declared.inKey && !isOfSchemaAlone())
                    && (declared.isId() || declared.isUniqueIn(parent.item));
            if (isId && isOfSchemaAlone() && isOfRow && table.nested.isEmpty()) {
                table.candidates.add(column);
                continue;
            }
            boolean isName = isKeyName(table, plain(column.name));
            boolean unique = values != null && (table.parent != null || values.looksUnique());
            if (!table.union.isEmpty()
                    || values == null
                    || !isOfRow
                    || !isName && !isId
                    || !unique
                    || !table.nested.isEmpty()
                    || table.item.isAny()) {
                continue;
            }
            boolean fits = column.filled == table.rowCount()
                    && values.nothings().isEmpty()
                    && values.maxLength() <= LONGEST_KEY
                    && !values.severalLines()
                    && !column.joined
                    && isKeyType(column.type.asKey(values).type());
            if (fits && (table.rowCount() > 1 || isId)) {
                table.candidates.add(column);
            }
        }
        table.candidates.sort(Comparator.comparingInt(Drafter::rank));
    }

    /**
     * Whether a name is one of keys. Within a parent few values are compared, so that a house number or a postal code may be unique by
     * chance: there it has to be an id, or the number of what the rows are.
     */
    private static boolean isKeyName(DraftTable table, String name) {
        if (!KEY_NAME.matcher(name).matches()) {
            return false;
        }
        return table.parent == null
                || name.indexOf('_') < 0
                || ID_NAME.matcher(name).matches()
                || name.startsWith(DraftNames.snake(table.item.name.local()) + "_");
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
        Declared declared = column.shape.declared;
        if (declared != null && (declared.isId() || !declared.uniqueIn.isEmpty())) {
            return rank - 10;
        }
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
}
