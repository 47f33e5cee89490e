package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.document.FaultCode;
import dev.millrace.samples.SampleApplications.Settings;
import dev.millrace.samples.SampleApplications.Size;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

final class SampleApplicationsTest {

    private final SampleApplications faulty =
            new SampleApplications(Settings.of(7, Size.SMALL).withFaults(10));

    @Test
    void givesTheSameBytesForTheSameSeedAndNumberInAnyOrder() {
        SampleApplications one = new SampleApplications(Settings.of(7, Size.MEDIUM));
        SampleApplications other = new SampleApplications(Settings.of(7, Size.MEDIUM));

        byte[] first = one.document(1);
        byte[] second = one.document(2);

        assertThat(other.document(2)).isEqualTo(second).isNotEqualTo(first);
        assertThat(other.document(1)).isEqualTo(first);
        assertThat(new SampleApplications(Settings.of(8, Size.MEDIUM)).document(1))
                .isNotEqualTo(first);
    }

    @Test
    void keepsItsDocumentsFromReleaseToRelease() {
        // Published measurements name a seed; this value may only change with a note in the changelog.
        assertThat(Arrays.hashCode(new SampleApplications(Settings.of(1, Size.SMALL)).document(1)))
                .isEqualTo(1_479_822_810);
    }

    @Test
    void givesDocumentsOfAboutTheSizeAskedFor() throws Exception {
        assertThat(averageBytes(Size.SMALL)).isBetween(1_600L, 2_600L);
        assertThat(averageBytes(Size.MEDIUM)).isBetween(19_000L, 22_500L);
        assertThat(averageBytes(Size.LARGE)).isBetween(225_000L, 240_000L);
    }

    @Test
    void givesWellFormedDocumentsWithTheirNumberAsId() throws Exception {
        SampleApplications samples = new SampleApplications(Settings.of(3, Size.MEDIUM));
        for (long n = 1; n <= 300; n++) {
            Element request = (Element)
                    parse(samples.document(n)).getElementsByTagName("Request").item(0);
            assertThat(request.getAttribute("ID")).isEqualTo(Long.toString(n));
        }
    }

    @Test
    void spreadsDefectsEvenlyAndTakesEachKindInTurn() {
        Map<SampleFault, Integer> seen = new EnumMap<>(SampleFault.class);
        for (long n = 1; n <= 2_400; n++) {
            faulty.faultOf(n).ifPresent(fault -> seen.merge(fault, 1, Integer::sum));
            assertThat(seen.values().stream().mapToInt(i -> i).sum()).isEqualTo((int) (n / 10));
        }
        assertThat(seen)
                .hasSize(SampleFault.values().length)
                .allSatisfy((fault, count) -> assertThat(count).isEqualTo(10));
    }

    @Test
    void spoilsWhatItSaysAndMendsIt() throws Exception {
        SampleApplications mended = faulty.mended();
        SampleApplications sound = new SampleApplications(Settings.of(7, Size.SMALL));
        DocumentBuilder builder = builder();
        for (long n = 1; n <= 500; n++) {
            assertThat(mended.document(n)).isEqualTo(sound.document(n));
            if (faulty.faultOf(n).isEmpty()) {
                assertThat(faulty.document(n)).isEqualTo(sound.document(n));
                continue;
            }
            SampleFault fault = faulty.faultOf(n).get();
            byte[] document = faulty.document(n);
            assertThat(document).isNotEqualTo(sound.document(n));
            if (fault.code() == FaultCode.NOT_WELL_FORMED || fault.code() == FaultCode.NO_CONTENT) {
                assertThatThrownBy(() -> builder.parse(new ByteArrayInputStream(document)))
                        .as("%s", fault)
                        .isInstanceOf(SAXException.class);
            } else if (fault.code() != FaultCode.DOCTYPE) {
                parse(document);
            }
        }
    }

    @Test
    void refusesSharesThatAreNone() {
        assertThatThrownBy(() -> Settings.of(1, Size.SMALL).withFaults(101)).hasMessageContaining("0 to 100 percent");
        assertThatThrownBy(() -> Settings.of(1, Size.SMALL).withFaults(1, List.of()))
                .hasMessageContaining("no kinds");
    }

    private static long averageBytes(Size size) {
        SampleApplications samples = new SampleApplications(Settings.of(5, size));
        long bytes = 0;
        for (long n = 1; n <= 200; n++) {
            bytes += samples.document(n).length;
        }
        return bytes / 200;
    }

    private static Document parse(byte[] document) throws Exception {
        return builder().parse(new ByteArrayInputStream(document));
    }

    private static DocumentBuilder builder() throws Exception {
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        builder.setErrorHandler(null);
        return builder;
    }
}
