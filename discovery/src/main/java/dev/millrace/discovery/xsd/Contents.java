package dev.millrace.discovery.xsd;

import com.sun.xml.xsom.XSAnnotation;
import com.sun.xml.xsom.XSAttributeDecl;
import com.sun.xml.xsom.XSAttributeUse;
import com.sun.xml.xsom.XSComplexType;
import com.sun.xml.xsom.XSComponent;
import com.sun.xml.xsom.XSContentType;
import com.sun.xml.xsom.XSElementDecl;
import com.sun.xml.xsom.XSModelGroup;
import com.sun.xml.xsom.XSParticle;
import com.sun.xml.xsom.XSSchemaSet;
import com.sun.xml.xsom.XSSimpleType;
import com.sun.xml.xsom.XSTerm;
import com.sun.xml.xsom.XSType;
import com.sun.xml.xsom.XSWildcard;
import com.sun.xml.xsom.XmlString;
import dev.millrace.xml.Name;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.xml.sax.Locator;

/** What the library has compiled → what an element has in it, flat: groups, references, inheritance and substitution are gone. */
final class Contents {

    /**
     * A child element of a type, wherever its content model has it.
     *
     * @param declarations usually one; several where types that can stand for each other declare it differently
     * @param head the head of the substitution group that it is there for, if it is not there by itself
     * @param derived the types that an xsi:type has to name for it to be there; none where it needs none
     * @param documentation what is said where it is referred to
     */
    record Slot(
            Name name,
            XsdOccurs occurs,
            boolean inChoice,
            Set<XSElementDecl> declarations,
            Optional<Name> head,
            List<Name> derived,
            Optional<XsdDocumentation> documentation) {

        private Slot with(XsdOccurs times, boolean choice) {
            return new Slot(name, times, choice, declarations, head, derived, documentation);
        }

        private Slot in(List<Name> types) {
            return new Slot(name, occurs, inChoice, declarations, head, types, documentation);
        }

        /** The same element at another place of the content. */
        private Slot and(Slot other, XsdOccurs times, boolean choice, List<Name> types) {
            Set<XSElementDecl> all = new LinkedHashSet<>(declarations);
            all.addAll(other.declarations);
            return new Slot(
                    name,
                    times,
                    choice,
                    all,
                    head.equals(other.head) ? head : Optional.empty(),
                    types,
                    documentation.isPresent() ? documentation : other.documentation);
        }
    }

    /** What is in a particle, flat. */
    private record Flat(Map<Name, Slot> slots, List<XsdWildcard> wildcards) {

        Flat() {
            this(new LinkedHashMap<>(), new ArrayList<>());
        }
    }

    /**
     * What an element has in it.
     *
     * @param value its text, if it has one and no elements
     */
    record Content(
            List<Slot> children,
            List<XsdWildcard> wildcards,
            List<XsdAttribute> attributes,
            Optional<XsdWildcard> anyAttribute,
            Optional<XsdValue> value,
            boolean mixed) {}

    private final XSSchemaSet schemas;
    private final SchemaFeed feed;
    private final Prefixes prefixes;
    private final Map<XsdPosition, Set<XsdIdentity>> identities;
    private final ValueTypes values = new ValueTypes();
    private final Map<XSComplexType, Content> contents = new HashMap<>();
    private final Map<Set<XSElementDecl>, Content> merged = new HashMap<>();
    private final Map<XSComplexType, List<XSComplexType>> derived = new HashMap<>();
    private final Map<XSElementDecl, List<XSElementDecl>> members = new HashMap<>();

    Contents(XSSchemaSet schemas, SchemaFeed feed, Prefixes prefixes, Map<XsdPosition, Set<XsdIdentity>> identities) {
        this.identities = identities;
        this.schemas = schemas;
        this.feed = feed;
        this.prefixes = prefixes;
        for (Iterator<XSComplexType> all = schemas.iterateComplexTypes(); all.hasNext(); ) {
            XSComplexType type = all.next();
            if (type.getBaseType() instanceof XSComplexType base && base != type && base != schemas.getAnyType()) {
                derived.computeIfAbsent(base, any -> new ArrayList<>()).add(type);
            }
        }
        derived.values()
                .forEach(types -> types.sort(
                        Comparator.comparing(XSComplexType::getTargetNamespace).thenComparing(XSComplexType::getName)));
        for (Iterator<XSElementDecl> all = schemas.iterateElementDecls(); all.hasNext(); ) {
            XSElementDecl element = all.next();
            XSElementDecl head = element.getSubstAffiliation();
            if (head != null) {
                members.computeIfAbsent(head, any -> new ArrayList<>()).add(element);
            }
        }
        members.values()
                .forEach(elements -> elements.sort(
                        Comparator.comparing(XSElementDecl::getTargetNamespace).thenComparing(XSElementDecl::getName)));
    }

