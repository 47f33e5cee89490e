package dev.millrace.contract;

import dev.millrace.contract.ColumnMapping.Meta;
import dev.millrace.contract.TableDraft.Cell;
import dev.millrace.contract.TableDraft.Column;
import dev.millrace.contract.TableDraft.DraftColumn;
import dev.millrace.contract.TableDraft.RowSet;
import dev.millrace.contract.TableMapping.ForeignKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keys: gives one to a table that declares none, and looks whether a declared one can tell the table's rows apart.
 */
final class KeyLinker {

    private static final String ORDINAL_NAME = "seq";
    private static final String DOCUMENT_KEY_NAME = "document_key";

    private final TableDraft table;
    private final Problems problems;

    private KeyLinker(TableDraft table, Problems problems) {
        this.table = table;
        this.problems = problems;
    }

    /** The tables above must have their keys already. */
    static void link(TableDraft table, Problems problems) {
        KeyLinker linker = new KeyLinker(table, problems);
        if (table.isOrphan() || table.sets.isEmpty()) {
            return;
        }
        if (table.key().isEmpty()) {
            linker.derive();
        } else {
            linker.check();
        }
    }

    /** The foreign keys: one for each ancestor whose whole key the table refers to. */
    static List<ForeignKey> foreignKeys(TableDraft table) {
        List<ForeignKey> foreignKeys = new ArrayList<>();
        for (TableDraft ancestor = table.parent; ancestor != null; ancestor = ancestor.parent) {
            List<Integer> key = ancestor.key();
            List<Integer> columns = new ArrayList<>();
            for (int column : key) {
                int ref = table.refTo(ancestor.origin(column));
                if (ref >= 0) {
                    columns.add(ref);
                }
            }
            if (columns.size() == key.size()) {
                foreignKeys.add(new ForeignKey(columns, ancestor.index, key));
            }
        }
        return foreignKeys;
    }

    private void derive() {
        int end = 0;
        TableDraft parent = table.parent;
        if (parent == null) {
            end = keyColumn(documentKey(), 0, DOCUMENT_KEY_NAME, new Cell("meta", Meta.DOCUMENT_KEY, null));
            table.columns.get(end - 1).type = typeOr(table.columns.get(end - 1), TableLinker.typeOf(Meta.DOCUMENT_KEY));
            if (table.givesOneRow()) {
                return;
            }
        } else {
            int inserted = 0;
            for (int column : parent.key()) {
                DraftColumn origin = parent.origin(column);
                Column target = parent.columns.get(column);
                int existing = table.refTo(origin);
                int place = keyColumn(
                        existing, inserted, target.name, new Cell("ref", null, new DraftColumn(parent, column)));
                table.columns.get(place - 1).type = target.type;
                if (existing < 0) {
                    inserted++;
                    end++;
                }
                end = Math.max(end, place);
            }
        }
        Column ordinal = new Column(table.freeName(ORDINAL_NAME), table.outline.position);
        ordinal.type = SqlType.INTEGER;
        ordinal.key = true;
        table.insert(end, ordinal, new Cell("ordinal", null, null));
    }

    /** Makes an existing column, or a new one of a free name, part of the key; returns the index after it. */
    private int keyColumn(int existing, int at, String name, Cell cell) {
        if (existing >= 0) {
            table.columns.get(existing).key = true;
            return existing + 1;
        }
        Column column = new Column(table.freeName(name), table.outline.position);
        column.key = true;
        table.insert(at, column, cell);
        return at + 1;
    }

    private static SqlType typeOr(Column column, SqlType standard) {
        return column.type == null ? standard : column.type;
    }

