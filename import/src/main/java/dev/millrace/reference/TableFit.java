package dev.millrace.reference;

import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.reference.ReferenceContract.Mapping;
import dev.millrace.reference.RowMakers.RowSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the columns of a new contract fit tables that are there, so that what is loaded is what the original's INSERT left in
 * them: the types, sizes and keys are theirs, a value is rounded and cut where the original did it or its database does, and
 * what that database refuses is a reject. Every difference from the original's contract is told, in words and counts.
 */
final class TableFit {

    private static final Set<Kind> WHOLE = Set.of(Kind.SMALLINT, Kind.INTEGER, Kind.BIGINT);
    private static final Set<Kind> TEXTS = Set.of(Kind.CHAR, Kind.VARCHAR, Kind.TEXT);
    private static final Set<Kind> FLOATING = Set.of(Kind.REAL, Kind.DOUBLE);

    /** The original's times have as many fraction digits. */
    private static final int MICROSECONDS = 6;

    /** So many columns are named in one line. */
    private static final int NAMED = 6;

    private final TargetTables target;
    private final ReferenceContract contract;
    private final Notes notes;
    private final Map<String, Set<String>> found = new LinkedHashMap<>();
    private final Set<String> compared = new LinkedHashSet<>();
    private final Set<String> different = new LinkedHashSet<>();

    TableFit(TargetTables target, ReferenceContract contract, Notes notes) {
        this.target = target;
        this.contract = contract;
        this.notes = notes;
    }

    /**
     * A contract whose data types are those that the tables make of them: a moment that goes into a date loses its time of day, a
     * date keeps it in a column that has one.
     */
    static ReferenceContract retyped(ReferenceContract contract, TargetTables target) {
        return contract.withMappings(contract.mappings().stream()
                .map(mapping -> {
                    TargetTable table = target.tables().get(mapping.table());
                    TargetTable.Column column = table == null ? null : table.column(mapping.column());
                    if (column == null || column.type() == null) {
                        return mapping;
                    }
                    SqlType type = column.type();
                    if (mapping.isMoment() && (type.kind() == Kind.DATE || type.kind() == Kind.TIMESTAMP)) {
                        return mapping.as(type.kind() == Kind.DATE ? "date" : "datetime");
                    }
                    if (mapping.dataType().equals("tinyint") && column.words().startsWith("tinyint")) {
                        // The column's own limits are held, and told in their words.
                        return mapping.as("smallint");
                    }
                    return mapping.dataType().equals("boolean") && WHOLE.contains(type.kind())
                            ? mapping.as("bit")
                            : mapping;
                })
                .toList());
    }

    /** Makes the columns of a table with one set of rows fit. */
    void fit(String table, List<Column> columns) {
        TargetTable there = target.tables().get(table);
        if (there == null) {
            tell(
                    "are not there: create them with --create-tables, or with the statements of 'millrace ddl'",
                    table,
                    "");
            return;
        }
        boolean single = columns.stream().anyMatch(column -> column.name().equals("app_id") && column.has("key"));
        columns.forEach(column -> fit(table, there, column, single));
        fitKey(table, there, columns, List.of());
        tellUnfilled(table, there, columns);
    }

    /** Makes the columns of a union fit: those that its sets share, and each set's own. Returns those that are shared. */
    List<Column> fit(String table, List<Column> shared, List<RowSet> sets) {
        TargetTable there = target.tables().get(table);
        if (there == null) {
            fit(table, shared);
            return shared;
        }
        List<Column> kept = shared;
        if (there.column("seq") == null && shared.stream().anyMatch(column -> column.has("ordinal"))) {
            kept = shared.stream().filter(column -> !column.has("ordinal")).toList();
            // Without a number of its own a row is told from others by what it holds.
            kept.forEach(Column::key);
            sets.forEach(set -> set.columns().stream()
                    .filter(column -> column.has("path") && !column.has("default"))
                    .limit(2)
                    .forEach(Column::key));
        }
        kept.forEach(column -> fit(table, there, column, false));
        Set<String> all = new LinkedHashSet<>();
        for (RowSet set : sets) {
            set.columns().forEach(column -> {
                all.add(column.name());
                fit(table, there, column, false);
            });
        }
        for (RowSet set : sets) {
            all.forEach(name -> fillFromDefault(there, set, name));
        }
        fitKey(table, there, kept, sets);
        List<Column> every = new ArrayList<>(kept);
        sets.forEach(set -> every.addAll(set.columns()));
        tellUnfilled(table, there, every);
        return kept;
    }

