package dev.millrace.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.document.Document;
import dev.millrace.document.FaultException;
import dev.millrace.mapping.MappingTrace.Candidate;
import dev.millrace.mapping.MappingTrace.Decision;
import dev.millrace.mapping.MappingTrace.Event;
import dev.millrace.mapping.MappingTrace.Fate;
import dev.millrace.mapping.MappingTrace.Kind;
import dev.millrace.mapping.MappingTrace.Opening;
import dev.millrace.mapping.MappingTrace.Rejection;
import dev.millrace.mapping.MappingTrace.Search;
import dev.millrace.mapping.MappingTrace.Step;
import dev.millrace.xml.Node;
import dev.millrace.xml.Record;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser;
import dev.millrace.xml.path.EvaluationContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a trace is told, step by step and row by row; and that it is told what the mapper stores. */
final class MappingTraceTest {

    /** The settings of a column {@code v}, the value of its attribute ({@code -} for none), and the steps. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "type: text; a; ITEM a, CONVERTED a, STORED a",
                "type: integer; 12; ITEM 12, CONVERTED 12, STORED 12",
                "type: text; -; STORED null",
                "type: text; ' a '; ITEM ' a ', TRIMMED a, CONVERTED a, STORED a",
                "'type: text, trim: false'; ' a '; ITEM ' a ', CONVERTED ' a ', STORED ' a '",
                "type: text; '  '; ITEM '  ', TRIMMED '', STORED null",
                "type: text; ''; ITEM '', STORED null",
                "'type: text, empty: keep'; ''; ITEM '', CONVERTED '', STORED ''",
                "'type: text, unescape: html'; 'a&amp;amp;b'; 'ITEM a&amp;b, UNESCAPED a&b, CONVERTED a&b, STORED a&b'",
                "'type: text, default: d'; -; DEFAULTED d, STORED d",
                "'type: text, default: d'; ' '; ITEM ' ', TRIMMED '', DEFAULTED d, STORED d",
                "'type: text, default: d, empty: no-default'; ''; ITEM '', STORED null",
                "'type: text, codes: plain'; a; ITEM a, CODED A, STORED A",
                "'type: text, codes: nulls, default: d'; x; ITEM x, CODED null, DEFAULTED d, STORED d",
                "'type: text, codes: blank'; -; CODED none, STORED none",
                "'type: text, codes: plain'; z; ITEM z, REJECTED unknown-code",
                "'type: integer, scale: half-up'; 1.6; ITEM 1.6, CONVERTED 2, STORED 2",
                "'type: varchar(3), overflow: truncate'; ab cd; ITEM ab cd, CONVERTED 'ab ', TRIMMED ab, STORED ab",
                "'type: integer, invalid: null'; x; ITEM x, LEFT_OUT INVALID_VALUE, STORED null",
                "'type: integer, invalid: default, default: 7'; x; ITEM x, LEFT_OUT INVALID_VALUE, DEFAULTED 7, STORED 7",
                "type: integer; x; ITEM x, REJECTED invalid-value",
                "'type: integer, required: true'; ''; ITEM '', STORED null, REJECTED required",
                "'type: integer, required: true, invalid: null'; x;"
                        + " ITEM x, LEFT_OUT INVALID_VALUE, STORED null, REJECTED required",
            })
    void tellsEachStepOfAValue(String settings, String value, String steps) throws Exception {
        Mapped mapped = Mapped.byColumns("v: { path: '@v', " + settings + " }");
        String attribute = value.equals("-") ? "" : " v='" + value + "'";

        assertThat(stepsOf("v", events(mapped, "<r><row" + attribute + "/></r>")))
                .isEqualTo(steps.replace("'", ""));
    }

    @Test
    void tellsEachItemAndWhatJoinMakesOfThem() throws Exception {
        Mapped joining = Mapped.byColumns("v: { path: 'x', type: text, join: '|' }");
        Mapped strict = Mapped.byColumns("v: { path: 'x', type: text }");
        String xml = "<r><row><x>a</x><x>b</x></row></r>";

        assertThat(stepsOf("v", events(joining, xml)))
                .isEqualTo("ITEM a, ITEM b, JOINED a|b, CONVERTED a|b, STORED a|b");
        assertThat(stepsOf("v", events(strict, xml))).isEqualTo("ITEM a, ITEM b, REJECTED several-values");
    }

    @Test
    void tellsValuesThatDoNotComeFromAPath() throws Exception {
        Mapped mapped = Mapped.by("""
                contract: 1
                name: test
                tables:
                  loan:
                    rows: loan
                    columns:
                      id: { path: '@id', type: integer, key: true }
                  item:
                    parent: loan
                    rows: item
                    columns:
                      loan_id: { ref: loan.id, key: true }
                      seq: { ordinal: true, key: true }
                      file: { meta: source-name }
                      kind: { value: x, type: text }
                """);

        List<Event> events = events(mapped, "<r><loan id='7'><item/></loan></r>");

        assertThat(stepsOf("loan_id", events)).isEqualTo("GIVEN 7, STORED 7");
        assertThat(stepsOf("seq", events)).isEqualTo("GIVEN 1, CONVERTED 1, STORED 1");
        assertThat(stepsOf("file", events)).isEqualTo("GIVEN source, CONVERTED source, STORED source");
        assertThat(stepsOf("kind", events)).isEqualTo("GIVEN x, STORED x");
    }

    @Test
    void tellsFragments() throws Exception {
        Mapped mapped = Mapped.byColumns("v: { path: 'x', type: xml }");

        List<Event> events = events(mapped, "<r><row><x>a<b/></x></row></r>");

        Step item = steps("v", events).get(0);
        assertThat(item.kind()).isEqualTo(Kind.ITEM);
        assertThat(item.value()).isSameAs(item.node());
        assertThat(stepsOf("v", events)).endsWith("CONVERTED <x>a<b/></x>, STORED <x>a<b/></x>");
    }

    /** The path, and the node's kind, name and start tag; null where the path computes a value. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "x/y; ELEMENT y 3:11",
                "@v; ATTRIBUTE v 2:2",
                "x/@w; ATTRIBUTE w 3:2",
                "x/y/text(); TEXT null 3:11",
                "(x/y, @v)[1]; ELEMENT y 3:11",
                "let $y := x/y return $y; ELEMENT y 3:11",
                "sort(x/y); ELEMENT y 3:11",
                "'for-each(x/y, function($y) { $y })'; ELEMENT y 3:11",
                "'concat(x/y, ''!'')'; null",
                "x/y + 1; null",
            })
    void tellsTheNodesOfValues(String path, String expected) throws Exception {
        Mapped mapped = Mapped.byColumns("v: { path: \"" + path + "\", type: text }");
        String xml = "<r>\n <row v='7'>\n <x w='7'><y>7</y></x>\n </row></r>";

        Step item = steps("v", events(mapped, xml)).get(0);

        Node node = item.node();
        String found = node == null
                ? "null"
                : node.kind() + " " + node.name() + " "
                        + mapped.locate(xml, node).line() + ":"
                        + mapped.locate(xml, node).column();
        assertThat(item.kind()).isEqualTo(Kind.ITEM);
        assertThat(found).isEqualTo(expected);
        if (node != null) {
            assertThat(node.stringValue()).isEqualTo("7");
        }
    }

    @Test
    void tellsWhyAnEmptyRowIsNotThere() throws Exception {
        Mapped mapped = Mapped.by(Mapped.table(
                "rows: row\nskip-empty: { unless: '@stay' }", "v: { path: '@v', type: text, default: d }"));

        assertThat(fates(events(mapped, "<r><row v='a'/><row/><row stay='1'/><row v=' '/></r>")))
                .containsExactly("1 KEPT", "2 EMPTY", "3 KEPT", "4 EMPTY");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'by: [v]'; 1 KEPT, 2 KEPT, 3 DUPLICATE",
                "'by: [v], keep: last'; 1 KEPT, 2 KEPT, 1 REPLACED, 3 KEPT",
                "'by: [v], keep: first, prefer: ''@rank'''; 1 KEPT, 2 KEPT, 1 REPLACED, 3 KEPT",
                "'by: [v], keep: reject'; 1 KEPT, 2 KEPT, REJECTED duplicate-row",
            })
    void tellsWhatDistinctDoes(String distinct, String fates) throws Exception {
        Mapped mapped =
                Mapped.by(Mapped.table("rows: row\ndistinct: { " + distinct + " }", "v: { path: '@v', type: text }"));

        List<Event> events = events(mapped, "<r><row v='a' rank='2'/><row v='b'/><row v='a' rank='1'/></r>");

        assertThat(String.join(", ", fates(events))).isEqualTo(fates);
        Decision last = (Decision) events.stream()
                .filter(Decision.class::isInstance)
                .reduce((one, other) -> other)
                .orElseThrow();
        boolean duplicate = last.fate() == Fate.DUPLICATE;
        assertThat(last.other() == null).isEqualTo(!duplicate);
        if (duplicate) {
            assertThat(Objects.requireNonNull(last.other()).values()[1]).isEqualTo(1);
        }
    }

    @Test
    void tellsWhereCandidatesComeFrom() throws Exception {
        Mapped mapped = Mapped.by("""
                contract: 1
                name: test
                tables:
                  loan:
                    rows: loan
                    columns:
                      id: { path: '@id', type: integer, key: true }
                  party:
                    parent: loan
                    columns:
                      loan_id: { ref: loan.id, key: true }
                      seq: { ordinal: true, key: true }
                    union:
                      - rows: buyer
                        columns:
                          name: { path: '@n', type: text }
                      - rows: seller
                        columns:
                          name: { path: '@n', type: text }
                """);
        List<Event> events = events(mapped, "<r><loan id='7'><seller n='s'/><buyer n='b'/></loan></r>");

        List<Candidate> candidates = candidates(events);
        assertThat(candidates)
                .extracting(c -> c.table().name() + " " + c.rowSet() + " " + c.position() + " " + c.ordinal())
                .containsExactly("loan 0 1 1", "party 0 1 3", "party 1 2 2");
        Row loan = kept(events).get(0);
        assertThat(candidates.get(0).parent()).isNull();
        assertThat(candidates.get(1).parent()).isSameAs(loan);
        assertThat(candidates.get(2).parent()).isSameAs(loan);
    }

    @Test
    void tellsWhatEachPathOfRowsIsEvaluatedOverAndHowMuchItGives() throws Exception {
        Mapped mapped = Mapped.by("""
                contract: 1
                name: test
                tables:
                  loan:
                    rows: loan[@id]
                    columns:
                      id: { path: '@id', type: integer, key: true }
                  part:
                    parent: loan
                    rows: part
                    nested: part
                    columns:
                      loan_id: { ref: loan.id, key: true }
                      seq: { ordinal: true, key: true }
                """);

        List<Event> events = events(mapped, "<r><loan/><loan id='7'><part><part/></part></loan><loan id='8'/></r>");

        assertThat(events.get(0)).isInstanceOf(Opening.class);
        assertThat(((Opening) events.get(0)).documentKey()).isEqualTo("doc");
        List<Row> loans = kept(events);
        assertThat(events.stream().filter(Search.class::isInstance).map(Search.class::cast))
                .extracting(s -> s.table().name() + " " + s.path() + " of " + ((Node) s.from()).ordinal() + ": "
                        + s.found() + " below "
                        + (s.parent() == null ? "none" : s.parent().values()[0]))
                .containsExactly(
                        "loan loan[@id] of 0: 2 below none",
                        "part part of 2: 1 below 7",
                        "part part of 3: 1 below 7",
                        "part part of 4: 0 below 7",
                        "part part of 5: 0 below 8");
        assertThat(loans).hasSize(4);
    }

    @Test
    void tellsARejectOfNoRowOfItsOwn() throws Exception {
        Mapped sameKey = Mapped.by("""
                contract: 1
                name: test
                tables:
                  t:
                    rows: row
                    columns:
                      id: { path: '@id', type: text, key: true }
                """);
        Mapped failing = Mapped.by(Mapped.table("rows: 'row[xs:integer(@id) = 1]'", "v: { value: 1, type: integer }"));
        String xml = "<r><row id='a'/><row id='a'/></r>";

        assertThat(fates(events(sameKey, xml))).containsExactly("1 KEPT", "2 KEPT", "REJECTED duplicate-row");
        assertThat(fates(events(failing, xml))).containsExactly("REJECTED path-error");
    }

    /** All contracts and documents of the golden cases, the faults among them, and the example. */
    @Test
    void mapsTheSameWithATraceAndTellsWhatItStores() throws Exception {
        Path core = Files.isDirectory(Path.of("src/test")) ? Path.of("") : Path.of("core");
        int rows = 0;
        for (Path folder : list(core.resolve("src/test/resources/cases"))) {
            Both both = new Both(folder.resolve("contract.yaml"));
            for (Path input : list(folder.resolve("input"))) {
                rows += both.compare(Document.ofBytes("k", Files.readAllBytes(input), "s"));
            }
        }
        Path example = core.toAbsolutePath().getParent().resolve("examples/loan-applications");
        Both both = new Both(example.resolve("contract.yaml"));
        for (Path input : list(example.resolve("documents"))) {
            rows += both.compare(Document.ofBytes("k", Files.readAllBytes(input), "s"));
        }
        assertThat(rows).isGreaterThan(100);
    }

