package dev.millrace.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeftAloneKeysTest {

    @Test
    void knowsEveryKeyUpToItsBoundAndNoneAfter() {
        LeftAloneKeys keys = new LeftAloneKeys();
        for (int i = 0; i < LeftAloneKeys.MOST; i++) {
            assertThat(keys.add("key " + i)).isTrue();
        }

        for (int i = 0; i < LeftAloneKeys.MOST; i += 997) {
            assertThat(keys.contains("key " + i)).isTrue();
            assertThat(keys.add("key " + i)).isFalse();
            assertThat(keys.contains("other " + i)).isFalse();
        }
        assertThat(keys.add("one more")).isTrue();
        assertThat(keys.contains("one more")).isFalse();
        assertThat(keys.add("one more")).isTrue();
    }
}