    Name name(XSElementDecl element) {
        return prefixes.name(element.getTargetNamespace(), element.getName());
    }

    XsdPosition position(XSComponent component) {
        return feed.position(component.getLocator());
    }

    Set<XsdIdentity> identities(XSElementDecl element) {
        return identities.getOrDefault(position(element), Set.of());
    }

    boolean standsIn(XSComponent component) {
        return origin(component) == SchemaDocument.Origin.STAND_IN;
    }

    SchemaDocument.@Nullable Origin origin(XSComponent component) {
        return feed.documentOf(component.getLocator())
                .map(SchemaDocument::origin)
                .orElse(null);
    }

    Optional<Name> typeName(XSType type) {
        return type.getName() == null
                ? Optional.empty()
                : Optional.of(prefixes.name(type.getTargetNamespace(), type.getName()));
    }

    static Optional<XsdDocumentation> documentation(XSComponent component) {
        XSAnnotation annotation = component.getAnnotation();
        return annotation != null && annotation.getAnnotation() instanceof XsdDocumentation found
                ? Optional.of(found)
                : Optional.empty();
    }

    static Optional<String> text(@Nullable XmlString text) {
        return text == null ? Optional.empty() : Optional.of(text.value);
    }

    /** What any of the declarations allows, with the types that an xsi:type can name. */
    synchronized Content of(Set<XSElementDecl> declarations) {
        Content known = merged.get(declarations);
        if (known != null) {
            return known;
        }
        Map<XSType, Boolean> types = new LinkedHashMap<>();
        Set<Name> own = new HashSet<>();
        for (XSElementDecl declaration : declarations) {
            XSType type = declaration.getType();
            of(type).children().forEach(child -> own.add(child.name()));
            List<XSComplexType> others = derived(declaration);
            boolean isAbstract = type instanceof XSComplexType complex && complex.isAbstract() && !others.isEmpty();
            if (!isAbstract) {
                types.put(type, true);
            }
            // What only restricts a type allows nothing that this does not. Bases come before what is derived from
            // them.
            Set<XSType> covered = new HashSet<>(types.keySet());
            for (XSComplexType other : others) {
                boolean restricts = other.getDerivationMethod() == XSType.RESTRICTION;
                if (restricts && covered.contains(other.getBaseType())) {
                    covered.add(other);
                } else if (!other.isAbstract()) {
                    types.putIfAbsent(other, false);
                    covered.add(other);
                }
            }
            if (types.isEmpty()) {
                types.put(type, true);
            }
        }
        Content content = merge(types, own);
        merged.put(declarations, content);
        return content;
    }

    /** The types that can be named by an xsi:type at an element instead of its own. */
    synchronized List<XSComplexType> derived(XSElementDecl declaration) {
        List<XSComplexType> all = new ArrayList<>();
        if (declaration.getType() instanceof XSComplexType type) {
            collect(declaration, type, type, all, false, false);
        }
        return all;
    }

    private void collect(
            XSElementDecl declaration,
            XSComplexType declared,
            XSComplexType type,
            List<XSComplexType> all,
            boolean extended,
            boolean restricted) {
        for (XSComplexType next : derived.getOrDefault(type, List.of())) {
            boolean extension = extended || next.getDerivationMethod() == XSType.EXTENSION;
            boolean restriction = restricted || next.getDerivationMethod() == XSType.RESTRICTION;
            boolean blocked = extension && blocked(declaration, declared, XSType.EXTENSION)
                    || restriction && blocked(declaration, declared, XSType.RESTRICTION);
            if (!blocked && !all.contains(next)) {
                all.add(next);
                collect(declaration, declared, next, all, extension, restriction);
            }
        }
    }

    private static boolean blocked(XSElementDecl declaration, XSComplexType declared, int method) {
        return declaration.isSubstitutionDisallowed(method) || declared.isSubstitutionProhibited(method);
    }

