package dev.millrace.processing;

import dev.millrace.processing.RunSummary.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * Notes how far a run is, now and then: as often as possible at first, and half as often each time when there are too many moments. So a run of
 * any length has a bounded number of them, spread over all of it. Not thread-safe.
 */
final class CourseRecorder {

    /** So many moments draw a curve that looks smooth. */
    static final int MOST = 120;

    private static final double SHORTEST = 0.1;

    private final List<Moment> moments = new ArrayList<>();
    private double interval = SHORTEST;
    private double next;

    /**
     * Has to be called whenever something has happened.
     *
     * @param seconds since the run began
     * @param moment makes the moment, if one is due
     */
    void note(double seconds, DoubleFunction<Moment> moment) {
        if (seconds < next) {
            return;
        }
        moments.add(moment.apply(seconds));
        if (moments.size() == MOST) {
            for (int i = MOST / 2 - 1; i >= 0; i--) {
                moments.remove(2 * i);
            }
            interval *= 2;
        }
        next = seconds + interval;
    }

    /** What was noted, and how the run ended. */
    List<Moment> with(Moment last) {
        List<Moment> all = new ArrayList<>(moments);
        all.add(last);
        return all;
    }
}
