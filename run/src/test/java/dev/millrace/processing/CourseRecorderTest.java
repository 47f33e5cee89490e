package dev.millrace.processing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.processing.RunSummary.Moment;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CourseRecorderTest {

    @ParameterizedTest
    @CsvSource({"0.01, 50", "0.01, 5000", "0.5, 100000", "7, 200000"})
    void aRunOfAnyLengthHasABoundedNumberOfMoments(double step, int steps) {
        CourseRecorder recorder = new CourseRecorder();
        for (int i = 1; i <= steps; i++) {
            recorder.note(step * i, seconds -> new Moment(seconds, 0, 0, 0, Map.of()));
        }
        double end = step * steps + 1;
        List<Moment> moments = recorder.with(new Moment(end, 0, 0, 0, Map.of()));

        assertThat(moments).hasSizeLessThanOrEqualTo(CourseRecorder.MOST);
        assertThat(moments.get(moments.size() - 1).seconds()).isEqualTo(end);
        double longest = 0;
        for (int i = 1; i < moments.size(); i++) {
            double gap = moments.get(i).seconds() - moments.get(i - 1).seconds();
            assertThat(gap).isPositive();
            longest = Math.max(longest, gap);
        }
        assertThat(longest).isLessThan(Math.max(5 * end / moments.size(), 0.3 + 2 * step + 1));
    }
}
