package dev.millrace.contract;

import static dev.millrace.contract.MeaningComparison.path;
import static dev.millrace.contract.MeaningComparison.side;

import dev.millrace.contract.ColumnMapping.Invalid;
import dev.millrace.contract.ColumnMapping.Overflow;
import dev.millrace.contract.ColumnMapping.Path;
import dev.millrace.contract.ColumnMapping.Reference;
import dev.millrace.contract.ColumnMapping.Scale;
import dev.millrace.contract.ContractDifference.Kind;
import dev.millrace.contract.ContractDifference.Rows;
import dev.millrace.contract.ContractDifference.Side;
import dev.millrace.contract.ContractDifference.Subject;
import dev.millrace.contract.ContractDifference.Written;
import dev.millrace.contract.TableMapping.Column;
import dev.millrace.contract.TableMapping.Distinct;
import dev.millrace.contract.TableMapping.RowSet;
import dev.millrace.contract.WrittenPlaces.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares the tables of two contracts. Which one is which: by its name, else the only one left under the same parent with the same
 * {@code rows} and half of the columns. A column: by its name, else the only one left that gets its value from where the other had it.
 */
final class TableComparison {

    private static final String REJECT = "reject";

    private final MappingContract before;
    private final MappingContract after;
    private final WrittenPlaces old;
    private final WrittenPlaces now;
    private final Map<String, String> codeNames;
    private final MeaningComparison found;

    /** New names of tables by old ones. */
    private final Map<String, String> tableNames = new HashMap<>();
    /** By the old name of a table: new names of columns by old ones. */
    private final Map<String, Map<String, String>> columnNames = new HashMap<>();

    /** The table at hand, with what is the same in both. */
    private record Pair(TableMapping was, TableMapping is, List<int[]> sets, boolean union) {
        /** The sets' numbers where there are several. */
        int number(int[] set) {
            return union ? set[1] + 1 : 0;
        }
    }

    /** A column that only one of the two has, in a table that both have. */
    private record Lone(String name, String oldTable, String newTable) {}

    TableComparison(
            MappingContract before,
            MappingContract after,
            WrittenPlaces old,
            WrittenPlaces now,
            Map<String, String> codeNames,
            MeaningComparison found) {
        this.before = before;
        this.after = after;
        this.old = old;
        this.now = now;
        this.codeNames = codeNames;
        this.found = found;
    }

    void compare() {
        matchTables();
        List<Lone> gone = new ArrayList<>();
        List<Lone> come = new ArrayList<>();
        List<Pair> pairs = new ArrayList<>();
        for (TableMapping was : before.tables()) {
            String name = tableNames.get(was.name());
            if (name == null) {
                found.add(
                        Kind.REMOVED,
                        new Subject(was.name(), null, 0, null),
                        side(null, old.at("tables", was.name())),
                        side(null, now.at("tables")),
                        "its rows stay until it is dropped",
                        Rows.STAY);
                continue;
            }
            TableMapping is = table(after, name).orElseThrow();
            Pair pair = pair(was, is);
            matchColumns(pair);
            pairs.add(pair);
            Map<String, String> names = columnNames(was);
            was.columns().stream()
                    .filter(column -> !names.containsKey(column.name()))
                    .forEach(column -> gone.add(new Lone(column.name(), was.name(), is.name())));
            is.columns().stream()
                    .filter(column -> !names.containsValue(column.name()))
                    .forEach(column -> come.add(new Lone(column.name(), was.name(), is.name())));
        }
        pairs.forEach(pair -> compare(pair, gone, come));
        for (TableMapping is : after.tables()) {
            if (!tableNames.containsValue(is.name())) {
                found.add(
                        Kind.ADDED,
                        new Subject(is.name(), null, 0, null),
                        side(null, old.at("tables")),
                        side(null, now.at("tables", is.name())),
                        "",
                        Rows.AGAIN);
            }
        }
    }

