package dev.millrace.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The values of a path: how many, how long, in which {@linkplain ValueForm forms}, and the element that ruled each other form out. White
 * space at both ends does not count, as it does not for the columns of a contract.
 *
 * <p><b>Distinct values</b> are known exactly, with their counts, up to {@link #SAMPLE} of them. Of more, those with the smallest hashes
 * are kept: a sample of the distinct values, each with its exact count, from which the number of all is estimated (Bar-Yossef et al.,
 * <i>Counting distinct elements in a data stream</i>, 2002). Which values these are depends on the values alone, so that it does not matter
 * in what order, or by how many, they were read.
 *
 * <p>{@link #add(ValueSummary)} makes one of two; to add nothing changes nothing, and order does not count. Not thread-safe.
 */
public final class ValueSummary {

    /** Distinct values that are known exactly, at most. */
    public static final int SAMPLE = 64;

    /** Longer texts are counted, and not kept. */
    private static final int LONGEST_KEPT = 60;

    /** Of whole numbers of many sizes there are some seven. */
    private static final int MOST_COMBINATIONS = 20;

    /**
     * A distinct value.
     *
     * @param text null where it is too long to be kept
     * @param count how often it was met
     */
    public record Value(@Nullable String text, long count) {}

    /**
     * How many of some distinct values are among others, as far as samples tell.
     *
     * @param values distinct values of which it is known whether they are
     * @param found how many of these are
     */
    public record Overlap(int values, int found) {

        /** Nothing is known. */
        public static final Overlap UNKNOWN = new Overlap(0, 0);
    }

    private static final int DATES = dates();

    private long count;
    private long blank;
    private int minLength = Integer.MAX_VALUE;
    private int maxLength;
    private boolean severalLines;
    private int open = ValueForms.ALL;
    private @Nullable Place @Nullable [] closedBy;
    private int wholeDigits;
    private int fractionDigits;
    /** A bit for each number of digits behind the point that was met. */
    private int fractions;

    private long min = Long.MAX_VALUE;
    private long max = Long.MIN_VALUE;
    private int time;
    /** The combinations of forms that values have, sorted. */
    private int[] combinations = {};
    /** Whether a value has no form, so that it does not matter what forms the others have. */
    private boolean formless;

    private Set<String> nothings = Set.of();

    // Sorted by hash, unsigned.
    private int size;
    private boolean beyond;
    private long[] hashes = new long[4];
    private long[] counts = new long[4];
    private @Nullable String[] texts = new String[4];

    /** The document that is being read, and whether its key is before one that has ruled a form out. */
    private String document = "";

    private boolean mayRuleOutEarlier;

    private static int dates() {
        int bits = 0;
        for (ValueForm form : ValueForm.values()) {
            bits |= form.isDate() ? form.bit() : 0;
        }
        return bits;
    }

    /** Takes in a value. {@code place} is asked for only where it is needed. */
    void add(String value, String documentKey, PathCollector place, ValueForms forms) {
        count++;
        String text = trimmed(value);
        int length = text.length();
        if (length == 0) {
            blank++;
            return;
        }
        if (!document.equals(documentKey)) {
            document = documentKey;
            mayRuleOutEarlier = isBeforeSomething(documentKey);
        }
        long hash = hash(text);
        boolean known = note(text, hash, 1);
        if (known && !mayRuleOutEarlier) {
            return;
        }
        // A character may be two units, so half of them may be the fewest characters.
        if (length > maxLength || (length + 1) / 2 < minLength) {
            int characters = text.codePointCount(0, length);
            minLength = Math.min(minLength, characters);
            maxLength = Math.max(maxLength, characters);
        }
        severalLines = severalLines || text.indexOf('\n') >= 0;
        if (!formless || mayRuleOutEarlier) {
            classify(text, place, forms);
        }
    }

    private void classify(String text, PathCollector place, ValueForms forms) {
        if (ValueForm.NOTHINGS.contains(text)) {
            if (!formless && !nothings.contains(text)) {
                nothings = with(nothings, Set.of(text));
            }
            return;
        }
        int its = forms.of(text);
        int against = ValueForms.ALL & ~its;
        if ((open & against) != 0 || mayRuleOutEarlier && against != 0) {
            ruleOut(against, place.place());
        }
        combine(its);
        if (!formless) {
            wholeDigits = Math.max(wholeDigits, forms.wholeDigits);
            fractionDigits = Math.max(fractionDigits, forms.fractionDigits);
            fractions |= 1 << Math.min(31, forms.fractionDigits);
            time |= forms.time;
            if ((its & ValueForm.INTEGER.bit()) != 0) {
                long number = Long.parseLong(text);
                min = Math.min(min, number);
                max = Math.max(max, number);
            }
        }
    }

    private void combine(int forms) {
        int index = Arrays.binarySearch(combinations, forms);
        if (formless || index >= 0) {
            return;
        }
        if (forms == 0 || combinations.length == MOST_COMBINATIONS) {
            forgetForms();
            return;
        }
        int[] more = new int[combinations.length + 1];
        System.arraycopy(combinations, 0, more, 0, -index - 1);
        more[-index - 1] = forms;
        System.arraycopy(combinations, -index - 1, more, -index, combinations.length + index + 1);
        combinations = more;
    }

    private static Set<String> with(Set<String> some, Set<String> more) {
        TreeSet<String> all = new TreeSet<>(some);
        all.addAll(more);
        return all;
    }

    /** A value has no form, or all have too many: what counts of forms alone is of no use, and later values are not looked at for it. */
    private void forgetForms() {
        formless = true;
        open = 0;
        combinations = new int[0];
        wholeDigits = 0;
        fractionDigits = 0;
        fractions = 0;
        time = 0;
        min = Long.MAX_VALUE;
        max = Long.MIN_VALUE;
        nothings = Set.of();
    }

    private void ruleOut(int against, Place by) {
        open &= ~against;
        @Nullable Place[] places = closedBy;
        if (places == null) {
            places = new @Nullable Place[ValueForm.values().length];
            closedBy = places;
        }
        for (int bits = against; bits != 0; bits &= bits - 1) {
            int form = Integer.numberOfTrailingZeros(bits);
            places[form] = earlier(places[form], by);
        }
    }

    private boolean isBeforeSomething(String key) {
        if (closedBy != null) {
            for (Place place : closedBy) {
                if (place != null && key.compareTo(place.document()) < 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Place earlier(@Nullable Place one, Place other) {
        return one == null || other.compareTo(one) < 0 ? other : one;
    }

    // Distinct values

    /** Returns whether the value was known already. */
    private boolean note(String text, long hash, long times) {
        if (size == SAMPLE && Long.compareUnsigned(hash, hashes[SAMPLE - 1]) > 0) {
            beyond = true;
            return false;
        }
        int index = find(hash);
        if (index >= 0) {
            counts[index] += times;
            return true;
        }
        insert(-index - 1, hash, text.length() > LONGEST_KEPT ? null : text, times);
        return false;
    }

    private int find(long hash) {
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Long.compareUnsigned(hashes[middle], hash);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    private void insert(int index, long hash, @Nullable String text, long times) {
        if (size == SAMPLE) {
            beyond = true;
            size--;
        } else if (size == hashes.length) {
            hashes = Arrays.copyOf(hashes, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
            texts = Arrays.copyOf(texts, size * 2);
        }
        System.arraycopy(hashes, index, hashes, index + 1, size - index);
        System.arraycopy(counts, index, counts, index + 1, size - index);
        System.arraycopy(texts, index, texts, index + 1, size - index);
        hashes[index] = hash;
        counts[index] = times;
        texts[index] = text;
        size++;
    }

    /** A well-mixed hash of a text without the white space at its ends: two different ones have the same once in billions of billions. */
    public static long hashOf(String value) {
        return hash(trimmed(value));
    }

    /** As {@link #hashOf}, of a text with the white space at its ends. */
    public static long hashOfWhole(String text) {
        return hash(text);
    }

    private static long hash(String text) {
        long hash = 0x9E3779B97F4A7C15L ^ text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0xFF51AFD7ED558CCDL;
            hash ^= hash >>> 32;
        }
        hash *= 0xC4CEB9FE1A85EC53L;
        return hash ^ hash >>> 29;
    }

    /** Without XML's white space at both ends. */
    private static String trimmed(String value) {
        int end = value.length();
        if (end == 0 || value.charAt(0) > ' ' && value.charAt(end - 1) > ' ') {
            return value;
        }
        int start = 0;
        while (start < end && isSpace(value.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(value.charAt(end - 1))) {
            end--;
        }
        return value.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    /** Takes in all that the other has; it is not changed. */
    public void add(ValueSummary other) {
        count += other.count;
        blank += other.blank;
        minLength = Math.min(minLength, other.minLength);
        maxLength = Math.max(maxLength, other.maxLength);
        severalLines |= other.severalLines;
        open &= other.open;
        if (other.closedBy != null) {
            for (int form = 0; form < other.closedBy.length; form++) {
                Place by = other.closedBy[form];
                if (by != null) {
                    ruleOut(1 << form, by);
                }
            }
        }
        for (int forms : other.combinations) {
            combine(forms);
        }
        if (formless || other.formless) {
            forgetForms();
        } else {
            wholeDigits = Math.max(wholeDigits, other.wholeDigits);
            fractionDigits = Math.max(fractionDigits, other.fractionDigits);
            fractions |= other.fractions;
            time |= other.time;
            min = Math.min(min, other.min);
            max = Math.max(max, other.max);
            nothings = other.nothings.isEmpty() ? nothings : with(nothings, other.nothings);
        }
        for (int i = 0; i < other.size; i++) {
            addSampled(other.hashes[i], other.texts[i], other.counts[i]);
        }
        beyond |= other.beyond;
        document = "";
    }

    private void addSampled(long hash, @Nullable String text, long times) {
        if (size == SAMPLE && Long.compareUnsigned(hash, hashes[SAMPLE - 1]) > 0) {
            beyond = true;
            return;
        }
        int index = find(hash);
        if (index >= 0) {
            counts[index] += times;
        } else {
            insert(-index - 1, hash, text, times);
        }
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(count);
        out.writeLong(blank);
        out.writeInt(minLength);
        out.writeInt(maxLength);
        out.writeBoolean(severalLines);
        out.writeInt(open);
        @Nullable Place[] closed = closedBy;
        out.writeInt(closed == null ? -1 : closed.length);
        if (closed != null) {
            for (Place place : closed) {
                Bytes.writePlace(out, place);
            }
        }
        out.writeInt(wholeDigits);
        out.writeInt(fractionDigits);
        out.writeInt(fractions);
        out.writeLong(min);
        out.writeLong(max);
        out.writeInt(time);
        out.writeInt(combinations.length);
        for (int forms : combinations) {
            out.writeInt(forms);
        }
        out.writeBoolean(formless);
        out.writeInt(nothings.size());
        for (String nothing : nothings) {
            Bytes.writeText(out, nothing);
        }
        out.writeBoolean(beyond);
        out.writeInt(size);
        for (int i = 0; i < size; i++) {
            out.writeLong(hashes[i]);
            out.writeLong(counts[i]);
            Bytes.writeText(out, texts[i]);
        }
    }

    static ValueSummary read(DataInput in) throws IOException {
        ValueSummary read = new ValueSummary();
        read.count = in.readLong();
        read.blank = in.readLong();
        read.minLength = in.readInt();
        read.maxLength = in.readInt();
        read.severalLines = in.readBoolean();
        read.open = in.readInt();
        int closed = in.readInt();
        if (closed >= 0) {
            @Nullable Place[] places = new @Nullable Place[closed];
            for (int form = 0; form < closed; form++) {
                places[form] = Bytes.readPlace(in);
            }
            read.closedBy = places;
        }
        read.wholeDigits = in.readInt();
        read.fractionDigits = in.readInt();
        read.fractions = in.readInt();
        read.min = in.readLong();
        read.max = in.readLong();
        read.time = in.readInt();
        read.combinations = new int[in.readInt()];
        for (int i = 0; i < read.combinations.length; i++) {
            read.combinations[i] = in.readInt();
        }
        read.formless = in.readBoolean();
        Set<String> nothings = new TreeSet<>();
        for (int left = in.readInt(); left > 0; left--) {
            nothings.add(Bytes.readText(in));
        }
        read.nothings = nothings;
        read.beyond = in.readBoolean();
        read.size = in.readInt();
        int room = Math.max(read.hashes.length, read.size);
        read.hashes = new long[room];
        read.counts = new long[room];
        read.texts = new @Nullable String[room];
        for (int i = 0; i < read.size; i++) {
            read.hashes[i] = in.readLong();
            read.counts[i] = in.readLong();
            read.texts[i] = Bytes.readTextOrNull(in);
        }
        return read;
    }

    // What is known

    /** All values, the blank ones included. */
    public long count() {
        return count;
    }

    /** Values that are empty or of white space only. */
    public long blank() {
        return blank;
    }

    /** Characters of the shortest value that is not blank; 0 if there is none. */
    public int minLength() {
        return minLength == Integer.MAX_VALUE ? 0 : minLength;
    }

    /** Characters of the longest value. */
    public int maxLength() {
        return maxLength;
    }

    /** Whether a value goes over several lines. */
    public boolean severalLines() {
        return severalLines;
    }

    /** The forms that all values have, but those that stand for nothing; all of them where there is no such value. */
    public Set<ValueForm> forms() {
        EnumSet<ValueForm> forms = EnumSet.noneOf(ValueForm.class);
        for (ValueForm form : ValueForm.values()) {
            if (is(form)) {
                forms.add(form);
            }
        }
        return forms;
    }

    /** Whether no value tells anything of forms: all are blank, or stand for nothing. */
    public boolean isOfUnknownForm() {
        return open == ValueForms.ALL;
    }

    /** Whether all values have this form. */
    public boolean is(ValueForm form) {
        return (open & form.bit()) != 0;
    }

    /** The first value, in the order of the documents' keys, that does not have this form; null if all have it. */
    public @Nullable Place ruledOut(ValueForm form) {
        return closedBy == null ? null : closedBy[form.ordinal()];
    }

    /**
     * The fewest forms of dates of which each value has one, so that a column can have them one after the other; empty where there are
     * none. Of dates that can be read in two ways, such as {@code 03/04/2026}, more than one set may be as small: then it is empty, too.
     */
    public Set<ValueForm> dateForms() {
        if (formless || combinations.length == 0) {
            return Set.of();
        }
        // What can be read in one way only decides.
        int chosen = 0;
        for (int forms : combinations) {
            int dates = forms & DATES;
            if (dates == 0) {
                return Set.of();
            }
            chosen |= Integer.bitCount(dates) == 1 ? dates : 0;
        }
        for (int forms : combinations) {
            if ((forms & DATES & chosen) == 0 || Integer.bitCount(forms & DATES & chosen) > 1) {
                return Set.of();
            }
        }
        EnumSet<ValueForm> forms = EnumSet.noneOf(ValueForm.class);
        for (ValueForm form : ValueForm.values()) {
            if ((chosen & form.bit()) != 0) {
                forms.add(form);
            }
        }
        return forms;
    }

    /** Whether all values are dates that can be read in two ways, by day and month or by month and day, and none decides which. */
    public boolean isDateOfTwoReadings() {
        return !formless
                && combinations.length > 0
                && dateForms().isEmpty()
                && Arrays.stream(combinations).allMatch(forms -> (forms & DATES) != 0);
    }

    /** Of numbers: digits before the point, at most. */
    public int wholeDigits() {
        return wholeDigits;
    }

    /** Of numbers, digits behind the point at most; of times, those of the seconds. */
    public int fractionDigits() {
        return fractionDigits;
    }

    /** Whether some have exactly so many digits behind the point, up to 31. */
    public boolean hasFractionOf(int digits) {
        return (fractions & 1 << digits) != 0;
    }

    /** The smallest whole number; {@link Long#MAX_VALUE} if there is none. */
    public long min() {
        return min;
    }

    /** The largest whole number; {@link Long#MIN_VALUE} if there is none. */
    public long max() {
        return max;
    }

    /** Whether a date has no time of day behind it. */
    public boolean hasDateAlone() {
        return (time & ValueForms.NO_TIME) != 0;
    }

    /** Whether dates have a time of day behind them. */
    public boolean hasTime() {
        return (time & (ValueForms.BEHIND_T | ValueForms.BEHIND_SPACE)) != 0;
    }

    /** Whether times without seconds are among them. */
    public boolean hasMinutesOnly() {
        return (time & ValueForms.MINUTES) != 0;
    }

    /** Whether times with seconds are among them. */
    public boolean hasSeconds() {
        return (time & (ValueForms.SECONDS | ValueForms.FRACTION)) != 0;
    }

    /** Whether times with seconds and a fraction are among them. */
    public boolean hasFraction() {
        return (time & ValueForms.FRACTION) != 0;
    }

    /** Whether a {@code T} stands between dates and times. */
    public boolean hasTimeBehindT() {
        return (time & ValueForms.BEHIND_T) != 0;
    }

    /** Whether a space stands between dates and times. */
    public boolean hasTimeBehindSpace() {
        return (time & ValueForms.BEHIND_SPACE) != 0;
    }

    /** Whether times have a zone as XML Schema has it. */
    public boolean hasZone() {
        return (time & ValueForms.WITH_ZONE) != 0;
    }

    /** Whether times have a zone as mails have it, {@code +0100} or {@code GMT}. */
    public boolean hasMailZone() {
        return (time & ValueForms.MAIL_ZONE) != 0;
    }

    /** Whether times have no zone. */
    public boolean hasTimeWithoutZone() {
        return (time & ValueForms.WITHOUT_ZONE) != 0;
    }

    /**
     * Texts such as {@code N/A} that stand between values of a form; empty where values have no form in common, since such a text is then
     * a value like any other.
     */
    public Set<String> nothings() {
        return open == ValueForms.ALL ? Set.of() : Collections.unmodifiableSet(nothings);
    }

    /** Whether all distinct values are known, with their counts. */
    public boolean knowsAll() {
        return !beyond;
    }

    /** How many distinct values there are; an estimate, within some 13 percent mostly, where not all are known. */
    public long distinct() {
        if (!beyond) {
            return size;
        }
        double share = (hashes[size - 1] >>> 11) * 0x1.0p-53;
        return Math.max(SAMPLE + 1, Math.min(count - blank, Math.round((SAMPLE - 1) / share)));
    }

    /** Distinct values, the most frequent first; all, or a sample of them. */
    public List<Value> values() {
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            values.add(new Value(texts[i], counts[i]));
        }
        values.sort(Comparator.comparingLong((Value value) -> -value.count())
                .thenComparing(value -> Objects.requireNonNullElse(value.text(), "")));
        return values;
    }

    /** How many of the distinct values have a form, from 0 to 1; of a sample, where not all are known. */
    public double shareOf(ValueForm form) {
        ValueForms forms = new ValueForms();
        int some = 0;
        for (int i = 0; i < size; i++) {
            String text = texts[i];
            some += text != null && (forms.of(text) & form.bit()) != 0 ? 1 : 0;
        }
        return size == 0 ? 0 : (double) some / size;
    }

    /**
     * How many of the distinct values that are known here the other has, too. Of a value with a hash above all those that the other has
     * kept nobody can tell, and it does not count.
     */
    public Overlap overlap(ValueSummary other) {
        int values = 0;
        int found = 0;
        for (int i = 0; i < size; i++) {
            boolean isKnown = !other.beyond || Long.compareUnsigned(hashes[i], other.hashes[other.size - 1]) <= 0;
            if (isKnown) {
                values++;
                found += other.find(hashes[i]) >= 0 ? 1 : 0;
            }
        }
        return new Overlap(values, found);
    }

    /** Whether no value was met twice, as far as the sample tells. */
    public boolean looksUnique() {
        for (int i = 0; i < size; i++) {
            if (counts[i] > 1) {
                return false;
            }
        }
        return size > 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ValueSummary that
                && count == that.count
                && blank == that.blank
                && minLength == that.minLength
                && maxLength == that.maxLength
                && severalLines == that.severalLines
                && open == that.open
                && formless == that.formless
                && Arrays.equals(combinations, that.combinations)
                && Arrays.equals(closedBy, that.closedBy)
                && wholeDigits == that.wholeDigits
                && fractionDigits == that.fractionDigits
                && fractions == that.fractions
                && min == that.min
                && max == that.max
                && nothings.equals(that.nothings)
                && time == that.time
                && beyond == that.beyond
                && Arrays.equals(hashes, 0, size, that.hashes, 0, that.size)
                && Arrays.equals(counts, 0, size, that.counts, 0, that.size)
                && Arrays.equals(texts, 0, size, that.texts, 0, that.size);
    }

    @Override
    public int hashCode() {
        return Objects.hash(count, blank, minLength, maxLength, open, size);
    }

    @Override
    public String toString() {
        return count + " values, " + distinct() + " distinct, " + forms();
    }
}
