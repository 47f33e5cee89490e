package dev.millrace.report;

import dev.millrace.contract.CodeTable;
import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.ColumnMapping.Constant;
import dev.millrace.contract.ColumnMapping.Empty;
import dev.millrace.contract.ColumnMapping.Invalid;
import dev.millrace.contract.ColumnMapping.MetaValue;
import dev.millrace.contract.ColumnMapping.Nil;
import dev.millrace.contract.ColumnMapping.Ordinal;
import dev.millrace.contract.ColumnMapping.Overflow;
import dev.millrace.contract.ColumnMapping.Partial;
import dev.millrace.contract.ColumnMapping.Reference;
import dev.millrace.contract.ColumnMapping.Scale;
import dev.millrace.contract.ColumnMapping.Several;
import dev.millrace.contract.ColumnMapping.Unescape;
import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractText;
import dev.millrace.contract.KeyPath;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.Column;
import dev.millrace.contract.TableMapping.Distinct;
import dev.millrace.contract.TableMapping.ForeignKey;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.contract.TableMapping.RowSet;
import dev.millrace.xml.RecordPath;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a contract says, in words for people who have never seen one. Immutable. */
final class ContractWords {

    private static final String STEP =
            "@?(?:\\.\\.?|(?:[\\p{L}_][\\p{L}\\p{N}\\p{M}_.·-]*:|\\*:)?(?:[\\p{L}_][\\p{L}\\p{N}\\p{M}_.·-]*|\\*))";
    /** A path of steps alone, without its predicates. */
    private static final Pattern STEPS = Pattern.compile(STEP + "(?://?" + STEP + ")*");

    private static final Pattern ONE_RECORD = Pattern.compile("//?" + STEP + "(?://?" + STEP + ")*");

    private final MappingContract contract;
    /** Where the records are, as it is written; null for the document element. */
    private final @Nullable String record;

    ContractWords(MappingContract contract) {
        this.contract = contract;
        this.record = record(contract);
    }

    private static @Nullable String record(MappingContract contract) {
        if (contract.document().record().equals(RecordPath.DOCUMENT_ELEMENT)) {
            return null;
        }
        try {
            return ContractText.of(contract.text(), contract.name())
                    .find(KeyPath.of("document", "record"))
                    .map(node -> node.resolved().text().strip())
                    .orElse(null);
        } catch (ContractException broken) {
            throw new IllegalStateException("the text of a contract that was read is none", broken);
        }
    }

    /** The code tables in the order in which they are written. */
    List<CodeTable> codeTables() {
        return contract.codes().values().stream()
                .sorted(Comparator.comparingInt(
                                (CodeTable table) -> table.position().line())
                        .thenComparingInt(table -> table.position().column()))
                .toList();
    }

    // Documents

    /** What a document is, and what is asked of it. */
    List<Sentence> documents() {
        List<Sentence> said = new ArrayList<>();
        said.add(
                record == null
                        ? Sentence.of("Each text, such as a file, is one document.")
                        : Sentence.of("Each ").code(record).words(" is one document."));
        if (contract.document().select() != null) {
            said.add(Sentence.of("Only those are loaded for which this is true: ")
                    .code(contract.document().select().text())
                    .words("."));
        }
        if (contract.document().key() != null) {
            said.add(Sentence.of("Its key is ")
                    .code(contract.document().key().text())
                    .words("."));
        }
        contract.document()
                .require()
                .forEach(guard -> said.add(Sentence.of("A document is rejected where this is not true: ")
                        .code(guard.test().text())
                        .words(". The reason told: " + guard.reason() + ".")));
        said.add(Sentence.of("All rows of a document are loaded, or none."));
        return said;
    }

    // Tables

    /** Where a table's rows come from, and which of them stay. */
    List<Sentence> rows(TableMapping table) {
        List<Sentence> said = new ArrayList<>();
        List<RowSet> sets = table.rows().sets();
        for (RowSet set : sets) {
            Sentence rows = Sentence.of("One row for each ");
            String parent = parent(table);
            if (set.rows() == null) {
                rows.words(parent == null ? "document" : "row of ");
            } else {
                rows.code(set.rows().text()).words(parent == null ? " in a document" : " in a row of ");
            }
            said.add((parent == null ? rows : rows.table(parent)).words("."));
        }
        if (table.rows().nested() != null) {
            said.add(Sentence.of("Also for each ")
                    .code(table.rows().nested().text())
                    .words(" within one, at any depth."));
        }
        Distinct distinct = table.rows().distinct();
        if (distinct != null) {
            said.add(distinct(table, distinct));
        }
        if (table.rows().skipEmpty()) {
            Sentence empty = Sentence.of("A row without any value of its own is left out");
            said.add(
                    table.rows().unless() == null
                            ? empty.words(".")
                            : empty.words(", unless ")
                                    .code(table.rows().unless().text())
                                    .words("."));
        }
        if (table.onDuplicate() == OnDuplicate.KEEP_FIRST) {
            said.add(Sentence.of("A row whose key is there already is not loaded."));
        } else if (table.onDuplicate() == OnDuplicate.UPDATE) {
            said.add(Sentence.of("A row whose key is there already replaces the one that is there."));
        }
        return said;
    }

