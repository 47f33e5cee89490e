package dev.millrace.xml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.xml.Automaton.State;
import org.junit.jupiter.api.Test;

final class AutomatonTest {

    @Test
    void sharesOneTransitionAmongNamesThatTheContractDoesNotTellApart() {
        Projection.Builder builder = Projection.builder(RecordPath.DOCUMENT_ELEMENT);
        builder.record().descendant(new NamePattern("", "a")).attribute(new NamePattern("", "id"), false);
        Automaton automaton = new Automaton(builder.build());
        State record = automaton.next(automaton.start(), automaton.entry("", "", "r"));
        State other = automaton.next(record, automaton.entry("", "", "other"));

        for (int i = 0; i < 100_000; i++) {
            assertThat(automaton.next(record, automaton.entry("urn:" + i, "p", "name" + i)))
                    .isSameAs(other);
        }
        State wanted = automaton.next(record, automaton.entry("", "", "a"));
        assertThat(wanted).isNotSameAs(other);
        assertThat(wanted.kept).isTrue();
        assertThat(automaton.wantsAttribute(wanted, automaton.entry("", "", "id")))
                .isTrue();
        assertThat(automaton.wantsAttribute(wanted, automaton.entry("", "", "name7")))
                .isFalse();
    }

    @Test
    void worksOutForgottenStatesAgain() {
        // One of the last 15 elements above was an 'a': 2^15 sets of places, more than the automaton keeps.
        Projection.Builder builder = Projection.builder(RecordPath.DOCUMENT_ELEMENT);
        Projection.Reach reach = builder.record().descendant(new NamePattern("", "a"));
        for (int i = 0; i < 14; i++) {
            reach = reach.child(NamePattern.ANY);
        }
        reach.attribute(new NamePattern("", "id"), false);
        Automaton automaton = new Automaton(builder.build());
        Automaton.Entry a = automaton.entry("", "", "a");
        Automaton.Entry b = automaton.entry("", "", "b");
        Automaton.Entry id = automaton.entry("", "", "id");

        for (int word = 0; word < 1 << 15; word++) {
            State state = automaton.next(automaton.start(), b);
            for (int bit = 14; bit >= 0; bit--) {
                state = automaton.next(state, (word >> bit & 1) == 1 ? a : b);
            }
            assertThat(automaton.wantsAttribute(state, id)).isEqualTo(word >= 1 << 14);
        }
    }
}
