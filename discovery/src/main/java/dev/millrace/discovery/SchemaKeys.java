package dev.millrace.discovery;

import dev.millrace.discovery.xsd.XsdElement;
import dev.millrace.discovery.xsd.XsdIdentity;
import dev.millrace.discovery.xsd.XsdIdentity.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells shapes what a schema's keys say of them: {@code xs:key}, {@code xs:unique}, {@code xs:keyref}. Names are compared without their
 * namespaces. What leads through an element that is nested in itself is not followed below that.
 */
final class SchemaKeys {

    /** What stands in an element's declaration. */
    private record Found(Shape scope, XsdIdentity identity) {}

    private final List<Found> all = new ArrayList<>();

    void add(Shape scope, XsdElement element) {
        element.identities().forEach(identity -> all.add(new Found(scope, identity)));
    }

    /** When all shapes are known. */
    void tell() {
        Map<String, Set<Shape>> keys = new HashMap<>();
        for (Found found : all) {
            XsdIdentity identity = found.identity();
            boolean alone = identity.fields().size() == 1;
            if (identity.kind() == Kind.KEYREF) {
                continue;
            }
            for (String field : identity.fields()) {
                for (Shape shape : fields(found, field)) {
                    Declared declared = shape.declared;
                    if (declared != null) {
                        String others = String.join(
                                ", ",
                                identity.fields().stream()
                                        .filter(one -> !one.equals(field))
                                        .toList());
                        declared.notes.add("unique in " + found.scope().name.local() + (alone ? "" : " with " + others)
                                + ", as the schema's " + identity.name() + " says");
                        if (alone) {
                            declared.uniqueIn.add(found.scope());
                            declared.inKey |= identity.kind() == Kind.KEY;
                            keys.computeIfAbsent(identity.name(), name -> new LinkedHashSet<>())
                                    .add(shape);
                        }
                    }
                }
            }
        }
        for (Found found : all) {
            XsdIdentity identity = found.identity();
            Set<Shape> ids = keys.getOrDefault(identity.refer(), Set.of());
            if (identity.kind() == Kind.KEYREF && identity.fields().size() == 1 && !ids.isEmpty()) {
                for (Shape shape : fields(found, identity.fields().get(0))) {
                    Declared declared = shape.declared;
                    if (declared != null) {
                        declared.notes.add("a reference, as the schema's " + identity.name() + " says");
                        declared.refersTo.addAll(ids);
                    }
                }
            }
        }
    }

    private static Set<Shape> fields(Found found, String field) {
        Set<Shape> fields = new LinkedHashSet<>();
        for (Shape row : reached(Set.of(found.scope()), found.identity().selector())) {
            fields.addAll(reached(Set.of(row), field));
        }
        return fields;
    }

    /** What a path of the kind that a schema's keys may have leads to: names, {@code *}, {@code .}, {@code .//} at its beginning, {@code |}. */
    private static Set<Shape> reached(Set<Shape> from, String paths) {
        Set<Shape> reached = new LinkedHashSet<>();
        for (String path : paths.split("\\|")) {
            String rest = path.strip();
            Set<Shape> at = new LinkedHashSet<>(from);
            if (rest.startsWith(".//")) {
                rest = rest.substring(3);
                from.forEach(shape -> addBelow(shape, at));
            }
            Set<Shape> now = at;
            for (String step : rest.split("/")) {
                now = step(now, step.strip());
            }
            reached.addAll(now);
        }
        return reached;
    }

    private static void addBelow(Shape shape, Set<Shape> all) {
        for (Shape child : shape.children) {
            all.add(child);
            addBelow(child, all);
        }
    }

    private static Set<Shape> step(Set<Shape> from, String step) {
        if (step.equals(".")) {
            return from;
        }
        boolean attribute = step.startsWith("@") || step.startsWith("attribute::");
        String name = step.replaceFirst("^(@|attribute::|child::)", "").replaceFirst(".*:", "");
        Set<Shape> reached = new LinkedHashSet<>();
        for (Shape shape : from) {
            (attribute ? shape.attributes : shape.children)
                    .stream()
                            .filter(one -> name.equals("*") || one.name.local().equals(name))
                            .forEach(reached::add);
        }
        return reached;
    }
}
