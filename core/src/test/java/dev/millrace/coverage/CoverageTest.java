package dev.millrace.coverage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.document.Location;
import dev.millrace.mapping.Collapses;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.Outcome;
import dev.millrace.xml.Name;
import dev.millrace.xml.TagNames;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Attr;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.w3c.dom.Text;

class CoverageTest {

    private static final String PLAIN = """
            contract: 1
            name: test
            document: { record: /r }
            tables:
              r:
                columns:
                  id: { path: "@id", type: integer, key: true }
            """;

    private static MappingContract contract(String text) {
        try {
            return ContractReader.read(text, "test").contract();
        } catch (ContractException e) {
            throw new AssertionError(text, e);
        }
    }

    private static void read(Coverage coverage, long number, String text) {
        List<Outcome> outcomes = new ArrayList<>();
        CoverageCasesTest.pipeline(coverage.contract(), coverage.collector())
                .process(document(number, text), number, Long.MAX_VALUE, outcomes);
    }

    private static Document document(long number, String text) {
        return Document.ofBytes("d" + number, text.getBytes(StandardCharsets.UTF_8), "test");
    }

    private static Coverage of(String contract, String... texts) {
        Coverage coverage = new Coverage(contract(contract));
        for (int i = 0; i < texts.length; i++) {
            read(coverage, i, texts[i]);
        }
        return coverage;
    }

    private static List<String> lines(Coverage coverage) {
        return coverage.report().paths().stream().map(Object::toString).toList();
    }

    @Test
    void namesThatAreDataBecomeOnePath() {
        StringBuilder text = new StringBuilder("<r id='1'>");
        for (int i = 0; i <= PathCoverage.MOST_NAMES; i++) {
            text.append("<n").append(i).append(" v='1'><x/></n").append(i).append('>');
        }
        Coverage coverage = of(PLAIN, text + "</r>", "<r id='2'><n1/><more><x/></more></r>");

        assertThat(coverage.report().paths())
                .extracting(CoverageReport.Path::path, CoverageReport.Path::occurrences)
                .containsExactly(
                        tuple("/r", 2L),
                        tuple("/r/@id", 2L),
                        tuple("/r/*", PathCoverage.MOST_NAMES + 3L),
                        tuple("/r/*/@v", PathCoverage.MOST_NAMES + 1L),
                        tuple("/r/*/x", PathCoverage.MOST_NAMES + 2L));
        assertThat(coverage.report().paths().get(2).documents()).isEmpty();
    }

    @Test
    void aNameThatTheContractKnowsIsNotOneOfMany() {
        StringBuilder attributes = new StringBuilder("<r id='1'");
        for (int i = 0; i <= PathCoverage.MOST_NAMES; i++) {
            attributes.append(" n").append(i).append("='1'");
        }
        Coverage coverage = of(PLAIN, attributes + "/>");

        assertThat(coverage.report().paths())
                .extracting(CoverageReport.Path::path, CoverageReport.Path::state)
                .containsExactly(
                        tuple("/r", PathState.STRUCTURE),
                        tuple("/r/@*", PathState.UNMAPPED),
                        tuple("/r/@id", PathState.MAPPED));
    }

    @Test
    void tooManyPathsAreNotToldApart() {
        Coverage coverage = new Coverage(contract(PLAIN));
        StringBuilder text = new StringBuilder("<r id='1'>");
        for (int i = 0; i < 190; i++) {
            text.append("<a").append(i).append('>');
            for (int j = 0; j < 190; j++) {
                text.append("<b").append(j).append(" c='' d=''/>");
            }
            text.append("</a").append(i).append('>');
        }
        read(coverage, 0, text + "</r>");

        assertThat(coverage.report().paths()).hasSizeLessThan(PathCoverage.MOST_PATHS + 10);
        assertThat(coverage.report().beyond()).isGreaterThan(50_000);
    }

