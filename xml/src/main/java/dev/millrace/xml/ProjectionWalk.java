package dev.millrace.xml;

import dev.millrace.xml.Projection.CasedPattern;
import dev.millrace.xml.Projection.Edge;
import dev.millrace.xml.Projection.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A walk over a {@link Projection} along names, without a document: for those who know what names documents hold, and ask which of them
 * the paths lead to.
 *
 * <pre>{@code
 * ProjectionWalk.Spot order = new ProjectionWalk(projection).document().child(Name.of("orders")).child(Name.of("order"));
 * order.keepsAttribute(Name.of("id"));
 * }</pre>
 *
 * <p>Immutable.
 */
public final class ProjectionWalk {

    private final Projection projection;

    public ProjectionWalk(Projection projection) {
        this.projection = projection;
    }

    /** Where the document node is. */
    public Spot document() {
        return new Spot(List.of(projection.document()), false);
    }

    /** Where an element is, seen from the paths. */
    public final class Spot {

        private final List<Place> places;
        private final boolean inRecord;

        private Spot(List<Place> places, boolean inRecord) {
            this.places = places;
            this.inRecord = inRecord;
        }

        /** Where a child element of this name is; as with documents, a record inside a record is part of the outer one. */
        public Spot child(Name name) {
            Set<Place> reached = new LinkedHashSet<>();
            for (Place place : places) {
                for (Edge edge : place.edges) {
                    Place target = edge.target();
                    boolean ended = inRecord && (target.aboveRecord || target.record);
                    if (!ended
                            && projection.elementPatterns().get(edge.pattern()).matches(name)) {
                        reached.add(target);
                    }
                }
            }
            boolean record = reached.stream().anyMatch(place -> place.record);
            List<Place> all = new ArrayList<>(reached);
            all.removeIf(place -> record && place.aboveRecord);
            return new Spot(all, inRecord || record);
        }

        /** Whether the element is a record. */
        public boolean isRecord() {
            return places.stream().anyMatch(place -> place.record);
        }

        /** Whether it is a record, or within one. */
        public boolean isInRecord() {
            return inRecord;
        }

        /** Whether a path asks for this attribute. That all attributes of elements around records are kept does not count. */
        public boolean keepsAttribute(Name name) {
            for (Place place : places) {
                if (place.allAttributes && !place.aboveRecord) {
                    return true;
                }
                for (int pattern : place.attributes) {
                    CasedPattern attribute = projection.attributePatterns().get(pattern);
                    if (attribute.matches(name)) {
                        return true;
                    }
                }
            }
            return false;
        }

        /** Whether a path asks for the element's text. */
        public boolean keepsText() {
            return places.stream().anyMatch(place -> place.text);
        }

        /** Whether a path ends at the element, and asks for nothing in it, as that of {@code count(a)} does. */
        public boolean isEnd() {
            return places.stream()
                    .anyMatch(place -> place.kept
                            && !place.record
                            && place.marks.isEmpty()
                            && place.edges.isEmpty()
                            && place.attributes.isEmpty()
                            && !place.allAttributes);
        }

        /** Whether no path leads here. */
        public boolean isNowhere() {
            return places.isEmpty();
        }

        /** Whether every path that leads to one of them leads to the other. */
        public boolean isAt(Spot other) {
            boolean nowhere = places.isEmpty() && other.places.isEmpty();
            return nowhere
                    || inRecord == other.inRecord
                            && places.size() == other.places.size()
                            && new HashSet<>(places).containsAll(other.places);
        }

        /** What was noted of it. */
        public Set<Object> marks() {
            Set<Object> marks = new LinkedHashSet<>();
            places.forEach(place -> marks.addAll(place.marks));
            return marks;
        }
    }
}
