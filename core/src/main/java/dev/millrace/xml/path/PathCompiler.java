package dev.millrace.xml.path;

import dev.millrace.xml.RecordPath;
import java.util.Map;

/**
 * Compiles the XPath 3.1 expressions of one contract. What is in the common language becomes a native expression; the
 * rest is given to Saxon-HE, which also words the error for what is no XPath at all. doc(), collection(),
 * unparsed-text(), environment-variable() and their kin are refused.
 */
public final class PathCompiler {

    /** What the caller wants of the result. */
    public enum Result {
        /** Nodes stay nodes. */
        ITEMS,
        /** Nodes are atomized (XPath 3.1, §2.4.2); untyped values come as String. */
        VALUES
    }

    /**
     * @param namespaces prefix to URI; the prefix {@code default} names the namespace of unprefixed element names
     * @param ignoreAttributeCase whether {@code @name} also finds the first attribute whose name differs only in case
     *     when there is none of the exact name
     */
    public PathCompiler(Map<String, String> namespaces, boolean ignoreAttributeCase) {}

    /** @throws PathException when the text is no expression, or names what is not in scope, or is refused */
    public PathExpression compile(String text, VariableScope scope, Result result) throws PathException {
        throw new IllegalStateException("spine");
    }

    /** Compiles {@code document.record}: absolute, names and wildcards only. */
    public RecordPath compileRecordPath(String text) throws PathException {
        throw new IllegalStateException("spine");
    }
}
