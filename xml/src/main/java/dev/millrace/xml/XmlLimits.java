package dev.millrace.xml;

import java.io.Serializable;
import org.apiguardian.api.API;

/**
 * What a document may at most be before it is rejected, so that hostile input is harmless. Depth, attributes and names count
 * wherever they stand. The length of a text or attribute that no path reaches does not: it is never collected, and the
 * document's bytes bound it.
 *
 * @param documentBytes bytes of one document's text
 * @param depth nested elements
 * @param attributes attributes of one element, namespace declarations among them
 * @param nameLength characters of a name
 * @param valueLength characters of one attribute value or one run of text that is kept
 * @param entityExpansions entity references expanded in one document (only where a DOCTYPE is allowed)
 * @param keptNodes nodes kept for one record
 * @param expansion how many times its size a compressed file may become, once it is beyond {@link #FREE_EXPANSION}
 * @param steps steps that the evaluation of one record's paths may take: a node that is looked at is one, so is an item that
 *     is counted, kept or compared, a character that a regular expression looks at, and every sixteenth character of a text
 */
@API(status = API.Status.STABLE, since = "0.1")
public record XmlLimits(
        long documentBytes,
        int depth,
        int attributes,
        int nameLength,
        int valueLength,
        int entityExpansions,
        int keptNodes,
        int expansion,
        long steps)
        implements Serializable {

    /**
     * Two to five seconds of evaluation. The example's documents take 0.2 steps a byte with 49 columns and 227 columns take
     * 5 steps a column, so the largest document that is allowed, of nothing but values that are wanted, takes a tenth of it. What
     * comes near it compares each of some ten thousand elements with each other.
     */
    private static final long MOST_STEPS = 500_000_000L;

    public static final XmlLimits DEFAULTS =
            new XmlLimits(256L << 20, 1_000, 10_000, 1_000, 64 << 20, 10_000, 10_000_000, 1_000, MOST_STEPS);

    /** Bytes that any compressed file may expand to, so that small files of much white space are no bombs. */
    public static final long FREE_EXPANSION = 64L << 20;

    /** What is mapped may take many times its text; so much room a document has in each worker at the same time. */
    private static final int ROOM = 4;

    private static final long SMALLEST_SHARE = 1L << 20;

    /**
     * The defaults, with documents that are at most a quarter of what memory each worker has: then it suffices for their texts, and for
     * what is usually kept of them.
     */
    public static XmlLimits forWorkers(int workers) {
        return forMemory(Runtime.getRuntime().maxMemory(), workers);
    }

    static XmlLimits forMemory(long bytes, int workers) {
        long share = Math.max(SMALLEST_SHARE, bytes / ((long) ROOM * workers));
        return DEFAULTS.withDocumentBytes(Math.min(DEFAULTS.documentBytes, share));
    }

    /** The same but for documents of another size. */
    public XmlLimits withDocumentBytes(long bytes) {
        return new XmlLimits(bytes, depth, attributes, nameLength, valueLength, entityExpansions, keptNodes, expansion);
    }

    public XmlLimits {
        positive(documentBytes, "documentBytes");
        positive(depth, "depth");
        positive(attributes, "attributes");
        positive(nameLength, "nameLength");
        positive(valueLength, "valueLength");
        positive(entityExpansions, "entityExpansions");
        positive(keptNodes, "keptNodes");
        positive(expansion, "expansion");
        positive(steps, "steps");
    }

    /** With the usual number of steps. */
    public XmlLimits(
            long documentBytes,
            int depth,
            int attributes,
            int nameLength,
            int valueLength,
            int entityExpansions,
            int keptNodes,
            int expansion) {
        this(
                documentBytes,
                depth,
                attributes,
                nameLength,
                valueLength,
                entityExpansions,
                keptNodes,
                expansion,
                MOST_STEPS);
    }

    /** These limits with another number of steps. */
    public XmlLimits withSteps(long most) {
        return new XmlLimits(
                documentBytes,
                depth,
                attributes,
                nameLength,
                valueLength,
                entityExpansions,
                keptNodes,
                expansion,
                most);
    }

    private static void positive(long limit, String name) {
        if (limit <= 0) {
            throw new IllegalArgumentException(name + " must be positive, but is " + limit);
        }
    }
}
