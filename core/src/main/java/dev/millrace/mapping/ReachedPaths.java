package dev.millrace.mapping;

import dev.millrace.contract.MappingContract;
import dev.millrace.xml.Name;
import dev.millrace.xml.Projection;
import dev.millrace.xml.ProjectionWalk;
import dev.millrace.xml.path.PathExpression;
import dev.millrace.xml.path.PathNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a contract reaches, and what it ignores, of the names that documents have: for those who ask what it leaves out. What an expression
 * computes on counts as reached. An expression that only Saxon evaluates cannot be followed: all names in it count, wherever they stand.
 *
 * <p>Immutable.
 */
public final class ReachedPaths {

    /**
     * That an element is what makes a row.
     *
     * @param table the table's index
     * @param set which of the table's sets of rows, from 0
     */
    public record RowItem(int table, int set) {}

    private final ProjectionWalk mapped;
    private final ProjectionWalk ignored;
    private final Set<String> named = new HashSet<>();
    private final List<PathExpression> unfollowed = new ArrayList<>();

    public ReachedPaths(MappingContract contract) {
        mapped = new ProjectionWalk(new ContractReach(contract, unfollowed::add).collect());
        ignored = new ProjectionWalk(new ContractReach(contract, unfollowed::add).collectIgnored());
        for (PathExpression expression : unfollowed) {
            for (PathNames.Used name : PathNames.of(expression.text())) {
                named.add((name.attribute() ? "@" : "") + name.local());
            }
        }
    }

    /**
     * One of the paths that a contract ignores, alone.
     *
     * @param text as the contract has it
     * @param document where the document node is, seen from it
     */
    public record Ignored(String text, ProjectionWalk.Spot document) {}

    /** Each of the paths that a contract ignores, but for those of which nobody can say what they reach. */
    public static List<Ignored> ignored(MappingContract contract) {
        List<Ignored> each = new ArrayList<>();
        for (PathExpression path : contract.ignore()) {
            List<PathExpression> lost = new ArrayList<>();
            Projection reached = new ContractReach(contract, lost::add).collectIgnored(List.of(path));
            if (!lost.contains(path)) {
                each.add(new Ignored(path.text(), new ProjectionWalk(reached).document()));
            }
        }
        return each;
    }

    /** The texts of expressions of which nobody can say what they reach. */
    public Set<String> unfollowed() {
        Set<String> texts = new LinkedHashSet<>();
        unfollowed.forEach(expression -> texts.add(expression.text()));
        return texts;
    }

    /** Where the document node is. */
    public Spot document() {
        return new Spot(Name.of(""), mapped.document(), ignored.document());
    }

    /** An element. */
    public final class Spot {

        private final Name name;
        private final ProjectionWalk.Spot reached;
        private final ProjectionWalk.Spot leftOut;

        private Spot(Name name, ProjectionWalk.Spot reached, ProjectionWalk.Spot leftOut) {
            this.name = name;
            this.reached = reached;
            this.leftOut = leftOut;
        }

        /** The element's own name. */
        public Name name() {
            return name;
        }

        /** A child element. */
        public Spot child(Name childName) {
            return new Spot(childName, reached.child(childName), leftOut.child(childName));
        }

        /** Whether it is a record. */
        public boolean isRecord() {
            return reached.isRecord();
        }

        /** Whether the contract reaches or ignores this attribute. */
        public boolean hasAttribute(Name attribute) {
            return mapsAttribute(attribute) || ignoresAttribute(attribute);
        }

        /** Whether the contract reaches this attribute. */
        public boolean mapsAttribute(Name attribute) {
            return reached.keepsAttribute(attribute) || named.contains("@" + attribute.local());
        }

        /** Whether the contract ignores this attribute. */
        public boolean ignoresAttribute(Name attribute) {
            return leftOut.keepsAttribute(attribute);
        }

        /** Whether the contract reaches or ignores the element's text, or that it is there. */
        public boolean hasText() {
            return mapsText() || ignoresText();
        }

        /** Whether the contract reaches the element's text, or that it is there. */
        public boolean mapsText() {
            return reached.keepsText() || reached.isEnd() || named.contains(name.local());
        }

        /** Whether the contract ignores the element's text. */
        public boolean ignoresText() {
            return leftOut.keepsText();
        }

        /** Whether it is a record, or within one. */
        public boolean isInRecord() {
            return reached.isInRecord();
        }

        /** Whether no path leads to the element or through it: all that is in it is left out, but for what an expression names anywhere. */
        public boolean isUnreached() {
            return reached.isNowhere() && leftOut.isNowhere() && !named.contains(name.local());
        }

        /** Whether the contract does the same with what is in both elements, whatever their own names. */
        public boolean isLike(Spot other) {
            return reached.isAt(other.reached)
                    && leftOut.isAt(other.leftOut)
                    && named.contains(name.local()) == named.contains(other.name.local());
        }

        /** What rows it makes. */
        public List<RowItem> rowItems() {
            List<RowItem> items = new ArrayList<>();
            for (Object mark : reached.marks()) {
                if (mark instanceof RowItem item) {
                    items.add(item);
                }
            }
            return items;
        }
    }
}
