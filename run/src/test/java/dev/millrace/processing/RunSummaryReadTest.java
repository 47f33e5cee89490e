package dev.millrace.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.TableShape;
import dev.millrace.coverage.CoverageReport;
import dev.millrace.coverage.FirstMet;
import dev.millrace.coverage.PathKind;
import dev.millrace.coverage.PathState;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Location;
import dev.millrace.document.Reject;
import dev.millrace.document.Skips;
import dev.millrace.mapping.Collapses;
import dev.millrace.pipeline.StageClock.Work;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A summary that was written is read as what it was. */
class RunSummaryReadTest {

    @RepeatedTest(100)
    void isWhatWasWritten(RepetitionInfo repetition) {
        RunSummary summary = new Summaries(new Random(repetition.getCurrentRepetition())).summary();
        String json = RunSummaryJson.write(summary);

        RunSummary read = RunSummaryJson.read(json, KeptReport.write(summary));

        assertThat(read).isEqualTo(summary);
        assertThat(RunSummaryJson.write(read)).isEqualTo(json);
    }

    @Test
    void knowsNothingOfPathsThatAreNotKept() {
        RunSummary summary = new Summaries(new Random(1)).summary();
        String json = RunSummaryJson.write(summary);

        for (String kept : new @Nullable String[] {null, "", "no base64", "SGVsbG8="}) {
            RunSummary read = RunSummaryJson.read(json, kept);
            assertThat(RunSummaryJson.write(read)).isEqualTo(json);
        }
    }

    /** What the first summaries had. */
    @Test
    void readsWhatAnEarlierVersionHasWritten() {
        RunSummary read = RunSummaryJson.read("""
                {"version":1,"run_id":"r1","contract":"loans","contract_hash":"0a","source":"in","target":null,
                "started_at":"2024-05-01T12:00:00Z","seconds":12,"status":"finished","failure":null,"workers":4,
                "documents":{"read":100,"loaded":90,"rejected":2,"skipped":8},"rows":{"app_base":90},"bytes_read":1234,
                "stages":{"read_wait":0.5,"parse":1.25,"load":3},"bottleneck":"database load","load_path":{},
                "rejects_by_code":{"no-content":1,"of-the-past":1},
                "rejects":[{"document":"17","stage":"map","code":"of-the-past","message":"m"}]}
                """, null);

        assertThat(read.documents().skipped()).isEqualTo(8);
        assertThat(read.coverage()).isNull();
        assertThat(read.setup()).isEqualTo(RunSummary.Setup.NONE);
        assertThat(read.course()).isEqualTo(RunSummary.Course.NONE);
        assertThat(read.rejects().first())
                .containsExactly(new Reject("17", Fault.of(FaultCode.OTHER, "of-the-past: m")));
    }

    @Test
    void refusesAVersionThatItDoesNotKnow() {
        assertThatThrownBy(() -> RunSummaryJson.read("{\"version\":2}", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "a summary of version 2, and this Millrace reads 1 – use the Millrace that wrote it, or a newer one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{} {}", "{\"version\":\"1\"}", "not JSON", "null"})
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> RunSummaryJson.read(text, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no summary of a run");
    }

    /** Never anything but a message, whatever is cut off or changed. */
    @RepeatedTest(20)
    void refusesWhatIsNotAsItWasWritten(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        String json = RunSummaryJson.write(new Summaries(random).summary());
        for (int i = 0; i < 200; i++) {
            StringBuilder damaged = new StringBuilder(json);
            int at = random.nextInt(json.length());
            damaged.replace(at, Math.min(json.length(), at + random.nextInt(12)), "x".repeat(random.nextInt(2)));
            try {
                RunSummaryJson.read(damaged.toString(), null);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageNotContaining("\n");
            }
        }
    }

    /** Makes summaries in the form in which a run writes them. */
    private static final class Summaries {

        private static final List<String> TEXTS = List.of("", "a", "orders", "\"quoted\" \\ \n", "ÄÖ 😀", "</script>");

        private final Random random;

        Summaries(Random random) {
            this.random = random;
        }

        private long count() {
            return random.nextInt(4) == 0 ? 0 : random.nextLong(1L << (1 + random.nextInt(50)));
        }

        private double seconds() {
            return random.nextInt(100_000) / 1e3;
        }

        private String text() {
            return TEXTS.get(random.nextInt(TEXTS.size())) + random.nextInt(10);
        }

        private <T> @Nullable T orNull(Supplier<T> value) {
            return random.nextBoolean() ? value.get() : null;
        }

        private OptionalLong someCount() {
            return random.nextBoolean() ? OptionalLong.of(count()) : OptionalLong.empty();
        }

        private <T> List<T> list(IntFunction<T> element) {
            List<T> list = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                list.add(element.apply(list.size()));
            }
            return list;
        }

        private <T> Map<String, T> map(Supplier<T> value) {
            Map<String, T> map = new LinkedHashMap<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                map.put(text(), value.get());
            }
            return map;
        }