    // Which is which

    private void matchTables() {
        for (TableMapping was : before.tables()) {
            if (table(after, was.name()).isPresent()) {
                tableNames.put(was.name(), was.name());
            }
        }
        List<TableMapping> gone = before.tables().stream()
                .filter(was -> !tableNames.containsKey(was.name()))
                .toList();
        List<TableMapping> come = after.tables().stream()
                .filter(is -> !tableNames.containsValue(is.name()))
                .toList();
        // Parents first, so that the tables below them are known by their new names.
        for (TableMapping was : gone) {
            List<TableMapping> alike =
                    come.stream().filter(is -> isAlike(was, is)).toList();
            boolean alone = alike.size() == 1
                    && gone.stream()
                                    .filter(other -> isAlike(other, alike.get(0)))
                                    .count()
                            == 1;
            if (alone) {
                tableNames.put(was.name(), alike.get(0).name());
            }
        }
    }

    private boolean isAlike(TableMapping was, TableMapping is) {
        String parent = was.parent() < 0
                ? null
                : tableNames.get(before.tables().get(was.parent()).name());
        String other = is.parent() < 0 ? null : after.tables().get(is.parent()).name();
        if (!Objects.equals(parent, other)
                || was.parent() >= 0 != is.parent() >= 0
                || !rows(was).equals(rows(is))) {
            return false;
        }
        Map<String, String> sources = new HashMap<>();
        is.columns().forEach(column -> sources.put(column.name(), ""));
        long same = was.columns().stream()
                .filter(column -> sources.containsKey(column.name()))
                .count();
        return 2 * same >= Math.max(was.columns().size(), is.columns().size());
    }

    private static List<String> rows(TableMapping table) {
        return table.rows().sets().stream().map(TableComparison::rows).toList();
    }

    private static String rows(RowSet set) {
        String path = path(set.rows());
        return path == null ? "." : path;
    }

    private Pair pair(TableMapping was, TableMapping is) {
        List<RowSet> sets = was.rows().sets();
        List<RowSet> others = is.rows().sets();
        List<Integer> free = new ArrayList<>();
        for (int i = 0; i < others.size(); i++) {
            free.add(i);
        }
        int[] partners = new int[sets.size()];
        for (int i = 0; i < sets.size(); i++) {
            int set = i;
            partners[i] = free.stream()
                    .filter(other -> rows(sets.get(set)).equals(rows(others.get(other))))
                    .findFirst()
                    .orElse(-1);
            free.remove((Integer) partners[i]);
        }
        List<int[]> pairs = new ArrayList<>();
        for (int i = 0; i < sets.size(); i++) {
            int partner = partners[i] >= 0 ? partners[i] : free.isEmpty() ? -1 : free.remove(0);
            if (partner >= 0) {
                pairs.add(new int[] {i, partner});
            }
        }
        return new Pair(was, is, pairs, sets.size() > 1 || others.size() > 1);
    }

    private void matchColumns(Pair pair) {
        Map<String, String> names = columnNames(pair.was);
        for (Column column : pair.was.columns()) {
            if (index(pair.is, column.name()) >= 0) {
                names.put(column.name(), column.name());
            }
        }
        Map<List<String>, List<String>> gone = new LinkedHashMap<>();
        for (Column column : pair.was.columns()) {
            if (!names.containsKey(column.name())) {
                gone.computeIfAbsent(sources(pair, column.name(), true), sources -> new ArrayList<>())
                        .add(column.name());
            }
        }
        Map<List<String>, List<String>> come = new LinkedHashMap<>();
        for (Column column : pair.is.columns()) {
            if (!names.containsValue(column.name())) {
                come.computeIfAbsent(sources(pair, column.name(), false), sources -> new ArrayList<>())
                        .add(column.name());
            }
        }
        gone.forEach((sources, columns) -> {
            List<String> others = come.getOrDefault(sources, List.of());
            if (columns.size() == 1 && others.size() == 1) {
                names.put(columns.get(0), others.get(0));
            }
        });
    }