    /**
     * @param types with whether an element has each without saying so by an xsi:type
     * @param own the children that need no xsi:type
     */
    private Content merge(Map<XSType, Boolean> types, Set<Name> own) {
        if (types.size() == 1 && types.containsValue(true)) {
            return of(types.keySet().iterator().next());
        }
        Map<Name, Slot> slots = new LinkedHashMap<>();
        Map<Name, Integer> counts = new LinkedHashMap<>();
        List<XsdWildcard> wildcards = new ArrayList<>();
        Map<Name, XsdAttribute> attributes = new LinkedHashMap<>();
        Map<Name, Integer> attributeCounts = new LinkedHashMap<>();
        Optional<XsdWildcard> anyAttribute = Optional.empty();
        List<XsdValue> texts = new ArrayList<>();
        boolean mixed = false;
        for (Map.Entry<XSType, Boolean> type : types.entrySet()) {
            Content content = of(type.getKey());
            for (Slot slot : content.children()) {
                counts.merge(slot.name(), 1, Integer::sum);
                List<Name> needed = type.getValue()
                        ? List.of()
                        : typeName(type.getKey()).stream().toList();
                Slot before = slots.get(slot.name());
                Set<Name> all = new TreeSet<>(SchemaComponents::compare);
                all.addAll(before == null ? List.of() : before.derived());
                all.addAll(needed);
                slots.put(
                        slot.name(),
                        before == null
                                ? slot.in(List.copyOf(all))
                                : before.and(
                                        slot,
                                        before.occurs().or(slot.occurs()),
                                        before.inChoice() || slot.inChoice(),
                                        List.copyOf(all)));
            }
            for (XsdWildcard wildcard : content.wildcards()) {
                if (!wildcards.contains(wildcard)) {
                    wildcards.add(wildcard);
                }
            }
            for (XsdAttribute attribute : content.attributes()) {
                attributeCounts.merge(attribute.name(), 1, Integer::sum);
                attributes.merge(attribute.name(), attribute, Contents::either);
            }
            anyAttribute = anyAttribute.isPresent() ? anyAttribute : content.anyAttribute();
            content.value().ifPresent(texts::add);
            mixed |= content.mixed();
        }
        List<Slot> children = new ArrayList<>();
        for (Slot slot : slots.values()) {
            boolean everywhere = counts.getOrDefault(slot.name(), 0) == types.size();
            Slot counted = everywhere ? slot : slot.with(slot.occurs().optional(), slot.inChoice());
            children.add(own.contains(slot.name()) ? counted.in(List.of()) : counted);
        }
        List<XsdAttribute> all = new ArrayList<>();
        for (XsdAttribute attribute : attributes.values()) {
            boolean everywhere = attributeCounts.getOrDefault(attribute.name(), 0) == types.size();
            all.add(everywhere ? attribute : optional(attribute));
        }
        return new Content(
                List.copyOf(children),
                List.copyOf(wildcards),
                List.copyOf(all),
                anyAttribute,
                texts.isEmpty() ? Optional.empty() : Optional.of(ValueTypes.widest(texts)),
                mixed);
    }

    private static XsdAttribute optional(XsdAttribute attribute) {
        return new XsdAttribute(
                attribute.name(),
                false,
                attribute.defaultValue(),
                attribute.fixedValue(),
                attribute.value(),
                attribute.documentation(),
                attribute.position());
    }

    private static XsdAttribute either(XsdAttribute one, XsdAttribute other) {
        return new XsdAttribute(
                one.name(),
                one.required() && other.required(),
                one.defaultValue().equals(other.defaultValue()) ? one.defaultValue() : Optional.empty(),
                one.fixedValue().equals(other.fixedValue()) ? one.fixedValue() : Optional.empty(),
                ValueTypes.widest(List.of(one.value(), other.value())),
                one.documentation().isPresent() ? one.documentation() : other.documentation(),
                one.position());
    }

    private Content of(XSType type) {
        if (type instanceof XSSimpleType simple) {
            return new Content(
                    List.of(), List.of(), List.of(), Optional.empty(), Optional.of(values.of(simple)), false);
        }
        XSComplexType complex = type.asComplexType();
        Content known = contents.get(complex);
        if (known == null) {
            known = compile(complex);
            contents.put(complex, known);
        }
        return known;
    }

