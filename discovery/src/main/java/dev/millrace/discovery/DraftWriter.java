package dev.millrace.discovery;

import dev.millrace.contract.MappingContract.SourceDefaults;
import dev.millrace.contract.NewNode;
import dev.millrace.discovery.DraftTable.Column;
import dev.millrace.discovery.xsd.XsdOccurs;
import dev.millrace.summary.PathSummary;
import dev.millrace.summary.PathSummary.Broken;
import dev.millrace.summary.Place;
import dev.millrace.summary.ValueSummary;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes a draft as a contract that a person likes to read, each decision with its evidence. Used once. */
final class DraftWriter {

    /** Distinct texts that may be codes. */
    private static final int MOST_CODES = 20;

    /** Paths of a schema that are listed, of each kind. */
    private static final int MOST_LISTED = 40;

    private final Drafter draft;
    private final SecondLook look;
    private final DraftNames names;
    private final PathSummary summary;
    private final boolean showValues;

    DraftWriter(Drafter draft, SecondLook look) {
        this.draft = draft;
        this.look = look;
        names = new DraftNames(draft.options().longestName());
        summary = draft.summary();
        showValues = draft.options().showValues();
    }

    NewNode.Mapping write() {
        decideKeys();
        NewNode.Mapping contract = NewNode.mapping();
        contract.comment(header());
        contract.blank();
        contract.put("contract", NewNode.literal("1"));
        contract.put("name", NewNode.text(draft.options().name()));
        NewNode.Mapping document = document();
        if (document != null) {
            contract.blank().put("document", document);
        }
        if (draft.options().schema() != null) {
            contract.blank().put("schema", NewNode.text(draft.options().schema()));
        }
        if (draft.options().source() != null) {
            contract.blank().put("source", source(draft.options().source()));
        }
        contract.blank().put("tables", tables());
        if (!draft.ignored.isEmpty()) {
            NewNode.Items ignored = NewNode.items();
            draft.ignored.forEach(
                    (path, why) -> ignored.add(NewNode.expression(path).beside(why)));
            contract.blank().put("ignore", ignored.inBlock());
        }
        SchemaShapes shapes = draft.shapes;
        if (shapes != null) {
            addFindings(contract, shapes);
        }
        return contract;
    }

    /** At the end of the contract: what of the schema is not in it. */
    private static void addFindings(NewNode.Mapping contract, SchemaShapes shapes) {
        if (!shapes.unused.isEmpty()) {
            contract.blank()
                    .comment("Left out: " + count(shapes.unused.size(), "path") + " of the schema, with all that is in"
                            + (shapes.unused.size() == 1
                                    ? " it, which no document has:"
                                    : " them, that no document has:")
                            + listed(shapes.unused));
        }
        if (!shapes.cut.isEmpty()) {
            contract.blank()
                    .comment("Kept whole, as XML: " + count(shapes.cut.size(), "element")
                            + " below which the schema goes on"
                            + " (a draft has some " + String.format(Locale.ROOT, "%,d", SchemaShapes.MOST_SHAPES)
                            + " elements and attributes, on " + SchemaShapes.MOST_LEVELS
                            + " levels). Documents, or --record, tell what of it is needed:" + listed(shapes.cut));
        }
    }

    private static String listed(List<String> paths) {
        StringBuilder text = new StringBuilder();
        paths.stream().limit(MOST_LISTED).forEach(path -> text.append("\n  ").append(path));
        if (paths.size() > MOST_LISTED) {
            text.append("\n  and ")
                    .append(String.format(Locale.ROOT, "%,d", paths.size() - MOST_LISTED))
                    .append(" more");
        }
        return text.toString();
    }

    void decideKeys() {
        draft.tables.forEach(this::decideKey);
    }

    private static NewNode.Mapping source(SourceDefaults source) {
        NewNode.Mapping written = NewNode.mapping();
        if (source.table() != null) {
            written.put("table", NewNode.text(source.table()));
        }
        if (source.key() != null) {
            written.put("key", NewNode.text(source.key()));
        }
        if (source.xml() != null) {
            written.put("xml", NewNode.text(source.xml()));
        }
        return written.inFlow();
    }