    /** Where a column's values come from, by set, in the new contract's names. */
    private List<String> sources(Pair pair, String name, boolean before) {
        List<String> sources = new ArrayList<>();
        for (int[] set : pair.sets) {
            ColumnMapping column = before ? mapping(pair.was, set[0], name) : mapping(pair.is, set[1], name);
            sources.add(column == null ? "" : ColumnMeaning.sourceKey(column) + " " + source(column, before));
        }
        return sources;
    }

    private String source(ColumnMapping column, boolean before) {
        return ColumnMeaning.source(column, before ? this::renamed : ref -> ref.table() + "." + ref.column());
    }

    /** A reference of the old contract in the new one's names. */
    private String renamed(Reference reference) {
        Map<String, String> columns = columnNames.getOrDefault(reference.table(), Map.of());
        return tableNames.getOrDefault(reference.table(), reference.table()) + "."
                + columns.getOrDefault(reference.column(), reference.column());
    }

    private Map<String, String> columnNames(TableMapping was) {
        return columnNames.computeIfAbsent(was.name(), name -> new LinkedHashMap<>());
    }

    // What differs

    private void compare(Pair pair, List<Lone> gone, List<Lone> come) {
        String table = pair.is.name();
        if (!pair.was.name().equals(table)) {
            found.add(
                    Kind.RENAMED,
                    new Subject(table, null, 0, null),
                    side(pair.was.name(), old.at("tables", pair.was.name())),
                    side(table, now.at("tables", table)),
                    "",
                    Rows.STAY);
        }
        settings(pair);
        Map<String, String> names = columnNames(pair.was);
        for (Column column : pair.was.columns()) {
            String name = names.get(column.name());
            if (name == null) {
                removed(pair, column, come);
            } else {
                column(pair, column, pair.is.columns().get(index(pair.is, name)));
            }
        }
        List<String> order = pair.was.columns().stream()
                .map(column -> names.get(column.name()))
                .filter(Objects::nonNull)
                .toList();
        List<String> others = pair.is.columns().stream().map(Column::name).toList();
        for (String name : ContractChange.moved(order, others)) {
            found.add(
                    Kind.MOVED,
                    new Subject(table, name, 0, null),
                    side(null, old.column(pair.was, oldName(names, name), 0)),
                    side(null, now.column(pair.is, name, 0)),
                    "the columns have another order",
                    Rows.STAY);
        }
        for (Column column : pair.is.columns()) {
            if (!names.containsValue(column.name())) {
                added(pair, column, gone);
            }
        }
    }

    private static String oldName(Map<String, String> names, String name) {
        return names.entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(name);
    }

