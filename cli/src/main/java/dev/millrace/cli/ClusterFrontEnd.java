package dev.millrace.cli;

import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.processing.Cluster;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.source.SourceException;
import dev.millrace.xml.XmlLimits;
import java.util.Set;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** A program that has a cluster do what the command {@code run} does, with that command's options, words and exit codes. */
@API(status = API.Status.INTERNAL)
public interface ClusterFrontEnd {

    /** The options of run that it does not have: those of one machine alone. */
    Set<String> NOT_OF_A_CLUSTER =
            Set.of("--workers", "--dry-run", "--openlineage", "--log-file", "--format", "--compression", "--partition");

    /**
     * The source, as the options name it.
     *
     * @param text what {@code --from} says
     * @param database where that is a database; otherwise null
     */
    record Source(
            String text,
            @Nullable FromDatabase database,
            @Nullable String keyColumn,
            @Nullable String xmlColumn) {}

    /**
     * How a source is read.
     *
     * @param retries of what is asked of a database
     * @param showValues whether messages may hold values of documents
     * @param firstOnly whether only the first documents are read
     */
    record Manner(XmlLimits limits, RetryPolicy retries, boolean showValues, boolean firstOnly) {}

    /**
     * A source that is there.
     *
     * @param description for people and the ledger, without secrets
     */
    record Opened(String description, Cluster cluster) {}

    /** Its own options, as picocli's annotations say them. */
    Object options();

    /** How it is called, for the help. */
    String synopsis();

    /** How many tasks load at a time. */
    int connections();

    /**
     * Looks for the source.
     *
     * @throws SourceException when there is none, or the options do not go together
     */
    Opened open(Source source, MappingContract contract, Manner manner) throws SourceException;
}
