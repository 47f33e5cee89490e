package dev.millrace.discovery.xsd;

import com.sun.xml.xsom.XSComplexType;
import com.sun.xml.xsom.XSElementDecl;
import com.sun.xml.xsom.XSType;
import dev.millrace.xml.Name;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An element at its path. What is in it is looked up when it is asked for, and the same each time. An element that is in itself, at any
 * depth, refers to the outer one by {@link #recursion} and has no children of its own, so that each path ends. How many paths there
 * are is another matter: where many elements may hold each other, they are too many to visit all.
 */
public final class XsdElement {

    private final Contents contents;
    private final @Nullable XsdElement parent;
    private final Contents.Slot slot;
    private final boolean documentElement;
    private @Nullable List<XsdElement> children;

    XsdElement(Contents contents, @Nullable XsdElement parent, Contents.Slot slot, boolean documentElement) {
        this.contents = contents;
        this.parent = parent;
        this.slot = slot;
        this.documentElement = documentElement;
    }

    /** Its name, with the prefix that the schema suggests. */
    public Name name() {
        return slot.name();
    }

    /** The element that it is in; none for a global element that was asked for as such. */
    public Optional<XsdElement> parent() {
        return Optional.ofNullable(parent);
    }

    /** How many elements it is in. */
    public int depth() {
        int depth = 0;
        for (XsdElement at = parent; at != null; at = at.parent) {
            depth++;
        }
        return depth;
    }

    /** Its path from the outermost element, with suggested prefixes: {@code /o:Order/o:Line}. */
    public String path() {
        return (parent == null ? "" : parent.path()) + "/" + name().qualified();
    }

    /** How often it occurs within its parent element, once all groups, choices and types are flat. */
    public XsdOccurs occurs() {
        return slot.occurs();
    }

    /** Whether it is one of several that the schema lets documents choose from. */
    public boolean inChoice() {
        return slot.inChoice();
    }

    /** Whether it can be a document's outermost element, as far as the schema tells: always false below another element. */
    public boolean documentElement() {
        return documentElement;
    }

    /** Whether it may be empty and say so by xsi:nil. */
    public boolean nillable() {
        return slot.declarations().stream().anyMatch(XSElementDecl::isNillable);
    }

    /** Whether it can be in no document itself: only what stands for it can, and nothing does in these schemas. */
    public boolean isAbstract() {
        return slot.declarations().stream().allMatch(XSElementDecl::isAbstract);
    }

    /** What its text is taken for where it is there and empty. */
    public Optional<String> defaultValue() {
        return same(declaration -> Contents.text(declaration.getDefaultValue()));
    }

    /** The only text that it may have. */
    public Optional<String> fixedValue() {
        return same(declaration -> Contents.text(declaration.getFixedValue()));
    }

    private Optional<String> same(Function<XSElementDecl, Optional<String>> read) {
        Set<Optional<String>> all = new HashSet<>();
        slot.declarations().forEach(declaration -> all.add(read.apply(declaration)));
        return all.size() == 1 ? all.iterator().next() : Optional.empty();
    }

    /** What the schema says of it: where it is used, where it is declared, or else of its type. */
    public Optional<XsdDocumentation> documentation() {
        Optional<XsdDocumentation> found = slot.documentation();
        for (XSElementDecl declaration : slot.declarations()) {
            found = found.or(() -> Contents.documentation(declaration));
        }
        for (XSElementDecl declaration : slot.declarations()) {
            found = found.or(() -> Contents.ofType(declaration.getType()));
        }
        return found;
    }

    /** The name of its type; none if that has none, or where there are several declarations. */
    public Optional<Name> typeName() {
        return slot.declarations().size() == 1
                ? contents.typeName(slot.declarations().iterator().next().getType())
                : Optional.empty();
    }

    /** The head of the substitution group by which it is there; none where the schema names it itself. */
    public Optional<Name> substitutes() {
        return slot.head();
    }

    /** The types that its parent's xsi:type has to name for it to be there; none where it needs no xsi:type. */
    public List<Name> onlyInTypes() {
        return slot.derived();
    }

    /** The types that an xsi:type at it can name instead of its own, by their names. What these add is among its children, optional. */
    public List<Name> derivedTypes() {
        Set<Name> names = new TreeSet<>(SchemaComponents::compare);
        for (XSElementDecl declaration : slot.declarations()) {
            for (XSComplexType type : contents.derived(declaration)) {
                contents.typeName(type).ifPresent(names::add);
            }
        }
        return List.copyOf(names);
    }

    /** Whether its declaration was not found, so that anything may be in it. */
    public boolean unresolved() {
        return slot.declarations().stream()
                .anyMatch(declaration -> contents.standsIn(declaration) || contents.standsIn(declaration.getType()));
    }

    /** Whether text may stand between its elements. */
    public boolean mixed() {
        return content().mixed();
    }

    /** What its text may be, where it can have text and no elements. */
    public Optional<XsdValue> value() {
        return content().value();
    }

    /** Its attributes, those of its types' bases included. */
    public List<XsdAttribute> attributes() {
        return content().attributes();
    }

    /** Which attributes it may have that the schema does not name. */
    public Optional<XsdWildcard> anyAttribute() {
        return content().anyAttribute();
    }

    /** Which elements it may have that the schema does not name. */
    public List<XsdWildcard> wildcards() {
        return content().wildcards();
    }

    /**
     * The elements that it may have, in the order of the schema, each name once. None at a {@link #recursion}, whose children are those of
     * the outer element.
     */
    public synchronized List<XsdElement> children() {
        List<XsdElement> found = children;
        if (found == null) {
            found = recursion().isPresent()
                    ? List.of()
                    : content().children().stream()
                            .map(child -> new XsdElement(contents, this, child, false))
                            .toList();
            children = found;
        }
        return found;
    }

    /** The child of this local name, if there is one; the first one of several namespaces. */
    public Optional<XsdElement> child(String local) {
        return children().stream()
                .filter(child -> child.name().local().equals(local))
                .findFirst();
    }

    /** The nearest element around it with the same name and the same type: it begins again here. */
    public Optional<XsdElement> recursion() {
        Set<XSType> types = complexTypes();
        for (XsdElement at = parent; at != null && !types.isEmpty(); at = at.parent) {
            if (at.name().equals(name()) && at.complexTypes().equals(types)) {
                return Optional.of(at);
            }
        }
        return Optional.empty();
    }

    /** The nearest element around it with the same type, whatever its name: what is in it can be told as rows within rows. */
    public Optional<XsdElement> sameTypeAbove() {
        Set<XSType> types = complexTypes();
        for (XsdElement at = parent; at != null && !types.isEmpty(); at = at.parent) {
            if (at.complexTypes().equals(types)) {
                return Optional.of(at);
            }
        }
        return Optional.empty();
    }

    /** What is unique within it, or refers to what is, in the order of the schema. */
    public List<XsdIdentity> identities() {
        return slot.declarations().stream()
                .flatMap(declaration -> contents.identities(declaration).stream())
                .distinct()
                .toList();
    }

    /** Where it is declared. */
    public XsdPosition position() {
        return contents.position(slot.declarations().iterator().next());
    }

    private Set<XSType> complexTypes() {
        Set<XSType> types = new HashSet<>();
        for (XSElementDecl declaration : slot.declarations()) {
            if (declaration.getType() instanceof XSComplexType type && type.getBaseType() != type) {
                types.add(type);
            }
        }
        return types;
    }

    private Contents.Content content() {
        return contents.of(slot.declarations());
    }

    /** {@code path occurs}, such as {@code /o:Order/o:Line 1..*}. */
    @Override
    public String toString() {
        return path() + " " + occurs();
    }
}
