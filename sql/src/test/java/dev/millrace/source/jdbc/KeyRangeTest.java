package dev.millrace.source.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class KeyRangeTest {

    @Test
    void parsesKeyRanges() throws Exception {
        assertThat(KeyRange.parse("10..20")).isEqualTo(new KeyRange("10", "20"));
        assertThat(KeyRange.parse("10..")).isEqualTo(new KeyRange("10", null));
        assertThat(KeyRange.parse("..20")).isEqualTo(new KeyRange(null, "20"));
        assertThatThrownBy(() -> KeyRange.parse("10-20")).hasMessageContaining("FIRST..LAST");
    }
}