    private Content compile(XSComplexType type) {
        if (type == schemas.getAnyType()) {
            XsdWildcard anything =
                    new XsdWildcard("##any", XsdWildcard.Checking.LAX, new XsdOccurs(0, XsdOccurs.UNBOUNDED));
            return new Content(
                    List.of(),
                    List.of(anything),
                    List.of(),
                    Optional.of(anything.occurring(XsdOccurs.ONCE)),
                    Optional.empty(),
                    true);
        }
        XSContentType content = type.getContentType();
        XSParticle particle = content.asParticle();
        Flat flat = particle == null ? new Flat() : flat(particle);
        XSSimpleType simple = content.asSimpleType();
        XSWildcard wildcard = type.getAttributeWildcard();
        return new Content(
                List.copyOf(flat.slots().values()),
                List.copyOf(flat.wildcards()),
                attributes(type),
                wildcard == null ? Optional.empty() : Optional.of(wildcard(wildcard)),
                simple == null ? Optional.empty() : Optional.of(values.of(simple)),
                isMixed(type));
    }

    /** Whether text may stand between its elements. What a type adds to one with text has it too, also where it does not say so. */
    private boolean isMixed(XSComplexType type) {
        XSComplexType at = type;
        while (!at.isMixed() && at.getDerivationMethod() == XSType.EXTENSION) {
            XSComplexType base = at.getBaseType().asComplexType();
            if (base == null || base == at || base == schemas.getAnyType() || standsIn(base)) {
                return false;
            }
            at = base;
        }
        return at.isMixed();
    }

    private List<XsdAttribute> attributes(XSComplexType type) {
        Comparator<XSAttributeUse> byPlace = Comparator.comparingInt(use -> feed.order(use.getLocator()));
        return type.getAttributeUses().stream()
                .sorted(byPlace.thenComparingInt(use -> line(use.getLocator()))
                        .thenComparingInt(use -> column(use.getLocator()))
                        .thenComparing(use -> use.getDecl().getTargetNamespace())
                        .thenComparing(use -> use.getDecl().getName()))
                .map(this::attribute)
                .toList();
    }

    private static int line(@Nullable Locator locator) {
        return locator == null ? 0 : locator.getLineNumber();
    }

    private static int column(@Nullable Locator locator) {
        return locator == null ? 0 : locator.getColumnNumber();
    }

    private XsdAttribute attribute(XSAttributeUse use) {
        XSAttributeDecl declaration = use.getDecl();
        Optional<XsdDocumentation> documentation =
                documentation(use).or(() -> documentation(declaration)).or(() -> ofType(declaration.getType()));
        return new XsdAttribute(
                prefixes.name(declaration.getTargetNamespace(), declaration.getName()),
                use.isRequired(),
                text(use.getDefaultValue()).or(() -> text(declaration.getDefaultValue())),
                text(use.getFixedValue()).or(() -> text(declaration.getFixedValue())),
                values.of(declaration.getType()),
                documentation,
                feed.position(use.getLocator() == null ? declaration.getLocator() : use.getLocator()));
    }

    /** What a schema's own type says; XML Schema's types say nothing of what they are used for. */
    static Optional<XsdDocumentation> ofType(XSType type) {
        return SchemaNode.XS.equals(type.getTargetNamespace()) && type.getName() != null
                ? Optional.empty()
                : documentation(type);
    }

    private static XsdWildcard wildcard(XSWildcard wildcard) {
        XsdWildcard.Checking process = switch (wildcard.getMode()) {
            case XSWildcard.LAX -> XsdWildcard.Checking.LAX;
            case XSWildcard.SKIP -> XsdWildcard.Checking.SKIP;
            default -> XsdWildcard.Checking.STRICT;
        };
        String namespaces;
        if (wildcard instanceof XSWildcard.Other other) {
            namespaces = ("##other " + other.getOtherNamespace()).strip();
        } else if (wildcard instanceof XSWildcard.Union union) {
            Set<String> all = new TreeSet<>();
            union.iterateNamespaces().forEachRemaining(all::add);
            namespaces = String.join(
                    " ",
                    all.stream().map(name -> name.isEmpty() ? "##local" : name).toList());
        } else {
            namespaces = "##any";
        }
        return new XsdWildcard(namespaces, process, XsdOccurs.ONCE);
    }

