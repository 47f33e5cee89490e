package dev.millrace.contract;

import dev.millrace.contract.ColumnMapping.Meta;
import dev.millrace.contract.TableDraft.Cell;
import dev.millrace.contract.TableDraft.Column;
import dev.millrace.contract.TableDraft.DraftColumn;
import dev.millrace.contract.TableDraft.RowSet;
import dev.millrace.contract.TableOutline.RowSetOutline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Links the tables of a contract: parents, columns over all row sets, refs, types and keys. */
final class TableLinker {

    private static final int DOCUMENT_KEY_LENGTH = 400;
    private static final int SOURCE_NAME_LENGTH = 1000;
    private static final int RUN_ID_LENGTH = 40;

    private final Problems problems;
    private final Map<String, TableOutline> outlines = new LinkedHashMap<>();
    private final Map<String, TableDraft> placed = new HashMap<>();
    private final List<TableDraft> tables = new ArrayList<>();

    private TableLinker(Problems problems) {
        this.problems = problems;
    }

    /** The tables in file order, which must have parents before children, with their keys. */
    static List<TableDraft> link(List<TableOutline> outlines, Problems problems) {
        TableLinker linker = new TableLinker(problems);
        linker.checkNames(outlines);
        for (TableOutline outline : linker.outlines.values()) {
            linker.place(outline, new HashSet<>());
        }
        for (TableDraft table : linker.tables) {
            linker.fill(table);
            KeyLinker.link(table, problems);
        }
        return linker.tables;
    }

    private void checkNames(List<TableOutline> tables) {
        Map<String, TableOutline> byFoldedName = new HashMap<>();
        for (TableOutline table : tables) {
            outlines.put(table.name, table);
            TableOutline first = byFoldedName.putIfAbsent(table.name.toLowerCase(Locale.ROOT), table);
            if (first != null) {
                problems.error(
                        table.position,
                        "table " + table.name + ": differs from table " + first.name + " in line "
                                + first.position.line() + " only in case, which many databases ignore; rename one");
            }
        }
    }

    private @Nullable TableDraft place(TableOutline outline, Set<String> below) {
        TableDraft done = placed.get(outline.name);
        if (done != null) {
            return done;
        }
        below.add(outline.name);
        TableDraft parent = outline.parent == null ? null : parent(outline, outline.parent, below);
        TableDraft table = new TableDraft(outline, parent, tables.size());
        placed.put(outline.name, table);
        tables.add(table);
        return table;
    }

    private @Nullable TableDraft parent(TableOutline outline, Scalar parent, Set<String> below) {
        TableOutline wanted = outlines.get(parent.text());
        if (wanted == null) {
            problems.error(
                    parent.position(),
                    outline.section.where() + ": its parent " + MessageText.quoted(parent.text()) + " is no table"
                            + MessageText.instead(parent.text(), "tables", outlines.keySet()));
            return null;
        }
        if (below.contains(wanted.name)) {
            problems.error(
                    parent.position(),
                    outline.section.where() + ": its parent " + wanted.name
                            + (wanted == outline ? " is itself" : " is below it") + "; parents must not form a circle");
            return null;
        }
        if (!placed.containsKey(wanted.name)) {
            problems.error(
                    parent.position(),
                    outline.section.where() + ": its parent " + wanted.name + " is declared below it, in line "
                            + wanted.position.line() + "; a parent comes before its children");
        }
        return place(wanted, below);
    }

    private void fill(TableDraft table) {
        for (RowSetOutline outline : table.outline.sets) {
            RowSet set = new RowSet(outline);
            Set<String> names = new HashSet<>();
            for (List<ColumnOutline> columns : List.of(table.outline.columns, outline.columns())) {
                for (ColumnOutline column : columns) {
                    if (!names.add(column.name.toLowerCase(Locale.ROOT))) {
                        column.section.error(
                                column.position,
                                "the table has another column of this name (case does not count); rename one");
                    } else {
                        addColumn(table, set, column);
                    }
                }
            }
            table.sets.add(set);
        }
        int width = table.columns.size();
        for (RowSet set : table.sets) {
            pad(set.cells, width);
        }
    }

    private void addColumn(TableDraft table, RowSet set, ColumnOutline outline) {
        int index = table.indexOf(outline.name);
        boolean first = index < 0;
        if (first) {
            index = table.columns.size();
            table.columns.add(new Column(outline.name, outline.position));
        }
        Column column = table.columns.get(index);
        Cell cell = new Cell(outline);
        pad(set.cells, index + 1);
        set.cells.set(index, cell);
        SqlType type = type(table, cell, outline);
        if (first || column.type == null) {
            column.type = type;
        } else if (type != null && !type.equals(column.type)) {
            outline.section.error(
                    outline.type == null ? outline.position : outline.section.keyPosition("type"),
                    "is " + type + " here but " + column.type + " in line " + column.position.line()
                            + "; all sets of a union must give a column the same type");
        }
        if (!first && outline.key != column.key) {
            outline.section.error(
                    outline.position,
                    "is " + (outline.key ? "" : "no ") + "key here but " + (column.key ? "" : "no ") + "key in line "
                            + column.position.line() + "; all sets of a union must have the same key");
        }
        column.key |= outline.key;
        column.description = column.description == null ? outline.description : column.description;
    }