    /** One contract, mapped with a trace and without. */
    private static final class Both {

        private final MappingContract contract;
        private final XmlParser parser;
        private final DataMapper mapper;
        private final EvaluationContext context;

        Both(Path file) throws IOException, ContractException {
            contract = ContractReader.read(file).contract();
            parser = new XmlParser(
                    DataMapper.projection(contract), contract.document().text(), XmlLimits.DEFAULTS);
            mapper = new DataMapper(contract, "00000000-0000-4000-8000-000000000001", Instant.EPOCH, true);
            context = new EvaluationContext(contract.slots());
        }

        /** Returns how many rows there are. */
        int compare(Document document) {
            int rows = 0;
            try {
                for (Record record : parser.parse(document)) {
                    List<Event> events = new ArrayList<>();
                    Object without = mapped(record, null, List.of());
                    Object with = mapped(record, events::add, events);
                    assertThat(with).isEqualTo(without);
                    rows += kept(events).size();
                }
            } catch (FaultException e) {
                // The document has no record, or no key.
                return rows;
            }
            return rows;
        }

        /** The rows, or the fault. */
        private Object mapped(Record record, @Nullable MappingTrace trace, List<Event> events) throws FaultException {
            context.startRecord(record);
            String key = mapper.documentKey(context, "k");
            try {
                List<List<Row>> rows = mapper.map(context, key, "s", trace);
                if (trace != null) {
                    checkRows(rows, events);
                }
                return rows.stream()
                        .map(table -> table.stream()
                                .map(row -> row.ordinal() + Arrays.deepToString(row.values()))
                                .toList())
                        .toList();
            } catch (MappingException e) {
                if (trace != null) {
                    assertThat(events.get(events.size() - 1)).isEqualTo(new Rejection(e.fault(), e.ordinal()));
                }
                return e.fault() + " at " + e.ordinal();
            }
        }

