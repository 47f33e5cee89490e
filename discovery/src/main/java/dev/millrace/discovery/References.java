package dev.millrace.discovery;

import dev.millrace.discovery.DraftTable.Column;
import dev.millrace.discovery.xsd.XsdValue;
import dev.millrace.discovery.xsd.XsdValue.Identity;
import dev.millrace.summary.PathNode;
import dev.millrace.summary.ValueForm;
import dev.millrace.summary.ValueSummary;
import dev.millrace.xml.PathObserver;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Columns that look like references by their names or values, and how many of their values an id of the draft's tables has.
 *
 * <p>Samples of the values tell which ids are worth a look; then all documents tell exactly. A value counts once in each document, and has
 * to be an id of the same document; where ids are those of whole documents, it counts once in all, and has to be the id of any.
 *
 * <p>Values are compared by hashes, as {@link SecondLook} does, with the same bound: of a column with more values nothing is told.
 */
final class References {

    /** Ids that a column is held against, at most. */
    private static final int MOST_TARGETS = 8;

    /** So many known values have to be ids before values alone, whatever their column is called, make a reference. */
    private static final int ENOUGH = 5;

    /** Small numbers are the ids of something by chance; of so many all have to be there. */
    private static final int ENOUGH_NUMBERS = 10;

    private static final Pattern REFERENCE = Pattern.compile("(.*_)?(idrefs?|refs?|ref_ids?)|(?!href)[a-z]+ref");
    private static final Pattern LINK = Pattern.compile("(.*_)?href");
    private static final Pattern PLURAL = Pattern.compile(".*refs");
    private static final Pattern ID_OF_ANOTHER = Pattern.compile(".*_(id|key|no|nr|number|code|uuid|guid)");
    private static final Pattern SUFFIX =
            Pattern.compile("_?(idrefs?|refs?|ref_ids?|href|id|key|no|nr|number|code|uuid|guid)$");
    private static final Pattern ID = Pattern.compile("(.*_)?(id|identifier|key|uuid|guid|handle)");

    private static final String NOWHERE = "called a reference, but no id has most of its values";

    /** Why a column is taken for a reference. */
    private enum Reason {
        /** It is called one, or a schema says so. */
        NAME,
        /** Its values are those of links within a document, {@code #chapter2}. */
        FRAGMENTS,
        /** It is called as the id of another table would be. */
        FOREIGN_ID,
        /** Whatever it is called, the values that are known are ids. */
        VALUES
    }

    /** A column with ids. */
    private static final class Target {
        final DraftTable table;
        final Column column;
        /** Whether each document is one row at most, so that other documents may refer to it. */
        final boolean isOfDocuments;

        private @Nullable HashSetOfLongs all;
        private volatile boolean given;

        Target(DraftTable table, Column column) {
            this.table = table;
            this.column = column;
            isOfDocuments = table.parent == null;
            all = isOfDocuments ? new HashSetOfLongs() : null;
        }

        /** Values are there twice, or are too many: it is of no use. */
        synchronized void giveUp() {
            given = true;
            all = null;
        }

        synchronized void addAll(HashSetOfLongs values, long most) {
            HashSetOfLongs known = all;
            if (known != null && (!known.addAll(values) || known.size() > most)) {
                giveUp();
            }
        }

        String name() {
            return table.name + "." + column.name;
        }
    }

    /** How many values of a column are ids of another. */
    private static final class Pair {
        final Target target;
        /** Whether the column is called after the other's table, or a schema says that it refers to it. */
        final boolean isNamed;

        private long values;
        private long found;

        Pair(Target target, boolean isNamed) {
            this.target = target;
            this.isNamed = isNamed;
        }

        synchronized void add(long some, long ofThem) {
            values += some;
            found += ofThem;
        }

        double share() {
            return values == 0 ? 0 : (double) found / values;
        }
    }

    /** A column that may refer to others. */
    private static final class Source {
        final Reason reason;
        /** Whether its name is one of references, so that it is told, too, when few of its values are ids. */
        final boolean isCalledOne;
        /** Whether a value is a list of ids. */
        final boolean list;

