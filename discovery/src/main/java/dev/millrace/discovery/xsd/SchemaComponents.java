package dev.millrace.discovery.xsd;

import dev.millrace.xml.Name;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the files of a schema declare at their top, and what refers to it. Makes of files that stand by themselves nowhere, with
 * redefinitions, namespaces of who includes them and names that are not there, files that do: then a library can read them that gives
 * up, or does not end, where something is missing or goes round in a circle.
 */
final class SchemaComponents {

    private static final int MOST_NAMES = 3;

    /** Kinds of components, each with names of its own. */
    enum Kind {
        ELEMENT("element"),
        ATTRIBUTE("attribute"),
        TYPE("type"),
        GROUP("group"),
        ATTRIBUTE_GROUP("attributeGroup");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        static Optional<Kind> of(SchemaNode node) {
            if (!node.namespace().equals(SchemaNode.XS)) {
                return Optional.empty();
            }
            return switch (node.local()) {
                case "element" -> Optional.of(ELEMENT);
                case "attribute" -> Optional.of(ATTRIBUTE);
                case "complexType", "simpleType" -> Optional.of(TYPE);
                case "group" -> Optional.of(GROUP);
                case "attributeGroup" -> Optional.of(ATTRIBUTE_GROUP);
                default -> Optional.empty();
            };
        }
    }

    /** What may stand for a type that is not there. */
    private enum Form {
        ANY,
        COMPLEX,
        SIMPLE,
        /** A text with attributes, which only such a type can restrict. */
        SIMPLE_CONTENT
    }

    /** The types that XML Schema 1.0 has. */
    static final Set<String> TYPES = Set.of(
            "anyType",
            "anySimpleType",
            "string",
            "boolean",
            "decimal",
            "float",
            "double",
            "duration",
            "dateTime",
            "time",
            "date",
            "gYearMonth",
            "gYear",
            "gMonthDay",
            "gDay",
            "gMonth",
            "hexBinary",
            "base64Binary",
            "anyURI",
            "QName",
            "NOTATION",
            "normalizedString",
            "token",
            "language",
            "NMTOKEN",
            "NMTOKENS",
            "Name",
            "NCName",
            "ID",
            "IDREF",
            "IDREFS",
            "ENTITY",
            "ENTITIES",
            "integer",
            "nonPositiveInteger",
            "negativeInteger",
            "long",
            "int",
            "short",
            "byte",
            "nonNegativeInteger",
            "unsignedLong",
            "unsignedInt",
            "unsignedShort",
            "unsignedByte",
            "positiveInteger");

    /** Types of XML Schema 1.1, with the next of 1.0. */
    private static final Map<String, String> LATER_TYPES = Map.of(
            "dateTimeStamp", "dateTime",
            "dayTimeDuration", "duration",
            "yearMonthDuration", "duration",
            "anyAtomicType", "anySimpleType",
            "error", "anySimpleType");

    /** Elements of XML Schema 1.1 that only validate. */
    private static final Set<String> LATER_ELEMENTS =
            Set.of("assert", "assertion", "alternative", "explicitTimezone", "openContent", "defaultOpenContent");

    private final List<SchemaDocument> documents;
    private final Map<String, String> missing;
    private final List<XsdNote> notes;
    private final Map<Kind, Map<Name, SchemaNode>> declared = new EnumMap<>(Kind.class);
    private final Map<SchemaNode, Set<SchemaNode>> needs = new HashMap<>();
    private final Map<Name, Form> typesThatAreNot = new TreeMap<>(SchemaComponents::compare);
    private final Map<Kind, Set<Name>> othersThatAreNot = new EnumMap<>(Kind.class);
    private final Map<String, XsdPosition> firstUse = new HashMap<>();
    private final Map<String, List<SchemaNode>> later = new LinkedHashMap<>();
    private final Set<Name> referred = new HashSet<>();
    private final Map<XsdPosition, Set<XsdIdentity>> identities = new HashMap<>();
    private final List<SchemaDocument> standIns = new ArrayList<>();

