package dev.millrace.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.mapping.CellCounts.Policy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellCountsTest {

    /** The settings of a column, what stands in its row, and what is counted of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "type: text; <v>a</v>; filled 1",
                "type: text; ''; filled 0",
                "type: integer, default: 7; ''; filled 1 default 1",
                "type: integer, default: 7; <v>8</v>; filled 1",
                "type: integer, invalid: null; <v>x</v>; filled 0 invalid 1",
                "type: integer, invalid: default, default: 7; <v>x</v>; filled 1 invalid 1 default 1",
                "type: varchar(2), overflow: truncate; <v>abc</v>; filled 1 overflow 1",
                "type: varchar(2), overflow: truncate; <v>ab</v>; filled 1",
                "type: varchar(2), overflow: null; <v>abc</v>; filled 0 overflow 1",
                "type: integer, scale: half-up; <v>1.5</v>; filled 1 scale 1",
                "type: integer, scale: half-up; <v>1.0</v>; filled 1",
                "type: 'decimal(5,2)', scale: down; <v>1.005</v>; filled 1 scale 1",
                "type: 'decimal(5,2)', scale: down; <v>1.500</v>; filled 1",
                "type: 'decimal(25,2)', scale: half-even; <v>12345678901234567890.125</v>; filled 1 scale 1",
                "type: 'decimal(5,2)', scale: down, format: ['#.##0,00', '#,##0.00'], invalid: null; <v>1,234.5</v>; filled 0 invalid 1",
                "type: 'decimal(6,2)', scale: down, format: '#,##0.00'; <v>1,234.567</v>; filled 1 scale 1",
                "type: time(0), scale: half-up; <v>10:00:00.5</v>; filled 1 scale 1",
                "type: timestamp(3), scale: half-up; <v>2024-01-01T10:00:00.123</v>; filled 1",
                "type: timestamp(3), scale: half-up; <v>2024-01-01T10:00:00.1234</v>; filled 1 scale 1",
                "type: timestamp, zone: UTC; <v>2024-01-01T10:00:00+01:00</v>; filled 1 zone 1",
                "type: timestamp, zone: UTC; <v>2024-01-01T10:00:00</v>; filled 1",
                "type: timestamptz, zone: UTC; <v>2024-01-01T10:00:00</v>; filled 1 zone 1",
                "type: timestamptz, zone: UTC; <v>2024-01-01T10:00:00Z</v>; filled 1",
                "type: date, partial: first; <v>2024</v>; filled 1 partial 1",
                "type: date, partial: first; <v>2024-01-01</v>; filled 1",
                "type: date, partial: first, format: [yyyyMM, yyyyMMdd]; <v>20240101</v>; filled 1",
                "type: text, nulls: '-'; <v>-</v>; filled 0 nulls 1",
                "type: text, nulls: '-', default: d; <v>-</v>; filled 1 nulls 1 default 1",
                "type: text, several: first; <v>a</v><v>b</v>; filled 1 several 1",
                "type: text, several: last; <v>a</v>; filled 1",
                "type: text, join: '+'; <v>a</v><v>b</v>; filled 1",
                "type: text, join: '+', nulls: '-'; <v>a</v><v>-</v><v>-</v>; filled 1 nulls 1",
                "type: text, codes: other; <v>x</v>; filled 1 otherwise 1",
                "type: text, codes: other; <v>a</v>; filled 1",
                "type: text, codes: nulls; <v>x</v>; filled 0 otherwise 1",
            })
    void countsWhatEachSettingMade(String settings, String content, String expected) throws Exception {
        String text = Mapped.table("rows: row", "c: { path: v, " + settings + " }");
        MappingContract contract = ContractReader.read(text, "test.yaml").contract();
        CellCounts counts = new CellCounts(contract);

        counts.add(Mapped.by(contract).map("<d><row>" + content + "</row></d>"));

        assertThat(words(counts, 0, 2)).isEqualTo(expected);
    }

    @Test
    void countsOnlyRowsThatAreStored() throws Exception {
        MappingContract contract = ContractReader.read("""
                contract: 1
                name: test
                tables:
                  skipped:
                    rows: row
                    skip-empty: true
                    columns:
                      doc: { meta: document-key, key: true }
                      seq: { ordinal: true, key: true }
                      v: { path: "@v", type: integer }
                      d: { path: "@d", type: integer, default: 7 }
                  told_apart:
                    rows: row
                    distinct: { by: k, keep: last }
                    columns:
                      doc: { meta: document-key, key: true }
                      k: { path: "@k", type: integer, key: true }
                      v: { path: "@v", type: integer, scale: down, invalid: null }
                """, "test.yaml").contract();
        CellCounts counts = new CellCounts(contract);

        counts.add(Mapped.by(contract)
                .map("<d><row k='1'/><row k='1' v='1'/><row k='2' v='2' d='3'/><row k='2'/><row k='3'/></d>"));

        assertThat(words(counts, 0, 2)).isEqualTo("filled 2");
        assertThat(words(counts, 0, 3)).isEqualTo("filled 2 default 1");
        assertThat(words(counts, 1, 1)).isEqualTo("filled 3");
        assertThat(words(counts, 1, 2)).isEqualTo("filled 1");
    }

    @Test
    void addsWhatWasCountedElsewhere() throws Exception {
        MappingContract contract = ContractReader.read(
                        Mapped.table("rows: row", "c: { path: v, type: integer, scale: down }"), "test.yaml")
                .contract();
        Mapped mapped = Mapped.by(contract);
        CellCounts sum = new CellCounts(contract);

        sum.add(sum.of(mapped.map("<d><row><v>1.5</v></row><row/></d>")));
        sum.add(sum.of(mapped.map("<d><row><v>2.5</v></row><row><v>3</v></row></d>")));

        assertThat(words(sum, 0, 2)).isEqualTo("filled 3 scale 2");
        assertThat(words(sum, 0, 0)).isEqualTo("filled 4");
    }

    private static String words(CellCounts counts, int table, int column) {
        List<String> words = new ArrayList<>(List.of("filled " + counts.filled(table, column)));
        for (Policy policy : Policy.values()) {
            if (counts.changed(table, column, policy) > 0) {
                words.add(policy.key() + " " + counts.changed(table, column, policy));
            }
        }
        return String.join(" ", words);
    }
}
