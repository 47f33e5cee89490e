package dev.millrace.discovery.xsd;

/**
 * How often something occurs within its parent element, wherever the content model has it: sequences add up, of a choice's
 * branches one counts, and repeated groups multiply.
 *
 * @param min at least
 * @param max at most; {@link #UNBOUNDED} where there is no limit, or none that an int holds
 */
public record XsdOccurs(int min, int max) {

    /** No limit. */
    public static final int UNBOUNDED = Integer.MAX_VALUE;

    /** Exactly once. */
    public static final XsdOccurs ONCE = new XsdOccurs(1, 1);

    /** Whether there can be several. */
    public boolean repeats() {
        return max > 1;
    }

    /** Whether there is always one. */
    public boolean required() {
        return min > 0;
    }

    XsdOccurs plus(XsdOccurs other) {
        return new XsdOccurs(sum(min, other.min), sum(max, other.max));
    }

    XsdOccurs times(XsdOccurs other) {
        return new XsdOccurs(product(min, other.min), product(max, other.max));
    }

    XsdOccurs or(XsdOccurs other) {
        return new XsdOccurs(Math.min(min, other.min), Math.max(max, other.max));
    }

    XsdOccurs optional() {
        return min == 0 ? this : new XsdOccurs(0, max);
    }

    private static int sum(int one, int other) {
        return (int) Math.min(UNBOUNDED, (long) one + other);
    }

    private static int product(int one, int other) {
        return (int) Math.min(UNBOUNDED, (long) one * other);
    }

    /** {@code 0..*}, {@code 1..1}. */
    @Override
    public String toString() {
        return min + ".." + (max == UNBOUNDED ? "*" : max);
    }
}
