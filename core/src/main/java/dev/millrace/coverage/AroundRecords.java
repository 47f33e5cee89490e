package dev.millrace.coverage;

import dev.millrace.xml.Name;
import dev.millrace.xml.RecordFinder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts the paths that are around the records of files which are split, where no document has them. An element around records is met as often
 * as it is written, and in as many documents as there are files with it. Used by one thread.
 */
public final class AroundRecords implements RecordFinder.Around {

    private final PathCoverage paths;
    private final LongSupplier upcoming;
    private final Consumer<CoveredPath> unmapped;
    private final List<@Nullable CoveredPath> open = new ArrayList<>();
    /** Elements that no file had before, and that have not ended: only then it is known what is in them. */
    private final Set<CoveredPath> fresh = new HashSet<>();

    private long files;
    private String file = "";

    /**
     * @param upcoming the number of the document that the source gives next: what is around it comes before it, and after all others
     * @param unmapped is told of each unmapped path, when it is met first
     */
    public AroundRecords(Coverage coverage, LongSupplier upcoming, Consumer<CoveredPath> unmapped) {
        this.paths = coverage.paths();
        this.upcoming = upcoming;
        this.unmapped = unmapped;
    }

    @Override
    public void startFile(String key) {
        open.clear();
        fresh.clear();
        files++;
        file = key;
    }

    @Override
    public void startElement(Name name, List<Name> attributes) {
        CoveredPath around = open.isEmpty() ? paths.top() : open.get(open.size() - 1);
        CoveredPath parent = around == null ? null : around.current();
        CoveredPath path = parent == null ? null : paths.child(parent, name);
        open.add(path);
        if (path == null || parent == null) {
            paths.countBeyond();
            return;
        }
        parent.met(path);
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
        CoveredPath ended = open.remove(open.size() - 1);
        if (ended != null && fresh.remove(ended)) {
            tell(ended.current());
        }
    }

    private void count(CoveredPath path) {
        if (!path.settle(1, 0, files)) {
            return;
        }
        path.foundAt(new FirstMet(upcoming.getAsLong(), file, null));
        if (path.kind() == PathKind.ELEMENT) {
            fresh.add(path);
        } else {
            tell(path);
        }
    }

    private void tell(CoveredPath path) {
        if (path.state() == PathState.UNMAPPED) {
            unmapped.accept(path);
        }
    }
}
