package dev.millrace.cli;

import dev.millrace.processing.RunSummary;

/** The exit codes, which scripts rely on. */
final class ExitCode {

    /** Every document that the run has read is loaded, now or before. */
    static final int OK = 0;

    /** The run broke, or gave up because of too many rejects; it can be started again. */
    static final int BROKEN = 1;

    /** Usage or contract error; nothing was read. */
    static final int USAGE = 2;

    /**
     * Finished, but documents of the source are not in the target: rejected now or earlier, or not tried. Or --delete-missing could not
     * delete all documents that it should.
     */
    static final int REJECTS = 3;

    /**
     * Compared, and not the same: by {@code verify} the target and its source or manifest, by {@code diff} two contracts or a contract and tables, by
     * {@code ddl --against} what no statement changes.
     */
    static final int DIFFERENT = 3;

    /** The user has not asked the program to end. */
    static final int NOT_INTERRUPTED = 0;

    /** Stopped by the user: 128 + SIGINT, as shells count. */
    static final int INTERRUPTED = 130;

    /** The reader of standard output has closed it: 128 + SIGPIPE, as shells count. */
    static final int UNREAD = 141;

    /** Stopped by the system: 128 + SIGTERM, as shells count. */
    static final int TERMINATED = 143;

    private static final int SIGNALLED = 128;

    private ExitCode() {}

    /** 130 for Ctrl-C, 143 for SIGTERM. */
    static int ofSignal(int number) {
        return SIGNALLED + number;
    }

    /** @param interrupted {@link #ofSignal}, or {@link #NOT_INTERRUPTED} */
    static int of(RunSummary summary, int interrupted) {
        return switch (summary.status()) {
            case FINISHED ->
                summary.documents().unsettled() == 0
                                && summary.documents().notDeleted().isEmpty()
                        ? OK
                        : REJECTS;
            case STOPPED -> interrupted == NOT_INTERRUPTED ? BROKEN : interrupted;
            case FAILED -> BROKEN;
            case RUNNING -> throw new IllegalArgumentException("a run that goes on has no exit code");
        };
    }
}