        private <E extends Enum<E>> E one(Class<E> type) {
            return type.getEnumConstants()[random.nextInt(type.getEnumConstants().length)];
        }

        private Map<String, Double> stages(boolean whole) {
            Map<String, Double> stages = new LinkedHashMap<>();
            for (Work work : Work.values()) {
                if (whole || work != Work.LOAD_WAIT) {
                    stages.put(work.label(), seconds());
                }
            }
            return stages;
        }

        RunSummary summary() {
            Map<String, Double> stages = stages(false);
            if (random.nextBoolean()) {
                stages.put(RunSummary.CONSTRAINTS, 0.001 + seconds());
                stages.computeIfPresent(RunSummary.CONSTRAINTS, (name, value) -> Math.round(value * 1e3) / 1e3);
            }
            return new RunSummary(
                    new RunSummary.Run(
                            text(),
                            new RunSummary.Job(text(), text(), text(), orNull(this::text), random.nextBoolean()),
                            Instant.ofEpochMilli(random.nextLong(1L << 42)),
                            1 + random.nextInt(64),
                            random.nextInt(64)),
                    one(RunSummary.Status.class),
                    random.nextBoolean() ? "" : text(),
                    new RunSummary.Documents(
                            count(),
                            count(),
                            count(),
                            count(),
                            new Skips(count(), count(), count(), count(), count()),
                            count(),
                            random.nextBoolean() ? "" : text(),
                            count()),
                    new RunSummary.Tables(
                            map(this::count),
                            map(this::count),
                            map(this::text),
                            random.nextBoolean(),
                            new RunSummary.Cells(
                                    list(i -> text()),
                                    map(() -> list(i -> text())),
                                    map(() -> map(() -> map(this::count)))),
                            orNull(() -> new RunSummary.FewerRows(
                                    random.nextInt(), random.nextInt(), count(), count(), list(i -> text())))),
                    new RunSummary.Times(seconds(), count(), stages, text(), count()),
                    new RunSummary.Rejects(
                            list(i -> new Reject(text(), fault())), map(this::count), map(() -> map(this::count))),
                    new RunSummary.Course(
                            list(i -> stages(true)),
                            list(i -> new RunSummary.Moment(seconds(), count(), count(), count(), stages(true)))),
                    orNull(this::coverage),
                    random.nextInt(4) == 0 ? RunSummary.Setup.NONE : setup());
        }

        private Fault fault() {
            return new Fault(
                    one(FaultCode.class),
                    orNull(this::text),
                    orNull(this::text),
                    orNull(this::text),
                    orNull(this::location),
                    text());
        }

        private Location location() {
            return new Location(1 + random.nextInt(1000), 1 + random.nextInt(1000));
        }

        private @Nullable FirstMet first() {
            return orNull(() -> new FirstMet(0, text(), orNull(this::location)));
        }

        private CoverageReport coverage() {
            Map<PathState, Long> states = new EnumMap<>(PathState.class);
            for (PathState state : PathState.values()) {
                states.put(state, count());
            }
            return new CoverageReport(
                    count(),
                    count(),
                    states,
                    list(i -> path()),
                    list(i -> new CoverageReport.Gap(
                            text(), one(PathKind.class), 1 + random.nextInt(9), someCount(), count(), first())),
                    list(i -> new CoverageReport.Table(
                            text(),
                            someCount(),
                            count(),
                            count(),
                            count(),
                            count(),
                            list(c -> new CoverageReport.Condition(random.nextInt(3), text(), count())),
                            count())),
                    list(i -> new Collapses.Column(
                            text(),
                            text(),
                            count(),
                            count(),
                            count(),
                            random.nextBoolean(),
                            map(this::count),
                            list(m -> new Collapses.Merged(
                                    random.nextBoolean(),
                                    orNull(this::text),
                                    count(),
                                    count(),
                                    text(),
                                    list(t -> text()))))),
                    list(i -> text()));
        }

        private CoverageReport.Path path() {
            int depth = random.nextInt(4);
            PathKind kind = one(PathKind.class);
            StringBuilder path = new StringBuilder();
            for (int i = 0; i < depth + (kind == PathKind.TEXT ? 0 : 1); i++) {
                path.append('/')
                        .append(random.nextBoolean() ? "Q{urn:/x/y}" : "")
                        .append("name");
            }
            return new CoverageReport.Path(
                    path.toString(), kind, one(PathState.class), depth, someCount(), count(), first());
        }

        private RunSummary.Setup setup() {
            List<TableShape> tables = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(4); i++) {
                tables.add(new TableShape(
                        "t" + i,
                        random.nextInt(i + 1) - 1,
                        list(c -> text()),
                        random.nextInt(50),
                        1 + random.nextInt(3),
                        random.nextBoolean(),
                        random.nextBoolean(),
                        orNull(this::text)));
            }
            return new RunSummary.Setup(tables, map(this::text), map(this::text));
        }
    }
}