    @Test
    void anEmptyElementOfAKnownPathIsNoGap() {
        String contract = PLAIN + "      name: { path: a/b, type: text }\n";

        assertThat(of(contract, "<r id='1'><a/></r>").report().gaps()).isEmpty();
        assertThat(of(contract, "<r id='1'><c/></r>").report().gaps())
                .extracting(CoverageReport.Gap::path)
                .containsExactly("/r/c");
    }

    @Test
    void aRefusedDocumentGivesNothing() {
        Coverage coverage = new Coverage(contract(PLAIN));
        DocumentPipeline pipeline = CoverageCasesTest.pipeline(coverage.contract(), coverage.collector());
        List<String> told = new ArrayList<>();
        pipeline.refuseUnmapped(path -> told.add(coverage.text(path)));
        List<Outcome> outcomes = new ArrayList<>();

        pipeline.process(document(0, "<r id='1'/>"), 0, Long.MAX_VALUE, outcomes);
        assertThat(outcomes).hasSize(1);
        assertThat(pipeline.hasGivenUp()).isFalse();
        pipeline.process(document(1, "<r id='2'><x y='1'/></r>"), 1, Long.MAX_VALUE, outcomes);
        assertThat(outcomes).hasSize(1);
        assertThat(pipeline.hasGivenUp()).isTrue();
        assertThat(told).containsExactly("/r/x/@y");
    }

    @Test
    void rowsOfADocumentThatIsTriedAgainForWantOfMemoryCountOnce() {
        Coverage coverage = new Coverage(contract("""
                contract: 1
                name: test
                document: { record: /all/r }
                tables:
                  r:
                    columns:
                      id: { path: "@id", type: integer, key: true }
                  i:
                    parent: r
                    rows: i
                    columns:
                      id: { ref: r.id, key: true }
                      pos: { ordinal: true, key: true }
                """));
        DocumentPipeline pipeline = CoverageCasesTest.pipeline(coverage.contract(), coverage.collector());
        Document document = document(0, "<all><r id='1'><i/></r><r id='2'><i/><i/></r></all>");
        List<Outcome> outcomes = new ArrayList<>();

        assertThatThrownBy(() -> pipeline.process(document, 0, Long.MAX_VALUE, new ArrayList<>() {
                    @Override
                    public boolean add(Outcome outcome) {
                        if (size() == 1) {
                            throw new OutOfMemoryError("of a test");
                        }
                        return super.add(outcome);
                    }
                }))
                .isInstanceOf(OutOfMemoryError.class);
        pipeline.process(document, 0, Long.MAX_VALUE, outcomes);

        assertThat(outcomes).hasSize(2);
        assertThat(coverage.report().tables())
                .filteredOn(table -> table.name().equals("i"))
                .extracting(CoverageReport.Table::items, CoverageReport.Table::rows)
                .containsExactly(tuple(3L, 3L));
    }

    /** Otherwise each of its tags would be looked up from then on. */
    @Test
    void takesTheNewNamesOfATagThatTheParserHadForgotten() {
        Coverage coverage = new Coverage(contract(PLAIN));
        CoverageCollector collector = coverage.collector();
        for (int i = 0; i < 2; i++) {
            TagNames names = new TagNames(Name.of("r"), List.of(Name.of("id")));
            collector.begin(document(i, "<r id='1'/>"), i);
            collector.startDocument();
            collector.startTag(names);
            collector.endTag();
            collector.endDocument();

            assertThat(Objects.requireNonNull(coverage.paths().top().lastTag).names)
                    .isSameAs(names);
        }
    }

    @Test
    void valuesOfDocumentsAreKeptOnlyToBeShown() {
        String contract = PLAIN + "      code: { path: '@c', type: varchar(1), overflow: truncate }\n";
        String[] texts = {"<r id='1' c='secret'/>", "<r id='2' c='sensitive'/>", "<r id='3' c='s'/>"};

        assertThat(of(contract, texts).report().collapses().toString())
                .contains("cells=2, texts=2, values=1, exact=true, causes={overflow=2}")
                .contains("isNull=false, value=null, texts=2, cells=2, document=d0, some=[]")
                .doesNotContain("s]");
    }

