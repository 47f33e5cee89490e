package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ContestantsTest {

    @Test
    void findsEachByItsName() {
        assertThat(Contestants.against(List.of()))
                .allSatisfy(contestant ->
                        assertThat(Contestants.named(contestant.name())).contains(contestant));
    }

    @Test
    void racesMillraceAgainstThoseWhoAreAskedFor() {
        assertThat(Contestants.against(List.of("lxml", "floor")))
                .contains(MillraceRun.of(2), new LxmlCopy(2), FloorRun.ofFiles(4))
                .doesNotContain(new XmlTable(1), MillraceRun.of(2).andVerification());
    }

    @Test
    void beginsWithAnOrdinaryRunWhoseRowsAreTheMeasure() {
        assertThat(Contestants.against(List.of("ceilings"))).startsWith(MillraceRun.of(2));
    }
}
