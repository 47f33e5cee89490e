package dev.millrace.database;

/** The target cannot be used: unreachable, wrong log-in, missing or unfit tables. For the user; nothing was loaded. */
public final class TargetException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean usage;

    /**
     * @param message every problem, a line each
     * @param usage whether the user named something wrong or the schema does not fit (exit code 2), as opposed to a database
     *     that is broken or cannot be reached (exit code 1)
     */
    public TargetException(String message, boolean usage, @org.jspecify.annotations.Nullable Throwable cause) {
        super(message, cause);
        this.usage = usage;
    }

    public boolean isUsage() {
        return usage;
    }
}