    private void settings(Pair pair) {
        TableMapping was = pair.was;
        TableMapping is = pair.is;
        setting(pair, "description", was.description(), is.description(), Rows.STAY);
        String parent =
                was.parent() < 0 ? null : before.tables().get(was.parent()).name();
        setting(
                pair,
                "parent",
                parent == null ? null : tableNames.getOrDefault(parent, parent),
                is.parent() < 0 ? null : after.tables().get(is.parent()).name(),
                Rows.AGAIN);
        for (int[] set : pair.sets) {
            String rows = rows(was.rows().sets().get(set[0]));
            String others = rows(is.rows().sets().get(set[1]));
            if (!rows.equals(others)) {
                found.add(
                        Kind.CHANGED,
                        new Subject(is.name(), null, pair.number(set), "rows"),
                        side(rows, rowsPlace(old, was, set[0])),
                        side(others, rowsPlace(now, is, set[1])),
                        "",
                        Rows.AGAIN);
            }
        }
        sets(pair);
        setting(pair, "nested", path(was.rows().nested()), path(is.rows().nested()), Rows.AGAIN);
        found.lets(was.name(), is.name(), lets(was), lets(is), "let");
        Map<String, String> names = columnNames(was);
        Distinct distinct = was.rows().distinct();
        Distinct others = is.rows().distinct();
        setting(
                pair,
                "distinct.by",
                distinct == null ? null : renamed(names, pick(was, distinct.by())),
                others == null ? null : String.join(", ", pick(is, others.by())),
                Rows.AGAIN);
        if (distinct != null && others != null) {
            setting(
                    pair,
                    "distinct.keep",
                    MessageText.of(distinct.keep()),
                    MessageText.of(others.keep()),
                    distinct.keep() == Distinct.Keep.REJECT ? Rows.RETRY : Rows.AGAIN);
            setting(pair, "distinct.prefer", path(distinct.prefer()), path(others.prefer()), Rows.AGAIN);
        }
        setting(
                pair,
                "skip-empty",
                String.valueOf(was.rows().skipEmpty()),
                String.valueOf(is.rows().skipEmpty()),
                Rows.AGAIN);
        if (was.rows().skipEmpty() && is.rows().skipEmpty()) {
            setting(
                    pair,
                    "skip-empty.unless",
                    path(was.rows().unless()),
                    path(is.rows().unless()),
                    Rows.AGAIN);
        }
        setting(
                pair,
                "unique",
                lists(names, was.keys().unique()),
                lists(Map.of(), is.keys().unique()),
                Rows.STAY);
        setting(
                pair,
                "index",
                lists(names, was.keys().indexes()),
                lists(Map.of(), is.keys().indexes()),
                Rows.STAY);
        setting(
                pair,
                "on-duplicate",
                MessageText.of(was.onDuplicate()),
                MessageText.of(is.onDuplicate()),
                was.onDuplicate() == TableMapping.OnDuplicate.REJECT ? Rows.RETRY : Rows.AGAIN);
    }

    /** Sets that only one of the two has, and their order. */
    private void sets(Pair pair) {
        for (int i = 1; i < pair.sets.size(); i++) {
            if (pair.sets.get(i)[1] < pair.sets.get(i - 1)[1]) {
                found.add(
                        Kind.MOVED,
                        new Subject(pair.is.name(), null, 0, "union"),
                        side(null, old.at("tables", pair.was.name(), "union")),
                        side(null, now.at("tables", pair.is.name(), "union")),
                        "rows are numbered from set to set",
                        Rows.AGAIN);
                break;
            }
        }
        for (int i = 0; i < pair.was.rows().sets().size(); i++) {
            int set = i;
            if (pair.sets.stream().noneMatch(both -> both[0] == set)) {
                found.add(
                        Kind.REMOVED,
                        new Subject(pair.is.name(), null, 0, "union"),
                        side(rows(pair.was.rows().sets().get(i)), rowsPlace(old, pair.was, i)),
                        side(null, now.at("tables", pair.is.name(), "union")),
                        "",
                        Rows.AGAIN);
            }
        }
        for (int i = 0; i < pair.is.rows().sets().size(); i++) {
            int set = i;
            if (pair.sets.stream().noneMatch(both -> both[1] == set)) {
                found.add(
                        Kind.ADDED,
                        new Subject(pair.is.name(), null, 0, "union"),
                        side(null, old.at("tables", pair.was.name(), "union")),
                        side(rows(pair.is.rows().sets().get(i)), rowsPlace(now, pair.is, i)),
                        "",
                        Rows.AGAIN);
            }
        }
    }

    private static Place rowsPlace(WrittenPlaces places, TableMapping table, int set) {
        Place ofSet = places.at("tables", table.name(), "union", String.valueOf(set), "rows");
        return ofSet.written() == Written.HERE ? ofSet : places.at("tables", table.name(), "rows");
    }