    @RepeatedTest(20)
    void collapsesDoNotDependOnWhoHasReadWhat(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        String contract = PLAIN
                + "      round: { path: '@d', type: 'decimal(9,1)', scale: half-up }\n"
                + "      cut: { path: '@t', type: varchar(2), overflow: truncate, default: '-' }\n";
        int count = 1 + random.nextInt(400);
        Coverage whole = new Coverage(contract(contract), true);
        List<Coverage> parts = List.of(whole.another(), whole.another(), whole.another());
        for (int i = 0; i < count; i++) {
            String text = "<r id='" + i + "' d='" + random.nextInt(300) + "." + random.nextInt(1_000) + "'"
                    + (random.nextInt(9) == 0 ? "" : " t='" + Integer.toString(random.nextInt(5_000), 36) + "'") + "/>";
            read(whole, i, text);
            read(parts.get(random.nextInt(3)), i, text);
        }
        Coverage all = parts.get(2);
        all.add(parts.get(0));
        all.add(parts.get(1));

        assertThat(all.report().collapses()).isEqualTo(whole.report().collapses());
    }

    @Test
    void manyDistinctTextsAreEstimated() {
        String contract = PLAIN + "      round: { path: '@d', type: integer, scale: half-up }\n";
        Coverage coverage = new Coverage(contract(contract));
        CoverageCollector collector = coverage.collector();
        DocumentPipeline pipeline = CoverageCasesTest.pipeline(coverage.contract(), collector);
        for (int i = 0; i < 20_000; i++) {
            String text = "<r id='" + i + "' d='" + i / 10 + ".2" + i % 10 + "1'/>";
            pipeline.process(document(i, text), i, Long.MAX_VALUE, new ArrayList<>());
        }

        Collapses.Column column = coverage.report().collapses().get(0);
        assertThat(column.exact()).isFalse();
        assertThat(column.cells()).isEqualTo(20_000);
        assertThat(column.texts()).isBetween(16_000L, 24_000L);
        assertThat(column.values()).isBetween(1_600L, 2_400L);
        assertThat(column.merged()).hasSize(20).allMatch(merged -> merged.texts() == 10);
    }

    @Test
    void whatABrokenDocumentHasHidesNothing() {
        String[] texts = {"<r id='1'><x><y>1</y></x>", "<r id='2'><x/></r>"};
        assertThat(of(PLAIN, texts).report().gaps())
                .extracting(CoverageReport.Gap::path)
                .containsExactly("/r/x");
        Coverage one = new Coverage(contract(PLAIN));
        Coverage other = one.another();
        read(one, 1, texts[1]);
        read(other, 0, texts[0]);
        one.add(other);
        assertThat(one.report().gaps()).extracting(CoverageReport.Gap::path).containsExactly("/r/x");
    }

    @Test
    void countsTheRowsThatAreStoredOfThoseThatDistinctHasTold() {
        String contract = """
                contract: 1
                name: test
                document: { record: /r }
                codes: { c: { A: x, B: x, zz: zz, yy: zz } }
                tables:
                  i:
                    rows: i
                    distinct: { by: [ k ], keep: KEEP }
                    columns:
                      k: { path: "@k", type: integer, key: true }
                      v: { path: "@v", type: text, codes: c }
                """;
        String[] texts = {"<r><i k='1' v='A'/><i k='1' v='zz'/></r>", "<r><i k='2' v='B'/><i k='2' v='yy'/></r>"};

        assertThat(merged(contract.replace("KEEP", "last"), texts)).containsExactly("zz");
        assertThat(merged(contract.replace("KEEP", "first"), texts)).containsExactly("x");
    }

    private static List<String> merged(String contract, String... texts) {
        Coverage coverage = new Coverage(contract(contract), true);
        for (int i = 0; i < texts.length; i++) {
            read(coverage, i, texts[i]);
        }
        return coverage.report().collapses().get(0).merged().stream()
                .map(Collapses.Merged::value)
                .toList();
    }

