package dev.millrace.contract;

import dev.millrace.contract.ColumnMapping.Constant;
import dev.millrace.contract.ColumnMapping.MetaValue;
import dev.millrace.contract.ColumnMapping.Nil;
import dev.millrace.contract.ColumnMapping.Ordinal;
import dev.millrace.contract.ColumnMapping.Reference;
import dev.millrace.contract.ColumnMapping.Role;
import dev.millrace.contract.ColumnMapping.TextPolicy;
import dev.millrace.contract.ColumnMapping.ValuePolicy;
import dev.millrace.contract.ColumnMapping.ValueSource;
import dev.millrace.contract.ContractOutline.CodesOutline;
import dev.millrace.contract.ContractOutline.DocumentOutline;
import dev.millrace.contract.MappingContract.DocumentRules;
import dev.millrace.contract.MappingContract.Let;
import dev.millrace.contract.MappingContract.Requirement;
import dev.millrace.contract.TableDraft.Cell;
import dev.millrace.contract.TableDraft.Column;
import dev.millrace.contract.TableDraft.DraftColumn;
import dev.millrace.contract.TableDraft.RowSet;
import dev.millrace.contract.TableMapping.Distinct;
import dev.millrace.contract.TableMapping.Keys;
import dev.millrace.contract.TableMapping.Rows;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.TextRules;
import dev.millrace.xml.path.PathCompiler;
import dev.millrace.xml.path.PathCompiler.Result;
import dev.millrace.xml.path.PathExpression;
import dev.millrace.xml.path.VariableScope;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link MappingContract} of an outline: looks up names, compiles paths and checks what the keys mean together.
 * When something is wrong it goes on with what can still be checked, and gives no contract at the end.
 */
final class ContractLinker {

