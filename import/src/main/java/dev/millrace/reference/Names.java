package dev.millrace.reference;

import dev.millrace.reference.ReferenceContract.FilterRule;
import dev.millrace.reference.ReferenceContract.Mapping;
import java.util.ArrayList;
import java.util.Comparator;
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
            return bare(mapping, attribute, exact);
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
            return Sources.exactFlat(element, attribute);
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

    /**
     * The attribute of a bare name. The original keeps one value for each such name: that of the last element which has the
     * attribute, empty or not. Of the elements that can have it, it may stand at the mapping's own, at those where it is
     * mapped, and at the application; before all of these at the first contact.
     */
    String bare(Mapping mapping, String attribute, boolean exact) {
        List<String> places = Stream.of(
                        Stream.of(mapping.path()),
                        contract.mappings().stream()
                                .filter(each -> each.attribute().equalsIgnoreCase(attribute))
                                .map(Mapping::path),
                        Stream.of(sources.applicationPath()))
                .flatMap(each -> each)
                .distinct()
                .sorted(Comparator.comparing(Names::depth).reversed())
                .toList();
        List<String> nodes = new ArrayList<>(places.stream()
                .map(path -> exact
                        ? Sources.exactFlat(sources.element(path), attribute)
                        : Sources.flat(sources.element(path), attribute))
                .toList());
        if (!areInOneAnother(places)) {
            notes.add(
                    mapping,
                    "the name " + attribute + " may stand at several elements; as in the original, the last of "
                            + String.join(", ", places.stream().map(Names::last).toList()) + " that has it counts");
            nodes = new ArrayList<>(List.of("(" + String.join(" | ", nodes) + ")[last()]"));
        }
        FilterRule rule = contract.contact();
        if (rule != null && places.contains(rule.path())) {
            nodes.add(sources.primaryContact() + "/" + (exact ? Sources.exact(attribute) : "@" + attribute));
        }
        return nodes.size() == 1 ? nodes.get(0) : "(" + String.join(", ", nodes) + ")[1]";
    }

    private static int depth(String path) {
        return (int) path.chars().filter(each -> each == '/').count();
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Whether each of the paths leads below the next one, so that it is known which element comes last. */
    private static boolean areInOneAnother(List<String> paths) {
        for (int i = 1; i < paths.size(); i++) {
            if (!paths.get(i - 1).startsWith(paths.get(i) + "/")) {
                return false;
            }
        }
        return true;
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
