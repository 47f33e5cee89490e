package dev.millrace.summary;

/** Bounds the number of distinct paths. Not thread-safe. */
final class PathCounter {

    private final PathNode top;
    private final int most;
    private int made;

    PathCounter(PathNode top, int most) {
        this.top = top;
        this.most = most;
    }

    /** Goes on from the paths that there are. */
    void begin() {
        made = top.paths();
    }

    /** @throws TooManyPathsException when there are too many */
    void made(PathNode near) {
        if (++made > most) {
            // Some may be gone: those that turned out to be data, or to be markup within text.
            made = top.paths();
            if (made > most) {
                throw new TooManyPathsException(most, near);
            }
        }
    }
}
