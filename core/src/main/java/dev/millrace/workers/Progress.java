package dev.millrace.workers;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.apiguardian.api.API;

/**
 * A look at a run in progress. Thread-safe: the values are those of the moment.
 */
@API(status = API.Status.STABLE, since = "0.1")
public interface Progress {

    /** Documents to expect, where the source knows. */
    OptionalLong expected();

    /** How much of the source is done, from 0 to 1, where its size is known and the number of its documents is not. */
    default OptionalDouble share() {
        return OptionalDouble.empty();
    }

    /** How much is done, from 0 to 1: by documents where it is known how many there are, else by {@link #share}; empty where neither is known. */
    default OptionalDouble done() {
        OptionalLong expected = expected();
        if (expected.isPresent() && expected.getAsLong() > 0) {
            return OptionalDouble.of(Math.min(1, (double) (loaded() + rejected() + skipped()) / expected.getAsLong()));
        }
        OptionalDouble share = share();
        return share.isPresent() && !finishing().isEmpty() ? OptionalDouble.of(1) : share;
    }

    /** What is counted, in the singular. */
    default String unit() {
        return "document";
    }

    long read();

    long loaded();

    long rejected();

    long skipped();

    long bytes();

    /** Seconds since the run's start. */
    double seconds();

    /** Where the time goes so far, in words. */
    String bottleneck();

    /** What it does after the last document, in words; empty before. */
    default String finishing() {
        return "";
    }
}
