package dev.millrace.verification;

import dev.millrace.workers.Progress;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** How far the reading of a target's rows is, by one connection without workers. It begins when this is made. */
final class RowsRead implements Progress {

    private final long start = System.nanoTime();
    private final LongSupplier rows;
    private final OptionalLong expected;

    /** @param rows how many have been read; asked by any thread */
    RowsRead(LongSupplier rows, OptionalLong expected) {
        this.rows = rows;
        this.expected = expected;
    }

    @Override
    public OptionalLong expected() {
        return expected;
    }

    @Override
    public String unit() {
        return "row";
    }

    @Override
    public long read() {
        return rows.getAsLong();
    }

    @Override
    public long loaded() {
        return 0;
    }

    @Override
    public long rejected() {
        return 0;
    }

    @Override
    public long skipped() {
        // As with the documents before: looked at, and left alone.
        return rows.getAsLong();
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public String bottleneck() {
        return "";
    }
}
