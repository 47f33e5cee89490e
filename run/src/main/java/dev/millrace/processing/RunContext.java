package dev.millrace.processing;

import dev.millrace.contract.MappingContract;
import dev.millrace.pipeline.StageClock;
import dev.millrace.workers.Stop;
import java.time.Instant;
import java.util.List;

/**
 * What the phases of one run share.
 *
 * @param contract as the caller gave it
 * @param clocks one for each worker
 * @param stop ends the run early
 */
record RunContext(
        MappingContract contract,
        RunOptions options,
        String runId,
        Instant startedAt,
        List<StageClock> clocks,
        Stop stop) {}
