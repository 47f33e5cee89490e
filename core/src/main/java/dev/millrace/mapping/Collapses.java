package dev.millrace.mapping;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.document.DataText;
import dev.millrace.mapping.CellCounts.Policy;
import dev.millrace.summary.ValueSummary;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Which texts of documents became one value, by column: by a code table, by {@code trim}, by rounding, by a default and so on. A mapping can map
 * every path and still lose what told two things apart. Only cells count whose value is not just what the document says, of rows that are stored
 * in documents that could be mapped.
 *
 * <p>Memory is bounded for each column: distinct texts and values are counted exactly as long as they are few, and estimated beyond. What this
 * says does not depend on the order of the documents. Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Collapses {

    /** What made a value out of a text: a setting of the column, by its name in the contract. */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public enum Cause {
        SEVERAL,
        UNESCAPE,
        TRIM,
        NULLS,
        NIL,
        CODES,
        OTHERWISE,
        PARTIAL,
        ZONE,
        INVALID,
        OVERFLOW,
        SCALE,
        DEFAULT;

        /** The setting's name in the contract. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        private static final int[] BITS_OF_POLICIES = Policy.ALL.stream()
                .mapToInt(policy -> valueOf(policy.name()).bit())
                .toArray();

        /** The bit of the cause that a policy is. */
        static int bitOf(Policy policy) {
            return BITS_OF_POLICIES[policy.ordinal()];
        }

        int bit() {
            return 1 << ordinal();
        }
    }

    /**
     * What became one in a column.
     *
     * @param cells how many cells have a value that is not just what the document says
     * @param texts of how many distinct texts they were made; no text at all is one of them
     * @param values how many distinct values they have; NULL is one of them
     * @param exact whether these two are counted, and not estimated
     * @param causes by the setting's name, how many cells each has made, in the order in which they are done
     * @param merged values that were made of several texts, those of the most texts first; not all where there are many
     */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public record Column(
            String table,
            String column,
            long cells,
            long texts,
            long values,
            boolean exact,
            Map<String, Long> causes,
            List<Merged> merged) {}

    /**
     * A value that several texts became.
     *
     * @param isNull whether it is NULL
     * @param value the value; null unless values may be shown
     * @param texts of how many distinct texts it was made
     * @param cells how many cells have it
     * @param document the first document, in the order of the source, with such a cell
     * @param some of the texts, at most {@value #TEXTS_SHOWN}; empty unless values may be shown
     */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public record Merged(
            boolean isNull, @Nullable String value, long texts, long cells, String document, List<String> some) {}

    private static final int TEXTS_SHOWN = 5;
    private static final int MERGED_SHOWN = 20;
    private static final int MOST_TEXTS = 256;
    private static final int MOST_VALUES = 256;
    /** Values of all columns together, each of which takes some hundred bytes. */
    private static final int MOST_IN_ALL = 1 << 15;

    private static final int LEAST_VALUES = 16;
    private static final int MOST_TEXTS_OF_VALUE = 64;
    private static final int LONGEST_SHOWN = 100;
    /** Cells of a column of which it is known that they repeat; a power of two. */
    private static final int REPEATED = 16;
    /** Characters of a text or value of such a cell. */
    private static final int LONGEST_REPEATED = 64;
    /** Of no text. */
    private static final long NO_TEXT = 0x51_7C_C1_B7_27_22_0A_95L;

    private static final long NULL = 0x2545F4914F6CDD1DL;

    /** One of the values of a column. */
    private static final class Value {
        private final long hash;
        private final @Nullable String text;
        private final DistinctSketch texts = new DistinctSketch(MOST_TEXTS_OF_VALUE);
        /** By hash, those with the smallest; null unless values may be shown. */
        private @Nullable TreeMap<Long, String> some;

        private long cells;
        private long firstNumber = Long.MAX_VALUE;
        private String firstDocument = "";

        Value(long hash, @Nullable String text) {
            this.hash = hash;
            this.text = text;
        }

        void show(long textHash, String shown) {
            TreeMap<Long, String> shownOnes = some;
            if (shownOnes == null) {
                shownOnes = new TreeMap<>(Long::compareUnsigned);
                some = shownOnes;
            }
            shownOnes.put(textHash, shown);
            if (shownOnes.size() > TEXTS_SHOWN) {
                shownOnes.pollLastEntry();
            }
        }

        /** Counts a cell of a document. */
        void count(long number, String document) {
            cells++;
            metIn(number, document);
        }

        void metIn(long number, String document) {
            if (number < firstNumber) {
                firstNumber = number;
                firstDocument = document;
            }
        }

        void add(Value other) {
            cells += other.cells;
            texts.add(other.texts);
            if (other.some != null) {
                other.some.forEach(this::show);
            }
            metIn(other.firstNumber, other.firstDocument);
        }

        void write(DataOutput out) throws IOException {
            out.writeLong(hash);
            DataText.write(out, text);
            out.writeLong(cells);
            out.writeLong(firstNumber);
            DataText.write(out, firstDocument);
            texts.write(out);
            out.writeInt(some == null ? 0 : some.size());
            if (some != null) {
                for (Map.Entry<Long, String> each : some.entrySet()) {
                    out.writeLong(each.getKey());
                    DataText.write(out, each.getValue());
                }
            }
        }

        /** One that was written. */
        static Value read(DataInput in, long firstNumber) throws IOException {
            Value read = new Value(in.readLong(), DataText.readOrNull(in));
            read.cells = in.readLong();
            read.metIn(firstNumber + in.readLong(), DataText.read(in));
            read.texts.add(in);
            for (int left = in.readInt(); left > 0; left--) {
                read.show(in.readLong(), DataText.read(in));
            }
            return read;
        }
    }

    /**
     * A cell as another one before: its text and its value are in the sketches.
     *
     * @param text null for no text
     * @param value null for NULL
     * @param kept what the column keeps of the value; null where it keeps nothing
     */
    private record Repeated(
            @Nullable String text,
            @Nullable Object value,
            @Nullable Value kept) {

        boolean isOf(@Nullable Object otherText, @Nullable Object otherValue) {
            return Objects.equals(text, otherText) && Objects.equals(value, otherValue);
        }
    }

    /** The cells of a column. */
    private static final class Cells {
        private final int mostValues;
        private final long[] causes = new long[Cause.values().length];
        private final DistinctSketch texts = new DistinctSketch(MOST_TEXTS);
        private final DistinctSketch distinctValues = new DistinctSketch(MOST_VALUES);
        private long cells;
        // Those with the smallest hashes; sorted, unsigned.
        private long[] hashes = new long[4];
        private Value[] values = new Value[4];
        private int size;
        /** Some that were counted last, by their texts: most cells repeat an earlier one. */
        private final @Nullable Repeated[] repeated = new Repeated[REPEATED];

        Cells(int mostValues) {
            this.mostValues = mostValues;
        }

        /** The value with a hash; null where there are so many with smaller ones that it is not kept. */
        @Nullable
        Value value(long hash, @Nullable String text) {
            if (size == mostValues && Long.compareUnsigned(hash, hashes[size - 1]) > 0) {
                return null;
            }
            int index = DistinctSketch.find(hashes, size, hash);
            if (index >= 0) {
                return values[index];
            }
            int place = -index - 1;
            if (size == mostValues) {
                size--;
            } else if (size == hashes.length) {
                hashes = Arrays.copyOf(hashes, 2 * size);
                values = Arrays.copyOf(values, 2 * size);
            }
            System.arraycopy(hashes, place, hashes, place + 1, size - place);
            System.arraycopy(values, place, values, place + 1, size - place);
            Value made = new Value(hash, text);
            hashes[place] = hash;
            values[place] = made;
            size++;
            return made;
        }

        void add(Cells other) {
            cells += other.cells;
            for (int i = 0; i < causes.length; i++) {
                causes[i] += other.causes[i];
            }
            texts.add(other.texts);
            distinctValues.add(other.distinctValues);
            for (int i = 0; i < other.size; i++) {
                Value its = other.values[i];
                Value mine = value(its.hash, its.text);
                if (mine != null) {
                    mine.add(its);
                }
            }
        }

        void write(DataOutput out) throws IOException {
            out.writeLong(cells);
            for (long cause : causes) {
                out.writeLong(cause);
            }
            texts.write(out);
            distinctValues.write(out);
            out.writeInt(size);
            for (int i = 0; i < size; i++) {
                values[i].write(out);
            }
        }

        /** Adds what was written of the same column. */
        void add(DataInput in, long firstNumber) throws IOException {
            cells += in.readLong();
            for (int i = 0; i < causes.length; i++) {
                causes[i] += in.readLong();
            }
            texts.add(in);
            distinctValues.add(in);
            for (int left = in.readInt(); left > 0; left--) {
                Value its = Value.read(in, firstNumber);
                Value mine = value(its.hash, its.text);
                if (mine != null) {
                    mine.add(its);
                }
            }
        }
    }

    private final MappingContract contract;
    private final boolean showValues;
    private final int[] firstColumns;
    private final @Nullable Cells[] columns;
    private final int mostValues;
    private long number;
    private String document = "";
    private boolean isCounting = true;

    // The cells of the document at hand.
    private int[] cellColumns = new int[16];
    /** What made the value; none where the row is not stored. */
    private int[] cellCauses = new int[16];
    /** The number of the row, which only grows. */
    private int[] cellRows = new int[16];

    private @Nullable Object[] cellTexts = new Object[16];
    private @Nullable Object[] cellValues = new Object[16];
    private int cells;
    private int row;

    /**
     * Nothing counted yet.
     *
     * @param showValues whether texts and values of documents are kept, to be shown
     */
    public Collapses(MappingContract contract, boolean showValues) {
        this.contract = contract;
        this.showValues = showValues;
        List<TableMapping> tables = contract.tables();
        firstColumns = new int[tables.size()];
        int count = 0;
        for (int t = 0; t < firstColumns.length; t++) {
            firstColumns[t] = count;
            count += tables.get(t).columns().size();
        }
        columns = new Cells[count];
        mostValues = Math.max(LEAST_VALUES, Math.min(MOST_VALUES, MOST_IN_ALL / Math.max(1, count)));
    }

    /**
     * Says which document comes next.
     *
     * @param documentNumber its number in the source
     * @param counting whether it is counted: not where it was before, and is tried again
     */
    public void begin(long documentNumber, String documentKey, boolean counting) {
        isCounting = counting;
        number = documentNumber;
        document = documentKey;
        cells = 0;
    }

    /** A record of the document begins. */
    void begin() {
        cells = 0;
        row = 0;
    }

    /** A row begins, to which the cells belong that are noted next. Returns its number, for {@link #forget}. */
    int nextRow() {
        return ++row;
    }

    /** Forgets the cells of a row, which is not stored. */
    void forget(int rowNumber) {
        int found = Arrays.binarySearch(cellRows, 0, cells, rowNumber);
        for (int i = found; i >= 0 && cellRows[i] == rowNumber; i--) {
            cellCauses[i] = 0;
        }
        for (int i = found + 1; found >= 0 && i < cells && cellRows[i] == rowNumber; i++) {
            cellCauses[i] = 0;
        }
    }

    /**
     * Notes a cell.
     *
     * @param text what the path gave: a text, or another item; null for nothing
     * @param value what the column has
     * @param causes the bits of what made it
     */
    void note(int table, int column, @Nullable Object text, @Nullable Object value, int causes) {
        if (cells == cellColumns.length) {
            cellColumns = Arrays.copyOf(cellColumns, 2 * cells);
            cellCauses = Arrays.copyOf(cellCauses, 2 * cells);
            cellRows = Arrays.copyOf(cellRows, 2 * cells);
            cellTexts = Arrays.copyOf(cellTexts, 2 * cells);
            cellValues = Arrays.copyOf(cellValues, 2 * cells);
        }
        cellColumns[cells] = firstColumns[table] + column;
        cellCauses[cells] = causes;
        cellRows[cells] = row;
        cellTexts[cells] = text;
        cellValues[cells++] = value;
    }

    /** The record is mapped. */
    void keep() {
        for (int i = 0; i < cells; i++) {
            if (isCounting && cellCauses[i] != 0) {
                count(cellColumns[i], cellTexts[i], cellValues[i], cellCauses[i]);
            }
            cellTexts[i] = null;
            cellValues[i] = null;
        }
        cells = 0;
    }

    private void count(int column, @Nullable Object text, @Nullable Object value, int causes) {
        Cells its = columns[column];
        if (its == null) {
            its = new Cells(mostValues);
            columns[column] = its;
        }
        its.cells++;
        for (int bits = causes; bits != 0; bits &= bits - 1) {
            its.causes[Integer.numberOfTrailingZeros(bits)]++;
        }
        int slot = (text == null ? 0 : text.hashCode()) & REPEATED - 1;
        Repeated before = its.repeated[slot];
        if (before != null && before.isOf(text, value)) {
            if (before.kept != null) {
                before.kept.count(number, document);
            }
            return;
        }
        Value kept = count(its, text, value);
        // Where there are many texts, hardly one repeats that was counted just now.
        if (its.texts.isExact()
                && (text == null || isShort(text))
                && (value == null || isShort(value) || value instanceof Number)) {
            its.repeated[slot] = new Repeated((String) text, value, kept);
        }
    }

    private static boolean isShort(Object value) {
        return value instanceof String text && text.length() <= LONGEST_REPEATED;
    }

    /** Returns what the column keeps of the value; null where it keeps nothing, as there are too many values. */
    private @Nullable Value count(Cells its, @Nullable Object text, @Nullable Object value) {
        String words = text == null ? null : text(text);
        long textHash = words == null ? NO_TEXT : ValueSummary.hashOfWhole(words);
        its.texts.add(textHash);
        String shown = value == null ? null : text(value);
        long valueHash = shown == null ? NULL : ValueSummary.hashOfWhole(shown);
        its.distinctValues.add(valueHash);
        Value kept = its.value(valueHash, showValues ? shortened(shown) : null);
        if (kept != null) {
            kept.texts.add(textHash);
            kept.count(number, document);
            String some = shortened(words);
            if (showValues && some != null) {
                kept.show(textHash, some);
            }
        }
        return kept;
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value.toString();
    }

    private static @Nullable String shortened(@Nullable String text) {
        return text == null || text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
    }

    /** Adds what was counted elsewhere, for the same contract. */
    public void add(Collapses other) {
        for (int i = 0; i < columns.length; i++) {
            Cells its = other.columns[i];
            if (its != null) {
                Cells mine = columns[i];
                if (mine == null) {
                    columns[i] = its;
                } else {
                    mine.add(its);
                }
            }
        }
    }

    /** Writes what was counted, for {@link #add(DataInput, long)}; of bounded size. */
    public void write(DataOutput out) throws IOException {
        for (Cells its : columns) {
            out.writeBoolean(its != null);
            if (its != null) {
                its.write(out);
            }
        }
    }

    /**
     * Adds what was written elsewhere, for the same contract.
     *
     * @param firstNumber the number of the document that was the first there
     */
    public void add(DataInput in, long firstNumber) throws IOException {
        for (int i = 0; i < columns.length; i++) {
            if (in.readBoolean()) {
                Cells mine = columns[i];
                if (mine == null) {
                    mine = new Cells(mostValues);
                    columns[i] = mine;
                }
                mine.add(in, firstNumber);
            }
        }
    }

    /** Gives the documents that were met first other numbers, in the same order. */
    public void renumber(LongUnaryOperator numbers) {
        for (Cells its : columns) {
            for (int i = 0; its != null && i < its.size; i++) {
                its.values[i].firstNumber = numbers.applyAsLong(its.values[i].firstNumber);
            }
        }
    }

    /** The columns with values that are not just what documents say, in the order of the contract. */
    public List<Column> columns() {
        List<Column> told = new ArrayList<>();
        for (TableMapping table : contract.tables()) {
            for (int c = 0; c < table.columns().size(); c++) {
                Cells its = columns[firstColumns[table.index()] + c];
                if (its != null) {
                    told.add(column(table.name(), table.columns().get(c).name(), its));
                }
            }
        }
        return told;
    }

    private static Column column(String table, String name, Cells its) {
        Map<String, Long> causes = new LinkedHashMap<>();
        for (Cause cause : Cause.values()) {
            if (its.causes[cause.ordinal()] > 0) {
                causes.put(cause.key(), its.causes[cause.ordinal()]);
            }
        }
        List<Value> merged = new ArrayList<>();
        for (int i = 0; i < its.size; i++) {
            if (its.values[i].texts.count() > 1) {
                merged.add(its.values[i]);
            }
        }
        long texts = its.texts.count();
        long values = its.distinctValues.count();
        // Of two estimates, the one of what is made of the other may come out larger.
        boolean exact = its.texts.isExact() && its.distinctValues.isExact();
        merged.sort(Comparator.comparingLong((Value value) -> -value.texts.count())
                .thenComparingLong(value -> -value.cells)
                .thenComparing(value -> value.hash, Long::compareUnsigned));
        return new Column(
                table,
                name,
                its.cells,
                texts,
                exact ? values : Math.min(texts, values),
                exact,
                causes,
                merged.stream().limit(MERGED_SHOWN).map(Collapses::merged).toList());
    }

    private static Merged merged(Value value) {
        return new Merged(
                value.hash == NULL,
                value.text,
                value.texts.count(),
                value.cells,
                value.firstDocument,
                value.some == null ? List.of() : List.copyOf(value.some.values()));
    }
}
