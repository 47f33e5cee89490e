package dev.millrace.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Says at the end of a build which tests it did not run, and why: {@code NotRun FOLDER TIME SPARK} reads the reports that surefire has written
 * into the modules of that folder since then; SPARK is false where those on Apache Spark are not built. Maven runs it in the last module, with nothing but the JDK on its class path.
 */
public final class NotRun {

    /** What surefire and JUnit put before the reason that the test itself gives. */
    private static final String[] BEFORE_REASON = {
        "org.opentest4j.TestAbortedException: ", "Assumption failed: ", " ==> ",
    };

    private static final String WITHOUT_SPARK =
            "not run: what is on Apache Spark, whose jars are 280 MB: ./mvnw -Pspark verify runs it, too";

    private final XMLInputFactory parsers = XMLInputFactory.newDefaultFactory();

    /** How many cases of a test were left out for one reason, by the line that says so. */
    private final Map<String, Integer> skipped = new TreeMap<>();

    private int tests;

    NotRun() {
        parsers.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        parsers.setProperty(XMLInputFactory.IS_COALESCING, true);
    }

    public static void main(String[] args) throws IOException, XMLStreamException {
        NotRun notRun = new NotRun();
        // Reports of an earlier build may lie there still, of tests that this one was not asked for.
        Instant start = Instant.parse(args[1]);
        Path reports = Path.of("target", "surefire-reports");
        // A module, or one below a folder, as examples has them.
        try (Stream<Path> folders = Files.find(Path.of(args[0]), 4, (path, file) -> path.endsWith(reports))) {
            for (Path folder : folders.toList()) {
                notRun.readModule(folder, start);
            }
        }
        System.out.print(notRun.summary());
        if (args[2].equals("false")) {
            System.out.println(WITHOUT_SPARK);
        }
    }

    private void readModule(Path reports, Instant start) throws IOException, XMLStreamException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(reports, "TEST-*.xml")) {
            for (Path file : files) {
                if (!Files.getLastModifiedTime(file).toInstant().isBefore(start)) {
                    try (InputStream report = Files.newInputStream(file)) {
                        read(report);
                    }
                }
            }
        }
    }

    /** Reads one report. */
    void read(InputStream report) throws XMLStreamException {
        XMLStreamReader reader = parsers.createXMLStreamReader(report);
        String test = "";
        while (reader.hasNext()) {
            if (reader.next() != XMLStreamConstants.START_ELEMENT) {
                continue;
            }
            if (reader.getLocalName().equals("testcase")) {
                tests++;
                test = name(reader.getAttributeValue(null, "classname"), reader.getAttributeValue(null, "name"));
            } else if (reader.getLocalName().equals("skipped")) {
                String message = reader.getAttributeValue(null, "message");
                skipped.merge(
                        test + ": " + reason(message == null ? reader.getElementText() : message), 1, Integer::sum);
            }
        }
    }

    /** The name without its package and, where a test has many cases, without that of the case. */
    private static String name(@Nullable String className, @Nullable String test) {
        String type = className == null ? "" : className.substring(className.lastIndexOf('.') + 1);
        String method = test == null ? "" : test.replaceFirst("[({\\[].*", "");
        // Where all of a class is left out, so is what is nested in its test class, for the same reason.
        return method.isEmpty() || method.equals(className) ? type.replaceFirst("[$].*", "") : type + "." + method;
    }

    private static String reason(String message) {
        String reason = message.strip().lines().findFirst().orElse("");
        for (String before : BEFORE_REASON) {
            int at = reason.indexOf(before);
            reason = at < 0 ? reason : reason.substring(at + before.length());
        }
        return reason.isEmpty() ? "the test gives no reason" : reason;
    }

    /** One line for each test that was left out, or one that says that there is none. */
    String summary() {
        if (tests == 0) {
            return "not run: no test at all\n";
        }
        if (skipped.isEmpty()) {
            return "all of the " + tests + " tests were run\n";
        }
        StringBuilder lines = new StringBuilder();
        skipped.forEach((line, cases) -> {
            lines.append("not run: ").append(line);
            lines.append(cases == 1 ? "\n" : " (" + cases + " cases)\n");
        });
        return lines.toString();
    }
}
