package dev.millrace.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FormerZonesTest {
    @Test
    void writesAPointInTimeInUtcAsTheDatabasesDo() {
        assertThat(FormerZones.inUtc("2024-10-27 02:30:00+02")).contains("2024-10-27 00:30:00+00");
        assertThat(FormerZones.inUtc("2024-10-27 02:30:00.25+01")).contains("2024-10-27 01:30:00.25+00");
        assertThat(FormerZones.inUtc("2024-01-01 05:44:59.000001+05:45")).contains("2023-12-31 23:59:59.000001+00");
        assertThat(FormerZones.inUtc("2024-07-01 00:00:00-02:30#3")).contains("2024-07-01 02:30:00+00#3");
    }

    @Test
    void leavesEveryOtherKeyAlone() {
        assertThat(FormerZones.inUtc("2024-10-27 00:30:00+00")).isEmpty();
        assertThat(FormerZones.inUtc("2024-10-27 02:30:00")).isEmpty();
        assertThat(FormerZones.inUtc("2024-10-27 02:30:00+02 (source key)")).isEmpty();
        assertThat(FormerZones.inUtc("0044-03-15 10:00:00+00 BC")).isEmpty();
        assertThat(FormerZones.inUtc("42")).isEmpty();
        assertThat(FormerZones.inUtc("2024-13-27 02:30:00+02")).isEmpty();
        assertThat(FormerZones.inUtc("2024-10-27 02:30:00+77")).isEmpty();
    }
}