    /** The column that is the document's key in every row set, or -1. */
    private int documentKey() {
        for (int i = 0; i < table.columns.size(); i++) {
            int column = i;
            if (table.sets.stream().allMatch(set -> isDocumentKey(set.cells.get(column)))) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isDocumentKey(@Nullable Cell cell) {
        return cell != null && cell.isDocumentKey();
    }

    private void check() {
        List<Integer> key = table.key();
        for (RowSet set : table.sets) {
            List<Cell> cells = new ArrayList<>();
            for (int column : key) {
                Cell cell = set.cells.get(column);
                if (cell == null) {
                    error(
                            set.outline.position(),
                            "this set of the union has no column " + MessageText.quoted(table.columns.get(column).name)
                                    + ", which is part of the key; add it");
                } else {
                    cells.add(cell);
                }
            }
            boolean known =
                    cells.stream().allMatch(cell -> cell.source != null && (!cell.is("ref") || cell.target != null));
            if (cells.size() < key.size() || !known || !check(set, key, cells)) {
                return;
            }
        }
    }

    /** Whether a set's key passes; if not, the problem is told. */
    private boolean check(RowSet set, List<Integer> key, List<Cell> cells) {
        Position at = table.columns.get(key.get(0)).position;
        boolean ordinal = cells.stream().anyMatch(cell -> cell.is("ordinal"));
        boolean documentKey = cells.stream().anyMatch(Cell::isDocumentKey);
        TableDraft parent = table.parent;
        boolean tellsParents = parent == null || parentCovered(parent, set, key, documentKey);
        if (cells.stream().anyMatch(cell -> cell.is("path"))) {
            warnOfFewValues(at, tellsParents, cells);
            return true;
        }
        String columns = "its key (" + names(table, key) + ") ";
        if (parent == null && !documentKey) {
            error(at, columns + "is the same in every document; add a path column or 'meta: document-key' to it");
            return false;
        }
        if (parent != null && !tellsParents) {
            error(
                    at,
                    columns + "cannot tell the rows of different " + parent.name
                            + " rows apart; add refs to the key of " + parent.name + " (" + names(parent, parent.key())
                            + ") to it");
            return false;
        }
        if (ordinal || isDistinctWithin(key)) {
            return true;
        }
        if (table.outline.nested != null || !isSingle(set)) {
            error(
                    at,
                    columns + "is the same for all rows of one " + (parent == null ? "document" : parent.name + " row")
                            + ", but 'rows' can give several"
                            + (table.outline.nested == null ? "" : ", and so can 'nested'")
                            + "; add an ordinal or a path column to it, use 'distinct',"
                            + " or end 'rows' with [1]");
            return false;
        }
        if (table.sets.size() > 1 && cells.stream().noneMatch(cell -> cell.is("value"))) {
            error(
                    at,
                    columns + "is the same in all sets of the union; add an ordinal or a path column to it,"
                            + " or a 'value' that differs from set to set");
            return false;
        }
        return true;
    }

    private boolean parentCovered(TableDraft parent, RowSet set, List<Integer> key, boolean documentKey) {
        Set<DraftColumn> origins = new HashSet<>();
        for (int column : key) {
            DraftColumn origin = TableDraft.origin(set, column);
            if (origin != null) {
                origins.add(origin);
            }
        }
        boolean oneParent = parent.parent == null && parent.givesOneRow();
        return (documentKey && oneParent)
                || parent.key().stream().map(parent::origin).allMatch(origins::contains);
    }

    /** Codes and truth values have too few values to tell rows of the whole database apart. */
    private void warnOfFewValues(Position at, boolean tellsParents, List<Cell> cells) {
        boolean few = cells.stream()
                .map(cell -> cell.outline)
                .allMatch(
                        column -> column != null && (column.path == null || column.codes != null || isBoolean(column)));
        TableDraft parent = table.parent;
        if (parent != null && !tellsParents && few) {
            problems.warn(
                    at,
                    table.outline.section.where() + ": its key (" + names(table, table.key())
                            + ") lacks the key of its parent " + parent.name + " (" + names(parent, parent.key())
                            + "), so that rows of different " + parent.name + " rows may clash; add refs to it");
        }
    }

    private static boolean isBoolean(ColumnOutline column) {
        return column.type != null && column.type.kind() == SqlType.Kind.BOOLEAN;
    }

    /** Whether {@code distinct} leaves at most one row for each key. */
    private boolean isDistinctWithin(List<Integer> key) {
        TableOutline.DistinctOutline distinct = table.outline.distinct;
        List<String> names =
                key.stream().map(column -> table.columns.get(column).name).toList();
        return distinct != null
                && !distinct.by().isEmpty()
                && distinct.by().stream().allMatch(by -> names.contains(by.text()));
    }

    /** Whether a row set plainly gives one row at most for each row of the parent. */
    private static boolean isSingle(RowSet set) {
        Scalar rows = set.outline.rows();
        if (set.isItself() || rows == null) {
            return true;
        }
        String path = rows.text().strip();
        boolean attribute = path.startsWith("@")
                && path.chars().skip(1).allMatch(c -> c == ':' || c == '-' || c == '_' || Character.isLetterOrDigit(c));
        return attribute || path.startsWith("head(") || path.endsWith("[1]") || path.endsWith("[last()]");
    }

    private static String names(TableDraft table, List<Integer> columns) {
        return columns.stream().map(column -> table.columns.get(column).name).collect(Collectors.joining(", "));
    }

    private void error(Position at, String message) {
        problems.error(at, table.outline.section.where() + ": " + message);
    }
}