    private static void pad(List<@Nullable Cell> cells, int size) {
        while (cells.size() < size) {
            cells.add(null);
        }
    }

    private @Nullable SqlType type(TableDraft table, Cell cell, ColumnOutline column) {
        if (column.source == null) {
            return null;
        }
        Section section = column.section;
        return switch (column.source) {
            case "ref" -> {
                cell.target = column.ref == null ? null : target(table, column, column.ref);
                if (section.has("type")) {
                    section.error(
                            section.keyPosition("type"),
                            "a ref has the type of the column it refers to; remove 'type'");
                }
                yield cell.target == null ? null : cell.target.table().columns.get(cell.target.column()).type;
            }
            case "ordinal" -> typeOr(column, SqlType.INTEGER);
            case "meta" -> column.meta == null ? null : typeOr(column, typeOf(column.meta));
            default -> {
                if (!section.has("type")) {
                    section.error(column.position, "the key 'type' is missing; types: " + SqlType.FORMS);
                }
                yield column.type;
            }
        };
    }

    private static @Nullable SqlType typeOr(ColumnOutline column, SqlType standard) {
        return column.section.has("type") ? column.type : standard;
    }

    /** The type of a meta value where the contract gives none. */
    static SqlType typeOf(Meta meta) {
        return switch (meta) {
            case DOCUMENT_KEY -> SqlType.varchar(DOCUMENT_KEY_LENGTH);
            case SOURCE_NAME -> SqlType.varchar(SOURCE_NAME_LENGTH);
            case RUN_ID -> SqlType.varchar(RUN_ID_LENGTH);
            case LOADED_AT -> SqlType.timestamptz();
        };
    }

    /** The column that a ref names; null, with a problem told, if there is none. */
    private @Nullable DraftColumn target(TableDraft table, ColumnOutline column, Scalar ref) {
        String wanted = ref.text().strip();
        String owner = null;
        for (String name : outlines.keySet()) {
            boolean longer = owner == null || name.length() > owner.length();
            if (wanted.startsWith(name + ".") && longer) {
                owner = name;
            }
        }
        if (owner == null) {
            int dot = wanted.indexOf('.');
            String named = dot < 0 ? wanted : wanted.substring(0, dot);
            String found = dot < 0 ? " is not of the form table.column" : " names no table";
            column.section.error(
                    ref.position(),
                    "ref " + MessageText.quoted(wanted) + found
                            + MessageText.instead(named, "tables", outlines.keySet()));
            return null;
        }
        for (TableDraft ancestor = table.parent; ancestor != null; ancestor = ancestor.parent) {
            if (ancestor.name.equals(owner)) {
                return columnOf(ancestor, wanted.substring(owner.length() + 1), column, ref, owner.length() + 1);
            }
        }
        if (owner.equals(table.name) && table.outline.nested != null) {
            if (column.key) {
                column.section.error(
                        column.section.keyPosition("key"),
                        "refers to the row that encloses this one, which the outermost rows do not have, so it cannot be a key;"
                                + " remove 'key'");
            }
            return columnOf(table, wanted.substring(owner.length() + 1), column, ref, owner.length() + 1);
        }
        if (owner.equals(table.name)) {
            String sibling = wanted.substring(owner.length() + 1);
            column.section.error(
                    ref.position(),
                    "ref " + MessageText.quoted(wanted)
                            + " names a column of its own table; a ref is for those of ancestors." + " Write 'path: $"
                            + sibling + "' for the value of a column above");
            return null;
        }
        if (!table.isOrphan()) {
            List<String> ancestors = new ArrayList<>();
            for (TableDraft ancestor = table.parent; ancestor != null; ancestor = ancestor.parent) {
                ancestors.add(ancestor.name);
            }
            column.section.error(
                    ref.position(),
                    "ref " + MessageText.quoted(wanted) + ": table " + owner + " is no ancestor of table " + table.name
                            + (ancestors.isEmpty()
                                    ? ", which has no parent; give the table 'parent: " + owner + "'"
                                    : "; its ancestors: " + String.join(", ", ancestors)));
        }
        return null;
    }

    private static @Nullable DraftColumn columnOf(
            TableDraft table, String name, ColumnOutline column, Scalar ref, int offset) {
        int index = table.indexOf(name);
        if (index < 0) {
            column.section.error(
                    ref.position(offset),
                    "table " + table.name + " has no column " + MessageText.quoted(name)
                            + MessageText.instead(name, "columns", table.columnNames()));
            return null;
        }
        return new DraftColumn(table, index);
    }
}
