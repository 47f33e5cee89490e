package dev.millrace.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.document.Document;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.xml.XmlParser.Doctype;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The W3C XML conformance suite: what is well-formed is accepted, what is not is rejected, whether all of a document is kept
 * or nothing. The suite is not part of the sources; the system property {@code millrace.xmlts} names its zip file, else it
 * is looked for as {@code shared/xmlts20130923.zip} beside the directories above.
 *
 * <p>The resource {@code conformance-exceptions.txt} lists the cases where the outcome differs, each with the reason.
 */
final class ConformanceSuiteTest {

    private static final String FILE = "xmlts20130923.zip";

    private static final String EXCEPTIONS = "conformance-exceptions.txt";
    private static final String ACCEPTED = "accepted";

    /** A case of the suite. {@code entities} says which external entities it needs: none, general, parameter or both. */
    private record Case(String id, String path, String type, String entities, boolean namespaces, String edition) {

        /**
         * Left out: what the suite leaves open, and what is for parsers without namespaces. Names are those of the fifth edition
         * of XML 1.0, but of the editions before where a DOCTYPE is declared: to them keeps the library that reads it.
         */
        boolean isJudged(boolean doctype) {
            return !type.equals("error") && namespaces && edition.contains(doctype ? "4" : "5");
        }

        /**
         * Documents that need external entities are a class of their own, because nothing external is ever fetched: such a
         * document is refused, or accepted when what is missing was a part of the DTD only.
         */
        boolean expects(String outcome) {
            if (!entities.equals("none")) {
                return outcome.equals(ACCEPTED)
                        || outcome.equals(FaultCode.DOCTYPE.word())
                        || outcome.equals(FaultCode.NOT_WELL_FORMED.word());
            }
            return type.equals("not-wf") != outcome.equals(ACCEPTED);
        }
    }

    @Test
    void keepsToTheSuiteWhetherTheContentIsKeptOrSkipped() throws IOException {
        Path suite = suite();
        assumeTrue(
                suite != null, "get the W3C XML conformance suite, and name its " + FILE + " by -Dmillrace.xmlts=FILE");
        XmlParser keeping = parser(true);
        XmlParser skipping = parser(false);
        Map<String, String> differences = new TreeMap<>();
        int judged = 0;

        try (ZipFile zip = new ZipFile(Objects.requireNonNull(suite).toFile())) {
            for (Case each : cases(zip)) {
                byte[] content = read(zip, each.path());
                if (each.isJudged(declaresDoctype(content))) {
                    judged++;
                    Document document = Document.ofBytes(each.id(), content, each.path());
                    String kept = outcome(keeping, document);
                    String skipped = outcome(skipping, document);
                    if (!each.expects(kept) || !each.expects(skipped)) {
                        differences.put(each.id(), each.type() + "; kept: " + kept + "; skipped: " + skipped);
                    }
                }
            }
        }

        assertThat(judged).isGreaterThan(2000);
        assertThat(differences)
                .as("cases with another outcome than the suite's; the listed ones have their reason in " + EXCEPTIONS)
                .containsOnlyKeys(exceptions().keySet());
    }

    /** Looks beyond the zeros of UTF-16. */
    private static boolean declaresDoctype(byte[] content) {
        return new String(content, StandardCharsets.ISO_8859_1)
                .replace("\0", "")
                .contains("<!DOCTYPE");
    }

    private static String outcome(XmlParser parser, Document document) {
        try {
            parser.parse(document);
            return ACCEPTED;
        } catch (FaultException e) {
            return e.fault().code().word();
        }
    }

    /** Case id to reason. */
    private static Map<String, String> exceptions() throws IOException {
        Map<String, String> reasons = new TreeMap<>();
        InputStream in = Objects.requireNonNull(ConformanceSuiteTest.class.getResourceAsStream(EXCEPTIONS));
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    int space = line.indexOf(' ');
                    reasons.put(line.substring(0, space), line.substring(space).strip());
                }
            }
        }
        return reasons;
    }

    private static XmlParser parser(boolean whole) {
        Projection.Builder builder = Projection.builder(RecordPath.DOCUMENT_ELEMENT);
        if (whole) {
            builder.document().whole();
        }
        return new XmlParser(builder.build(), Doctype.INTERNAL, XmlLimits.DEFAULTS);
    }

    /** The catalogue, read by the parser under test: fragments that get a root element here. */
    private static List<Case> cases(ZipFile zip) throws IOException {
        Projection.Builder builder =
                Projection.builder(RecordPath.of(List.of(new RecordPath.Step(true, new NamePattern("", "TEST")))));
        builder.record().attribute(NamePattern.ANY, false);
        XmlParser parser = new XmlParser(builder.build(), Doctype.REJECT, XmlLimits.DEFAULTS);
        List<Case> cases = new ArrayList<>();
        for (ZipEntry entry :
                zip.stream().filter(e -> e.getName().endsWith(".xml")).toList()) {
            String text = new String(read(zip, entry.getName()), StandardCharsets.ISO_8859_1);
            if (!text.contains("<TEST ")) {
                continue;
            }
            String fragment = "<c>" + text.replaceFirst("^\\s*<\\?xml [^>]*>", "") + "</c>";
            String folder = entry.getName().substring(0, entry.getName().lastIndexOf('/') + 1);
            try {
                for (Record record : parser.parse(
                        Document.ofText(entry.getName(), fragment.getBytes(StandardCharsets.UTF_8), entry.getName()))) {
                    Node test = record.element();
                    cases.add(new Case(
                            attribute(test, "ID", ""),
                            folder + attribute(test, "URI", ""),
                            attribute(test, "TYPE", ""),
                            attribute(test, "ENTITIES", "none"),
                            !attribute(test, "NAMESPACE", "yes").equals("no"),
                            attribute(test, "EDITION", "1 2 3 4 5")));
                }
            } catch (FaultException e) {
                throw new IOException(
                        entry.getName() + ": " + e.getMessage() + " at "
                                + e.fault().location(),
                        e);
            }
        }
        return cases;
    }

    private static String attribute(Node element, String name, String otherwise) {
        return Objects.requireNonNullElse(element.attribute(Name.of(name)), otherwise);
    }

    private static byte[] read(ZipFile zip, String path) throws IOException {
        ZipEntry entry = zip.getEntry(path);
        if (entry == null) {
            throw new IOException(path + " is not in the suite");
        }
        try (InputStream in = zip.getInputStream(entry)) {
            return in.readAllBytes();
        }
    }

    private static @Nullable Path suite() {
        String named = System.getProperty("millrace.xmlts");
        if (named != null) {
            return Path.of(named);
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path file = folder.resolve("shared").resolve(FILE);
            if (Files.exists(file)) {
                return file;
            }
        }
        return null;
    }
}
