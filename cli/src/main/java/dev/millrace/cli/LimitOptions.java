package dev.millrace.cli;

import dev.millrace.xml.XmlLimits;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How large and how deep documents may be. */
final class LimitOptions {

    @Option(
            names = "--max-document-bytes",
            paramLabel = "SIZE",
            converter = ByteSize.Converter.class,
            description = "Largest document (a quarter of the memory of each worker, and 256MB at most).")
    private @Nullable ByteSize documentBytes;

    @Option(names = "--max-depth", paramLabel = "N", description = "Deepest nesting of elements (1000).")
    private int depth = XmlLimits.DEFAULTS.depth();

    @Option(names = "--max-attributes", paramLabel = "N", description = "Attributes of an element (10000).")
    private int attributes = XmlLimits.DEFAULTS.attributes();

    @Option(names = "--max-name-length", paramLabel = "N", description = "Characters of a name (1000).")
    private int nameLength = XmlLimits.DEFAULTS.nameLength();

    @Option(
            names = "--max-value-length",
            paramLabel = "SIZE",
            converter = ByteSize.Converter.class,
            description = "Characters of a text or attribute, or of a text that a path makes (64MB).")
    private @Nullable ByteSize valueLength;

    @Option(
            names = "--max-entity-expansions",
            paramLabel = "N",
            description = "Entities expanded in a document whose DOCTYPE is allowed (10000).")
    private int entityExpansions = XmlLimits.DEFAULTS.entityExpansions();

    @Option(names = "--max-nodes", paramLabel = "N", description = "Nodes kept of a record (10000000).")
    private int nodes = XmlLimits.DEFAULTS.keptNodes();

    @Option(
            names = "--max-expansion",
            paramLabel = "N",
            description = "How many times its size a compressed file may become, beyond 64MB (1000).")
    private int expansion = XmlLimits.DEFAULTS.expansion();

    @Option(
            names = "--max-steps",
            paramLabel = "N",
            description = "Steps that the paths may take over a document, such as nodes they look at (500000000).")
    private long steps = XmlLimits.DEFAULTS.steps();

    /** @param workers how many share the memory */
    XmlLimits limits(int workers) throws UsageException {
        positive("--max-depth", depth);
        positive("--max-attributes", attributes);
        positive("--max-name-length", nameLength);
        positive("--max-entity-expansions", entityExpansions);
        positive("--max-nodes", nodes);
        positive("--max-expansion", expansion);
        positive("--max-steps", steps);
        long value = valueLength == null ? XmlLimits.DEFAULTS.valueLength() : valueLength.bytes();
        if (value > Integer.MAX_VALUE) {
            throw new UsageException("--max-value-length: " + value + " – expected less than 2GB");
        }
        return new XmlLimits(
                documentBytes == null ? XmlLimits.forWorkers(workers).documentBytes() : documentBytes.bytes(),
                depth,
                attributes,
                nameLength,
                (int) value,
                entityExpansions,
                nodes,
                expansion,
                steps);
    }

    static void positive(String option, long value) throws UsageException {
        if (value < 1) {
            throw new UsageException(option + ": " + value + " – expected at least 1");
        }
    }
}