    @Test
    void aDocumentThatIsTriedAgainCountsOnce() {
        Coverage coverage =
                new Coverage(contract(PLAIN + "      t: { path: '@t', type: varchar(1), overflow: truncate }\n"));
        CoverageCollector collector = coverage.collector();
        for (int tries = 0; tries < 2; tries++) {
            DocumentPipeline pipeline = CoverageCasesTest.pipeline(coverage.contract(), collector);
            for (int i = 0; i < 3; i++) {
                pipeline.process(document(i, "<r id='" + i + "' t='ab'/>"), i, Long.MAX_VALUE, new ArrayList<>());
            }
        }

        assertThat(coverage.report().documents()).isEqualTo(3);
        assertThat(coverage.report().tables().get(0).rows()).isEqualTo(3);
        assertThat(coverage.report().collapses().get(0).cells()).isEqualTo(3);
    }

    @Test
    void countsAttributesInAnyNumberOfCombinations() {
        Random random = new Random(1);
        Map<String, Counted> expected = new TreeMap<>();
        Coverage coverage = new Coverage(contract(PLAIN));
        for (int d = 0; d < 3; d++) {
            StringBuilder text = new StringBuilder("<r id='1'>");
            for (int i = 0; i < 30_000; i++) {
                String element = "/r/e" + random.nextInt(100);
                text.append("\n<").append(element.substring("/r/".length()));
                count(expected, element, d);
                for (int attribute = 0; attribute < 12; attribute++) {
                    if (random.nextBoolean()) {
                        text.append(" a").append(attribute).append("=''");
                        count(expected, element + "/@a" + attribute, d);
                    }
                }
                text.append("/>");
            }
            read(coverage, d, text + "</r>");
        }

        Map<String, String> found = new TreeMap<>();
        coverage.report().paths().stream()
                .filter(path -> path.path().startsWith("/r/e"))
                .forEach(path -> found.put(
                        path.path(),
                        path.occurrences() + " in " + path.documents().getAsLong()));
        assertThat(found).isEqualTo(shown(expected));
    }

    @Test
    void saysWhereAnAttributeIsThatComesAfterManyCombinations() {
        StringBuilder text = new StringBuilder("<r id='1'>");
        for (int i = 0; i < 600; i++) {
            text.append("\n<e");
            for (int attribute = 0; attribute < 10; attribute++) {
                text.append((i & 1 << attribute) == 0 ? "" : " a" + attribute + "=''");
            }
            text.append("/>");
        }

        assertThat(of(PLAIN, text + "\n<e late='' later=''/></r>").report().paths())
                .filteredOn(path -> path.path().startsWith("/r/e/@late"))
                .extracting(CoverageReport.Path::first)
                .containsOnly(new FirstMet(0, "d0", new Location(602, 1)))
                .hasSize(2);
    }

    private static void count(Map<String, Counted> counts, String path, int document) {
        Counted counted = counts.computeIfAbsent(path, unseen -> new Counted());
        counted.occurrences++;
        counted.documents.add(document);
    }

    private static Map<String, String> shown(Map<String, Counted> counts) {
        Map<String, String> shown = new TreeMap<>();
        counts.forEach((path, each) -> shown.put(path, each.occurrences + " in " + each.documents.size()));
        return shown;
    }

    @Test
    void whatIsAroundRecordsComesBeforeTheDocumentThatFollows() {
        String contract = PLAIN.replace("record: /r", "record: /b/r");
        String whole = "<b x='1'><r id='1'/></b>";
        for (boolean first : new boolean[] {true, false}) {
            assertThat(firstOfX(contract, 5, first, document(3, whole), 3)).isEqualTo("d3");
            assertThat(firstOfX(contract, 5, first, document(5, whole), 5)).isEqualTo("file");
            assertThat(firstOfX(contract, 5, first, document(9, whole), 9)).isEqualTo("file");
        }
    }