    /** A column that a set does not name stays NULL, which a column of the table may forbid though it has a default. */
    private static void fillFromDefault(TargetTable there, RowSet set, String name) {
        TargetTable.Column column = there.column(name);
        SqlType type = column == null ? null : column.type();
        if (column == null
                || type == null
                || column.nullable()
                || set.columns().stream().anyMatch(each -> each.name().equals(name))) {
            return;
        }
        String value = TableDefault.of(column);
        if (value != null) {
            set.columns()
                    .add(Column.path(name, Sources.quoted(value), type.toString())
                            .with("required", "true"));
        }
    }

    /** Whether the database keeps rows with the same key out, which it must where rows that are there are looked for by it. */
    boolean isUnique(String table, Collection<Column> columns) {
        TargetTable there = target.tables().get(table);
        Set<String> key = columns.stream()
                .filter(column -> column.has("key"))
                .map(Column::name)
                .collect(Collectors.toSet());
        if (there == null || there.isUnique(key)) {
            return true;
        }
        tell(
                "have no primary or unique key on the contract's key: a row that is there already rejects its document, where the"
                        + " original passes over it or updates it",
                table,
                String.join(", ", key));
        return false;
    }

    private void fit(String table, TargetTable there, Column column, boolean single) {
        String where = table + "." + column.name();
        TargetTable.Column actual = there.column(column.name());
        if (actual == null) {
            tell(
                    "are in the contract and not in the table: add them to the table, or take them out of the contract",
                    where,
                    "");
            return;
        }
        compared.add(where);
        if (actual.computed()) {
            tell(
                    "are computed by the database and take no value: take them out of the contract",
                    where,
                    actual.words());
            return;
        }
        if (actual.numbered()) {
            tell("are numbered by the database: their values from the documents are kept", where, "");
        }
        if (column.has("ref")) {
            if (!actual.nullable() && !column.has("key")) {
                column.with("required", "true");
            }
            return;
        }
        Mapping mapping = contract.mappings().stream()
                .filter(each -> each.table().equals(table) && each.column().equals(column.name()))
                .findFirst()
                .orElse(null);
        SqlType type = actual.type();
        if (type == null) {
            tell("have a type that no type of a contract goes with", where, actual.words());
            return;
        }
        if (mapping != null) {
            tellType(where, mapping, actual, type, column);
        }
        fitType(where, column, actual, type, mapping);
        fitNull(where, column, actual, mapping, single);
    }

    // Types

    private void tellType(String where, Mapping mapping, TargetTable.Column actual, SqlType type, Column column) {
        String said = "data_type " + mapping.dataType();
        boolean same;
        switch (mapping.dataType()) {
            case "int", "integer" -> same = type.kind() == Kind.INTEGER;
            case "smallint", "tinyint" -> same = type.kind() == Kind.SMALLINT;
            case "bigint" -> same = type.kind() == Kind.BIGINT;
            case "bit", "boolean" -> same = type.kind() == Kind.BOOLEAN || type.kind() == Kind.SMALLINT;
            case "decimal" -> {
                same = type.kind() == Kind.DECIMAL && type.scale() == Columns.scale(mapping);
                said += " of " + Columns.scale(mapping) + " fraction digits";
            }
            case "float" -> same = FLOATING.contains(type.kind());
            case "date", "datetime", "smalldatetime" -> same = type.kind() == Columns.kind(mapping);
            default -> {
                tellLength(where, mapping, actual, type, column);
                return;
            }
        }
        if (!same) {
            differ(column, said, actual);
            tell("have another type than the contract says", where, mapping.dataType() + ", " + actual.words());
        }
    }

