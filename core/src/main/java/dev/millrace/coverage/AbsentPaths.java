package dev.millrace.coverage;

import dev.millrace.mapping.ReachedPaths;
import dev.millrace.xml.ProjectionWalk;
import java.util.List;

/** Which of the paths that a contract ignores no document has: misspelt ones, and those of documents that are no more. By names alone. */
final class AbsentPaths {

    private AbsentPaths() {}

    /** As the contract has them, in its order; none where no document was counted. */
    static List<String> of(Coverage coverage) {
        PathCoverage paths = coverage.paths();
        if (paths.documents() == 0) {
            return List.of();
        }
        boolean lookedAround = hasLookedAround(paths.top());
        return ReachedPaths.ignored(coverage.contract()).stream()
                .filter(ignored -> lookedAround || isWithinRecord(ignored.text()))
                .filter(ignored -> !isMet(paths.top(), ignored.document()))
                .map(ReachedPaths.Ignored::text)
                .toList();
    }

    /** Whether what is around records was counted, where they were cut out of files. */
    private static boolean hasLookedAround(CoveredPath element) {
        // The outermost element is around each record, or is it.
        return element.content().stream().allMatch(each -> each.occurrences() > 0);
    }

    /** Whether a path can be seen to begin at the record, and to stay there. */
    private static boolean isWithinRecord(String path) {
        return !path.startsWith("/") && !path.contains("..") && !path.contains("::");
    }

    private static boolean isMet(CoveredPath element, ProjectionWalk.Spot spot) {
        for (CoveredPath each : element.content()) {
            boolean met = switch (each.kind()) {
                case ATTRIBUTE -> spot.keepsAttribute(each.name());
                case TEXT -> spot.keepsText();
                case ELEMENT -> {
                    ProjectionWalk.Spot child = spot.child(each.name());
                    yield !child.isNowhere() && (child.keepsText() || isMet(each, child));
                }
            };
            if (met) {
                return true;
            }
        }
        return false;
    }
}
