/** The target side of a run: the engine that loads batches atomically and the ledger that proves it. */
@NullMarked
package dev.millrace.database;

import org.jspecify.annotations.NullMarked;
