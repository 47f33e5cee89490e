package dev.millrace.xml;

/**
 * What a document may at most be before it is rejected, so that hostile input is harmless. Depth, attributes and names count
 * wherever they stand. The length of a text or attribute that no path reaches does not: it is never collected, and the
 * document's bytes bound it.
 *
 * @param documentBytes bytes of one document's text
 * @param depth nested elements
 * @param attributes attributes of one element
 * @param nameLength characters of a name
 * @param valueLength characters of one attribute value or one run of text that is kept
 * @param entityExpansions entity references expanded in one document (only where a DOCTYPE is allowed)
 * @param keptNodes nodes kept for one record
 */
public record XmlLimits(
        long documentBytes,
        int depth,
        int attributes,
        int nameLength,
        int valueLength,
        int entityExpansions,
        int keptNodes) {

    public static final XmlLimits DEFAULTS =
            new XmlLimits(256L << 20, 1_000, 10_000, 1_000, 64 << 20, 10_000, 10_000_000);

    public XmlLimits {
        positive(documentBytes, "documentBytes");
        positive(depth, "depth");
        positive(attributes, "attributes");
        positive(nameLength, "nameLength");
        positive(valueLength, "valueLength");
        positive(entityExpansions, "entityExpansions");
        positive(keptNodes, "keptNodes");
    }

    private static void positive(long limit, String name) {
        if (limit <= 0) {
            throw new IllegalArgumentException(name + " must be positive, but is " + limit);
        }
    }
}