        /** The rows that are told as kept are the rows that there are, and have the values that are told as stored. */
        private void checkRows(List<List<Row>> rows, List<Event> events) {
            Set<Row> stored = Collections.newSetFromMap(new IdentityHashMap<>());
            rows.forEach(stored::addAll);
            Set<Row> told = Collections.newSetFromMap(new IdentityHashMap<>());
            told.addAll(kept(events));
            assertThat(told).isEqualTo(stored);
            TableMapping table = contract.tables().get(0);
            @Nullable Object[] values = {};
            for (Event event : events) {
                if (event instanceof Candidate candidate) {
                    table = candidate.table();
                    values = new Object[table.columns().size()];
                } else if (event instanceof Step step && step.kind() == Kind.STORED) {
                    for (int i = 0; i < values.length; i++) {
                        if (table.columns().get(i).name().equals(step.column().name())) {
                            values[i] = step.value();
                        }
                    }
                } else if (event instanceof Decision decision && decision.fate() != Fate.REPLACED) {
                    for (int i = 0; i < values.length; i++) {
                        assertThat(decision.row().values()[i]).isSameAs(values[i]);
                    }
                }
            }
        }
    }

    private static List<Event> events(Mapped mapped, String xml) throws FaultException {
        List<Event> events = new ArrayList<>();
        try {
            mapped.map(xml, events::add);
        } catch (MappingException e) {
            assertThat(events).endsWith(new Rejection(e.fault(), e.ordinal()));
        }
        return events;
    }