    private static Sentence distinct(TableMapping table, Distinct distinct) {
        List<String> by =
                distinct.by().stream().map(i -> table.columns().get(i).name()).toList();
        Sentence said = Sentence.of("Rows of a document with the same ").codes(by);
        if (distinct.keep() == Distinct.Keep.REJECT && distinct.prefer() == null) {
            return said.words(" reject it.");
        }
        String kept = switch (distinct.keep()) {
            case FIRST -> "the first";
            case LAST -> "the last";
            case REJECT -> "none";
        };
        return distinct.prefer() == null
                ? said.words(" are one: " + kept + " stays.")
                : said.words(" are one: that with the lowest ")
                        .code(distinct.prefer().text())
                        .words(
                                distinct.keep() == Distinct.Keep.REJECT
                                        ? " stays; of several with the lowest, the document is rejected."
                                        : " stays; of several, " + kept + ".");
    }

    /** What tells rows apart, and what they refer to. */
    List<Sentence> keys(TableMapping table) {
        List<Sentence> said = new ArrayList<>();
        said.add(Sentence.of("Key: ").codes(names(table, table.key())).words("."));
        table.keys()
                .unique()
                .forEach(
                        unique -> said.add(Sentence.of("Unique: ").codes(unique).words(".")));
        for (ForeignKey key : table.keys().foreignKeys()) {
            said.add(Sentence.of("Refers to ")
                    .table(contract.tables().get(key.table()).name())
                    .words(" by ")
                    .codes(names(table, key.columns()))
                    .words("."));
        }
        return said;
    }

    private static List<String> names(TableMapping table, List<Integer> columns) {
        return columns.stream().map(i -> table.columns().get(i).name()).toList();
    }

    private @Nullable String parent(TableMapping table) {
        return table.parent() < 0 ? null : contract.tables().get(table.parent()).name();
    }

    // Columns

    /** Where a column's values come from: once, or for each set of a union that differs. */
    List<Sentence> sources(TableMapping table, int column) {
        List<Sentence> said = new ArrayList<>();
        Set<String> known = new TreeSet<>();
        for (RowSet set : table.rows().sets()) {
            ColumnMapping mapping = set.columns().get(column);
            if (mapping != null) {
                Sentence source = source(table, set, mapping);
                if (known.add(source.toString())) {
                    said.add(source);
                }
            }
        }
        return said;
    }

    private Sentence source(TableMapping table, RowSet set, ColumnMapping column) {
        if (column.source() instanceof ColumnMapping.Path path) {
            return Sentence.of("").code(shownPath(table, set, path.expression().text()));
        }
        if (column.source() instanceof Reference reference) {
            return Sentence.of(reference.levels() == 0 ? "the row around, " : "")
                    .table(reference.table())
                    .words(" ")
                    .code(reference.column());
        }
        if (column.source() instanceof Ordinal) {
            return Sentence.of("the row’s number, from 1");
        }
        if (column.source() instanceof Constant constant) {
            return constant.value() == null
                    ? Sentence.of("always NULL")
                    : Sentence.of("always ").code(literal(constant.value()));
        }
        return Sentence.of(meta(((MetaValue) column.source()).meta()));
    }

    private static String meta(ColumnMapping.Meta meta) {
        return switch (meta) {
            case DOCUMENT_KEY -> "the document’s key";
            case SOURCE_NAME -> "the file or table that the document came from";
            case RUN_ID -> "the run that loaded the document";
            case LOADED_AT -> "when the run that loaded the document started";
        };
    }

    /** The path from the document's top, where it can be told; else as it is written. */
    String shownPath(TableMapping table, RowSet set, String path) {
        String full = fullPath(table, set, path);
        if (full != null) {
            return full;
        }
        return path.equals(".") && set.rows() != null ? set.rows().text() : path;
    }

