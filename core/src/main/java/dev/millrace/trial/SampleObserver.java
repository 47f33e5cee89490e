package dev.millrace.trial;

import dev.millrace.summary.PathCollector;
import dev.millrace.summary.PathSummary;
import dev.millrace.summary.TooManyPathsException;
import dev.millrace.xml.Name;
import dev.millrace.xml.PathObserver;
import org.jspecify.annotations.Nullable;

/** Collects the paths of samples, until there are too many. Not thread-safe. */
final class SampleObserver implements PathObserver {

    /**
     * How many times the paths that there may be a summary may have on its way: tags may turn out to be data, which are one path then. What
     * counts is what all have in the end, whoever has read what.
     */
    private static final int ROOM = 2;

    private final int most;
    private @Nullable PathSummary summary;
    private @Nullable PathCollector collector;

    SampleObserver(int mostPaths) {
        most = mostPaths;
        PathSummary mine = new PathSummary(most * ROOM);
        summary = mine;
        collector = new PathCollector(mine, false);
    }

    @Override
    public void startDocument() {
        if (collector != null) {
            collector.startDocument();
        }
    }

    @Override
    public void startElement(Name name) {
        if (collector != null) {
            try {
                collector.startElement(name);
            } catch (TooManyPathsException e) {
                giveUp();
            }
        }
    }

    @Override
    public void attribute(Name name, Value value) {
        if (collector != null) {
            try {
                collector.attribute(name, value);
            } catch (TooManyPathsException e) {
                giveUp();
            }
        }
    }

    @Override
    public void text(Value value) {
        if (collector != null) {
            collector.text(value);
        }
    }

    @Override
    public void endElement() {
        if (collector != null) {
            collector.endElement();
        }
    }

    @Override
    public void endDocument() {
        if (collector != null) {
            collector.endDocument();
        }
    }

    private void giveUp() {
        summary = null;
        collector = null;
    }

    /** Takes in what another has met. */
    void add(SampleObserver other) {
        if (summary == null || other.summary == null) {
            giveUp();
            return;
        }
        try {
            summary.add(other.summary);
        } catch (TooManyPathsException e) {
            giveUp();
        }
    }

    /** The paths of all samples; null where there are too many. */
    @Nullable
    PathSummary summary() {
        return summary == null || summary.paths() > most ? null : summary;
    }
}