    private String header() {
        List<String> schemas = draft.shapes == null
                ? List.of()
                : draft.shapes.files.stream()
                        .map(file -> file.replaceFirst(".*[/\\\\]", ""))
                        .toList();
        String ofSchemas = schemas.isEmpty()
                ? ""
                : (schemas.size() == 1 ? "the schema " : "the schemas ") + String.join(", ", schemas);
        if (draft.isOfSchemaAlone()) {
            return "Drafted by 'millrace discover' from " + ofSchemas
                    + " alone: no document was looked at. Yours to edit: nothing here is made again unless you ask for it.";
        }
        StringBuilder text = new StringBuilder("Drafted by 'millrace discover' from "
                + (ofSchemas.isEmpty() ? "" : ofSchemas + " and ") + count(summary.documents(), "document") + " ("
                + bytes(summary.bytes()) + ", "
                + count(summary.paths(), "distinct path")
                + "). Yours to edit: nothing here is made again unless you ask"
                + " for it.");
        if (!look.isComplete()) {
            text.append("\nStopped before the end: documents that were not read may hold more.");
        }
        for (Map.Entry<?, Broken> broken : new TreeMap<>(summary.broken()).entrySet()) {
            Broken its = broken.getValue();
            text.append("\nNot read: ")
                    .append(count(its.count(), "document"))
                    .append(", ")
                    .append(its.fault().code().word())
                    .append(", first ")
                    .append(its.document());
        }
        return text.toString();
    }

    private NewNode.@Nullable Mapping document() {
        NewNode.Mapping document = NewNode.mapping();
        boolean any = false;
        if (!draft.record.isDocumentElement()) {
            document.comment(draft.record.why());
            document.put("record", NewNode.expression(recordPath()));
            any = true;
        }
        Map<String, List<String>> prefixes = draft.namespaces().declarations();
        if (!prefixes.isEmpty()) {
            NewNode.Mapping declared = NewNode.mapping();
            prefixes.forEach((prefix, uris) -> declared.put(
                    prefix,
                    uris.size() == 1
                            ? NewNode.text(uris.get(0))
                            : NewNode.items(uris.stream().map(NewNode::text).toList())));
            document.put("namespaces", declared);
            any = true;
        }
        if (summary.withDoctype() > 0) {
            document.put("doctype", NewNode.literal("internal").beside(of(summary.withDoctype(), summary.documents())));
            any = true;
        }
        if (summary.ofGuessedEncoding() > 0) {
            document.put(
                    "encoding",
                    NewNode.text("windows-1252")
                            .beside(of(summary.ofGuessedEncoding(), summary.documents())
                                    + " tell none and are not UTF-8: a guess"));
            any = true;
        }
        return any ? document : null;
    }

    private String recordPath() {
        String around = draft.record.around().stream()
                .map(shape -> "/" + draft.namespaces().step(shape))
                .collect(Collectors.joining());
        List<String> records =
                draft.record.records().stream().map(draft.namespaces()::step).toList();
        return around + "/" + (records.size() == 1 ? records.get(0) : "(" + String.join(" | ", records) + ")");
    }

    private NewNode.Mapping tables() {
        NewNode.Mapping tables = NewNode.mapping();
        boolean first = true;
        for (DraftTable table : draft.tables) {
            if (!first) {
                tables.blank();
            }
            first = false;
            tables.comment(tableComment(table));
            tables.put(table.name, table(table));
        }
        return tables;
    }

    String tableComment(DraftTable table) {
        if (!table.union.isEmpty()) {
            return String.join("\n", table.notes);
        }
        Declared declared = table.item.declared;
        Shape around = table.item.parent;
        StringBuilder text = new StringBuilder();
        if (!draft.isOfSchemaAlone()) {
            text.append(count(table.rowCount(), "row"));
        } else if (declared != null) {
            text.append(
                    around == null || around.parent == null
                            ? "One for each document"
                            : declared.occurs + " in " + around.name.local());
        }
        if (!draft.isOfSchemaAlone() && table.parent != null && !table.item.isAny()) {
            Shape item = table.item;
            long parents = item.parent == null ? 0 : item.parent.occurrences;
            text.append(": ")
                    .append(item.parents == parents ? 1 : 0)
                    .append("..")
                    .append(
                            declared != null && declared.occurs.max() == XsdOccurs.UNBOUNDED
                                    ? "*"
                                    : Integer.toString(
                                            Math.max(item.most, declared == null ? 0 : declared.occurs.max())))
                    .append(" in ")
                    .append(item.parent == null ? "" : item.parent.name.local())
                    .append(item.parents == parents ? "" : ", " + of(item.parents, parents) + " have any");
        }
        if (declared != null) {
            declared.notes.stream()
                    .filter(note -> !note.isEmpty())
                    .forEach(note -> text.append('\n')
                            .append(Character.toUpperCase(note.charAt(0)))
                            .append(note.substring(1)));
        }
        table.item.against.forEach(found -> text.append("\n").append(words(found)));
        table.notes.forEach(note -> text.append("\n").append(note));
        if (!table.nested.isEmpty()) {
            text.append("\nNested in itself: ").append(table.around).append(" is the row around.");
        }
        return text.toString();
    }

