package dev.millrace.mapping;

import dev.millrace.contract.TableMapping.Distinct.Keep;
import dev.millrace.mapping.MappingTrace.Decision;
import dev.millrace.mapping.MappingTrace.Fate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one table for one document, each with the item it comes from and its parent's row, which the tables below
 * need. One per table, reused for each document.
 */
final class TableRows {

    private final boolean distinct;
    private List<Row> rows = new ArrayList<>();
    private @Nullable Object[] items = new Object[8];
    private int[] parents = new int[8];
    private @Nullable Rank[] ranks = new Rank[8];
    /** The numbers that distinct rows came with. */
    private int[] numbers = new int[8];

    private int leftOut;
    /** By key, once there are more than a few rows to be told apart. */
    private final Map<RowKey, Integer> places = new HashMap<>();

    TableRows(boolean distinct) {
        this.distinct = distinct;
    }

    int size() {
        return rows.size();
    }

    List<Row> rows() {
        return rows;
    }

    Row row(int index) {
        return rows.get(index);
    }

    /** The item that a row comes from: a node or an atomic value. */
    Object item(int index) {
        Object item = items[index];
        if (item == null) {
            throw new IllegalStateException("no item of row " + index);
        }
        return item;
    }

    /** The index of a row's parent among the parent table's rows. */
    int parent(int index) {
        return parents[index];
    }

    void add(Row row, Object item, int parent) {
        int index = rows.size();
        if (index == items.length) {
            items = Arrays.copyOf(items, index * 2);
            parents = Arrays.copyOf(parents, index * 2);
            ranks = Arrays.copyOf(ranks, index * 2);
            numbers = Arrays.copyOf(numbers, index * 2);
        }
        rows.add(row);
        items[index] = item;
        parents[index] = parent;
    }

    /**
     * Adds a row unless there is one with the same values in the columns {@code by}; of two rows, the one that ranks lower
     * stays, or among equals the one that {@code keep} says, at the place of the first.
     *
     * @param number what {@link #leftOut} tells of it
     * @param trace is told what becomes of the row; null for nobody
     * @return false if neither may be left out
     */
    boolean addDistinct(
            Row row,
            int number,
            Object item,
            int parent,
            int[] by,
            Rank rank,
            Keep keep,
            @Nullable MappingTrace trace) {
        int place = placeOf(row, by);
        if (place == rows.size()) {
            add(row, item, parent);
            ranks[rows.size() - 1] = rank;
            numbers[rows.size() - 1] = number;
            if (trace != null) {
                trace.tell(new Decision(Fate.KEPT, row, null));
            }
            return true;
        }
        Rank present = ranks[place];
        int order = present == null ? 0 : rank.compareTo(present);
        if (order == 0 && keep == Keep.REJECT) {
            return false;
        }
        boolean replaces = order < 0 || order == 0 && keep == Keep.LAST;
        if (trace != null) {
            Row other = rows.get(place);
            if (replaces) {
                trace.tell(new Decision(Fate.REPLACED, other, row));
            }
            trace.tell(new Decision(replaces ? Fate.KEPT : Fate.DUPLICATE, row, replaces ? null : other));
        }
        leftOut = replaces ? numbers[place] : number;
        if (replaces) {
            numbers[place] = number;
            rows.set(place, row);
            items[place] = item;
            parents[place] = parent;
            ranks[place] = rank;
        }
        return true;
    }

    /** After a row was added to others with its values: the number of the one of the two that is not there. */
    int leftOut() {
        return leftOut;
    }

    /** Where there is a row with the same values in the columns, or else where this one will be, if it is added. */
    private int placeOf(Row row, int[] columns) {
        int count = rows.size();
        if (count <= RowKey.FEW_ROWS) {
            int place = 0;
            while (place < count && !RowKey.equal(rows.get(place).values(), row.values(), columns)) {
                place++;
            }
            return place;
        }
        for (int i = places.size(); i < count; i++) {
            places.put(new RowKey(rows.get(i).values(), columns), i);
        }
        return places.getOrDefault(new RowKey(row.values(), columns), count);
    }

    /** Forgets the document, without touching the rows that were handed out. */
    void clear() {
        Arrays.fill(items, 0, rows.size(), null);
        if (distinct) {
            Arrays.fill(ranks, 0, rows.size(), null);
            if (!places.isEmpty()) {
                places.clear();
            }
        }
        rows = new ArrayList<>();
    }
}
