package dev.millrace.processing;

import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.workers.Stop;
import java.util.Set;
import java.util.function.Consumer;
import org.apiguardian.api.API;

/**
 * The machines of a cluster, which read, map and load the documents of a run in parts. All else is done by the process that begins the run, as it is where
 * there is no cluster: the target is prepared before, and keys are built after the rows.
 */
@API(status = API.Status.INTERNAL)
public interface Cluster {

    /**
     * Has each part of the source loaded: each is {@link PartOfRun#load}, somewhere. Returns when all parts are done, or soon after the run
     * is told to stop. With a {@linkplain PartOfRun#limit limit} they are loaded one after the other, in the order of the source, until
     * they have read so many documents.
     *
     * @param part what each part needs to know of the run
     * @param results is told once of each part that is done; any thread may call it
     * @param stop ends it early
     * @throws Exception when a part cannot be loaded, however often it was tried
     */
    void load(PartOfRun part, Consumer<PartResult> results, Stop stop) throws Exception;

    /**
     * Opens the source in this process, for the few documents that are to be loaded again.
     *
     * @param keys of the documents that are wanted, as {@link PartOfRun#only} takes them; empty for all
     * @param stop ends the reading early
     */
    DocumentSource open(Set<String> keys, Stop stop) throws SourceException;
}