    SchemaComponents(List<SchemaDocument> documents, Map<String, String> missing, List<XsdNote> notes) {
        this.documents = documents;
        this.missing = missing;
        this.notes = notes;
        for (Kind kind : Kind.values()) {
            declared.put(kind, new HashMap<>());
            othersThatAreNot.put(kind, new LinkedHashSet<>());
        }
    }

    static int compare(Name one, Name other) {
        int byNamespace = one.namespace().compareTo(other.namespace());
        return byNamespace != 0 ? byNamespace : one.local().compareTo(other.local());
    }

    /** Elements that something other than themselves refers to. */
    Set<Name> referred() {
        return referred;
    }

    /** What is unique within elements, by the places where these are declared. */
    Map<XsdPosition, Set<XsdIdentity>> identities() {
        return identities;
    }

    /** What stands for what was not found. */
    List<SchemaDocument> standIns() {
        return standIns;
    }

    void link(Map<SchemaNode, SchemaDocument> redefined) throws XsdException {
        for (Map.Entry<SchemaNode, SchemaDocument> redefinition : redefined.entrySet()) {
            redefine(redefinition.getKey(), redefinition.getValue());
        }
        for (SchemaDocument document : documents) {
            declare(document);
        }
        for (SchemaDocument document : documents) {
            for (SchemaNode component : document.components()) {
                check(document, component, component);
            }
        }
        later.values().forEach(nodes -> {
            SchemaNode first = nodes.get(0);
            notes.add(new XsdNote(
                    first.position(),
                    "<" + first.local() + "> is of XML Schema 1.1 and is passed over"
                            + (nodes.size() == 1 ? "" : ", " + nodes.size() + " times from here on")
                            + "; nothing of it counts"));
        });
        refuseCircles();
        standIn();
    }

    /** What is redefined keeps its place under another name, which only its redefinition knows. */
    private void redefine(SchemaNode redefinition, SchemaDocument target) throws XsdException {
        for (SchemaNode changed : redefinition.children()) {
            Optional<Kind> kind = Kind.of(changed);
            String name = changed.attribute("name");
            if (kind.isEmpty() || name == null) {
                continue;
            }
            SchemaNode original = find(target, kind.get(), name, new HashSet<>());
            if (original == null) {
                throw new XsdException(
                        changed.position(),
                        "redefines the " + kind.get().word + " '" + name + "', which " + target.file()
                                + " does not declare; name one that it declares, or correct the schemaLocation");
            }
            String hidden = name + ".redefined";
            while (find(target, kind.get(), hidden, new HashSet<>()) != null) {
                hidden += ".redefined";
            }
            original.attributes().put("name", hidden);
            rename(changed, kind.get(), name, hidden);
        }
    }

