package dev.millrace.samples;

/**
 * SplitMix64 (Steele, Lea, Flood 2014). Our own, because a seed must give the same documents on every JDK, which
 * {@link java.util.SplittableRandom} does not promise. Not thread-safe.
 */
final class Dice {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    Dice(long seed) {
        state = seed;
    }

    /** Dice for the n-th document of a seed; each document has its own, so that their order does not matter. */
    static Dice of(long seed, long n) {
        return new Dice(new Dice(seed).next() ^ new Dice(n).next());
    }

    long next() {
        state += GOLDEN_GAMMA;
        long mixed = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    /** From 0 to below {@code bound}; the tiny bias does not matter here. */
    int below(int bound) {
        return (int) (((next() >>> 32) * bound) >>> 32);
    }

    /** From {@code first} to {@code last}. */
    int between(int first, int last) {
        return first + below(last - first + 1);
    }

    boolean percent(int chance) {
        return below(100) < chance;
    }

    String oneOf(String... words) {
        return words[below(words.length)];
    }
}