        final boolean areNumbers;
        final List<Pair> pairs = new ArrayList<>();
        private @Nullable HashSetOfLongs all = new HashSetOfLongs();
        private volatile boolean given;

        Source(Reason reason, boolean isCalledOne, boolean list, boolean areNumbers) {
            this.reason = reason;
            this.isCalledOne = isCalledOne;
            this.list = list;
            this.areNumbers = areNumbers;
        }

        synchronized void giveUp() {
            given = true;
            all = null;
        }

        synchronized void addAll(HashSetOfLongs values, long most) {
            HashSetOfLongs known = all;
            if (known != null) {
                known.addAll(values);
                if (known.size() > most) {
                    giveUp();
                }
            }
        }

        boolean refersToDocuments() {
            return pairs.stream().anyMatch(pair -> pair.target.isOfDocuments);
        }
    }

    /** In the order of the tables. */
    private final Map<Column, Source> sources = new LinkedHashMap<>();

    private final List<Target> targets = new ArrayList<>();
    private final Map<PathNode, List<Source>> sourcesAt = new HashMap<>();
    private final Map<PathNode, List<Target>> targetsAt = new HashMap<>();
    private long most;

    /** @param tables those of a new draft, with the names of their columns; none where it is not to be told what refers to what */
    References(List<DraftTable> tables) {
        List<Target> all = new ArrayList<>();
        for (DraftTable table : tables) {
            for (Column column : columns(table)) {
                if (isTarget(table, column)) {
                    all.add(new Target(table, column));
                }
            }
        }
        Set<Target> used = new HashSet<>();
        for (DraftTable table : tables) {
            for (Column column : columns(table)) {
                Source source = source(table, column, all);
                if (source != null) {
                    sources.put(column, source);
                    source.pairs.forEach(pair -> used.add(pair.target));
                    column.shape.nodes.forEach(node -> sourcesAt
                            .computeIfAbsent(node, key -> new ArrayList<>())
                            .add(source));
                }
            }
        }
        for (Target target : all) {
            if (used.contains(target)) {
                targets.add(target);
                target.column.shape.nodes.forEach(node -> targetsAt
                        .computeIfAbsent(node, key -> new ArrayList<>())
                        .add(target));
            }
        }
    }

    /** Columns with values of their own, one for each row. */
    private static List<Column> columns(DraftTable table) {
        if (!table.union.isEmpty() || table.item.isAny()) {
            return List.of();
        }
        return table.columns.stream()
                .filter(column -> !column.joined && !column.path.endsWith(")") && column.shape.isWithin(table.item))
                .filter(column -> column.shape.value != null && column.shape.value.count() > column.shape.value.blank())
                .toList();
    }

    private static boolean isTarget(DraftTable table, Column column) {
        Declared declared = column.shape.declared;
        return table.candidates.contains(column)
                || declared != null && (declared.isId() || !declared.uniqueIn.isEmpty())
                || ID.matcher(ownName(column)).matches();
    }

    private static String ownName(Column column) {
        return DraftNames.snake(column.shape.name.local());
    }

    // Which columns may refer to which

