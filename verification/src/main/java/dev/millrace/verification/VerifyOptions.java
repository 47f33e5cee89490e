package dev.millrace.verification;

import dev.millrace.dialect.Database;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.xml.XmlLimits;
import java.util.Objects;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What a verification is asked to do.
 *
 * @param from the source, all of it
 * @param to the target
 * @param workers threads that parse and map; at least 1
 * @param differences how many differences of each table are listed; all are counted
 * @param limits what a document may at most be: those of the run
 * @param showValues whether the report may hold values of documents
 * @param sortBytes memory for each of the two sides, when rows must be sorted; beyond it they go to temporary files
 */
@API(status = API.Status.STABLE, since = "0.1")
public record VerifyOptions(
        From from, Database to, int workers, int differences, XmlLimits limits, boolean showValues, long sortBytes) {

    public static final int DEFAULT_DIFFERENCES = 20;

    /** Two sides of it fit into a heap of 256 MiB beside the batches of eight workers. */
    public static final long DEFAULT_SORT_BYTES = 16L << 20;

    public VerifyOptions {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(limits, "limits");
        if (workers < 1 || differences < 0 || sortBytes < 1) {
            throw new IllegalArgumentException("workers, differences or memory out of range");
        }
        refusal(from).ifPresent(reason -> {
            throw new IllegalArgumentException(reason);
        });
    }

    /** With what {@code millrace verify} does unless it is told otherwise. */
    public static VerifyOptions of(From from, Database to) {
        return new VerifyOptions(
                from,
                to,
                RunOptions.DEFAULT_WORKERS,
                DEFAULT_DIFFERENCES,
                XmlLimits.forWorkers(RunOptions.DEFAULT_WORKERS),
                false,
                DEFAULT_SORT_BYTES);
    }

    /** Why a source cannot be verified, for people; empty if it can. */
    public static Optional<String> refusal(From from) {
        if (from.isReadOnce()) {
            return Optional.of(
                    from.description()
                            + " – can be read only once, and verify may have to read the source a second time – name files or a table");
        }
        return from instanceof FromDatabase database && database.keyRange() != null
                ? Optional.of(
                        "only a range of keys is to be read, but verify compares whole tables – leave the range out")
                : Optional.empty();
    }
}
