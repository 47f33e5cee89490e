package dev.millrace.mapping;

import dev.millrace.contract.ColumnLimits.Times;
import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.ColumnMapping.Constant;
import dev.millrace.contract.ColumnMapping.Empty;
import dev.millrace.contract.ColumnMapping.Invalid;
import dev.millrace.contract.ColumnMapping.Meta;
import dev.millrace.contract.ColumnMapping.MetaValue;
import dev.millrace.contract.ColumnMapping.Ordinal;
import dev.millrace.contract.ColumnMapping.Overflow;
import dev.millrace.contract.ColumnMapping.Path;
import dev.millrace.contract.ColumnMapping.Reference;
import dev.millrace.contract.ColumnMapping.Scale;
import dev.millrace.contract.ColumnMapping.Several;
import dev.millrace.contract.ColumnMapping.TextPolicy;
import dev.millrace.contract.ColumnMapping.Trim;
import dev.millrace.contract.ColumnMapping.Unescape;
import dev.millrace.contract.ColumnMapping.ValueSource;
import dev.millrace.contract.NarrowColumn;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.mapping.CellCounts.Policy;
import dev.millrace.mapping.Collapses.Cause;
import dev.millrace.mapping.MappingTrace.Kind;
import dev.millrace.xml.NamePattern;
import dev.millrace.xml.Node;
import dev.millrace.xml.path.EvaluationException;
import dev.millrace.xml.path.Items;
import dev.millrace.xml.path.PathExpression;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One column, ready to be computed: its source and policies with every decision taken that does not need the document.
 * The order is path, several, join, unescape, trim, empty, nulls, codes, type, invalid, overflow, default; the row checks
 * {@code required} at its end. Owned by one worker.
 */
final class ColumnPlan {

    private enum Source {
        PATH,
        FRAGMENT,
        REFERENCE,
        /** A column that may hold less than the one it refers to. */
        NARROW_REFERENCE,
        POSITION,
        CONSTANT,
        DOCUMENT_KEY,
        SOURCE_NAME
    }

    /** What the values of the run are, for {@code meta}. */
    record Run(String id, Instant loadedAt) {}

    /** xsi:nil (XML Schema 1.0, part 1, §2.6.2). */
    static final NamePattern NIL = new NamePattern("http://www.w3.org/2001/XMLSchema-instance", "nil");

    private final String table;
    private final int tableIndex;
    private final int index;
    private final ColumnMapping mapping;
    private final @Nullable NarrowColumn narrow;
    private final Wording wording;
    private final Source source;
    private final @Nullable PathExpression path;
    private final @Nullable PathExpression nilNodes;
    private final int levels;
    private final int ancestorColumn;
    private final @Nullable Object constant;
    private final Conversion conversion;
    private final @Nullable CodeLookup codes;
    private final Trim trim;
    private final boolean unescapes;
    private final boolean trimsCut;
    private final int cutFrom;
    private final Empty empty;
    private final Set<String> nulls;

    /** @param index of the column in its table */
    ColumnPlan(TableMapping table, int index, ColumnMapping mapping, Run run, Wording wording) {
        this.table = table.name();
        this.tableIndex = table.index();
        this.index = index;
        this.mapping = mapping;
        this.wording = wording;
        this.narrow = mapping.value().narrow();
        TextPolicy text = mapping.text();
        this.conversion = Conversion.to(mapping.value());
        this.codes = text.codes() == null ? null : new CodeLookup(text.codes(), mapping.type(), narrow);
        this.trim = text.trim();
        this.unescapes = text.unescape() == Unescape.HTML;
        // A cut in other units than characters may be shorter.
        this.cutFrom = narrow == null ? mapping.type().length() : 0;
        this.trimsCut = trim != Trim.FALSE && mapping.value().overflow() == Overflow.TRUNCATE;
        this.empty = text.empty();
        this.nulls = text.nulls();
        this.source = source(mapping);
        this.path = mapping.source() instanceof Path from ? from.expression() : null;
        this.nilNodes = mapping.source() instanceof Path from ? from.nodes() : null;
        this.levels = mapping.source() instanceof Reference reference ? reference.levels() : 0;
        this.ancestorColumn = mapping.source() instanceof Reference reference ? reference.columnIndex() : 0;
        this.constant = constant(mapping, conversion, run);
    }