    private Flat flat(XSParticle particle) {
        XsdOccurs times = new XsdOccurs(count(particle.getMinOccurs()), count(particle.getMaxOccurs()));
        if (times.max() == 0) {
            return new Flat();
        }
        Flat once = flat(particle.getTerm(), documentation(particle));
        Flat flat = new Flat();
        once.slots()
                .forEach((name, slot) ->
                        flat.slots().put(name, slot.with(slot.occurs().times(times), slot.inChoice())));
        for (XsdWildcard wildcard : once.wildcards()) {
            flat.wildcards().add(wildcard.occurring(wildcard.occurs().times(times)));
        }
        return flat;
    }

    private static int count(BigInteger number) {
        return number.signum() < 0 || number.bitLength() >= Integer.SIZE ? XsdOccurs.UNBOUNDED : number.intValueExact();
    }

    private Flat flat(XSTerm term, Optional<XsdDocumentation> documentation) {
        Flat flat = new Flat();
        if (term.isElementDecl()) {
            for (Slot slot : alternatives(term.asElementDecl(), documentation)) {
                flat.slots().put(slot.name(), slot);
            }
        } else if (term.isWildcard()) {
            flat.wildcards().add(wildcard(term.asWildcard()));
        } else {
            XSModelGroup group =
                    term.isModelGroupDecl() ? term.asModelGroupDecl().getModelGroup() : term.asModelGroup();
            List<Flat> parts = new ArrayList<>();
            for (XSParticle child : group.getChildren()) {
                if (count(child.getMaxOccurs()) > 0) {
                    parts.add(flat(child));
                }
            }
            if (group.getCompositor() == XSModelGroup.CHOICE) {
                choose(parts, flat);
            } else {
                for (Flat part : parts) {
                    part.slots()
                            .forEach((name, slot) -> flat.slots()
                                    .merge(
                                            name,
                                            slot,
                                            (one, other) -> one.and(
                                                    other,
                                                    one.occurs().plus(other.occurs()),
                                                    one.inChoice() || other.inChoice(),
                                                    List.of())));
                    flat.wildcards().addAll(part.wildcards());
                }
            }
        }
        return flat;
    }

    private static void choose(List<Flat> branches, Flat flat) {
        boolean choice = branches.size() > 1;
        Map<Name, Integer> counts = new LinkedHashMap<>();
        for (Flat branch : branches) {
            branch.slots().forEach((name, slot) -> {
                counts.merge(name, 1, Integer::sum);
                flat.slots()
                        .merge(
                                name,
                                slot,
                                (one, other) -> one.and(other, one.occurs().or(other.occurs()), true, List.of()));
            });
            for (XsdWildcard wildcard : branch.wildcards()) {
                flat.wildcards()
                        .add(choice ? wildcard.occurring(wildcard.occurs().optional()) : wildcard);
            }
        }
        flat.slots().replaceAll((name, slot) -> {
            boolean always = counts.getOrDefault(name, 0) == branches.size();
            return slot.with(always ? slot.occurs() : slot.occurs().optional(), slot.inChoice() || choice);
        });
    }

    /** An element and all that can stand for it. */
    private List<Slot> alternatives(XSElementDecl head, Optional<XsdDocumentation> documentation) {
        List<XSElementDecl> all = new ArrayList<>();
        if (!head.isAbstract()) {
            all.add(head);
        }
        if (!head.isSubstitutionDisallowed(XSType.SUBSTITUTION)) {
            members(head, all, new LinkedHashSet<>(Set.of(head)));
        }
        if (all.isEmpty()) {
            all.add(head);
        }
        boolean several = all.size() > 1;
        List<Slot> slots = new ArrayList<>();
        for (XSElementDecl element : all) {
            slots.add(new Slot(
                    name(element),
                    several ? new XsdOccurs(0, 1) : XsdOccurs.ONCE,
                    several,
                    Set.of(element),
                    element == head ? Optional.empty() : Optional.of(name(head)),
                    List.of(),
                    documentation));
        }
        return slots;
    }

    private void members(XSElementDecl head, List<XSElementDecl> all, Set<XSElementDecl> seen) {
        for (XSElementDecl member : members.getOrDefault(head, List.of())) {
            if (seen.add(member)) {
                if (!member.isAbstract()) {
                    all.add(member);
                }
                members(member, all, seen);
            }
        }
    }
}