    private static @Nullable Source source(DraftTable table, Column column, List<Target> targets) {
        ValueSummary values = column.shape.value;
        if (values == null) {
            return null;
        }
        String name = ownName(column);
        XsdValue declared = column.shape.declaredValue();
        Identity identity = declared == null ? Identity.NONE : declared.identity();
        Set<Shape> byKey = column.shape.declared == null ? Set.of() : column.shape.declared.refersTo;
        boolean isLink = LINK.matcher(name).matches();
        boolean isReference = !byKey.isEmpty()
                || REFERENCE.matcher(name).matches()
                || identity == Identity.IDREF
                || identity == Identity.IDREFS;
        Reason reason;
        if (areFragments(values, !isLink)) {
            reason = Reason.FRAGMENTS;
        } else if (isReference) {
            reason = Reason.NAME;
        } else if (ID_OF_ANOTHER.matcher(name).matches()) {
            reason = Reason.FOREIGN_ID;
        } else {
            reason = Reason.VALUES;
        }
        boolean list = identity == Identity.IDREFS
                || reason == Reason.NAME && PLURAL.matcher(name).matches();
        boolean areNumbers = values.is(ValueForm.DIGITS) || values.is(ValueForm.INTEGER);
        boolean areHashesAlike = reason != Reason.FRAGMENTS && !list;
        // What is a key is called a reference by people who mean their own.
        boolean isCalledOne = (isReference || isLink) && !table.candidates.contains(column);
        Source source = new Source(reason, isCalledOne, list, areNumbers);
        Map<Pair, Double> likely = new HashMap<>();
        for (Target target : targets) {
            ValueSummary ids = target.column.shape.value;
            if (ids == null || target.column.shape == column.shape) {
                continue;
            }
            ValueSummary.Overlap overlap = areHashesAlike ? values.overlap(ids) : ValueSummary.Overlap.UNKNOWN;
            boolean isNamed =
                    byKey.isEmpty() ? isCalledAfter(table, column, name, target) : byKey.contains(target.column.shape);
            boolean isLikely = switch (reason) {
                case NAME, FRAGMENTS -> isNamed || overlap.found() * 2 >= overlap.values();
                case FOREIGN_ID -> isNamed;
                case VALUES -> !areNumbers && overlap.values() >= ENOUGH && overlap.found() == overlap.values();
            };
            if (isLikely) {
                double share = overlap.values() == 0 ? 0.5 : (double) overlap.found() / overlap.values();
                likely.put(new Pair(target, isNamed), share);
            }
        }
        // In the order of the tables where nothing else decides.
        likely.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<Pair, Double> entry) -> !entry.getKey().isNamed)
                        .thenComparing(entry -> -entry.getValue())
                        .thenComparing(entry -> targets.indexOf(entry.getKey().target)))
                .limit(MOST_TARGETS)
                .forEach(entry -> source.pairs.add(entry.getKey()));
        return source.pairs.isEmpty() && !(reason == Reason.NAME && isCalledOne) ? null : source;
    }

    /** Whether all values, or some, are those of links within a document. */
    private static boolean areFragments(ValueSummary values, boolean all) {
        long some = values.values().stream()
                .filter(value -> value.text() != null && value.text().startsWith("#"))
                .count();
        return some > 0 && (!all || some == values.values().size());
    }

    /** Whether a column, or the element that has it, is called as the rows are that have the ids: {@code contextRef}, {@code order_id}. */
    private static boolean isCalledAfter(DraftTable table, Column column, String name, Target target) {
        String stem = SUFFIX.matcher(name).replaceFirst("");
        Shape around = column.shape.parent;
        if (stem.isEmpty() && around != null) {
            stem = DraftNames.snake(around.name.local());
        }
        String rows = DraftNames.snake(target.table.item.name.local());
        if (target.table == table) {
            return stem.equals("parent");
        }
        return !stem.isEmpty() && (stem.equals(rows) || stem.endsWith("_" + rows));
    }

    // What all documents tell

    /** How many columns' values it takes to look. */
    int size() {
        return sources.size() + targets.size();
    }

    /** @param values that may be held for one column */
    void bound(long values) {
        most = values;
    }

    boolean isAt(PathNode node) {
        return sourcesAt.containsKey(node) || targetsAt.containsKey(node);
    }

    /** The values of one document after the other. Used by one thread. */
    final class Tally {

        private final Map<Source, HashSetOfLongs> references = new HashMap<>();
        private final Map<Target, HashSetOfLongs> ids = new HashMap<>();

        void begin() {
            references.clear();
            ids.clear();
        }

        void take(PathNode node, PathObserver.Value value) {
            for (Source source : sourcesAt.getOrDefault(node, List.of())) {
                if (!source.given) {
                    HashSetOfLongs mine = references.computeIfAbsent(source, key -> new HashSetOfLongs());
                    String text = value.text().strip();
                    int before = source.reason == Reason.FRAGMENTS ? 1 : 0;
                    for (String one : source.list ? text.split("\\s+") : new String[] {text}) {
                        if (one.length() > before && (before == 0 || one.startsWith("#"))) {
                            mine.add(ValueSummary.hashOf(one.substring(before)));
                        }
                    }
                    if (mine.size() > most) {
                        source.giveUp();
                        references.remove(source);
                    }
                }
            }
            for (Target target : targetsAt.getOrDefault(node, List.of())) {
                if (!target.given) {
                    HashSetOfLongs mine = ids.computeIfAbsent(target, key -> new HashSetOfLongs());
                    String text = value.text();
                    if (!text.isBlank() && (!mine.add(ValueSummary.hashOf(text)) || mine.size() > most)) {
                        target.giveUp();
                        ids.remove(target);
                    }
                }
            }
        }

        void end() {
            references.forEach((source, values) -> {
                for (Pair pair : source.pairs) {
                    if (!pair.target.isOfDocuments) {
                        HashSetOfLongs known = ids.get(pair.target);
                        pair.add(values.size(), known == null ? 0 : values.countIn(known));
                    }
                }
                if (source.refersToDocuments()) {
                    source.addAll(values, most);
                }
            });
            ids.forEach((target, values) -> {
                if (target.isOfDocuments) {
                    target.addAll(values, most);
                }
            });
            begin();
        }
    }

    // What other processes have found

    /** What was found so far. */
    void write(DataOutput out) throws IOException {
        for (Source source : sources.values()) {
            write(out, source.all);
            for (Pair pair : source.pairs) {
                out.writeLong(pair.values);
                out.writeLong(pair.found);
            }
        }
        for (Target target : targets) {
            out.writeBoolean(target.given);
            write(out, target.all);
        }
    }

    private static void write(DataOutput out, @Nullable HashSetOfLongs values) throws IOException {
        out.writeBoolean(values != null);
        if (values != null) {
            values.write(out);
        }
    }

    /** Takes in what was found in other documents, by one of the same draft. */
    void add(DataInput in) throws IOException {
        for (Source source : sources.values()) {
            if (in.readBoolean()) {
                source.addAll(HashSetOfLongs.read(in), most);
            } else {
                source.giveUp();
            }
            for (Pair pair : source.pairs) {
                pair.add(in.readLong(), in.readLong());
            }
        }
        for (Target target : targets) {
            boolean given = in.readBoolean();
            if (in.readBoolean()) {
                target.addAll(HashSetOfLongs.read(in), most);
            }
            if (given) {
                target.giveUp();
            }
        }
    }

    /** All documents were looked at. */
    void completed() {
        for (Source source : sources.values()) {
            HashSetOfLongs values = source.all;
            for (Pair pair : source.pairs) {
                HashSetOfLongs known = pair.target.all;
                if (pair.target.isOfDocuments && values != null && known != null) {
                    pair.add(values.size(), values.countIn(known));
                }
            }
        }
    }

    /** In words, for a comment: what the column refers to, and with how many of its values; "" where there is nothing to say. */
    String told(Column column) {
        Source source = sources.get(column);
        if (source == null || source.given) {
            return "";
        }
        Pair best = null;
        for (Pair pair : source.pairs) {
            boolean isBetter = best == null
                    || pair.share() > best.share()
                    || pair.share() == best.share() && pair.isNamed && !best.isNamed;
            if (!pair.target.given && isBetter) {
                best = pair;
            }
        }
        if (best == null || best.values == 0) {
            return source.isCalledOne && source.pairs.isEmpty() ? NOWHERE : "";
        }
        boolean areMost = best.found * 2 >= best.values;
        boolean isChance =
                source.areNumbers && !best.isNamed && (best.found < best.values || best.values < ENOUGH_NUMBERS);
        boolean isTold = source.reason == Reason.VALUES ? best.found * 10 >= best.values * 9 : areMost && !isChance;
        if (isTold || source.isCalledOne && best.isNamed) {
            return "refers to " + best.target.name() + ": "
                    + String.format(Locale.ROOT, "%,d of %,d", best.found, best.values)
                    + (best.values == 1 ? " value is there" : " values are there");
        }
        return source.isCalledOne && !areMost ? NOWHERE : "";
    }
}
