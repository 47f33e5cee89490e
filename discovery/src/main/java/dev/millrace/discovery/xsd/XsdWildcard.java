package dev.millrace.discovery.xsd;

/**
 * Where a schema lets in elements or attributes that it does not name.
 *
 * @param namespaces {@code ##any}, {@code ##other} with the namespace that is meant by it, or namespaces with blanks between
 *     them, of which {@code ##local} is none
 * @param checking what a validator would ask of what stands there
 * @param occurs how often within the parent element; {@link XsdOccurs#ONCE} for attributes, where it means nothing
 */
public record XsdWildcard(String namespaces, Checking checking, XsdOccurs occurs) {

    /** What a validator asks of what stands in a wildcard's place. */
    public enum Checking {
        /** It must be declared. */
        STRICT,
        /** It must be valid if it is declared. */
        LAX,
        /** Nothing. */
        SKIP
    }

    XsdWildcard occurring(XsdOccurs times) {
        return new XsdWildcard(namespaces, checking, times);
    }
}
