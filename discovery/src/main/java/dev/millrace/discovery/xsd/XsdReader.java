package dev.millrace.discovery.xsd;

import com.sun.xml.xsom.XSComplexType;
import com.sun.xml.xsom.XSElementDecl;
import com.sun.xml.xsom.XSSchemaSet;
import dev.millrace.xml.Name;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Reads XML Schemas (XSD 1.0) with what they include, redefine and import.
 *
 * <p>Nothing is fetched: an address in a schema is a name to look for beside the file, then in the catalog directories by the end of
 * its path, then among what ships with Millrace. What is found nowhere counts as any content, and a {@link XsdNote} says so. A DOCTYPE is
 * passed over, and entities are refused.
 *
 * <p>XSOM resolves types, inheritance and references. Xerces' {@code org.apache.xerces.xs} was tried beside it, on the schema for
 * schemas, XSLT's, signatures', Jakarta EE's, Spring's and UBL's. Both read all of them to the same components. XSOM is here because
 * Xerces' jar makes itself the XML parser of the whole program, by its services, and brings xml-apis, whose packages the JDK has;
 * because it keeps counting where Xerces builds automatons; because it takes schemas of version 1.1 once their assertions are left out;
 * and because it is maintained. It throws or does not end where a name is missing or a type is made of itself. That, and every file,
 * is dealt with before it sees anything: it gets elements, never a file or an address.
 */
public final class XsdReader {

    private XsdReader() {}

    /**
     * Reads schemas. The order of the files does not matter.
     *
     * @param schemas files
     * @param catalogDirectories where to look for files that are not where a schema says, with the directories in them
     * @throws XsdException with {@code file:line:column}, what was found, what was expected and what to do, when a file cannot be
     *     read, is not well-formed or no schema, or refers to what is declared nowhere
     */
    public static XsdSchema read(List<Path> schemas, List<Path> catalogDirectories) throws XsdException {
        if (schemas.isEmpty()) {
            throw new XsdException(
                    new XsdPosition("(no file)", 0, 0), "found no schema; expected one file at least; name the file");
        }
        SchemaFiles files = new SchemaFiles(new SchemaCatalog(catalogDirectories));
        files.read(schemas);
        List<XsdNote> notes = new ArrayList<>(files.notes());
        SchemaComponents components = new SchemaComponents(files.documents(), files.missing(), notes);
        components.link(files.redefined());
        List<SchemaDocument> documents = new ArrayList<>(files.documents());
        documents.addAll(components.standIns());

        SchemaFeed feed = new SchemaFeed(documents);
        XSSchemaSet compiled = feed.compile();
        Prefixes prefixes = new Prefixes(documents);
        Contents contents = new Contents(compiled, feed, prefixes, components.identities());
        return schema(documents, compiled, contents, components.referred(), prefixes, notes);
    }

    private static XsdSchema schema(
            List<SchemaDocument> documents,
            XSSchemaSet compiled,
            Contents contents,
            Set<Name> referred,
            Prefixes prefixes,
            List<XsdNote> notes) {
        List<XSElementDecl> all = new ArrayList<>();
        for (Iterator<XSElementDecl> elements = compiled.iterateElementDecls(); elements.hasNext(); ) {
            XSElementDecl element = elements.next();
            if (!contents.standsIn(element)) {
                all.add(element);
            }
        }
        all.sort(Comparator.comparing(XSElementDecl::getTargetNamespace).thenComparing(XSElementDecl::getName));

        Set<String> targets = new TreeSet<>();
        Set<String> files = new TreeSet<>();
        for (SchemaDocument document : documents) {
            if (document.origin() == SchemaDocument.Origin.GIVEN) {
                targets.add(document.namespace());
            }
            if (document.path().isPresent()) {
                files.add(document.file());
            }
        }
        Set<XSElementDecl> outermost = outermost(all, targets, contents, referred);
        List<XsdElement> elements = new ArrayList<>();
        for (XSElementDecl element : all) {
            Contents.Slot slot = new Contents.Slot(
                    contents.name(element),
                    XsdOccurs.ONCE,
                    false,
                    Set.of(element),
                    Optional.empty(),
                    List.of(),
                    Optional.empty());
            elements.add(new XsdElement(contents, null, slot, outermost.contains(element)));
        }
        return new XsdSchema(
                elements,
                List.copyOf(targets),
                prefixes.namespaces(),
                List.copyOf(files),
                notes.stream().distinct().sorted().toList());
    }

    private static Set<XSElementDecl> outermost(
            List<XSElementDecl> all, Set<String> targets, Contents contents, Set<Name> referred) {
        List<XSElementDecl> own = all.stream()
                .filter(element -> targets.contains(element.getTargetNamespace()) && !element.isAbstract())
                .toList();
        Predicate<XSElementDecl> free =
                element -> element.getSubstAffiliation() == null && !referred.contains(contents.name(element));
        List<XSElementDecl> found = own.stream().filter(free).toList();
        if (found.isEmpty()) {
            found = own;
        }
        List<XSElementDecl> withParts = found.stream()
                .filter(element -> element.getType() instanceof XSComplexType)
                .toList();
        return new HashSet<>(withParts.isEmpty() ? found : withParts);
    }
}
