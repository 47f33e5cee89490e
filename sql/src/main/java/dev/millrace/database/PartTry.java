package dev.millrace.database;

import java.time.Instant;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;

/**
 * One of several tries of the same part of a run, of which some may be under way at the same time: a cluster tries a task again that has failed,
 * or that is slow. The part is the worker's number, so that the ledger tells what its tries have settled. Documents that another try has
 * loaded or rejected count as this one has done it.
 *
 * @param number from 0, and below {@value #MOST}; no two tries of a part have the same
 * @param ledgerHeld whether the ledger held anything of the contract when the run began, so that each batch is looked up in it
 */
public record PartTry(int number, boolean ledgerHeld) {

    /** More tries than this are not told apart. */
    public static final int MOST = 1000;

    public PartTry {
        if (number < 0 || number >= MOST) {
            throw new IllegalArgumentException("try " + number + " of a part of the run: at most " + MOST
                    + " are told apart; start the run again");
        }
    }

    /** The next time whose microseconds tell this try from the others, which is soon. */
    Instant stamp(Instant from) {
        return from.plus(Math.floorMod(number - microseconds(from), (long) MOST), ChronoUnit.MICROS);
    }

    /** Whether this try has written an entry, of those that its part's tries have written. */
    boolean wrote(ProcessingLog.Entry entry) {
        return Math.floorMod(microseconds(entry.finishedAt()), (long) MOST) == number;
    }

    private static long microseconds(Instant time) {
        return time.get(ChronoField.MICRO_OF_SECOND);
    }
}