    private static Source source(ColumnMapping mapping) {
        ValueSource from = mapping.source();
        if (from instanceof Path) {
            return mapping.type().kind() == SqlType.Kind.XML ? Source.FRAGMENT : Source.PATH;
        }
        if (from instanceof Reference) {
            return mapping.value().narrow() == null ? Source.REFERENCE : Source.NARROW_REFERENCE;
        }
        if (from instanceof Ordinal) {
            return Source.POSITION;
        }
        if (from instanceof MetaValue meta && meta.meta() == Meta.DOCUMENT_KEY) {
            return Source.DOCUMENT_KEY;
        }
        if (from instanceof MetaValue meta && meta.meta() == Meta.SOURCE_NAME) {
            return Source.SOURCE_NAME;
        }
        return Source.CONSTANT;
    }

    private static @Nullable Object constant(ColumnMapping mapping, Conversion conversion, Run run) {
        if (mapping.source() instanceof Constant value) {
            return value.value();
        }
        if (!(mapping.source() instanceof MetaValue meta)) {
            return null;
        }
        Object value;
        switch (meta.meta()) {
            case RUN_ID -> value = conversion.convert(run.id());
            case LOADED_AT -> value = loadedAt(mapping, conversion, run.loadedAt());
            default -> {
                return null;
            }
        }
        if (value instanceof Misfit) {
            throw new IllegalArgumentException(mapping.position() + ": column '" + mapping.name() + "' of type "
                    + mapping.type() + " cannot hold its 'meta' value");
        }
        return value;
    }

    /** The clock has more digits than anyone asked for, so that cutting them loses nothing of a document. */
    private static Object loadedAt(ColumnMapping mapping, Conversion conversion, Instant instant) {
        SqlType type = mapping.type();
        long step = 1;
        for (int i = type.precision(); i < 9; i++) {
            step *= 10;
        }
        OffsetDateTime time = instant.atOffset(ZoneOffset.UTC);
        OffsetDateTime cut = time.withNano((int) (time.getNano() / step * step));
        return switch (type.kind()) {
            case TIMESTAMPTZ -> cut;
            case TIMESTAMP -> {
                NarrowColumn narrow = mapping.value().narrow();
                LocalDateTime onGrid = narrow != null && narrow.limits() instanceof Times times
                        ? Narrowing.onGrid(times, Scale.DOWN, cut.toLocalDateTime())
                        : null;
                yield onGrid == null ? cut.toLocalDateTime() : onGrid;
            }
            case DATE -> cut.toLocalDate();
            case TIME -> cut.toLocalTime();
            default -> conversion.convert(instant.toString());
        };
    }

    String name() {
        return mapping.name();
    }

    /** The text of the column's expression, or null if it has none. */
    @Nullable
    String pathText() {
        return path == null ? null : path.text();
    }

    /** How many levels up the column looks; 0 if it does not refer to another table. */
    int levels() {
        return levels;
    }

    /** Whether a value of this column shows that a row is not empty: it comes from the document and identifies nothing. */
    boolean countsAsContent() {
        return path != null && !mapping.role().key();
    }

    /** The column's value in the row; sets {@link RowScope#filledIn}. */
    @Nullable
    Object value(RowScope row) throws MappingException {
        row.filledIn = false;
        row.leftOut = null;
        return switch (source) {
            case PATH -> row.collapses == null ? pathValue(row) : countedValue(row, row.collapses);
            case FRAGMENT -> fragment(row);
            case REFERENCE -> handedDown(row);
            case NARROW_REFERENCE -> narrowed(handedDown(row), row);
            case POSITION -> converted(given(row.position, row), row);
            case DOCUMENT_KEY -> converted(given(row.documentKey, row), row);
            case SOURCE_NAME -> converted(given(row.sourceName, row), row);
            case CONSTANT -> {
                tell(Kind.GIVEN, constant, row);
                yield constant;
            }
        };
    }

    private @Nullable Object handedDown(RowScope row) {
        Object[] above = row.ancestors[levels];
        Object value = above == null ? null : above[ancestorColumn];
        tell(Kind.GIVEN, value, row);
        return value;
    }

    private Object given(Object value, RowScope row) {
        tell(Kind.GIVEN, value, row);
        return value;
    }

