package dev.millrace.mapping;

import dev.millrace.contract.MappingContract;
import dev.millrace.document.FaultException;
import dev.millrace.xml.Projection;
import dev.millrace.xml.path.EvaluationContext;
import java.time.Instant;
import java.util.List;

/**
 * Maps projected records to typed rows as a contract says. Owned by one worker; not thread-safe. In memory, no SQL.
 */
public final class DataMapper {

    /**
     * @param runId what {@code meta: run-id} gives
     * @param loadedAt what {@code meta: loaded-at} gives: the run's start, one for all its rows
     */
    public DataMapper(MappingContract contract, String runId, Instant loadedAt, boolean showValues) {}

    /** What the contract's paths reach of a document: for the parser. */
    public static Projection projection(MappingContract contract) {
        throw new IllegalStateException("spine");
    }

    /** The contract's {@code document.key} over the context's record, or {@code sourceKey} where it has none. */
    public String documentKey(EvaluationContext context, String sourceKey) throws FaultException {
        throw new IllegalStateException("spine");
    }

    /**
     * The rows of the record that the context was started with, by table index. A fault names table, column and path;
     * its location is that of the row's element as an ordinal, which the caller turns into line and column.
     */
    public List<List<Row>> map(EvaluationContext context, String documentKey, String sourceName)
            throws MappingException {
        throw new IllegalStateException("spine");
    }
}