    private static Map<String, @Nullable String> lets(TableMapping table) {
        Map<String, @Nullable String> lets = new LinkedHashMap<>();
        table.rows().lets().forEach(let -> lets.put(let.name(), path(let.expression())));
        return lets;
    }

    private static List<String> pick(TableMapping table, List<Integer> columns) {
        return columns.stream()
                .map(column -> table.columns().get(column).name())
                .toList();
    }

    private static String renamed(Map<String, String> names, List<String> columns) {
        return String.join(
                ", ",
                columns.stream().map(name -> names.getOrDefault(name, name)).toList());
    }

    /** Lists of columns, in an order of their own; null for none. */
    private static @Nullable String lists(Map<String, String> names, List<List<String>> lists) {
        TreeSet<String> sorted = new TreeSet<>();
        lists.forEach(columns -> sorted.add("(" + renamed(names, columns) + ")"));
        return sorted.isEmpty() ? null : String.join(", ", sorted);
    }

    private void setting(Pair pair, String name, @Nullable String was, @Nullable String is, Rows rows) {
        if (!Objects.equals(was, is)) {
            List<String> keys = List.of(name.split("\\."));
            found.add(
                    Kind.CHANGED,
                    new Subject(pair.is.name(), null, 0, name),
                    side(was, at(old, pair.was, keys)),
                    side(is, at(now, pair.is, keys)),
                    "",
                    rows);
        }
    }

    private static Place at(WrittenPlaces places, TableMapping table, List<String> keys) {
        List<String> path = new ArrayList<>(List.of("tables", table.name()));
        path.addAll(keys);
        return places.at(path.toArray(String[]::new));
    }

    private void column(Pair pair, Column was, Column is) {
        if (!was.name().equals(is.name())) {
            found.add(
                    Kind.RENAMED,
                    new Subject(pair.is.name(), is.name(), 0, null),
                    side(was.name(), old.column(pair.was, was.name(), 0)),
                    side(is.name(), now.column(pair.is, is.name(), 0)),
                    "",
                    Rows.STAY);
        }
        type(pair, was, is);
        if (!Objects.equals(was.description(), is.description())) {
            found.add(
                    Kind.CHANGED,
                    new Subject(pair.is.name(), is.name(), 0, "description"),
                    side(was.description(), description(old, pair.was, was.name())),
                    side(is.description(), description(now, pair.is, is.name())),
                    "",
                    Rows.STAY);
        }
        if (was.key() != is.key()) {
            found.add(
                    Kind.CHANGED,
                    new Subject(pair.is.name(), is.name(), 0, "key"),
                    side(String.valueOf(was.key()), old.setting(pair.was, was.name(), 0, List.of("key"))),
                    side(String.valueOf(is.key()), now.setting(pair.is, is.name(), 0, List.of("key"))),
                    "the table has another key",
                    Rows.ANEW);
        }
        for (int[] set : pair.sets) {
            ColumnMapping mapping = mapping(pair.was, set[0], was.name());
            ColumnMapping other = mapping(pair.is, set[1], is.name());
            if (mapping != null && other != null) {
                source(pair, set, mapping, other, was.key() != is.key() || is.key());
            } else if (mapping != null || other != null) {
                found.add(
                        mapping == null ? Kind.ADDED : Kind.REMOVED,
                        new Subject(pair.is.name(), is.name(), pair.number(set), null),
                        side(mapping == null ? null : summary(mapping, true), old.column(pair.was, was.name(), set[0])),
                        side(other == null ? null : summary(other, false), now.column(pair.is, is.name(), set[1])),
                        "",
                        Rows.AGAIN);
            }
        }
    }

    /** That of the first set that has one. */
    private static Place description(WrittenPlaces places, TableMapping table, String column) {
        for (int set = 0; set < table.rows().sets().size(); set++) {
            Place place = places.setting(table, column, set, List.of("description"));
            if (place.written() == Written.HERE) {
                return place;
            }
        }
        return places.setting(table, column, 0, List.of("description"));
    }