    private static List<Step> steps(String column, List<Event> events) {
        return events.stream()
                .filter(event ->
                        event instanceof Step step && step.column().name().equals(column))
                .map(Step.class::cast)
                .toList();
    }

    /** The steps of a column, and the rejection after them, in a line. */
    private static String stepsOf(String column, List<Event> events) {
        List<String> shown = new ArrayList<>();
        for (Step step : steps(column, events)) {
            shown.add(step.kind() + " " + step.value());
        }
        if (events.get(events.size() - 1) instanceof Rejection rejection) {
            shown.add("REJECTED " + rejection.fault().code().word());
        }
        return String.join(", ", shown);
    }

    private static List<Candidate> candidates(List<Event> events) {
        return events.stream()
                .filter(Candidate.class::isInstance)
                .map(Candidate.class::cast)
                .toList();
    }

    /** The decisions, each with the position of its row, and the rejection after them. */
    private static List<String> fates(List<Event> events) {
        List<String> fates = new ArrayList<>();
        IdentityHashMap<Row, Long> positions = new IdentityHashMap<>();
        long position = 0;
        for (Event event : events) {
            if (event instanceof Candidate candidate) {
                position = candidate.position();
            } else if (event instanceof Decision decision) {
                if (decision.fate() != Fate.REPLACED) {
                    positions.put(decision.row(), position);
                }
                fates.add(positions.get(decision.row()) + " " + decision.fate());
            } else if (event instanceof Rejection rejection) {
                fates.add("REJECTED " + rejection.fault().code().word());
            }
        }
        return fates;
    }

    /** The rows that are kept in the end, in the order of their decisions. */
    @SuppressWarnings("ReferenceEquality") // another row may have the same values
    private static List<Row> kept(List<Event> events) {
        List<Row> kept = new ArrayList<>();
        for (Event event : events) {
            if (event instanceof Decision decision) {
                if (decision.fate() == Fate.KEPT) {
                    kept.add(decision.row());
                } else if (decision.fate() == Fate.REPLACED) {
                    kept.removeIf(row -> row == decision.row());
                }
            }
        }
        return kept;
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }
}
