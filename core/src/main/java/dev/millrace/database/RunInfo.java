package dev.millrace.database;

import java.time.Instant;

/**
 * A run, as the ledger names it.
 *
 * @param runId unique, sortable by start time, at most 40 characters
 * @param startedAt when it began
 * @param source the source for people, without secrets
 * @param workers how many
 */
public record RunInfo(String runId, Instant startedAt, String source, int workers) {}