    /** Where this might cost something, the caller looks whether there is a trace before it works out what to tell. */
    private void tell(Kind kind, @Nullable Object value, RowScope row) {
        MappingTrace trace = row.trace;
        if (trace != null) {
            trace.tell(new MappingTrace.Step(mapping, kind, value, null));
        }
    }

    /** Tells the value that the row has of this column. */
    void tellStored(@Nullable Object value, RowScope row) {
        tell(Kind.STORED, value, row);
    }

    /** As {@link #pathValue}, and notes where the value is not just what the document says. */
    private @Nullable Object countedValue(RowScope row, Collapses collapses) throws MappingException {
        int noted = row.noted();
        row.tidied = 0;
        Object value = pathValue(row);
        if (row.tidied != 0 || row.noted() > noted) {
            collapses.note(tableIndex, index, row.given, value, row.tidied | row.causesFrom(noted));
        }
        return value;
    }

    private @Nullable Object pathValue(RowScope row) throws MappingException {
        Items items = evaluate(row);
        if (items.isEmpty()) {
            row.given = null;
            return isNil(row) ? null : missing(row);
        }
        Object item = items.size() == 1 ? items.get(0) : oneOf(items, row);
        row.given = item;
        if (item == null) {
            return withoutText(row);
        }
        if (item instanceof String given) {
            String unescaped = unescapes ? HtmlReferences.decode(given) : given;
            String text = trimmed(unescaped);
            // Each of the two makes a text shorter, or gives it back as it is.
            if (row.collapses != null && !text.equals(given)) {
                row.tidied |= causesOf(given, unescaped, text);
            }
            if (row.trace != null) {
                tellTidying(given, unescaped, text, row);
            }
            if (text.isEmpty() && empty != Empty.KEEP) {
                return isNil(row) ? null : withoutText(row);
            }
            if (!nulls.isEmpty() && nulls.contains(text)) {
                return nulled(text, row);
            }
            return codes == null ? converted(text, row) : code(codes, text, text, row);
        }
        if (!nulls.isEmpty() && nulls.contains(PathExpression.lexical(item))) {
            return nulled(PathExpression.lexical(item), row);
        }
        return codes == null ? converted(item, row) : code(codes, item, PathExpression.lexical(item), row);
    }

    /** What an empty text becomes, where it is not kept. */
    private @Nullable Object withoutText(RowScope row) {
        boolean isNull = empty == Empty.NO_DEFAULT && (codes == null || !codes.hasBlank());
        return isNull ? null : missing(row);
    }

    private @Nullable Object nulled(String text, RowScope row) {
        row.note(index, Policy.NULLS);
        tell(Kind.NULLED, text, row);
        return withoutText(row);
    }

    /** Whether one of the path's elements has xsi:nil, where that counts. Asked only when there is no value. */
    private boolean isNil(RowScope row) throws MappingException {
        if (nilNodes == null) {
            return false;
        }
        Items nodes = Items.withNodes();
        try {
            nilNodes.evaluate(row.context, nodes);
        } catch (EvaluationException e) {
            throw fault(e.faultCode(), e.sentence(), row);
        }
        // Of several, the one that was taken; of a join, which has no text, any.
        Several several = mapping.text().several();
        int first = several == Several.LAST ? Math.max(0, nodes.size() - 1) : 0;
        int end = several == Several.FIRST ? Math.min(1, nodes.size()) : nodes.size();
        for (int i = first; i < end; i++) {
            if (nodes.get(i) instanceof Node node && hasNil(node)) {
                row.note(index, Policy.NIL);
                tell(Kind.NULLED, null, row);
                return true;
            }
        }
        return false;
    }

    private static boolean hasNil(Node node) {
        for (int i = 0; i < node.attributeCount(); i++) {
            if (NIL.matches(node.attributeName(i))) {
                String value = XmlSpace.trim(node.attributeValue(i));
                return value.equals("true") || value.equals("1");
            }
        }
        return false;
    }

    private String trimmed(String text) {
        return switch (trim) {
            case TRUE -> XmlSpace.trim(text);
            case FALSE -> text;
            case UNICODE -> XmlSpace.trimUnicode(text);
            case COLLAPSE -> XmlSpace.collapse(text);
        };
    }

    private static int causesOf(String given, String unescaped, String trimmed) {
        return (given.equals(unescaped) ? 0 : Cause.UNESCAPE.bit())
                | (unescaped.equals(trimmed) ? 0 : Cause.TRIM.bit());
    }