    NewNode.Mapping table(DraftTable table) {
        NewNode.Mapping written = NewNode.mapping();
        Declared declared = table.item.declared;
        if (table.union.isEmpty() && declared != null && !declared.sentence.isEmpty()) {
            written.put("description", NewNode.text(declared.sentence));
        }
        if (table.parent != null) {
            written.put("parent", NewNode.text(table.parent.name));
        }
        if (!table.rows.isEmpty()) {
            written.put("rows", NewNode.expression(table.rows));
        }
        if (!table.nested.isEmpty()) {
            written.put("nested", NewNode.expression(String.join(" | ", new TreeSet<>(table.nested))));
        }
        NewNode.Mapping columns = NewNode.mapping();
        DraftTable parent = table.parent;
        if (!table.documentKey.isEmpty()) {
            columns.put(
                    table.documentKey,
                    NewNode.mapping()
                            .put("meta", NewNode.literal("document-key"))
                            .put("key", NewNode.literal("true"))
                            .inFlow());
        }
        for (int i = 0; i < table.references.size(); i++) {
            columns.put(
                    table.references.get(i),
                    NewNode.mapping()
                            .put("ref", NewNode.text(parent == null ? "" : parent.name + "." + parent.keyNames.get(i)))
                            .put("key", NewNode.literal("true"))
                            .inFlow());
        }
        if (!table.ordinal.isEmpty()) {
            columns.put(
                    table.ordinal,
                    NewNode.mapping()
                            .put("ordinal", NewNode.literal("true"))
                            .put("key", NewNode.literal("true"))
                            .inFlow());
        }
        if (!table.around.isEmpty()) {
            columns.put(
                    table.around,
                    NewNode.mapping()
                            .put("ref", NewNode.text(table.name + "." + table.ordinal))
                            .inFlow());
        }
        if (table.union.isEmpty()) {
            table.columns.stream()
                    .filter(column -> column.key)
                    .forEach(column -> put(columns, table, column, column.path));
            table.columns.stream()
                    .filter(column -> !column.key)
                    .forEach(column -> put(columns, table, column, column.path));
        }
        if (table.union.isEmpty()) {
            written.put("columns", columns);
            return written;
        }
        if (table.isLabelKey) {
            written.put("skip-empty", NewNode.literal("true"));
        }
        written.put("columns", columns);
        NewNode.Items sets = NewNode.items();
        for (DraftTable.RowSet set : table.union) {
            NewNode.Mapping its = NewNode.mapping();
            NewNode.Mapping label = NewNode.mapping()
                    .put("value", table.isLabelKey ? NewNode.literal(set.label()) : NewNode.text(set.label()))
                    .put("type", NewNode.literal(table.labelType));
            if (table.isLabelKey) {
                label.put("key", NewNode.literal("true"));
            }
            its.put(table.label, label.inFlow());
            set.paths().forEach((column, path) -> put(its, table, column, path));
            sets.add(NewNode.mapping()
                    .put("rows", NewNode.expression(set.rows()))
                    .put("columns", its));
        }
        written.put("union", sets);
        return written;
    }

    private void put(NewNode.Mapping columns, DraftTable table, Column column, String path) {
        if (!column.type.doubt().isEmpty()) {
            columns.comment(column.type.doubt());
        }
        if (column.shape != table.item || table.item.isLeaf()) {
            column.shape.against.forEach(found -> columns.comment(words(found)));
        }
        columns.put(column.name, column(column, path).beside(evidence(table, column)));
    }

    /** A column without its evidence. */
    NewNode.Mapping column(Column column, String path) {
        ValueType type = column.type;
        NewNode.Mapping written =
                NewNode.mapping().put("path", NewNode.expression(path)).put("type", NewNode.literal(type.type()));
        if (column.key) {
            written.put("key", NewNode.literal("true"));
        } else if (column.required) {
            written.put("required", NewNode.literal("true"));
        }
        if (!type.formats().isEmpty()) {
            written.put("format", texts(type.formats()));
        }
        if (type.zone() != null) {
            written.put("zone", NewNode.text(type.zone()));
        }
        if (!type.nulls().isEmpty()) {
            written.put("nulls", texts(type.nulls().stream().sorted().toList()));
        }
        if (column.joined) {
            written.put("join", NewNode.text(" "));
        }
        if (column.nil && !type.type().equals("xml") && !column.key) {
            written.put("nil", NewNode.literal("null"));
        }
        String sentence = Drafter.sentence(column.shape);
        if (!sentence.isEmpty()) {
            written.put("description", NewNode.text(sentence));
        }
        return written.inFlow();
    }

