package dev.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.document.Document;
import dev.millrace.xml.NamePattern;
import dev.millrace.xml.Projection;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.RecordPath.Step;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser.Doctype;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class HostileStreamTest {

    private static final byte[] RECORDS =
            ("<?xml version=\"1.0\"?><all>\n" + "<r>é €</r>".repeat(12) + "</all>\n").getBytes(StandardCharsets.UTF_8);

    @Test
    void givesTheSameDocumentsThoughReadsAreShort() throws Exception {
        for (boolean split : new boolean[] {true, false}) {
            List<String> whole = texts(stream(RECORDS, Integer.MAX_VALUE, 1 << 20), split);
            for (int longest = 1; longest < 20; longest++) {
                assertThat(texts(stream(RECORDS, Integer.MAX_VALUE, longest), split))
                        .isEqualTo(whole);
            }
        }
    }

    @Test
    void givesWhatCameBeforeAFailureAtAnyByteAndOneUnreadableDocument() throws Exception {
        List<String> whole = texts(stream(RECORDS, Integer.MAX_VALUE, 1 << 20), true);
        for (int n = 0; n < RECORDS.length; n++) {
            List<String> cut = texts(stream(RECORDS, n, 7), true);

            assertThat(cut).as("failing at byte %d", n).last().asString().startsWith("unreadable");
            assertThat(whole.subList(0, cut.size() - 1))
                    .as("failing at byte %d", n)
                    .isEqualTo(cut.subList(0, cut.size() - 1));
            assertThat(texts(stream(RECORDS, n, 7), false))
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith("unreadable");
        }
    }

    @Test
    void canBeStoppedThoughStandardInputSaysNothing() throws Exception {
        try (PipedOutputStream silent = new PipedOutputStream()) {
            FileSource source = FileSource.open(
                    "-", projection(true), Doctype.REJECT, XmlLimits.DEFAULTS, new PipedInputStream(silent));
            silent.write("<all><r>1</r><r>2</r><r>".getBytes(StandardCharsets.UTF_8));
            silent.flush();
            CompletableFuture<List<String>> reading = CompletableFuture.supplyAsync(() -> all(source));
            Thread.sleep(100);
            assertThat(reading).isNotDone();

            source.stop();

            // The record that was cut off is no document.
            assertThat(reading.get()).allSatisfy(text -> assertThat(text).contains("</r>"));
        }
    }

    private static InputStream stream(byte[] bytes, int failAt, int longestPiece) {
        return new FaultyStream(bytes, failAt, longestPiece);
    }

    private static List<String> texts(InputStream in, boolean split) throws Exception {
        return all(FileSource.open("-", projection(split), Doctype.REJECT, XmlLimits.DEFAULTS, in));
    }

    private static List<String> all(FileSource source) {
        List<String> texts = new ArrayList<>();
        try (source) {
            for (Document next = source.next(); next != null; next = source.next()) {
                texts.add(
                        next.unreadable() != null
                                ? "unreadable " + next.key()
                                : next.key() + " " + new String(next.content(), StandardCharsets.UTF_8));
            }
        } catch (SourceException | InterruptedException e) {
            throw new AssertionError(e);
        }
        return texts;
    }

    private static Projection projection(boolean split) {
        return Projection.builder(
                        split
                                ? RecordPath.of(List.of(
                                        new Step(false, new NamePattern("", "all")),
                                        new Step(false, new NamePattern("", "r"))))
                                : RecordPath.DOCUMENT_ELEMENT)
                .build();
    }
}