    private static @Nullable SchemaNode find(
            SchemaDocument document, Kind kind, String name, Set<SchemaDocument> seen) {
        if (!seen.add(document)) {
            return null;
        }
        for (SchemaNode component : document.components()) {
            if (Kind.of(component).equals(Optional.of(kind)) && name.equals(component.attribute("name"))) {
                return component;
            }
        }
        for (SchemaDocument included : document.included()) {
            SchemaNode found = find(included, kind, name, seen);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** A type refers to itself as its base, a group as a part of itself. */
    private static void rename(SchemaNode node, Kind kind, String name, String hidden) {
        String attribute = switch (kind) {
            case TYPE -> node.is("extension") || node.is("restriction") ? "base" : "";
            case GROUP -> node.is("group") ? "ref" : "";
            case ATTRIBUTE_GROUP -> node.is("attributeGroup") ? "ref" : "";
            case ELEMENT, ATTRIBUTE -> "";
        };
        String value = node.attribute(attribute);
        if (value != null && local(value).equals(name)) {
            node.attributes()
                    .put(attribute, value.strip().substring(0, value.strip().length() - name.length()) + hidden);
            if (kind == Kind.TYPE) {
                return;
            }
        }
        for (SchemaNode child : node.children()) {
            rename(child, kind, name, hidden);
        }
    }

    private static String local(String name) {
        return name.strip().substring(name.strip().indexOf(':') + 1);
    }

    private void declare(SchemaDocument document) {
        Map<String, List<SchemaNode>> again = new TreeMap<>();
        for (SchemaNode component : List.copyOf(document.components())) {
            Optional<Kind> kind = Kind.of(component);
            String local = component.attribute("name");
            if (kind.isEmpty() || local == null) {
                continue;
            }
            if (document.namespace().equals(SchemaNode.XS) && kind.get() == Kind.TYPE && TYPES.contains(local)) {
                // The schema for schemas: the library has its types, which can be nobody else's.
                document.components().remove(component);
                continue;
            }
            Name name = new Name(document.namespace(), "", local);
            SchemaNode first = map(kind.get()).putIfAbsent(name, component);
            if (first != null) {
                document.components().remove(component);
                again.computeIfAbsent(first.position().file(), file -> new ArrayList<>())
                        .add(component);
            }
        }
        again.forEach((file, components) -> {
            SchemaNode first = components.get(0);
            notes.add(new XsdNote(
                    first.position(),
                    "declares " + first.local() + " '" + first.attribute("name") + "'"
                            + (components.size() == 1 ? "" : " and " + (components.size() - 1) + " more")
                            + " again; what " + file + " says of it counts"));
        });
    }

    private Map<Name, SchemaNode> map(Kind kind) {
        return declared.computeIfAbsent(kind, any -> new HashMap<>());
    }

    /** Looks at all that a component refers to. */
    private void check(SchemaDocument document, SchemaNode component, SchemaNode node) throws XsdException {
        if (node.is("annotation")) {
            return;
        }
        occurs(node, "minOccurs");
        occurs(node, "maxOccurs");
        for (SchemaNode child : node.children()) {
            if (child.namespace().equals(SchemaNode.XS) && LATER_ELEMENTS.contains(child.local())) {
                later.computeIfAbsent(child.position().file() + child.local(), any -> new ArrayList<>())
                        .add(child);
                node.content().remove(child);
            } else if (child.is("key") || child.is("keyref") || child.is("unique")) {
                // The library would look for what they refer to, and what they say is evidence alone.
                node.content().remove(child);
                XsdIdentity.of(child)
                        .ifPresent(identity -> identities
                                .computeIfAbsent(node.position(), any -> new LinkedHashSet<>())
                                .add(identity));
            }
        }
        if (node.is("element")) {
            keepOneHead(node);
            refer(document, component, node, "ref", Kind.ELEMENT, Form.ANY);
            refer(document, component, node, "type", Kind.TYPE, Form.ANY);
            refer(document, component, node, "substitutionGroup", Kind.ELEMENT, Form.ANY);
        } else if (node.is("attribute")) {
            refer(document, component, node, "ref", Kind.ATTRIBUTE, Form.SIMPLE);
            refer(document, component, node, "type", Kind.TYPE, Form.SIMPLE);
        } else if (node.is("extension") || node.is("restriction")) {
            SchemaNode parent = node.parent();
            refer(
                    document,
                    component,
                    node,
                    "base",
                    Kind.TYPE,
                    parent != null && parent.is("complexContent")
                            ? Form.COMPLEX
                            : parent != null && parent.is("simpleContent") && node.is("restriction")
                                    ? Form.SIMPLE_CONTENT
                                    : Form.SIMPLE);
        } else if (node.is("list")) {
            refer(document, component, node, "itemType", Kind.TYPE, Form.SIMPLE);
        } else if (node.is("union")) {
            refer(document, component, node, "memberTypes", Kind.TYPE, Form.SIMPLE);
        } else if (node.is("group")) {
            refer(document, component, node, "ref", Kind.GROUP, Form.ANY);
        } else if (node.is("attributeGroup")) {
            refer(document, component, node, "ref", Kind.ATTRIBUTE_GROUP, Form.ANY);
        }
        for (SchemaNode child : node.children()) {
            check(document, component, child);
        }
    }

    /** XML Schema 1.1 lets an element stand for several others. */
    private void keepOneHead(SchemaNode element) {
        String[] heads = Optional.ofNullable(element.attribute("substitutionGroup"))
                .orElse("")
                .strip()
                .split("\\s+");
        if (heads.length > 1) {
            element.attributes().put("substitutionGroup", heads[0]);
            notes.add(new XsdNote(
                    element.position(),
                    "stands for several elements, as XML Schema 1.1 allows; only the first, '" + heads[0]
                            + "', counts"));
        }
    }

    private static void occurs(SchemaNode node, String attribute) throws XsdException {
        String text = node.attribute(attribute);
        if (text == null) {
            return;
        }
        boolean number = text.strip().matches("\\+?[0-9]{1,1000}");
        if (!number && !(attribute.equals("maxOccurs") && text.strip().equals("unbounded"))) {
            throw new XsdException(
                    node.position(),
                    "found " + attribute + "=\"" + text + "\"; expected a whole number"
                            + (attribute.equals("maxOccurs") ? " or unbounded" : "") + "; correct it");
        }
    }

    private void refer(
            SchemaDocument document, SchemaNode component, SchemaNode node, String attribute, Kind kind, Form form)
            throws XsdException {
        String value = node.attribute(attribute);
        if (value == null) {
            return;
        }
        StringBuilder written = new StringBuilder();
        for (String reference : value.strip().split("\\s+")) {
            if (!reference.isEmpty()) {
                Name name = expanded(document, node, attribute, reference);
                String next = LATER_TYPES.get(name.local());
                String kept = reference;
                if (kind == Kind.TYPE && name.namespace().equals(SchemaNode.XS) && next != null) {
                    kept = reference.substring(
                                    0, reference.length() - name.local().length())
                            + next;
                    notes.add(new XsdNote(
                            node.position(),
                            "the type '" + reference + "' is of XML Schema 1.1; '" + next + "' stands for it"));
                } else {
                    refer(component, node, attribute, name, kind, form);
                }
                written.append(written.isEmpty() ? "" : " ").append(kept);
            }
        }
        node.attributes().put(attribute, written.toString());
    }

    private static Name expanded(SchemaDocument document, SchemaNode node, String attribute, String reference)
            throws XsdException {
        int colon = reference.indexOf(':');
        String prefix = colon < 0 ? "" : reference.substring(0, colon);
        String namespace = node.namespaceOf(prefix);
        if (namespace == null) {
            throw new XsdException(
                    node.position(),
                    "found " + attribute + "=\"" + reference
                            + "\", whose prefix is declared nowhere; expected one of an"
                            + " xmlns declaration; declare xmlns:" + prefix + " or correct the prefix");
        }
        if (prefix.isEmpty() && namespace.isEmpty() && document.chameleon()) {
            namespace = document.namespace();
        }
        return new Name(namespace, prefix, reference.substring(colon + 1));
    }

    private void refer(SchemaNode component, SchemaNode node, String attribute, Name name, Kind kind, Form form)
            throws XsdException {
        if (kind == Kind.TYPE && name.namespace().equals(SchemaNode.XS) && TYPES.contains(name.local())) {
            return;
        }
        SchemaNode found = map(kind).get(name);
        if (found != null) {
            if (kind == Kind.ELEMENT && attribute.equals("ref") && found != component) {
                referred.add(name);
            }
            if (needs(component, node, attribute)) {
                needs.computeIfAbsent(component, any -> new LinkedHashSet<>()).add(found);
            }
            return;
        }
        boolean known = documents.stream()
                .anyMatch(document -> document.namespace().equals(name.namespace())
                        && document.origin() != SchemaDocument.Origin.BUILT_IN);
        boolean ours = name.namespace().equals(SchemaNode.XS) && kind == Kind.TYPE;
        if ((known || ours) && !missing.containsKey(name.namespace())) {
            throw new XsdException(
                    node.position(),
                    "found " + attribute + "=\"" + name.qualified() + "\", but no " + kind.word + " '" + name.local()
                            + "' is declared in " + SchemaFiles.named(name.namespace())
                            + "; expected one of its names"
                            + similar(kind, name)
                                    .map(like -> ", such as '" + like + "'")
                                    .orElse("")
                            + "; correct it, or give the file that declares it");
        }
        firstUse.putIfAbsent(name.namespace(), node.position());
        if (kind == Kind.TYPE) {
            typesThatAreNot.merge(name, form, (one, other) -> one.compareTo(other) > 0 ? one : other);
        } else {
            othersThatAreNot.computeIfAbsent(kind, any -> new LinkedHashSet<>()).add(name);
        }
    }

    private Optional<String> similar(Kind kind, Name name) {
        Set<String> names = new LinkedHashSet<>();
        if (name.namespace().equals(SchemaNode.XS)) {
            names.addAll(TYPES);
        }
        map(kind).keySet().stream()
                .filter(other -> other.namespace().equals(name.namespace()))
                .forEach(other -> names.add(other.local()));
        String wanted = name.local().toLowerCase(Locale.ROOT);
        return names.stream()
                .filter(other -> near(other.toLowerCase(Locale.ROOT), wanted))
                .min((one, other) -> one.compareTo(other));
    }

    /** Whether one letter is too many, missing or wrong, or two have changed their places. */
    private static boolean near(String one, String other) {
        if (Math.abs(one.length() - other.length()) > 1) {
            return false;
        }
        int begin = 0;
        int shortest = Math.min(one.length(), other.length());
        while (begin < shortest && one.charAt(begin) == other.charAt(begin)) {
            begin++;
        }
        int end = 0;
        while (end < shortest - begin && one.charAt(one.length() - 1 - end) == other.charAt(other.length() - 1 - end)) {
            end++;
        }
        int left = Math.max(one.length(), other.length()) - begin - end;
        return left <= 1
                || left == 2
                        && one.length() == other.length()
                        && one.charAt(begin) == other.charAt(begin + 1)
                        && one.charAt(begin + 1) == other.charAt(begin);
    }

    /** Whether a component cannot be without what this refers to: elements may go round in circles, what they are made of may not. */
    private static boolean needs(SchemaNode component, SchemaNode node, String attribute) {
        Kind kind = Kind.of(component).orElse(Kind.ELEMENT);
        boolean inElement = false;
        for (SchemaNode at = node; at != null && at != component; at = at.parent()) {
            inElement |= at.is("element") || at.is("attribute");
        }
        if (inElement) {
            return false;
        }
        return switch (kind) {
            case ELEMENT -> node == component && attribute.equals("substitutionGroup");
            case ATTRIBUTE -> false;
            case TYPE -> attribute.equals("base") || attribute.equals("itemType") || attribute.equals("memberTypes");
            case GROUP -> node.is("group");
            case ATTRIBUTE_GROUP -> node.is("attributeGroup");
        };
    }

    /** Goes along what components need; who is met again while it is open needs itself. */
    private void refuseCircles() throws XsdException {
        Set<SchemaNode> done = new HashSet<>();
        for (SchemaDocument document : documents) {
            for (SchemaNode start : document.components()) {
                Map<SchemaNode, Deque<SchemaNode>> open = new LinkedHashMap<>();
                SchemaNode at = start;
                while (at != null) {
                    Deque<SchemaNode> next = open.get(at);
                    if (next == null) {
                        next = new ArrayDeque<>(done.contains(at) ? Set.of() : needs.getOrDefault(at, Set.of()));
                        open.put(at, next);
                    }
                    SchemaNode needed = next.poll();
                    if (needed == null) {
                        done.add(at);
                        open.remove(at);
                        at = last(open);
                    } else if (open.containsKey(needed)) {
                        throw circle(open, needed);
                    } else {
                        at = needed;
                    }
                }
            }
        }
    }

    private static @Nullable SchemaNode last(Map<SchemaNode, Deque<SchemaNode>> open) {
        SchemaNode last = null;
        for (SchemaNode node : open.keySet()) {
            last = node;
        }
        return last;
    }

    private static XsdException circle(Map<SchemaNode, Deque<SchemaNode>> open, SchemaNode first) {
        List<String> names = new ArrayList<>();
        boolean in = false;
        for (SchemaNode node : open.keySet()) {
            in |= node == first;
            if (in) {
                names.add(String.valueOf(node.attribute("name")));
            }
        }
        names.add(String.valueOf(first.attribute("name")));
        return new XsdException(
                first.position(),
                "the " + first.local() + " '" + first.attribute("name") + "' is made of itself ("
                        + String.join(" → ", names)
                        + "); expected one that ends somewhere; correct what it is made of");
    }

    /** Declarations of what is not there, which take any content. */
    private void standIn() throws XsdException {
        Map<String, StringBuilder> texts = new TreeMap<>();
        Map<String, Set<String>> names = new TreeMap<>();
        othersThatAreNot.forEach((kind, all) -> all.stream()
                .sorted(SchemaComponents::compare)
                .forEach(name -> {
                    names.computeIfAbsent(name.namespace(), any -> new LinkedHashSet<>())
                            .add(name.local());
                    texts.computeIfAbsent(name.namespace(), any -> new StringBuilder())
                            .append(standIn(kind, name.local()));
                }));
        typesThatAreNot.forEach((name, form) -> {
            names.computeIfAbsent(name.namespace(), any -> new LinkedHashSet<>())
                    .add(name.local());
            texts.computeIfAbsent(name.namespace(), any -> new StringBuilder()).append(standIn(form, name.local()));
        });
        for (Map.Entry<String, StringBuilder> text : texts.entrySet()) {
            String namespace = text.getKey();
            String schema = "<xs:schema xmlns:xs=\"" + SchemaNode.XS + "\""
                    + (namespace.isEmpty() ? "" : " targetNamespace=\"" + escaped(namespace) + "\"") + ">"
                    + text.getValue() + "</xs:schema>";
            XsdPosition position = firstUse.getOrDefault(namespace, new XsdPosition("", 0, 0));
            SchemaNode root =
                    SchemaText.read(new ByteArrayInputStream(schema.getBytes(StandardCharsets.UTF_8)), position.file());
            standIns.add(new SchemaDocument(root, namespace, SchemaDocument.Origin.STAND_IN, Optional.empty()));
            List<String> all = List.copyOf(names.getOrDefault(namespace, Set.of()));
            notes.add(new XsdNote(
                    position,
                    "refers to "
                            + String.join(", ", all.subList(0, Math.min(MOST_NAMES, all.size())))
                            + (all.size() > MOST_NAMES ? " and " + (all.size() - MOST_NAMES) + " more" : "") + " of "
                            + SchemaFiles.named(namespace) + ", which "
                            + (missing.containsKey(namespace)
                                    ? "was not found"
                                    : "does not declare it or is imported nowhere")
                            + ": any content stands for it"));
        }
    }

    private static String standIn(Kind kind, String name) {
        String named = " name=\"" + escaped(name) + "\"";
        return switch (kind) {
            case ELEMENT -> "<xs:element" + named + "/>";
            case ATTRIBUTE -> "<xs:attribute" + named + " type=\"xs:anySimpleType\"/>";
            case GROUP ->
                "<xs:group" + named
                        + "><xs:sequence><xs:any namespace=\"##any\" processContents=\"lax\" minOccurs=\"0\""
                        + " maxOccurs=\"unbounded\"/></xs:sequence></xs:group>";
            case ATTRIBUTE_GROUP ->
                "<xs:attributeGroup" + named + "><xs:anyAttribute processContents=\"lax\"/></xs:attributeGroup>";
            case TYPE -> standIn(Form.ANY, name);
        };
    }

    private static String standIn(Form form, String name) {
        String named = " name=\"" + escaped(name) + "\"";
        if (form == Form.SIMPLE_CONTENT) {
            return "<xs:complexType" + named + "><xs:simpleContent><xs:extension base=\"xs:string\">"
                    + "<xs:anyAttribute processContents=\"lax\"/></xs:extension></xs:simpleContent></xs:complexType>";
        }
        return form == Form.SIMPLE
                ? "<xs:simpleType" + named + "><xs:restriction base=\"xs:string\"/></xs:simpleType>"
                : "<xs:complexType" + named + " mixed=\"true\"><xs:sequence><xs:any namespace=\"##any\""
                        + " processContents=\"lax\" minOccurs=\"0\" maxOccurs=\"unbounded\"/></xs:sequence>"
                        + "<xs:anyAttribute processContents=\"lax\"/></xs:complexType>";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