    private void type(Pair pair, Column was, Column is) {
        TypeChange change = TypeChange.between(was.type(), is.type());
        Kind kind = switch (change.direction()) {
            case SAME -> null;
            case WIDENED -> Kind.WIDENED;
            case NARROWED -> Kind.NARROWED;
            case OTHER -> Kind.RETYPED;
        };
        if (kind == null) {
            return;
        }
        boolean dated = was.type().kind() == SqlType.Kind.DATE;
        Rows rows = kind == Kind.WIDENED && !dated && keepsWhole(pair, was.name())
                ? Rows.RETRY
                : kind == Kind.RETYPED && is.key() ? Rows.ANEW : Rows.AGAIN;
        found.add(
                kind,
                new Subject(pair.is.name(), is.name(), 0, "type"),
                side(was.type().toString(), old.setting(pair.was, was.name(), 0, List.of("type"))),
                side(is.type().toString(), now.setting(pair.is, is.name(), 0, List.of("type"))),
                change.lost().isEmpty() ? "" : change.lost() + " no longer fit",
                rows);
    }

    /** Whether the old type has rejected what it does not hold, so that no value of the rows was cut, rounded or left out for it. */
    private static boolean keepsWhole(Pair pair, String name) {
        for (RowSet set : pair.was.rows().sets()) {
            ColumnMapping column = set.columns().get(index(pair.was, name));
            if (column != null
                    && (column.value().overflow() != Overflow.REJECT
                            || column.value().scale() != Scale.REJECT
                            || column.value().invalid() != Invalid.REJECT)) {
                return false;
            }
        }
        return true;
    }

    private void source(Pair pair, int[] set, ColumnMapping was, ColumnMapping is, boolean key) {
        String oldKey = ColumnMeaning.sourceKey(was);
        String newKey = ColumnMeaning.sourceKey(is);
        String source = source(was, true);
        String other = source(is, false);
        boolean same = oldKey.equals(newKey);
        if (!same || !source.equals(other)) {
            found.add(
                    Kind.CHANGED,
                    new Subject(pair.is.name(), is.name(), pair.number(set), same ? newKey : "source"),
                    side(
                            same ? source : oldKey + ": " + source,
                            old.setting(pair.was, was.name(), set[0], List.of(oldKey))),
                    side(
                            same ? other : newKey + ": " + other,
                            now.setting(pair.is, is.name(), set[1], List.of(newKey))),
                    key ? "the rows get other keys" : "",
                    key ? Rows.ANEW : Rows.AGAIN);
        }
        if (same) {
            settings(pair, set, was, is);
        }
    }

    private void settings(Pair pair, int[] set, ColumnMapping was, ColumnMapping is) {
        boolean retyped = was.type().kind() != is.type().kind();
        for (ColumnMeaning.Setting setting : ColumnMeaning.SETTINGS) {
            Place there = old.setting(pair.was, was.name(), set[0], setting.keys());
            Place here = now.setting(pair.is, is.name(), set[1], setting.keys());
            // What the same defaults give to one type and not to another follows from the type.
            boolean follows = retyped
                            && there.written() != Written.HERE
                            && here.written() != Written.HERE
                            && old.defaults(pair.was, setting.keys()).equals(now.defaults(pair.is, setting.keys()))
                    || setting.name().equals("required")
                            && (was.role().key() || is.role().key());
            String value = setting.value().apply(was);
            String other = setting.value().apply(is);
            if (!follows && !Objects.equals(value, other)) {
                found.add(
                        Kind.CHANGED,
                        new Subject(pair.is.name(), is.name(), pair.number(set), setting.name()),
                        side(value, there),
                        side(other, here),
                        "",
                        rows(setting.name(), value));
            }
        }
        CodeTable codes = was.text().codes();
        CodeTable others = is.text().codes();
        String name = codes == null ? null : codeNames.getOrDefault(codes.name(), codes.name());
        String other = others == null ? null : others.name();
        if (!Objects.equals(name, other) && was.source() instanceof Path) {
            found.add(
                    Kind.CHANGED,
                    new Subject(pair.is.name(), is.name(), pair.number(set), "codes"),
                    side(name, old.setting(pair.was, was.name(), set[0], List.of("codes"))),
                    side(other, now.setting(pair.is, is.name(), set[1], List.of("codes"))),
                    "",
                    Rows.AGAIN);
        }
    }

