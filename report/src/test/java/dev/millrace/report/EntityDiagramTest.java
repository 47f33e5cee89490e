package dev.millrace.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.MappingContract;
import dev.millrace.report.DiagramLayout.Placed;
import dev.millrace.report.DiagramLayout.Strip;
import dev.millrace.report.EntityDiagram.Note;
import dev.millrace.report.EntityDiagram.Tone;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntityDiagramTest {

    @ParameterizedTest
    @CsvSource({"1,false", "2,false", "40,false", "1000,false", "30,true", "60,true"})
    void boxesDoNotOverlapAndLieWithinTheDrawing(int tables, boolean deep) {
        DiagramLayout layout =
                EntityDiagram.of(ReportFixtures.tables(tables, deep)).layout();

        List<Placed> boxes = layout.boxes();
        assertThat(boxes).hasSize(tables);
        for (int i = 0; i < boxes.size(); i++) {
            Placed one = boxes.get(i);
            assertThat(one.x()).isBetween(0, layout.width() - one.box().width());
            assertThat(one.y()).isBetween(0, layout.height() - one.box().height());
            for (Placed other : boxes.subList(i + 1, boxes.size())) {
                assertThat(overlap(one, other)).isFalse();
            }
        }
        assertThat(layout.edges()).hasSize(tables == 1 ? 0 : deep ? tables - 1 : 1);
        if (!deep) {
            assertThat(layout.width()).isLessThan(4 * layout.height() + 800);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,false,1", "40,false,1", "1000,false,13", "60,true,1"})
    void stripsCutNoBox(int tables, boolean deep, int count) {
        DiagramLayout layout =
                EntityDiagram.of(ReportFixtures.tables(tables, deep)).layout();

        List<Strip> strips = layout.strips();

        assertThat(strips.size()).isEqualTo(count);
        assertThat(strips.stream().flatMap(strip -> strip.boxes().stream()))
                .containsExactlyInAnyOrderElementsOf(layout.boxes());
        int left = 0;
        for (Strip strip : strips) {
            assertThat(strip.left()).isEqualTo(left);
            assertThat(strip.boxes()).allSatisfy(placed -> {
                assertThat(placed.x()).isGreaterThanOrEqualTo(strip.left());
                assertThat(placed.x() + placed.box().width()).isLessThanOrEqualTo(strip.right());
            });
            left = strip.right();
        }
        assertThat(left).isEqualTo(layout.width());
    }

    private static boolean overlap(Placed one, Placed other) {
        return one.x() < other.x() + other.box().width()
                && other.x() < one.x() + one.box().width()
                && one.y() < other.y() + other.box().height()
                && other.y() < one.y() + one.box().height();
    }

    @Test
    void saysTheSameAsAList() {
        HtmlWriter out = new HtmlWriter();

        EntityDiagram.of(ReportFixtures.shop()).write(out);

        assertThat(out.toString()).contains("""
                <ul>
                <li>orders: key order_id; 5 other columns
                <ul>
                <li>order_lines: key order_id, line_no; 2 other columns</li>
                <li>notes: key order_id, seq; union of 2; 2 other columns</li>
                </ul>
                </li>
                </ul>
                """);
    }

    @Test
    void hasWhatTheCallerSays() {
        HtmlWriter out = new HtmlWriter();

        EntityDiagram.of(ReportFixtures.shop())
                .linked(table -> table.equals("notes") ? null : "#" + table)
                .noted(Map.of("orders", new Note("12,345 rows", Tone.GOOD), "notes", new Note("<none>", Tone.MUTED)))
                .write(out);

        assertThat(out.toString())
                .contains("<a href=\"#orders\"><g class=\"good\"><rect", ">12,345 rows</text></g></a>")
                .contains("<g class=\"muted\"><rect", "class=\"note\"", "&lt;none&gt;")
                .doesNotContain("href=\"#notes\"", "<none>");
    }

    @Test
    void cutsLongNamesAndTellsThemWhole() {
        String name = "n".repeat(60);
        MappingContract contract = ReportFixtures.contract(
                "contract: 1\nname: a\ntables: { " + name + ": { columns: { a: { path: '@a', type: text } } } }");
        HtmlWriter out = new HtmlWriter();

        EntityDiagram.of(contract).write(out);

        assertThat(out.toString())
                .contains("<title>" + name + "</title>" + "n".repeat(33) + "…</text>")
                .contains("<li>" + name + ": key document_key; 1 other column</li>");
    }

    @Test
    void tellsOfRowsWithinRowsAndOfRowsThatAreOneAtMost() {
        MappingContract contract = ReportFixtures.contract("""
                contract: 1
                name: a
                tables:
                  section:
                    rows: section
                    nested: section
                    columns:
                      document: { meta: document-key, key: true }
                      seq: { ordinal: true, key: true }
                  title:
                    parent: section
                    columns:
                      text: { path: title, type: text }
                """);
        HtmlWriter out = new HtmlWriter();

        EntityDiagram.of(contract).write(out);

        assertThat(out.toString()).contains("rows within rows");
        assertThat(EntityDiagram.of(contract).layout().edges().get(0).path())
                .matches("M\\d+ 27H\\d+M\\d+ 27H\\d+M\\d+ 22V32");
    }
}