    /** @param upcoming the number of the document that follows what is around records of a file */
    private static String firstOfX(String contract, long upcoming, boolean aroundIsAdded, Document whole, long number) {
        Coverage documents = new Coverage(contract(contract));
        CoverageCasesTest.pipeline(documents.contract(), documents.collector())
                .process(whole, number, Long.MAX_VALUE, new ArrayList<>());
        Coverage files = documents.another();
        AroundRecords around = new AroundRecords(files, () -> upcoming, path -> {});
        around.startFile("file");
        around.startElement(Name.of("b"), List.of(Name.of("x")));
        around.endElement();
        Coverage all = aroundIsAdded ? documents : files;
        all.add(aroundIsAdded ? files : documents);
        return Objects.requireNonNull(all.report().gaps().get(0).first()).document();
    }

    @Test
    void anElementInItselfIsStructureWhoeverHasMetIt() {
        String[] texts = {"<r id='1'><x/></r>", "<r id='2'><x><x/></x></r>", "<r id='3'><x><y/></x>"};
        Coverage one = new Coverage(contract(PLAIN));
        Coverage other = one.another();
        read(one, 0, texts[0]);
        read(other, 1, texts[1]);
        one.add(other);

        assertThat(one.report()).isEqualTo(of(PLAIN, texts).report());
        assertThat(of(PLAIN, texts[0], "<r id='2'><x><x/></x>").report().gaps()).hasSize(1);
    }

    @RepeatedTest(20)
    void namesThatAreDataDoNotDependOnWhoHasReadWhat(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<String> texts = new ArrayList<>();
        for (int d = 0; d < 12; d++) {
            StringBuilder text = new StringBuilder("<r id='").append(d).append("'><data>");
            for (int i = random.nextInt(60); i > 0; i--) {
                // One of the names is that of the element around.
                String name = random.nextInt(20) == 0 ? "data" : "n" + random.nextInt(400);
                String inner = random.nextInt(9) == 0 ? "data" : "i" + random.nextInt(3);
                text.append("<%s a%d=''><%s b=''>x</%s></%s>".formatted(name, random.nextInt(2), inner, inner, name));
            }
            texts.add(text + "</data><other/></r>");
        }
        Coverage whole = of(PLAIN, texts.toArray(String[]::new));
        List<Coverage> parts = List.of(whole.another(), whole.another(), whole.another());
        for (int d = 0; d < texts.size(); d++) {
            read(parts.get(random.nextInt(3)), d, texts.get(d));
        }
        Coverage all = parts.get(random.nextInt(3));
        parts.stream().filter(part -> part != all).forEach(all::add);

        assertThat(lines(all)).isEqualTo(lines(whole));
        assertThat(all.report()).isEqualTo(whole.report());
    }

