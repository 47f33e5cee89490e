package dev.millrace.xml.path;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import javax.xml.transform.SourceLocator;
import net.sf.saxon.Configuration;
import net.sf.saxon.lib.EnvironmentVariableResolver;
import net.sf.saxon.lib.ErrorReporter;
import net.sf.saxon.lib.Feature;
import net.sf.saxon.om.NamespaceUri;
import net.sf.saxon.om.StructuredQName;
import net.sf.saxon.str.StringView;
import net.sf.saxon.sxpath.IndependentContext;
import net.sf.saxon.sxpath.XPathEvaluator;
import net.sf.saxon.sxpath.XPathExpression;
import net.sf.saxon.sxpath.XPathVariable;
import net.sf.saxon.trans.XPathException;
import org.jspecify.annotations.Nullable;

/**
 * Saxon-HE for one contract, locked: nothing outside the record can be read. No other class names Saxon's, but
 * {@link SaxonPath} and {@link SaxonTree}, so a contract of native paths never loads them.
 */
final class SaxonCompiler {

    private static final ErrorReporter SILENT = error -> {};

    private final Configuration configuration;
    private final Map<String, String> namespaces;

    /** @param optimizing whether Saxon may rewrite expressions, which changes what errors they meet (XPath 3.1, §2.3.4) */
    SaxonCompiler(Map<String, String> namespaces, boolean optimizing) {
        this.namespaces = namespaces;
        configuration = new Configuration();
        if (!optimizing) {
            configuration.setConfigurationProperty(Feature.OPTIMIZATION_LEVEL, "0");
        }
        configuration.setConfigurationProperty(Feature.ALLOW_EXTERNAL_FUNCTIONS, false);
        configuration.setConfigurationProperty(Feature.ALLOWED_PROTOCOLS, "");
        configuration.setConfigurationProperty(Feature.ENVIRONMENT_VARIABLE_RESOLVER, new NoEnvironment());
        configuration.setResourceResolver(request -> {
            throw new XPathException("reading other resources is refused", "FODC0002");
        });
        configuration.setUnparsedTextURIResolver((uri, encoding, settings) -> {
            throw new XPathException("reading other resources is refused", "FOUT1170");
        });
        configuration.setCollectionFinder((context, uri) -> {
            throw new XPathException("reading other resources is refused", "FODC0002");
        });
    }

    Configuration configuration() {
        return configuration;
    }

    /**
     * @param text the expression for Saxon
     * @param original the expression as the user wrote it
     * @param used slots of the variables that the expression names, by name
     */
    SaxonPath compile(String text, String original, Map<String, Integer> used, PathCompiler.Result result)
            throws PathException {
        IndependentContext scope = new IndependentContext(configuration);
        scope.setXPathLanguageLevel(31);
        scope.setWarningHandler((message, code, location) -> {});
        Names.STANDARD_PREFIXES.forEach((prefix, uri) -> scope.declareNamespace(prefix, NamespaceUri.of(uri)));
        namespaces.forEach((prefix, uri) -> {
            if (prefix.equals("default")) {
                scope.setDefaultElementNamespace(NamespaceUri.of(uri));
            } else {
                scope.declareNamespace(prefix, NamespaceUri.of(uri));
            }
        });
        Map<XPathVariable, Integer> variables = new LinkedHashMap<>();
        used.forEach((name, slot) -> variables.put(scope.declareVariable(NamespaceUri.NULL, name), slot));
        XPathEvaluator evaluator = new XPathEvaluator(configuration);
        evaluator.setStaticContext(scope);
        try {
            XPathExpression expression = evaluator.createExpression(text);
            return new SaxonPath(this, original, expression, variables, result);
        } catch (XPathException exception) {
            throw new PathException(
                    "not a valid XPath 3.1 expression: "
                            + UnknownFunction.inWords(oneLine(exception)).replace("\"<eof>\"", "the end")
                            + code(exception),
                    offset(exception, text));
        } catch (ClassCastException | IndexOutOfBoundsException | IllegalStateException defect) {
            throw new PathException(
                    "Saxon failed inside with " + defect.getClass().getSimpleName()
                            + ": write the expression in another way",
                    0);
        } catch (StackOverflowError tooDeep) {
            throw new PathException("the expression is nested too deeply", 0);
        }
    }

    /** @throws PathException when the text is no regular expression of XPath */
    void checkRegex(String regex, String flags, int offset) throws PathException {
        try {
            configuration.compileRegularExpression(StringView.of(regex), flags, "XP30", new ArrayList<>());
        } catch (XPathException exception) {
            throw new PathException(
                    "the regular expression is not valid: " + oneLine(exception) + code(exception), offset);
        } catch (RuntimeException | StackOverflowError defect) {
            throw new PathException("the regular expression is not valid", offset);
        }
    }

    ErrorReporter errorReporter() {
        return SILENT;
    }

    static EvaluationException evaluationException(XPathException exception) {
        StructuredQName name = exception.getErrorCodeQName();
        return Errors.of(name == null ? "FOER0000" : name.getLocalPart());
    }

    private static String oneLine(XPathException exception) {
        String message =
                String.valueOf(exception.getMessage()).replaceAll("\\s+", " ").strip();
        return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }

    private static String code(XPathException exception) {
        StructuredQName name = exception.getErrorCodeQName();
        return name == null ? "" : " (" + name.getLocalPart() + ")";
    }

    /** Saxon counts columns from 1 and knows them for most errors. */
    private static int offset(XPathException exception, String text) {
        @Nullable SourceLocator locator = exception.getLocator();
        int column = locator == null ? 0 : locator.getColumnNumber();
        return Math.max(0, Math.min(column - 1, text.length()));
    }

    private static final class NoEnvironment implements EnvironmentVariableResolver {

        @Override
        public Set<String> getAvailableEnvironmentVariables() {
            return Set.of();
        }

        @Override
        public @Nullable String getEnvironmentVariable(String name) {
            return null;
        }
    }
}