    private void tellTidying(String given, String unescaped, String trimmed, RowScope row) {
        tellChange(Kind.UNESCAPED, given, unescaped, row);
        tellChange(Kind.TRIMMED, unescaped, trimmed, row);
    }

    private void tellChange(Kind kind, String before, String after, RowScope row) {
        if (!before.equals(after)) {
            tell(kind, after, row);
        }
    }

    private Items evaluate(RowScope row) throws MappingException {
        MappingTrace trace = row.trace;
        Items items = trace == null ? row.items : Items.withNodes();
        items.clear();
        try {
            if (path != null) {
                path.evaluate(row.context, items);
            }
        } catch (EvaluationException e) {
            throw fault(e.faultCode(), e.sentence(), row);
        }
        if (trace != null) {
            tellItems(items, trace);
        }
        return items;
    }

    private void tellItems(Items items, MappingTrace trace) {
        for (int i = 0; i < items.size(); i++) {
            trace.tell(new MappingTrace.Step(mapping, Kind.ITEM, items.get(i), items.nodeOf(i)));
        }
    }

    /** What becomes of several items; null where all of them mean that there is no value. */
    private @Nullable Object oneOf(Items items, RowScope row) throws MappingException {
        TextPolicy text = mapping.text();
        switch (text.several()) {
            case FIRST, LAST -> {
                Object chosen = items.get(text.several() == Several.FIRST ? 0 : items.size() - 1);
                row.note(index, Policy.SEVERAL);
                tell(Kind.CHOSEN, chosen, row);
                return chosen;
            }
            case JOIN -> {
                String joined = joined(items, String.valueOf(text.join()), row);
                tell(joined == null ? Kind.NULLED : Kind.JOINED, joined, row);
                return joined;
            }
            case REJECT ->
                throw fault(
                        FaultCode.SEVERAL_VALUES,
                        "the path gives " + items.size()
                                + " values where one is expected; choose one in the path, such as (…)[1], or by 'several: first',"
                                + " set 'join', or make them rows of a table of their own",
                        row);
        }
        throw new IllegalStateException(text.several() + " is not known");
    }

    /** Items that mean that there is no value are left out; null where all are. */
    private @Nullable String joined(Items items, String separator, RowScope row) {
        StringBuilder text = new StringBuilder();
        boolean some = false;
        boolean leftOut = false;
        for (int i = 0; i < items.size(); i++) {
            String item = PathExpression.lexical(items.get(i));
            String tidy = trim == Trim.COLLAPSE ? XmlSpace.collapse(item) : item;
            if (!nulls.isEmpty() && nulls.contains(trimmed(tidy))) {
                leftOut = true;
                continue;
            }
            if (some) {
                text.append(separator);
            }
            text.append(tidy);
            some = true;
        }
        if (leftOut) {
            row.note(index, Policy.NULLS);
        }
        return some ? text.toString() : null;
    }

    private @Nullable Object code(CodeLookup lookup, Object item, String text, RowScope row) throws MappingException {
        Object code = lookup.find(text);
        if (code == CodeLookup.UNKNOWN) {
            throw fault(
                    FaultCode.UNKNOWN_CODE,
                    wording.found(item, text) + " is not in the code table " + lookup.name()
                            + "; add it, or say with 'otherwise' what unknown codes are",
                    row);
        }
        if (lookup.wasOther()) {
            row.note(index, Policy.OTHERWISE);
        } else {
            row.tidied |= Cause.CODES.bit();
        }
        if (code == CodeLookup.KEEP) {
            return converted(item, row);
        }
        tell(Kind.CODED, code, row);
        return code == null ? defaultValue(row) : code;
    }

    private @Nullable Object converted(Object item, RowScope row) throws MappingException {
        Object value = item instanceof String text ? conversion.convert(text) : conversion.convertItem(item);
        if (value instanceof Misfit misfit) {
            conversion.takeChanges();
            return misfitting(misfit, item, row);
        }
        int changes = conversion.takeChanges();
        if (changes != 0) {
            note(changes, row);
        }
        tell(Kind.CONVERTED, value, row);
        if (trimsCut && value instanceof String text && text.length() >= cutFrom) {
            // A cut may end in white space.
            String trimmed = trimmed(text);
            tellChange(Kind.TRIMMED, text, trimmed, row);
            return trimmed;
        }
        return value;
    }