    /** Parts of a source are read elsewhere, each from the number 0 on, and come back in any order. */
    @RepeatedTest(20)
    void isTheSameWhenOtherProcessesHaveCountedPartsOfIt(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        MappingContract contract = contract(PLAIN.replace("tables:", "ignore: [ data/i1, nowhere ]\ntables:")
                + "      round: { path: '@d', type: 'decimal(9,1)', scale: half-up }\n"
                + "      cut: { path: '@t', type: varchar(2), overflow: truncate, default: '-' }\n"
                + "  n:\n    parent: r\n    rows: \"@t[. > 1000][. < 4000]\"\n    columns:\n"
                + "      r: { ref: r.id, key: true }\n      pos: { ordinal: true, key: true }\n");
        Coverage whole = new Coverage(contract, true);
        Coverage all = new Coverage(contract, true);
        List<Coverage> parts = List.of(whole.another(), new Coverage(contract, true), new Coverage(contract, true));
        Stream.concat(Stream.of(whole), parts.stream())
                .forEach(each -> each.collector().followDocuments());
        int ofPart = 1 + random.nextInt(12);
        for (int d = 0; d < ofPart * parts.size(); d++) {
            StringBuilder text = new StringBuilder("<r id='" + d + "' d='" + random.nextInt(9) + "."
                    + random.nextInt(1_000) + "' t='" + random.nextInt(5_000) + "'><data>");
            for (int i = random.nextInt(60); i > 0; i--) {
                String name = random.nextInt(20) == 0 ? "data" : "n" + random.nextInt(400);
                text.append("<%s a%d='' b%d=''><i%d>x</i%d></%s>"
                        .formatted(name, random.nextInt(300), 300 + random.nextInt(300), d % 3, d % 3, name));
            }
            Document document = document(d, text + "</data></r>");
            Set<Document> settled = random.nextBoolean() ? Set.of(document) : Set.of();
            Coverage part = parts.get(d / ofPart);
            for (Coverage coverage : List.of(whole, part)) {
                long number = coverage == whole ? d : d % ofPart;
                CoverageCasesTest.pipeline(contract, coverage.collector())
                        .process(document, number, Long.MAX_VALUE, new ArrayList<>());
                coverage.collector().settled(List.of(document), settled);
            }
        }
        Stream.concat(Stream.of(whole), parts.stream())
                .forEach(each -> each.collector().endFollowing());
        for (int number : List.of(1, 2, 0)) {
            all.add(parts.get(number).toBytes(), number * 1_000L);
        }
        all.renumber(number -> number / 1_000 * ofPart + number % 1_000);

        assertThat(all.report()).isEqualTo(whole.report());
        assertThat(all.settled()).isEqualTo(whole.settled());
        assertThat(all.report().tables().get(1).conditions())
                .extracting(CoverageReport.Condition::leftOut)
                .contains(whole.rows().leftOut(1, 0))
                .hasSize(2);
    }

    @Test
    void aNamespaceCannotDrawOnTheScreen() {
        Coverage coverage = of(PLAIN, "<r id='1' xmlns:a='u&#10;}x{\u009b' a:b='1'/>");

        assertThat(coverage.report().gaps())
                .extracting(CoverageReport.Gap::path)
                .containsExactly("/r/@Q{u··x··}b");
    }

    /** What a walk over a DOM counts of a path. */
    private static final class Counted {
        private long occurrences;
        private final Set<Integer> documents = new HashSet<>();
    }

    @RepeatedTest(60)
    void countsAreThoseOfAWalkOverTheDocuments(RepetitionInfo repetition) throws Exception {
        Random random = new Random(repetition.getCurrentRepetition());
        List<String> mapped = new ArrayList<>();
        List<String> ignored = new ArrayList<>();
        StringBuilder text = new StringBuilder("contract: 1\nname: test\ndocument: { record: /r }\n");
        for (int i = random.nextInt(3); i > 0; i--) {
            ignored.add(RandomTree.path(random));
        }
        text.append("ignore: [ ")
                .append(String.join(
                        ", ", ignored.stream().map(path -> "'" + path + "'").toList()))
                .append(" ]\ntables:\n  r:\n    columns:\n      id: { meta: document-key, key: true }\n");
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            String path = RandomTree.path(random);
            mapped.add(path);
            text.append("      c").append(i).append(": { path: '").append(path).append("', type: text, join: ' ' }\n");
        }
        List<String> texts = new ArrayList<>();
        for (int i = 1 + random.nextInt(12); i > 0; i--) {
            texts.add(RandomTree.document(random));
        }

        Map<String, Counted> expected = new TreeMap<>();
        for (int d = 0; d < texts.size(); d++) {
            int number = d;
            walk(texts.get(d), (path, node) -> count(expected, path, number));
        }
        Map<String, String> found = new TreeMap<>();
        Coverage coverage = of(text.toString(), texts.toArray(String[]::new));
        for (CoverageReport.Path path : coverage.report().paths()) {
            String name = path.path() + (path.kind() == PathKind.TEXT ? "/text()" : "");
            found.put(name, path.occurrences() + " in " + path.documents().getAsLong());
            if (path.kind() != PathKind.ELEMENT) {
                assertThat(path.state())
                        .as("%s by %s without %s", name, mapped, ignored)
                        .isEqualTo(state(name, mapped, ignored));
            }
        }
        assertThat(found).isEqualTo(shown(expected));
        assertThat(coverage.report().documents()).isEqualTo(texts.size());