    /** What used to be rejected has left no row. */
    private static Rows rows(String setting, @Nullable String was) {
        boolean rejected = REJECT.equals(was)
                || setting.equals("zone") && was == null
                || setting.equals("required") && "true".equals(was);
        return rejected ? Rows.RETRY : Rows.AGAIN;
    }

    private void removed(Pair pair, Column column, List<Lone> come) {
        Place there = old.column(pair.was, column.name(), 0);
        Optional<Lone> other = only(come, column.name());
        found.add(
                Kind.REMOVED,
                new Subject(pair.is.name(), column.name(), 0, null),
                side(column.type() + sourceOf(pair.was, column.name(), true), there),
                side(null, now.at("tables", pair.is.name(), "columns")),
                column.key()
                        ? "the table has another key"
                        : other.map(lone -> "table " + lone.newTable() + " has one of this name now")
                                .orElse(""),
                column.key() ? Rows.ANEW : Rows.STAY);
    }

    private void added(Pair pair, Column column, List<Lone> gone) {
        Place here = now.column(pair.is, column.name(), 0);
        Optional<Lone> other = only(gone, column.name());
        Subject subject = new Subject(pair.is.name(), column.name(), 0, null);
        Side side = side(column.type() + sourceOf(pair.is, column.name(), false), here);
        if (column.key()) {
            String derived = here.written() == Written.NOWHERE ? ", which it is given as it declares none" : "";
            found.add(
                    Kind.ADDED,
                    subject,
                    side(null, old.at("tables", pair.was.name(), "columns")),
                    side,
                    "the table has another key" + derived,
                    Rows.ANEW);
            return;
        }
        TableMapping from =
                other.flatMap(lone -> table(before, lone.oldTable())).orElse(null);
        found.add(
                from == null ? Kind.ADDED : Kind.MOVED,
                subject,
                from == null
                        ? side(null, old.at("tables", pair.was.name(), "columns"))
                        : side(from.name(), old.column(from, column.name(), 0)),
                side,
                from == null ? "" : "it was in table " + from.name(),
                Rows.AGAIN);
    }

    /** The only column of a name. */
    private static Optional<Lone> only(List<Lone> columns, String name) {
        List<Lone> named =
                columns.stream().filter(column -> column.name().equals(name)).toList();
        return named.size() == 1 ? Optional.of(named.get(0)) : Optional.empty();
    }

    private String sourceOf(TableMapping table, String name, boolean before) {
        for (int i = 0; i < table.rows().sets().size(); i++) {
            ColumnMapping column = mapping(table, i, name);
            if (column != null) {
                return ", " + ColumnMeaning.sourceKey(column) + " " + source(column, before);
            }
        }
        return "";
    }

    private String summary(ColumnMapping column, boolean before) {
        return ColumnMeaning.sourceKey(column) + " " + source(column, before);
    }

    private static @Nullable ColumnMapping mapping(TableMapping table, int set, String name) {
        int index = index(table, name);
        return index < 0 ? null : table.rows().sets().get(set).columns().get(index);
    }

    private static int index(TableMapping table, String name) {
        for (int i = 0; i < table.columns().size(); i++) {
            if (table.columns().get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private static Optional<TableMapping> table(MappingContract contract, String name) {
        return contract.tables().stream()
                .filter(table -> table.name().equals(name))
                .findFirst();
    }
}