    private void tellLength(String where, Mapping mapping, TargetTable.Column actual, SqlType type, Column column) {
        int length = Math.max(mapping.length(), 0);
        if (!TEXTS.contains(type.kind())) {
            differ(column, "data_type " + mapping.dataType(), actual);
            tell("have another type than the contract says", where, mapping.dataType() + ", " + actual.words());
        } else if (!column.has("codes") && type.length() != length) {
            boolean shorter = type.length() > 0 && (length == 0 || type.length() < length);
            differ(column, length == 0 ? "no data_length" : "data_length " + length, actual);
            tell(
                    shorter
                            ? "are shorter than the contract's data_length: longer texts are rejected, as the database rejects them"
                            : "are longer than the contract's data_length, to which texts are cut",
                    where,
                    (length == 0 ? "none" : length) + ", " + actual.words());
        }
    }

    private void differ(Column column, String said, TargetTable.Column actual) {
        column.remark((column.remark().isEmpty() ? "" : column.remark() + "; ") + said + ", and the column is "
                + actual.words());
    }

    private void fitType(
            String where, Column column, TargetTable.Column actual, SqlType type, @Nullable Mapping mapping) {
        SqlType wanted = type(column);
        if (column.has("codes")) {
            if (holdsCodes(mapping, column, type)) {
                column.with("type", type.toString());
            } else {
                tell("have codes that the column does not hold: change the code table", where, actual.words());
            }
            return;
        }
        if (column.has("value")) {
            if (TableDefault.literal(column.get("value"), type) != null) {
                column.with("type", type.toString());
            }
            return;
        }
        if (WHOLE.contains(wanted.kind())) {
            fitWhole(where, column, actual, type);
        } else if (wanted.kind() == Kind.DECIMAL) {
            fitDecimal(where, column, actual, type, wanted.scale());
        } else if (FLOATING.contains(wanted.kind())) {
            fitDecimal(where, column, actual, type, -1);
        } else if (TEXTS.contains(wanted.kind())) {
            fitText(column, type, wanted, mapping);
        } else if (wanted.kind() == type.kind()) {
            column.with(
                    "type",
                    type.kind() == Kind.TIMESTAMP && type.precision() > MICROSECONDS
                            ? "timestamp(" + MICROSECONDS + ")"
                            : type.toString());
        } else {
            cannot(where, actual);
        }
        if (!TEXTS.contains(type(column).kind())) {
            column.without("unescape");
        }
        String value = column.get("default");
        if (column.has("default")) {
            String fitted = TableDefault.literal(value, type(column));
            if (fitted == null) {
                tell("have a default that is none for the column, and is left out", where, actual.words());
                column.without("default").without("empty");
                if (column.get("invalid").equals("default")) {
                    column.with("invalid", "null");
                }
            } else {
                column.with("default", fitted);
            }
        }
    }

    private boolean holdsCodes(@Nullable Mapping mapping, Column column, SqlType type) {
        Set<String> codes = new HashSet<>();
        if (mapping == null || mapping.isBit()) {
            codes.addAll(List.of("0", "1"));
        } else {
            contract.enums().getOrDefault(ReferenceReader.enumName(mapping), Map.of()).values().stream()
                    .filter(Objects::nonNull)
                    .forEach(code -> codes.add(Codes.plain(code)));
        }
        if (column.has("default")) {
            codes.add(column.get("default"));
        }
        return codes.stream().allMatch(code -> TableDefault.literal(code, type) != null);
    }

    private static SqlType type(Column column) {
        return SqlType.parse(column.type()).orElse(SqlType.TEXT);
    }

    private void fitWhole(String where, Column column, TargetTable.Column actual, SqlType type) {
        if (WHOLE.contains(type.kind()) || type.kind() == Kind.BOOLEAN) {
            column.with("type", type.toString());
            if (type.kind() == Kind.BOOLEAN) {
                column.without("scale");
            }
        } else if (type.kind() == Kind.DECIMAL) {
            // Whole before it comes into the column, as the original's cast has it.
            column.with("type", "decimal(" + Math.max(1, type.precision() - type.scale()) + ",0)");
        } else if (FLOATING.contains(type.kind())) {
            round(column, 0).with("type", type.toString());
        } else {
            cannot(where, actual);
        }
    }