    private static NewNode texts(List<String> texts) {
        return texts.size() == 1
                ? NewNode.text(texts.get(0))
                : NewNode.items(texts.stream().map(NewNode::text).toList()).inFlow();
    }

    /** For a comment. */
    private String words(Declared.Contradiction found) {
        return "Not as the schema has it: " + found.words() + at(found, look);
    }

    /** For the screen. */
    static String told(Declared.Contradiction found, SecondLook look) {
        return found.path() + ": " + found.words() + at(found, look);
    }

    private static String at(Declared.Contradiction found, SecondLook look) {
        String where = look.where(found);
        return where.isEmpty() ? "" : ", first in " + where;
    }

    String evidence(DraftTable table, Column column) {
        List<String> parts = new ArrayList<>();
        ValueType type = column.type;
        ValueSummary values = column.shape.value;
        if (column.key && draft.isOfSchemaAlone()) {
            parts.add("unique by the schema");
        } else if (column.key) {
            parts.add(
                    table.parent == null
                            ? "unique in " + String.format(Locale.ROOT, "%,d", table.rowCount())
                            : "unique in its " + table.parent.name);
        } else if (values != null && column.filled > 0) {
            parts.add(
                    !table.union.isEmpty()
                            ? String.format(Locale.ROOT, "%,d values", column.filled)
                            : column.filled >= table.rowCount() ? "in all" : of(column.filled, table.rowCount()));
        }
        if (!type.note().isEmpty()) {
            parts.add(type.note());
        }
        Place ruledOut = type.ruledOut();
        if (ruledOut != null) {
            parts.add("a " + type.narrower() + " but for " + look.where(ruledOut));
        }
        String refersTo = look.refersTo(column);
        if (!refersTo.isEmpty()) {
            parts.add(refersTo);
        }
        // What is known of values says nothing of the names that they have.
        boolean isName = column.path.equals("name()");
        if (values != null && type.type().startsWith("varchar") && values.knowsAll() && !column.key && !isName) {
            long distinct = values.distinct();
            if (distinct <= MOST_CODES && distinct * 5 <= column.filled) {
                parts.add(
                        showValues
                                ? values.values().stream()
                                        .map(value -> value.text() == null ? "…" : value.text())
                                        .collect(Collectors.joining(", "))
                                : distinct + " distinct");
            }
        }
        return String.join("; ", parts);
    }

    // Keys

    private void decideKey(DraftTable table) {
        Set<String> taken = new HashSet<>();
        table.columns.forEach(column -> taken.add(column.name));
        DraftTable parent = table.parent;
        Column natural =
                table.candidates.stream().filter(look::isUnique).findFirst().orElse(null);
        if (parent != null) {
            List<String> references = new ArrayList<>();
            int inherited = parent.references.size();
            for (int i = 0; i < parent.keyNames.size(); i++) {
                String key = parent.keyNames.get(i);
                boolean own = i >= inherited && !key.equals(parent.documentKey);
                String stem = parent.name.endsWith("_") ? parent.name : parent.name + "_";
                String name = own && !key.startsWith(stem) ? stem + key : key;
                String free = names.free(name, taken);
                taken.add(free);
                references.add(free);
            }
            table.references = references;
            table.keyNames.addAll(references);
        } else if (natural == null) {
            table.documentKey = names.free("document_key", taken);
            taken.add(table.documentKey);
            table.keyNames.add(table.documentKey);
        }
        if (natural != null) {
            natural.key = true;
            natural.type = natural.type.asKey(natural.shape.value);
            table.keyNames.add(natural.name);
        } else if (table.isLabelKey) {
            table.label = names.free(table.label, taken);
            table.keyNames.add(table.label);
        } else if (parent != null || !table.nested.isEmpty()) {
            table.ordinal = names.free("seq", taken);
            taken.add(table.ordinal);
            table.keyNames.add(table.ordinal);
        }
        if (!table.label.isEmpty() && !table.isLabelKey) {
            table.label = names.free(table.label, taken);
        }
        if (!table.nested.isEmpty()) {
            table.around = names.free("parent_seq", taken);
        }
    }

    // Words

    static String of(long some, long all) {
        return String.format(Locale.ROOT, "%,d of %,d", some, all);
    }

    static String count(long number, String of) {
        return String.format(Locale.ROOT, "%,d %s%s", number, of, number == 1 ? "" : "s");
    }

    static String bytes(long bytes) {
        return bytes < 1_000_000
                ? String.format(Locale.ROOT, "%,d bytes", bytes)
                : String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
    }
}