        List<Coverage> parts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            parts.add(coverage.another());
        }
        List<Integer> order = new ArrayList<>();
        for (int d = 0; d < texts.size(); d++) {
            order.add(d);
        }
        Map<Integer, List<Integer>> byPart = new TreeMap<>();
        order.forEach(d -> byPart.computeIfAbsent(random.nextInt(4), unseen -> new ArrayList<>())
                .add(d));
        byPart.forEach((part, its) -> its.forEach(d -> read(parts.get(part), d, texts.get(d))));
        Collections.shuffle(parts, random);
        Coverage all = parts.get(0);
        parts.subList(1, 4).forEach(all::add);
        assertThat(lines(all)).isEqualTo(lines(coverage));
        assertThat(all.report()).isEqualTo(coverage.report());
    }

    private static PathState state(String name, List<String> mapped, List<String> ignored) {
        boolean attribute = name.contains("@");
        if (name.equals("/r/text()")) {
            return PathState.UNMAPPED;
        }
        String path = name.replace("/text()", "").substring("/r/".length());
        boolean isMapped = mapped.stream()
                .anyMatch(
                        each -> path.equals(each) || !attribute && !each.contains("@") && path.startsWith(each + "/"));
        if (isMapped) {
            return PathState.MAPPED;
        }
        boolean isIgnored = ignored.stream().anyMatch(each -> path.equals(each) || path.startsWith(each + "/"));
        return isIgnored ? PathState.IGNORED : PathState.UNMAPPED;
    }

    private static void walk(String text, BiConsumer<String, Node> action) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setCoalescing(true);
        factory.setIgnoringComments(true);
        walk(
                factory.newDocumentBuilder()
                        .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                        .getDocumentElement(),
                "",
                action);
    }

    private static void walk(Element element, String above, BiConsumer<String, Node> action) {
        String path = above + "/" + element.getTagName();
        action.accept(path, element);
        NamedNodeMap attributes = element.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            Attr attribute = (Attr) attributes.item(i);
            action.accept(path + "/@" + attribute.getName(), attribute);
        }
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element each) {
                walk(each, path, action);
            } else if (child instanceof Text characters && !characters.getData().isBlank()) {
                action.accept(path + "/text()", characters);
            }
        }
    }

    /** Documents and paths of few names, which differ by depth, so that none is nested in itself. */
    static final class RandomTree {

        static final int DEPTH = 4;

        static String path(Random random) {
            StringBuilder path = new StringBuilder();
            int depth = 1 + random.nextInt(DEPTH);
            for (int i = 1; i <= depth; i++) {
                path.append(i == 1 ? "" : "/").append(name(i, random));
            }
            return random.nextBoolean() ? path.toString() : path + "/@" + (char) ('x' + random.nextInt(3));
        }

        static String name(int depth, Random random) {
            return (char) ('a' + random.nextInt(3)) + Integer.toString(depth);
        }

        static String document(Random random) {
            StringBuilder text = new StringBuilder();
            element("r", 0, random, text);
            return text.toString();
        }

        private static void element(String name, int depth, Random random, StringBuilder into) {
            into.append('<').append(name);
            for (char attribute = 'x'; attribute <= 'z'; attribute++) {
                if (random.nextInt(3) == 0) {
                    into.append(' ').append(attribute).append("=''");
                }
            }
            into.append('>');
            for (int i = random.nextInt(5); i > 0 && depth < DEPTH; i--) {
                into.append(
                        switch (random.nextInt(6)) {
                            case 0 -> "text";
                            case 1 -> "\n  ";
                            case 2 -> "<![CDATA[ x ]]>";
                            case 3 -> "<!-- comment -->&amp;";
                            default -> "";
                        });
                element(name(depth + 1, random), depth + 1, random, into);
            }
            into.append(random.nextInt(4) == 0 ? "end" : "")
                    .append("</")
                    .append(name)
                    .append('>');
        }
    }
}