    /** @param scale fraction digits to which the original rounds; -1 if it does not */
    private void fitDecimal(String where, Column column, TargetTable.Column actual, SqlType type, int scale) {
        if (type.kind() == Kind.DECIMAL) {
            int digits = scale < 0 ? type.scale() : Math.min(scale, type.scale());
            column.with(
                    "type", "decimal(" + Math.max(1, type.precision() - type.scale() + digits) + "," + digits + ")");
        } else if (FLOATING.contains(type.kind())) {
            (scale < 0 ? column : round(column, scale)).with("type", type.toString());
        } else if (WHOLE.contains(type.kind())) {
            column.with("type", type.toString()).with("scale", "down");
            tell(
                    "are whole numbers, into which the database puts numbers without their fractions",
                    where,
                    actual.words());
        } else {
            cannot(where, actual);
        }
    }

    private static Column round(Column column, int digits) {
        return column.with(
                        "path",
                        "for $n in number((" + column.get("path") + ")[1])[. = .] return "
                                + Casts.rounded("$n", digits))
                .without("scale");
    }

    private static void fitText(Column column, SqlType type, SqlType wanted, @Nullable Mapping mapping) {
        if (!TEXTS.contains(type.kind())) {
            // A text that the original leaves to the database, which reads it or refuses the document.
            column.with("type", type.toString()).whole();
            return;
        }
        int length = wanted.length();
        boolean fixed = type.kind() == Kind.CHAR;
        if (type.length() == 0 || length > 0 && length < type.length() && !fixed) {
            return;
        }
        boolean cuts = length > 0 && length <= type.length();
        if (cuts && length < type.length()) {
            column.with("path", "substring((" + column.get("path") + ")[1], 1, " + length + ")");
        }
        column.with("type", type.toString());
        boolean pathIsConstant = mapping == null && column.has("key");
        if (!cuts && !pathIsConstant) {
            column.with("overflow", "reject");
        }
    }

    private void cannot(String where, TargetTable.Column actual) {
        tell(
                "have a type into which the contract's values do not go as they are: change type or path there",
                where,
                actual.words());
    }

    // What has no value

    private void fitNull(
            String where, Column column, TargetTable.Column actual, @Nullable Mapping mapping, boolean single) {
        if (mapping != null && !mapping.nullable() && actual.nullable()) {
            tell("are not nullable in the contract and may be NULL in the table, which changes nothing", where, "");
        }
        if (column.has("value") && !actual.nullable()) {
            // Only what comes of a path can be called required.
            column.with("path", Sources.quoted(column.get("value")))
                    .without("value")
                    .with("required", "true");
            return;
        }
        if (column.has("value") || column.has("ordinal") || column.has("key")) {
            return;
        }
        boolean hasDefault = actual.defaultValue() != null && !column.has("default") && (single || !actual.nullable());
        String value = hasDefault && !isAlways(column) ? TableDefault.of(actual) : null;
        if (value != null) {
            value = TableDefault.literal(value, type(column));
        }
        if (value != null) {
            column.with("default", value);
            boolean emptyIsValue = mapping != null && mapping.isCalculated() && mapping.isText();
            if (emptyIsValue) {
                column.with("empty", "no-default");
            }
            tell(
                    "get the table's default where a document has no value, as by the original's INSERT that leaves them out",
                    where,
                    value);
        }
        if (!actual.nullable()) {
            column.with("required", "true");
        }
        if (isAlways(column) || column.has("default") && !column.has("empty")) {
            return;
        }
        if (!actual.nullable()) {
            tell(
                    "are NOT NULL: a document without a value there is rejected"
                            + (hasDefault && value == null
                                    ? ", where the original's INSERT had the database's default, which is no constant"
                                    : ", as the database rejects it"),
                    where,
                    hasDefault && value == null ? String.valueOf(actual.defaultValue()) : "");
        } else if (hasDefault && value == null) {
            tell(
                    "stay NULL without a value, where the original's INSERT had the database's default, which is no constant",
                    where,
                    String.valueOf(actual.defaultValue()));
        }
    }

    /** Whether a column has a value for whatever there is: the codes of its bits do. */
    private static boolean isAlways(Column column) {
        return column.get("codes").equals("char_to_bit") || column.get("codes").equals("boolean_to_bit");
    }

