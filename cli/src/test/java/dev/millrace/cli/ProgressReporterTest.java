package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProgressReporterTest {

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final List<String> log = new ArrayList<>();
    private final Moment run = new Moment();

    @Test
    void drawsOneLineOverAndOver() {
        ProgressReporter reporter = reporter(true, 140);

        run.at(0, 0, 0).show(reporter);
        run.at(2, 3_000, 30_000_000).show(reporter);

        assertThat(text()).doesNotContain("\n");
        assertThat(lastDrawn())
                .isEqualTo("███████░░░░░░░░░  42 %  3,003/7,200  1,502/s  15.0 MB/s  3 rejects  ETA 0:03"
                        + "  database load: workers waited 71 % of their time on it")
                .hasSizeLessThan(140);
    }

    @Test
    void leavesOutWhatIsLeastMissedOnANarrowTerminal() {
        for (int width : new int[] {80, 50, 20, 1}) {
            screen.reset();
            ProgressReporter reporter = reporter(true, width);

            run.at(0, 0, 0).show(reporter);
            run.at(2, 3_000, 30_000_000).show(reporter);

            assertThat(lastDrawn()).hasSizeLessThanOrEqualTo(Math.max(1, width - 1));
        }
    }

    @Test
    void keepsDocumentsAndRejectsInFiftyColumns() {
        ProgressReporter reporter = reporter(true, 50);

        run.at(0, 0, 0).show(reporter);
        run.at(2, 3_000, 30_000_000).show(reporter);

        assertThat(lastDrawn()).isEqualTo("42 %  3,003/7,200  1,502/s  3 rejects  ETA 0:03");
    }

    @Test
    void wipesALongerLineThatWasThereBefore() {
        ProgressReporter reporter = reporter(true, 100);

        run.at(2, 3_000, 30_000_000).show(reporter);
        run.bottleneck = "";
        run.at(3, 4_000, 30_000_000).show(reporter);
        reporter.close();

        assertThat(text()).endsWith("\r");
        String[] drawn = text().split("\r");
        assertThat(drawn[drawn.length - 1]).isBlank();
    }

    @Test
    void writesAPlainLineEveryTenSecondsWhereThereIsNoTerminal() {
        ProgressReporter reporter = reporter(false, 80);

        for (int second = 0; second <= 25; second++) {
            run.at(second, second * 100L, second * 1_000_000L).show(reporter);
        }
        reporter.close();

        assertThat(text().lines())
                .containsExactly(
                        "0:10 1,003 of 7,200 documents (14 %), 100/s, 1.0 MB/s, 3 rejects, ETA 1:02,"
                                + " database load: workers waited 71 % of their time on it",
                        "0:20 2,003 of 7,200 documents (28 %), 100/s, 1.0 MB/s, 3 rejects, ETA 0:52,"
                                + " database load: workers waited 71 % of their time on it");
        assertThat(log).containsExactlyElementsOf(text().lines().toList());
    }

    @Test
    void promisesNoEndWhereTheSourceDoesNotKnowOne() {
        run.expected = OptionalLong.empty();
        ProgressReporter reporter = reporter(true, 100);

        run.at(0, 0, 0).show(reporter);
        run.at(2, 3_000, 30_000_000).show(reporter);

        assertThat(lastDrawn())
                .startsWith("3,003 documents  1,502/s")
                .doesNotContain("ETA")
                .doesNotContain("%  ");
    }

    @Test
    void tellsHowFarItIsInFilesWhoseRecordsNobodyHasCounted() {
        run.expected = OptionalLong.empty();
        run.share = OptionalDouble.of(0.25);
        ProgressReporter reporter = reporter(true, 140);

        run.at(0, 0, 0).show(reporter);
        run.at(2, 3_000, 30_000_000).show(reporter);

        assertThat(lastDrawn())
                .startsWith("████░░░░░░░░░░░░  25 %  3,003 documents  1,502/s  15.0 MB/s  3 rejects  ETA 0:06");
        screen.reset();
        run.at(10, 3_000, 30_000_000).show(reporter(false, 140));
        assertThat(text()).startsWith("0:10 3,003 documents (25 %), ").contains("ETA 0:30");
    }

    @Test
    void doesNotCountSkippedDocumentsAsPace() {
        ProgressReporter reporter = reporter(true, 140);
        run.skipped = 4_000;

        run.at(1, 0, 0).show(reporter);
        run.at(3, 197, 1_000_000).show(reporter);

        assertThat(lastDrawn()).contains("4,200/7,200  100/s").contains("ETA 0:30");
    }

    @Test
    void saysNothingOfWhatItWaitsForBeforeAnythingHasHappened() {
        run.bottleneck = "nothing to do";
        run.at(0, 0, 0).show(reporter(true, 140));

        assertThat(lastDrawn()).isEqualTo("░░░░░░░░░░░░░░░░  0 %  0/7,200  0.0/s  0.0 MB/s");
    }

    @Test
    void countsRowsThatAreReadBack() {
        run.unit = "row";
        ProgressReporter drawn = reporter(true, 140);
        run.at(0, 0, 0).show(drawn);
        run.at(2, 3_000, 0).show(drawn);

        assertThat(lastDrawn())
                .startsWith("███████░░░░░░░░░  42 %  3,003/7,200 rows  1,502/s")
                .doesNotContain("MB/s");

        screen.reset();
        run.at(10, 4_000, 0).show(reporter(false, 140));
        assertThat(text()).startsWith("0:10 4,003 of 7,200 rows (56 %)").doesNotContain("MB/s");
    }

    @Test
    void saysWhatIsDoneBehindTheLastDocumentInsteadOfAPace() {
        ProgressReporter reporter = reporter(true, 80);
        run.at(0, 0, 0).show(reporter);
        run.finishing = "building keys and indexes";
        run.at(2, 7_197, 30_000_000).show(reporter);

        assertThat(lastDrawn()).isEqualTo("████████████████  100 %  7,200/7,200  building keys and indexes  3 rejects");

        screen.reset();
        run.at(10, 7_197, 30_000_000).show(reporter(false, 80));
        assertThat(text().strip())
                .isEqualTo("0:10 7,200 of 7,200 documents (100 %), building keys and indexes, 3 rejects");
    }

    @Test
    void putsANoteOnALineOfItsOwn() {
        ProgressReporter reporter = reporter(true, 100);
        run.at(2, 3_000, 30_000_000).show(reporter);

        reporter.note("Stopping");

        assertThat(text()).endsWith("\rStopping" + System.lineSeparator());
    }

    @Test
    void endsWithoutEverHavingStarted() {
        reporter(true, 80).close();

        assertThat(text()).isEmpty();
    }

    private ProgressReporter reporter(boolean drawn, int width) {
        return new ProgressReporter(new PrintStream(screen, true, StandardCharsets.UTF_8), drawn, width, log::add);
    }

    private String text() {
        return screen.toString(StandardCharsets.UTF_8);
    }

    private String lastDrawn() {
        return text().substring(text().lastIndexOf('\r') + 1).stripTrailing();
    }

    private static final class Moment implements Progress {

        private OptionalLong expected = OptionalLong.of(7_200);
        private OptionalDouble share = OptionalDouble.empty();
        private long skipped;
        private String bottleneck = "database load: workers waited 71 % of their time on it";
        private String unit = "document";
        private String finishing = "";
        private double seconds;
        private long loaded;
        private long bytes;

        Moment at(double newSeconds, long newLoaded, long newBytes) {
            seconds = newSeconds;
            loaded = newLoaded;
            bytes = newBytes;
            return this;
        }

        void show(ProgressReporter reporter) {
            reporter.show(this);
        }

        @Override
        public OptionalLong expected() {
            return expected;
        }

        @Override
        public OptionalDouble share() {
            return share;
        }

        @Override
        public String unit() {
            return unit;
        }

        @Override
        public long read() {
            return loaded + rejected();
        }

        @Override
        public long loaded() {
            return loaded;
        }

        @Override
        public long rejected() {
            return loaded == 0 ? 0 : 3;
        }

        @Override
        public long skipped() {
            return skipped;
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public double seconds() {
            return seconds;
        }

        @Override
        public String bottleneck() {
            return bottleneck;
        }

        @Override
        public String finishing() {
            return finishing;
        }
    }
}
