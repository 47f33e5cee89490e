package dev.millrace.workers;

import dev.millrace.sink.SinkResult;
import org.apiguardian.api.API;

/**
 * What a worker tells of a batch.
 *
 * @param sink the outcomes, one for each record
 * @param documents how many documents of the source the batch had
 * @param bytes of their texts
 * @param withUnknownKeys rejects behind which there may be documents whose keys nobody could read
 */
@API(status = API.Status.STABLE, since = "0.1")
public record BatchResult(SinkResult sink, int documents, long bytes, int withUnknownKeys) {}
