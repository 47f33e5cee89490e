package dev.millrace.reference;

import dev.millrace.reference.ReferenceContract.FilterRule;
import dev.millrace.reference.ReferenceContract.Mapping;
import java.util.List;
import java.util.stream.Stream;

/** The names of expressions: the original looks them up while it runs, here they are known from the contract. */
final class Names {

    private final ReferenceContract contract;
    private final Sources sources;
    private final Notes notes;

    Names(ReferenceContract contract, Sources sources, Notes notes) {
        this.contract = contract;
        this.sources = sources;
        this.notes = notes;
    }

    /** What the names of a mapping's expression mean. */
    Scope of(Mapping mapping) {
        boolean row = List.of("app_contact_base", "app_contact_address", "app_contact_employment")
                .contains(mapping.table());
        return new Scope() {
            @Override
            public String node(String name, boolean exact) {
                return row ? rowName(mapping, name, exact) : flatName(mapping, name, exact);
            }

            @Override
            public boolean trims() {
                return !row;
            }
        };
    }

    private static String rowName(Mapping mapping, String name, boolean exact) {
        if (name.indexOf('.') >= 0) {
            return "()";
        }
        if (name.equalsIgnoreCase("con_id") && !mapping.table().equals("app_contact_base")) {
            return "../@con_id";
        }
        return exact ? Sources.exact(name) : "@" + name;
    }

    private String flatName(Mapping mapping, String name, boolean exact) {
        int dot = name.indexOf('.');
        String attribute = name.substring(dot + 1);
        if (dot < 0) {
            String element = sources.element(pathOf(mapping, attribute));
            return exact ? element + "/@*[local-name() = '" + attribute + "']" : Sources.flat(element, attribute);
        }
        String owner = name.substring(0, dot);
        boolean application =
                owner.equalsIgnoreCase("application") || owner.equalsIgnoreCase(contract.applicationElement());
        if (isPrimaryContact(owner)) {
            String contact = sources.primaryContact();
            return contact + (exact ? "/" + Sources.exact(attribute) : "/@" + attribute);
        }
        String element = sources.element(application ? sources.applicationPath() : pathOf(owner));
        if (!exact) {
            return Sources.flat(element, attribute);
        }
        // The original knows these names in lower case, and under the element's own name as they are written.
        boolean ownName = application && !owner.equals("application");
        if (ownName) {
            return element + "/@*[local-name() = '" + attribute + "']";
        }
        if (!attribute.equals(ReferenceContract.lower(attribute))) {
            notes.add(
                    mapping,
                    "the name " + name
                            + " is never found as a value by the original, which knows it in lower case only");
            return "()";
        }
        return Sources.flat(element, attribute);
    }

    /** Whether a name's owner is the first contact of those that are rows, because no element that is mapped is called so. */
    private boolean isPrimaryContact(String owner) {
        FilterRule rule = contract.contact();
        return owner.equalsIgnoreCase("contact")
                && rule != null
                && !rule.element().equalsIgnoreCase(owner)
                && contract.mappings().stream().noneMatch(each -> each.element().equalsIgnoreCase(owner));
    }

    /** The element of a bare name: the mapping's own, if it is known there or nowhere. */
    private String pathOf(Mapping mapping, String attribute) {
        Stream<Mapping> known =
                contract.mappings().stream().filter(each -> each.attribute().equalsIgnoreCase(attribute));
        List<String> paths = known.map(Mapping::path).distinct().toList();
        if (paths.isEmpty() || paths.contains(mapping.path())) {
            return mapping.path();
        }
        if (paths.size() > 1) {
            notes.add(
                    mapping,
                    "the name " + attribute + " is mapped at several elements; the expression reads " + paths.get(0));
        }
        return paths.get(0);
    }

    /** The path of an element by its name: one that is mapped, else a child of the application. */
    private String pathOf(String element) {
        return contract.mappings().stream()
                .filter(each -> each.element().equalsIgnoreCase(element))
                .map(Mapping::path)
                .findFirst()
                .orElse(sources.applicationPath() + "/" + element);
    }
}
