package dev.millrace.processing;

import dev.millrace.contract.MappingContract;
import dev.millrace.pipeline.StageClock;
import dev.millrace.workers.Stop;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the phases of one run share.
 *
 * @param contract as the caller gave it
 * @param clocks one for each worker
 * @param stop ends the run early
 * @param staging makes the workers' sinks where rows do not go straight into the target; null where they do
 */
record RunContext(
        MappingContract contract,
        RunOptions options,
        String runId,
        Instant startedAt,
        List<StageClock> clocks,
        Stop stop,
        @Nullable Staging staging) {}
