package dev.millrace.xml.path;

import java.util.List;
import java.util.Map;

/** The functions that an expression may not call, whichever evaluator would run it. */
final class Refusals {

    private static final List<String> NAMESPACES = List.of(
            Names.FUNCTIONS,
            Names.FUNCTIONS + "/math",
            Names.FUNCTIONS + "/map",
            Names.FUNCTIONS + "/array",
            Names.SCHEMA);

    private static final String READS = "it reads other resources than the document";
    private static final String CLOCK =
            "its result changes from run to run; for the time of the load use a column with 'meta: loaded-at'";
    private static final String MACHINE =
            "its result depends on the machine or the run, and the same document must give the same rows";

    private static final Map<String, String> REASONS = Map.ofEntries(
            Map.entry("doc", READS),
            Map.entry("doc-available", READS),
            Map.entry("document", READS),
            Map.entry("collection", READS),
            Map.entry("uri-collection", READS),
            Map.entry("unparsed-text", READS),
            Map.entry("unparsed-text-lines", READS),
            Map.entry("unparsed-text-available", READS),
            Map.entry("json-doc", READS),
            Map.entry("transform", READS),
            Map.entry("load-xquery-module", READS),
            Map.entry("parse-xml", "it parses XML beside the limits that guard the documents"),
            Map.entry("parse-xml-fragment", "it parses XML beside the limits that guard the documents"),
            Map.entry("environment-variable", MACHINE),
            Map.entry("available-environment-variables", MACHINE),
            Map.entry("generate-id", MACHINE),
            Map.entry("random-number-generator", MACHINE),
            Map.entry("trace", "it writes values of the document to the log"),
            Map.entry("function-lookup", "it could call a function that is refused"),
            Map.entry("current-dateTime", CLOCK),
            Map.entry("current-date", CLOCK),
            Map.entry("current-time", CLOCK));

    private Refusals() {}

    /** @throws PathException at the first call of, or reference to, a function that is refused */
    static void check(List<Token> tokens, Names names) throws PathException {
        for (int i = 0; i + 1 < tokens.size(); i++) {
            Token name = tokens.get(i);
            Token next = tokens.get(i + 1);
            boolean variable = i > 0 && tokens.get(i - 1).isSymbol("$");
            if (name.kind() != Token.Kind.NAME || variable || !next.isSymbol("(") && !next.isSymbol("#")) {
                continue;
            }
            String namespace = names.functionNamespace(name);
            if (namespace != null && !namespace.isEmpty() && !NAMESPACES.contains(namespace)) {
                throw new PathException(
                        "the function " + name.shown()
                                + " is refused: extension functions are not allowed, only those of XPath 3.1",
                        name.start());
            }
            String reason = REASONS.get(name.text());
            if (reason != null && Names.FUNCTIONS.equals(namespace)) {
                throw new PathException("the function " + name.text() + "() is refused: " + reason, name.start());
            }
        }
    }
}
