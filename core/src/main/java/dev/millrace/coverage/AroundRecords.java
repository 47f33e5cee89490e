package dev.millrace.coverage;

import dev.millrace.xml.Name;
import dev.millrace.xml.RecordFinder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts the paths that are around the records of files which are split, where no document has them. An element around records is met as often
 * as it is written, and in as many documents as there are files with it. Used by one thread.
 */
public final class AroundRecords implements RecordFinder.Around {

    private final PathCoverage paths;
    private final Consumer<CoveredPath> unmapped;
    private final List<@Nullable CoveredPath> open = new ArrayList<>();
    private long files;
    private String file = "";

    /** @param unmapped is told of each unmapped path, when it is met first */
    public AroundRecords(Coverage coverage, Consumer<CoveredPath> unmapped) {
        this.paths = coverage.paths();
        this.unmapped = unmapped;
    }

    @Override
    public void startFile(String key) {
        open.clear();
        files++;
        file = key;
    }

    @Override
    public void startElement(Name name, List<Name> attributes) {
        CoveredPath parent = open.isEmpty() ? paths.top() : open.get(open.size() - 1);
        CoveredPath path = parent == null ? paths.noPath() : paths.child(parent.current(), name);
        open.add(path);
        if (path == null) {
            return;
        }
        count(path);
        for (Name each : attributes) {
            CoveredPath attribute = paths.attribute(path, each);
            if (attribute != null) {
                count(attribute);
            }
        }
    }

    @Override
    public void text() {
        CoveredPath element = open.isEmpty() ? null : open.get(open.size() - 1);
        if (element != null) {
            count(paths.text(element.current()));
        }
    }

    @Override
    public void endElement() {
        open.remove(open.size() - 1);
    }

    private void count(CoveredPath path) {
        path.inDocument++;
        if (path.settle(path, files) && path.state() == PathState.UNMAPPED) {
            path.foundAt(new FirstMet(files, file, null));
            unmapped.accept(path);
        }
    }
}