    private static final Pattern VARIABLE_NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}\\p{M}_.·-]*");
    private static final String RECORD = VariableScope.RECORD.names().get(0);

    private final ContractOutline outline;
    private final Problems problems;
    private final ContractPaths paths;
    private final Map<String, CodeTable> codes = new LinkedHashMap<>();
    private final List<Let> lets = new ArrayList<>();
    /** Where each table's own lets begin, by table. */
    private final Map<String, Integer> firstLets = new LinkedHashMap<>();
    /** What paths over each table's rows can name, by table. */
    private final Map<String, VariableScope> scopes = new LinkedHashMap<>();

    private VariableScope hiddenScope = VariableScope.RECORD;
    /** What the path at hand can name. */
    private VariableScope scope = VariableScope.RECORD;

    private int slots;

    private ContractLinker(ContractOutline outline, Problems problems) {
        this.outline = outline;
        this.problems = problems;
        DocumentOutline document = outline.document;
        this.paths = new ContractPaths(PathCompiler.ofSeveral(document.namespaces, document.ignoreNameCase), problems);
    }

    /** The contract, or null if there are errors, which are told. */
    static @Nullable MappingContract link(ContractOutline outline, String text, Problems problems) {
        return new ContractLinker(outline, problems).link(text);
    }

    private @Nullable MappingContract link(String text) {
        linkLets();
        DocumentRules document = document(outline.document);
        for (CodesOutline table : outline.codes.values()) {
            codes.put(table.name, codeTable(table));
        }
        ColumnChecker checker = new ColumnChecker(codes, problems);
        checker.checkDefaults("defaults", outline.defaults, outline.defaults);
        outline.tables.forEach(table -> checker.checkDefaults(
                "defaults of table " + table.name, table.defaults, table.defaults.or(outline.defaults)));
        reserveLetsOfTables();
        slots = scope.size();
        List<TableMapping> tables = new ArrayList<>();
        for (TableDraft draft : TableLinker.link(outline.tables, problems)) {
            tables.add(table(draft, checker));
        }
        scope = hiddenScope;
        List<PathExpression> ignore = new ArrayList<>();
        for (Scalar path : outline.ignore) {
            add(ignore, paths.compile(path, "ignore", scope, Set.of(), Result.ITEMS));
        }
        warnOfTheUnused(checker);
        if (problems.hasErrors() || outline.name == null) {
            return null;
        }
        return new MappingContract(
                outline.name.text(),
                text,
                outline.description,
                document,
                outline.schema == null ? null : outline.schema.text(),
                outline.ledger,
                outline.source.defaults,
                lets,
                codes,
                tables,
                ignore,
                scope,
                slots);
    }

    private void linkLets() {
        Set<String> later = new HashSet<>(outline.lets.keySet());
        for (Map.Entry<String, Scalar> let : outline.lets.entrySet()) {
            String name = let.getKey();
            String where = "let " + name;
            PathExpression expression = paths.compile(let.getValue(), where, scope, later, Result.ITEMS);
            later.remove(name);
            if (expression != null) {
                lets.add(new Let(name, expression));
            }
            if (isFit(name, where, outline.letPosition(name))) {
                scope = scope.with(name);
            }
        }
    }

    private boolean isFit(String let, String where, Position position) {
        if (let.equals(RECORD)) {
            problems.error(position, where + ": $record is the record's element already; choose another name");
        } else if (!VARIABLE_NAME.matcher(let).matches()) {
            problems.error(
                    position,
                    where
                            + ": is no name of a variable; begin with a letter and use letters, digits, '_', '-' and '.'");
        } else if (scope.slot(let) >= 0) {
            problems.error(position, where + ": there is a 'let' " + let + " above it already; rename one");
        } else {
            return true;
        }
        return false;
    }

    /**
     * Gives the lets of all tables slots of their own, behind those of the record: so what a table binds stays while the tables below
     * it are filled. Where a let is not to be seen, its slot has a name that no path can write.
     */
    private void reserveLetsOfTables() {
        for (TableOutline table : outline.tables) {
            firstLets.put(table.name, scope.size());
            for (String let : table.lets.keySet()) {
                scope = scope.with("let " + let + " of table " + table.name);
            }
        }
        hiddenScope = scope;
    }

    /** What paths over a table's rows can name: the record's lets, and those of the table and of the tables above it. */
    private VariableScope scopeOf(@Nullable TableDraft draft) {
        if (draft == null) {
            return hiddenScope;
        }
        return scopes.getOrDefault(draft.name, hiddenScope);
    }

    private List<TableMapping.Let> letsOf(TableDraft draft) {
        List<TableMapping.Let> bound = new ArrayList<>();
        scope = scopeOf(draft.parent);
        Set<String> later = new HashSet<>(draft.outline.lets.keySet());
        int slot = firstLets.getOrDefault(draft.name, 0);
        for (Map.Entry<String, Scalar> let : draft.outline.lets.entrySet()) {
            String name = let.getKey();
            String where = "let " + name + " of table " + draft.name;
            PathExpression expression = paths.compile(let.getValue(), where, scope, later, Result.ITEMS);
            later.remove(name);
            if (isFit(name, where, draft.outline.letPosition(name))) {
                scope = scope.renamed(slot, name);
                if (expression != null) {
                    bound.add(new TableMapping.Let(name, slot, expression));
                }
            }
            slot++;
        }
        scopes.put(draft.name, scope);
        return bound;
    }

    private DocumentRules document(DocumentOutline document) {
        RecordPath record = document.record == null
                ? RecordPath.DOCUMENT_ELEMENT
                : paths.compileRecord(document.record, "document.record");
        PathExpression key = document.key == null
                ? null
                : paths.compile(document.key, "document.key", scope, Set.of(), Result.VALUES);
        PathExpression select = document.select == null
                ? null
                : paths.compile(document.select, "document.select", scope, Set.of(), Result.ITEMS);
        List<Requirement> require = new ArrayList<>();
        for (DocumentOutline.Require guard : document.require) {
            // ITEMS: the effective boolean value of nodes is whether there are any, not what they hold.
            PathExpression test = paths.compile(guard.test(), "document.require", scope, Set.of(), Result.ITEMS);
            if (test != null) {
                require.add(new Requirement(test, guard.reason().text()));
            }
        }
        return new DocumentRules(
                record == null ? RecordPath.DOCUMENT_ELEMENT : record,
                key,
                select,
                document.namespaces,
                require,
                document.ignoreNameCase,
                new TextRules(document.doctype, document.encoding, document.prolog));
    }

    private static CodeTable codeTable(CodesOutline table) {
        Map<String, @Nullable String> entries = new LinkedHashMap<>();
        table.entries.forEach((text, code) -> entries.put(text, code.isNull() ? null : code.text()));
        Scalar otherwise = table.otherwiseValue;
        return new CodeTable(
                table.name,
                entries,
                table.ignoreCase,
                table.otherwise,
                otherwise == null ? null : otherwise.text(),
                table.position);
    }

    private TableMapping table(TableDraft draft, ColumnChecker checker) {
        TableOutline written = draft.outline;
        List<TableMapping.Let> bound = letsOf(draft);
        List<TableMapping.RowSet> sets = new ArrayList<>();
        for (RowSet set : draft.sets) {
            sets.add(rowSet(draft, set, checker));
        }
        List<TableMapping.Column> columns = new ArrayList<>();
        for (int i = 0; i < draft.columns.size(); i++) {
            Column column = draft.columns.get(i);
            int index = i;
            boolean required = sets.stream()
                    .map(set -> set.columns().get(index))
                    .allMatch(mapping -> mapping != null && mapping.role().required());
            SqlType type = column.type == null ? SqlType.TEXT : column.type;
            columns.add(new TableMapping.Column(
                    column.name, type, column.key, !column.key && !required, column.description));
        }
        slots = Math.max(slots, scope.size() + columns.size());
        return new TableMapping(
                draft.index,
                draft.name,
                written.description,
                draft.parent == null ? -1 : draft.parent.index,
                columns,
                new Rows(sets, nested(draft), bound, distinct(draft), written.skipEmpty, unless(draft)),
                new Keys(
                        lists(draft, written.unique, "unique"),
                        lists(draft, written.indexes, "index"),
                        KeyLinker.foreignKeys(draft)),
                written.onDuplicate,
                written.position);
    }

    private TableMapping.RowSet rowSet(TableDraft draft, RowSet set, ColumnChecker checker) {
        Scalar rows = set.outline.rows();
        PathExpression expression = rows == null || set.isItself()
                ? null
                : paths.compile(rows, "rows of table " + draft.name, scopeOf(draft.parent), Set.of(), Result.ITEMS);
        ColumnSettings shared = draft.outline.defaults.or(outline.defaults);
        List<@Nullable ColumnMapping> mappings = new ArrayList<>();
        Set<String> later = new HashSet<>(draft.columnNames());
        VariableScope visible = scope;
        for (int i = 0; i < draft.columns.size(); i++) {
            Column column = draft.columns.get(i);
            Cell cell = set.cells.get(i);
            ColumnMapping mapping = null;
            if (cell != null && cell.outline != null) {
                ValueSource source = source(draft, cell, cell.outline, column, visible, later, checker, shared);
                mapping = checker.check(cell.outline, source, column.type, shared);
            } else if (cell != null) {
                mapping = given(draft, column, cell);
            }
            mappings.add(mapping);
            later.remove(column.name);
            checkName(column, cell);
            visible = visible.with(variable(column, i));
        }
        return new TableMapping.RowSet(expression, mappings);
    }

    /** The variable's name, or for a column whose name means something else already, a name that no path can write. */
    private String variable(Column column, int index) {
        return scope.slot(column.name) < 0 ? column.name : "column " + index;
    }

    private void checkName(Column column, @Nullable Cell cell) {
        ColumnOutline written = cell == null ? null : cell.outline;
        boolean isLet = scope.slot(column.name) > 0;
        if (written != null && isLet) {
            written.section.error(
                    written.position,
                    "there is a 'let' " + column.name + " too; rename one, so that $" + column.name
                            + " means one thing");
        }
    }

    private ValueSource source(
            TableDraft draft,
            Cell cell,
            ColumnOutline written,
            Column column,
            VariableScope visible,
            Set<String> later,
            ColumnChecker checker,
            ColumnSettings shared) {
        if (written.path != null && cell.is("path")) {
            boolean fragment = column.type != null && column.type.kind() == SqlType.Kind.XML;
            PathExpression expression = paths.compile(
                    written.path, written.section.where(), visible, later, fragment ? Result.ITEMS : Result.VALUES);
            if (expression == null) {
                return new Constant(null);
            }
            warnOfSameInEachRow(written, draft);
            if (!fragment && written.settings.nil() == Nil.NULL && !expression.canGiveElements()) {
                written.section.error(
                        written.section.keyPosition("nil"),
                        "nil is 'null', but the path leads to no element, and only elements have an xsi:nil; remove it");
            }
            boolean looksForNil =
                    !fragment && written.settings.or(shared).nil() == Nil.NULL && expression.canGiveElements();
            return new ColumnMapping.Path(
                    expression,
                    looksForNil
                            ? paths.compile(written.path, written.section.where(), visible, later, Result.ITEMS)
                            : null);
        }
        if (cell.is("value")) {
            return new Constant(checker.constant(written, column.type));
        }
        return plainSource(draft, cell);
    }

    /** Of paths that give each row the same value, which hardly anybody wants. */
    private void warnOfSameInEachRow(ColumnOutline column, TableDraft draft) {
        Scalar path = column.path;
        boolean recordIsDocument = outline.document.record == null;
        boolean severalRows =
                draft.parent != null || !recordIsDocument || draft.sets.stream().anyMatch(set -> !set.isItself());
        if (path == null || !severalRows) {
            return;
        }
        String text = path.text().strip();
        if (text.startsWith("//")) {
            problems.warn(
                    path.position(),
                    column.section.where() + ": the path begins at the top of the document, whatever the row; write '."
                            + text + "' for what is below the row's item");
        } else if (text.equals("position()")) {
            problems.warn(
                    path.position(),
                    column.section.where()
                            + ": position() is 1 in each row; write 'ordinal: true' for the row's number");
        }
    }

    private static ValueSource plainSource(TableDraft draft, Cell cell) {
        DraftColumn target = cell.target;
        if (target != null) {
            return reference(draft, target);
        }
        if (cell.meta != null) {
            return new MetaValue(cell.meta);
        }
        // What has an error is here too; it never leaves this class.
        return cell.is("ordinal") ? new Ordinal() : new Constant(null);
    }

    private static Reference reference(TableDraft draft, DraftColumn target) {
        int levels = 0;
        for (TableDraft table = draft; table != target.table() && table != null; table = table.parent) {
            levels++;
        }
        String column = target.table().columns.get(target.column()).name;
        return new Reference(target.table().name, column, levels, target.column());
    }

    /** A key column that the contract does not write. */
    private static ColumnMapping given(TableDraft draft, Column column, Cell cell) {
        return new ColumnMapping(
                column.name,
                plainSource(draft, cell),
                TextPolicy.STANDARD,
                ValuePolicy.standard(column.type == null ? SqlType.TEXT : column.type),
                new Role(column.key, true, null),
                column.position);
    }

    private @Nullable Distinct distinct(TableDraft draft) {
        TableOutline.DistinctOutline written = draft.outline.distinct;
        if (written == null) {
            return null;
        }
        PathExpression prefer = null;
        if (written.prefer() != null) {
            VariableScope visible = withAllColumns(draft);
            String where = "distinct.prefer of table " + draft.name;
            prefer = paths.compile(written.prefer(), where, visible, Set.of(), Result.VALUES);
        }
        return new Distinct(indexes(draft, written.by(), "distinct.by"), written.keep(), prefer);
    }

    private @Nullable PathExpression nested(TableDraft draft) {
        Scalar written = draft.outline.nested;
        if (written != null && written.text().strip().equals(".")) {
            draft.outline.section.error(
                    written.position(),
                    "nested is '.', the row's own item, so there would be rows without end; name what is below it");
        }
        return written == null
                ? null
                : paths.compile(written, "nested of table " + draft.name, scope, Set.of(), Result.ITEMS);
    }

    private @Nullable PathExpression unless(TableDraft draft) {
        Scalar written = draft.outline.unless;
        return written == null
                ? null
                : paths.compile(
                        written,
                        "skip-empty.unless of table " + draft.name,
                        withAllColumns(draft),
                        Set.of(),
                        Result.ITEMS);
    }

    /** For what looks at finished rows, and so can use all of their columns. */
    private VariableScope withAllColumns(TableDraft draft) {
        VariableScope visible = scope;
        for (int i = 0; i < draft.columns.size(); i++) {
            visible = visible.with(variable(draft.columns.get(i), i));
        }
        return visible;
    }

    private List<Integer> indexes(TableDraft draft, List<Scalar> names, String key) {
        List<Integer> indexes = new ArrayList<>();
        for (Scalar name : names) {
            int index = draft.indexOf(name.text());
            if (index < 0) {
                draft.outline.section.error(
                        name.position(),
                        key + " names " + MessageText.quoted(name.text()) + ", which is no column of the table"
                                + MessageText.instead(name.text(), "columns", draft.columnNames()));
            } else if (indexes.contains(index)) {
                draft.outline.section.error(name.position(), key + " names " + name.text() + " twice; remove one");
            } else {
                indexes.add(index);
            }
        }
        return indexes;
    }

    private List<List<String>> lists(TableDraft draft, List<List<Scalar>> lists, String key) {
        List<List<String>> named = new ArrayList<>();
        for (List<Scalar> list : lists) {
            named.add(indexes(draft, list, key).stream()
                    .map(index -> draft.columns.get(index).name)
                    .toList());
        }
        return named;
    }

    private void warnOfTheUnused(ColumnChecker checker) {
        if (problems.hasErrors()) {
            // A name that is misspelt leaves another one unused.
            return;
        }
        for (String let : outline.lets.keySet()) {
            if (!paths.isUsed(let)) {
                problems.warn(outline.letPosition(let), "let " + let + ": no path uses $" + let + "; remove it");
            }
        }
        for (TableOutline table : outline.tables) {
            for (String let : table.lets.keySet()) {
                if (!paths.isUsed(let)) {
                    problems.warn(
                            table.letPosition(let),
                            "let " + let + " of table " + table.name + ": no path uses $" + let + "; remove it");
                }
            }
        }
        for (CodeTable table : codes.values()) {
            if (!checker.usedCodes().contains(table.name())) {
                problems.warn(
                        table.position(), "codes " + table.name() + ": no column uses this code table; remove it");
            }
        }
    }

    private static <T> void add(List<T> list, @Nullable T item) {
        if (item != null) {
            list.add(item);
        }
    }
}