    private void tellUnfilled(String table, TargetTable there, List<Column> columns) {
        for (TargetTable.Column column : there.columns()) {
            if (columns.stream().anyMatch(each -> each.name().equalsIgnoreCase(column.name()))) {
                continue;
            }
            String where = table + "." + column.name();
            if (!column.isOptional()) {
                tell(
                        "are NOT NULL without a default, and nothing fills them: add them to the contract, or give them a default",
                        where,
                        column.words());
            } else {
                tell("of the tables are not in the contract, and are the database's to fill", where, "");
            }
        }
    }

    // Keys

    /** Takes the table's primary key for the contract's, if the columns for it are there and tell rows apart. */
    private void fitKey(String table, TargetTable there, List<Column> shared, List<RowSet> sets) {
        Set<String> wanted = TargetTable.folded(there.primaryKey());
        if (wanted.isEmpty()) {
            tell("have no primary key: the database does not notice rows that are there twice", table, "");
            return;
        }
        List<List<Column>> rows = sets.isEmpty()
                ? List.of(List.of())
                : sets.stream().map(RowSet::columns).toList();
        Set<String> key = new HashSet<>();
        boolean complete = true;
        for (List<Column> row : rows) {
            List<Column> all = new ArrayList<>(shared);
            all.addAll(row);
            Set<String> names = all.stream().map(TableFit::folded).collect(Collectors.toSet());
            complete &= names.containsAll(wanted);
            all.stream().filter(column -> column.has("key")).forEach(column -> key.add(folded(column)));
        }
        if (wanted.equals(key)) {
            return;
        }
        if (!complete || !wanted.containsAll(key)) {
            tell(
                    "have another primary key than the contract, which keeps its own",
                    table,
                    String.join(", ", there.primaryKey()));
            return;
        }
        rows.forEach(row ->
                row.stream().filter(column -> wanted.contains(folded(column))).forEach(Column::key));
        shared.stream().filter(column -> wanted.contains(folded(column))).forEach(Column::key);
        tell("have a primary key that the contract takes over", table, String.join(", ", there.primaryKey()));
    }

    private static String folded(Column column) {
        return column.name().toLowerCase(Locale.ROOT);
    }

    // What is told

    private void tell(String what, String where, String detail) {
        found.computeIfAbsent(what, unused -> new LinkedHashSet<>())
                .add(where + (detail.isEmpty() ? "" : " (" + detail + ")"));
        if (where.indexOf('.') >= 0) {
            different.add(where);
        }
    }

    /** Tells, after all tables, how many columns were compared and what was found. */
    void tellAll() {
        Set<String> there = target.tables().keySet();
        if (contract.schema() != null && target.schema() == null && target.shown() != null) {
            notes.add("schema " + contract.schema() + " is not in the database: the contract is for the tables in "
                    + target.shown() + ", the connection's own schema");
        }
        notes.add("types, sizes, keys and what may be NULL are those of " + count(there.size(), "table")
                + (target.shown() == null ? "" : " in schema " + target.shown()) + ": "
                + count(compared.size(), "column") + " compared, "
                + compared.stream()
                        .filter(column -> !different.contains(column))
                        .count()
                + " as the contract says");
        found.forEach((what, where) -> {
            boolean columns = where.iterator().next().replaceFirst(" \\(.*", "").indexOf('.') >= 0;
            String named = where.stream().limit(NAMED).collect(Collectors.joining(", "));
            String said = where.size() == 1 ? singular(what) : what;
            notes.list(count(where.size(), columns ? "column" : "table") + " " + said + ": " + named
                    + (where.size() > NAMED ? ", and " + (where.size() - NAMED) + " more" : ""));
        });
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String singular(String what) {
        return what.replace("their values", "its values")
                .replace(
                        "nothing fills them: add them to the contract, or give them",
                        "nothing fills it: add it to the contract, or give it")
                .replace("add them to the table, or", "add it to the table, or")
                .replace("take them out", "take it out")
                .replace("create them", "create it")
                .replace("leaves them out", "leaves it out")
                .replace("are the database's", "is the database's")
                .replaceFirst("^are ", "is ")
                .replaceFirst("^have ", "has ")
                .replaceFirst("^get ", "gets ")
                .replaceFirst("^stay ", "stays ")
                .replaceFirst("^of the tables are ", "of the tables is ");
    }
}