    private void note(int changes, RowScope row) {
        for (Policy policy : Policy.ALL) {
            if ((changes & 1 << policy.ordinal()) != 0) {
                row.note(index, policy);
            }
        }
    }

    /** The very value of the ancestor's row, to which a rounded one would not refer. */
    private @Nullable Object narrowed(@Nullable Object value, RowScope row) throws MappingException {
        if (value == null || narrow == null) {
            return value;
        }
        Object held = Narrowing.held(value, narrow);
        if (held instanceof Misfit misfit) {
            String found =
                    value instanceof String text ? wording.found(text, text) : wording.found(value, value.toString());
            throw fault(misfit.code(), wording.misfit(misfit, value, found, mapping), row);
        }
        tell(Kind.CONVERTED, held, row);
        return held;
    }

    private @Nullable Object misfitting(Misfit misfit, Object item, RowScope row) throws MappingException {
        Policy policy = misfit.leftOutBy(mapping.value());
        if (policy != null) {
            // NULL is the last word: who wants the default says so.
            row.note(index, policy);
            row.leftOut = misfit;
            row.leftOutItem = item;
            tell(Kind.LEFT_OUT, misfit.code(), row);
            return policy == Policy.INVALID && mapping.value().invalid() == Invalid.DEFAULT ? defaultValue(row) : null;
        }
        throw fault(misfit.code(), wording.misfit(misfit, item, found(item), mapping), row);
    }

    private String found(Object item) {
        return item instanceof Node node
                ? "a node of kind " + node.kind()
                : wording.found(item, PathExpression.lexical(item));
    }

    /** Why a column that must have a value has none in the row, which is computed once more to find out. */
    MappingException missing(String why, RowScope row) throws MappingException {
        // That was told already.
        row.trace = null;
        int noted = row.noted();
        value(row);
        row.forgetChangesFrom(noted);
        Misfit leftOut = row.leftOut;
        Object item = row.leftOutItem;
        String message = leftOut == null || item == null
                ? why + " has no value; correct the document or the path, or set a 'default'"
                : why + " has no value that it can hold: " + wording.leftOut(leftOut, found(item), mapping);
        return fault(FaultCode.REQUIRED, message, row);
    }

    /** Several nodes are one fragment after the other: an XML value is a sequence, as in SQL/XML. */
    private @Nullable Object fragment(RowScope row) throws MappingException {
        Items items = evaluate(row);
        if (items.isEmpty()) {
            return missing(row);
        }
        FragmentWriter writer = new FragmentWriter();
        for (int i = 0; i < items.size(); i++) {
            Object item = items.get(i);
            if (!FragmentWriter.canWrite(item)) {
                return misfitting(Misfit.NOT_OF_TYPE, item, row);
            }
            writer.append((Node) item);
            if (!writer.isXml10()) {
                return misfitting(Misfit.HAS_CONTROL_CHARACTERS, item, row);
            }
        }
        String fragment = writer.take();
        if (narrow != null
                && narrow.limits() != null
                && Narrowing.limited(fragment, narrow.limits()) instanceof Misfit misfit) {
            return misfitting(misfit, items.get(0), row);
        }
        try {
            row.context.spend(fragment.length());
        } catch (EvaluationException e) {
            throw fault(e.faultCode(), e.sentence(), row);
        }
        tell(Kind.CONVERTED, fragment, row);
        return fragment;
    }

    /** What no value, and a blank one, becomes: an entry "" of the code table catches it before the default. */
    private @Nullable Object missing(RowScope row) {
        if (codes != null && codes.hasBlank()) {
            Object code = codes.find("");
            row.filledIn = true;
            tell(Kind.CODED, code, row);
            return code == null ? defaultValue(row) : code;
        }
        return defaultValue(row);
    }

    private @Nullable Object defaultValue(RowScope row) {
        row.filledIn = true;
        Object value = mapping.role().defaultValue();
        if (value != null) {
            row.note(index, Policy.DEFAULT);
            tell(Kind.DEFAULTED, value, row);
        }
        return value;
    }

    MappingException fault(FaultCode code, String message, RowScope row) {
        return new MappingException(new Fault(code, table, mapping.name(), pathText(), null, message), row.ordinal);
    }
}