    /** The path from the document's top, where it consists of steps alone all the way; null elsewhere. */
    @Nullable
    String fullPath(TableMapping table, RowSet set, String path) {
        String around = rowPath(table, set);
        if (around == null) {
            return null;
        }
        return path.equals(".") ? around : isSteps(path) ? around + "/" + path : null;
    }

    /** Where the items of rows are, from the document's top; null where that is no single path of steps. */
    private @Nullable String rowPath(TableMapping table, RowSet set) {
        String around;
        if (table.parent() < 0) {
            around = record == null ? "/*" : ONE_RECORD.matcher(record).matches() ? record : null;
        } else {
            TableMapping parent = contract.tables().get(table.parent());
            boolean single = parent.rows().sets().size() == 1 && parent.rows().nested() == null;
            around = single ? rowPath(parent, parent.rows().sets().get(0)) : null;
        }
        if (around == null || set.rows() == null) {
            return around;
        }
        String rows = set.rows().text();
        return isSteps(rows) ? around + "/" + rows : null;
    }

    private static boolean isSteps(String path) {
        return STEPS.matcher(withoutPredicates(path)).matches();
    }

    /** What is left where what stands in brackets is taken out; the path itself where they do not go together. */
    private static String withoutPredicates(String path) {
        StringBuilder steps = new StringBuilder();
        int open = 0;
        char quote = 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (open > 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == '[') {
                open++;
            } else if (c == ']') {
                open--;
            } else if (open == 0) {
                steps.append(c);
            }
        }
        return open == 0 && quote == 0 ? steps.toString() : path;
    }

    /** What becomes of its values on the way, as far as the contract says anything of it. */
    List<Sentence> rules(TableMapping table, int column) {
        Column its = table.columns().get(column);
        List<Sentence> said = new ArrayList<>();
        Set<String> known = new TreeSet<>();
        for (RowSet set : table.rows().sets()) {
            ColumnMapping mapping = set.columns().get(column);
            if (mapping != null && mapping.source() instanceof ColumnMapping.Path) {
                for (Sentence rule : rules(its, mapping)) {
                    if (known.add(rule.toString())) {
                        said.add(rule);
                    }
                }
            }
        }
        return said;
    }

    private static List<Sentence> rules(Column its, ColumnMapping column) {
        List<Sentence> said = new ArrayList<>();
        text(said, column.text());
        CodeTable codes = column.text().codes();
        if (codes != null) {
            said.add(Sentence.of("Translated by ").codeTable(codes.name()).words("."));
        }
        value(said, column);
        Object otherwise = column.role().defaultValue();
        if (otherwise != null) {
            said.add(Sentence.of("Without a value it is ")
                    .code(literal(otherwise))
                    .words("."));
        } else if (column.role().required() && !its.key()) {
            said.add(Sentence.of("A document without a value is rejected."));
        }
        return said;
    }

    private static void text(List<Sentence> said, ColumnMapping.TextPolicy text) {
        if (text.several() == Several.FIRST) {
            said.add(Sentence.of("Of several values the first counts."));
        } else if (text.several() == Several.LAST) {
            said.add(Sentence.of("Of several values the last counts."));
        } else if (text.several() == Several.JOIN) {
            String join = text.join();
            said.add(
                    join == null || join.isEmpty()
                            ? Sentence.of("Several values are joined.")
                            : Sentence.of("Several values are joined with ")
                                    .code(join.replace("\n", "\\n").replace("\t", "\\t"))
                                    .words("."));
        }
        if (text.unescape() == Unescape.HTML) {
            said.add(Sentence.of("Character references of HTML, such as ")
                    .code("&amp;")
                    .words(", are decoded."));
        }
        switch (text.trim()) {
            case TRUE -> {}
            case FALSE -> said.add(Sentence.of("White space at both ends stays."));
            case UNICODE -> said.add(Sentence.of("White space of every kind is removed at both ends."));
            case COLLAPSE -> said.add(Sentence.of("White space within becomes one blank."));
        }
        if (text.empty() == Empty.KEEP) {
            said.add(Sentence.of("An empty text stays one."));
        } else if (text.empty() == Empty.NO_DEFAULT) {
            said.add(Sentence.of("An empty text becomes NULL and gets no default."));
        }
        if (!text.nulls().isEmpty()) {
            said.add(Sentence.of("No value: ")
                    .codes(List.copyOf(new TreeSet<>(text.nulls())))
                    .words("."));
        }
        if (text.nil() == Nil.NULL) {
            said.add(Sentence.of("An element with ").code("xsi:nil").words(" becomes NULL."));
        }
    }

    private static void value(List<Sentence> said, ColumnMapping column) {
        ColumnMapping.ValuePolicy value = column.value();
        List<String> formats = value.reading().formats();
        if (!formats.isEmpty()) {
            said.add(Sentence.of(formats.size() == 1 ? "Read as " : "Read as the first of these that fits: ")
                    .codes(formats)
                    .words("."));
        }
        ZoneId zone = value.reading().zone();
        if (zone != null) {
            said.add(
                    column.type().kind() == SqlType.Kind.TIMESTAMPTZ
                            ? Sentence.of("A time without a zone is in ")
                                    .code(zone.getId())
                                    .words(".")
                            : Sentence.of("A time with a zone is turned to ")
                                    .code(zone.getId())
                                    .words("."));
        }
        if (value.reading().partial() != Partial.REJECT) {
            said.add(Sentence.of("A date without a day or a month is the "
                    + (value.reading().partial() == Partial.FIRST ? "first" : "last") + " day of that time."));
        }
        if (value.invalid() != Invalid.REJECT) {
            said.add(Sentence.of("What is no value of the type "
                    + (value.invalid() == Invalid.NULL ? "becomes NULL." : "gets the default.")));
        }
        if (value.overflow() != Overflow.REJECT) {
            said.add(Sentence.of("A longer text " + (value.overflow() == Overflow.NULL ? "becomes NULL." : "is cut.")));
        }
        if (value.scale() != Scale.REJECT) {
            said.add(Sentence.of("More digits behind the point "
                    + switch (value.scale()) {
                        case REJECT -> "";
                        case NULL -> "make it NULL.";
                        case HALF_UP -> "are rounded, half up.";
                        case HALF_EVEN -> "are rounded, half to even.";
                        case DOWN -> "are cut.";
                    }));
        }
    }

    // Code tables

    /** What becomes of texts that a code table does not have, and how they are compared. */
    static List<Sentence> codes(CodeTable table) {
        List<Sentence> said = new ArrayList<>();
        if (table.ignoreCase()) {
            said.add(Sentence.of("Upper and lower case do not matter."));
        }
        said.add(
                switch (table.otherwise()) {
                    case REJECT -> Sentence.of("A document with any other text is rejected.");
                    case NULL -> Sentence.of("Any other text becomes NULL.");
                    case VALUE ->
                        Sentence.of("Any other text becomes ")
                                .code(String.valueOf(table.otherwiseValue()))
                                .words(".");
                    case KEEP -> Sentence.of("Any other text stays as it is.");
                });
        return said;
    }

    /** A value as a contract writes it. */
    static String literal(Object value) {
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        return value instanceof byte[] bytes ? Base64.getEncoder().encodeToString(bytes) : value.toString();
    }

    // For catalogues

    /** All texts that a column can have, where the contract says so: by its code tables and constants alone. Empty elsewhere. */
    static List<String> values(TableMapping table, int column) {
        Set<String> values = new LinkedHashSet<>();
        for (RowSet set : table.rows().sets()) {
            ColumnMapping mapping = set.columns().get(column);
            CodeTable codes = mapping == null ? null : mapping.text().codes();
            if (mapping != null && mapping.source() instanceof Constant constant && constant.value() != null) {
                values.add(literal(constant.value()));
            } else if (codes != null && codes.otherwise() != CodeTable.Otherwise.KEEP) {
                codes.entries().values().stream().filter(Objects::nonNull).forEach(values::add);
                if (codes.otherwiseValue() != null) {
                    values.add(codes.otherwiseValue());
                }
                Object otherwise = mapping.role().defaultValue();
                if (otherwise != null) {
                    values.add(literal(otherwise));
                }
            } else if (mapping != null) {
                return List.of();
            }
        }
        return List.copyOf(values);
    }

    /** Whether numbers and truth values are written without quotes. */
    static boolean isQuoted(SqlType type) {
        return switch (type.kind()) {
            case BOOLEAN, SMALLINT, INTEGER, BIGINT, DECIMAL, REAL, DOUBLE -> false;
            default -> true;
        };
    }

    /** Whether a column is one thing about the document or the run, in all sets of its table. */
    static boolean isMeta(TableMapping table, int column, ColumnMapping.Meta meta) {
        return table.rows().sets().stream()
                .map(set -> set.columns().get(column))
                .allMatch(mapping ->
                        mapping != null && mapping.source() instanceof MetaValue value && value.meta() == meta);
    }

    /** Whether no row of a table is without a value in a column, and no two have the same. */
    static boolean isUnique(TableMapping table, int column) {
        return table.key().equals(List.of(column))
                || table.keys()
                        .unique()
                        .contains(List.of(table.columns().get(column).name()));
    }
}
