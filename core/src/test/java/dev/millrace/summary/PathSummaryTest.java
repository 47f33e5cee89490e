package dev.millrace.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.document.Document;
import dev.millrace.document.FaultCode;
import dev.millrace.xml.Name;
import dev.millrace.xml.XmlLimits;
import java.io.ByteArrayInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class PathSummaryTest {

    private static PathSummary of(String... texts) {
        Summarizer summarizer = new Summarizer(new PathSummary(), XmlLimits.DEFAULTS);
        for (int i = 0; i < texts.length; i++) {
            summarizer.accept(document(i, texts[i]));
        }
        return summarizer.summary();
    }

    private static Document document(int number, String text) {
        return Document.ofBytes(String.format("d%03d.xml", number), text.getBytes(StandardCharsets.UTF_8), "test");
    }

    private static PathEdge edge(PathSummary summary, String path) {
        PathNode node = summary.top();
        PathEdge edge = null;
        for (String step : path.split("/")) {
            edge = step.startsWith("@")
                    ? node.attributeNamed(Name.of(step.substring(1)))
                    : node.childNamed(Name.of(step));
            Objects.requireNonNull(edge, step);
            node = edge.target();
        }
        return Objects.requireNonNull(edge);
    }

    private static ValueSummary values(PathSummary summary, String path) {
        return Objects.requireNonNull(edge(summary, path).target().value());
    }

    @Test
    void countsWhatEachParentHas() {
        PathSummary summary = of("<a><b/><b/><c x='1'/></a>", "<a><c/></a>", "<a><b/></a>");
        assertThat(summary.documents()).isEqualTo(3);
        assertThat(summary.paths()).isEqualTo(4);
        PathEdge b = edge(summary, "a/b");
        assertThat(b.occurrences()).isEqualTo(3);
        assertThat(b.parents()).isEqualTo(2);
        assertThat(b.alone()).isEqualTo(1);
        assertThat(b.min()).isEqualTo(1);
        assertThat(b.max()).isEqualTo(2);
        assertThat(b.target().documents()).isEqualTo(2);
        assertThat(b.target().first()).isEqualTo(new Place("d000.xml", 1));
        assertThat(edge(summary, "a/c/@x").parents()).isEqualTo(1);
        assertThat(edge(summary, "a/c").target().occurrences()).isEqualTo(2);
    }

    @Test
    void theOrderOfChildrenIsThatOfDocuments() {
        PathSummary summary = of("<a><z/><m/><m/><b/></a>", "<a><z/><b/></a>");
        assertThat(edge(summary, "a").target().children())
                .extracting(edge -> edge.name().local())
                .containsExactly("z", "m", "b");
    }

    @Test
    void namesTheValueThatRuledAFormOut() {
        PathSummary summary = of("<a><v>1</v><v>2</v></a>", "<a><v>3</v><v>4.5</v></a>", "<a><v>x</v></a>");
        ValueSummary values = values(summary, "a/v");
        assertThat(values.ruledOut(ValueForm.INTEGER)).isEqualTo(new Place("d001.xml", 2));
        assertThat(values.ruledOut(ValueForm.DECIMAL)).isEqualTo(new Place("d002.xml", 1));
        assertThat(values.forms()).isEmpty();
    }

    @Test
    void wordsForNothingDoNotRuleOut() {
        ValueSummary values = values(of("<a><v>1</v><v>N/A</v><v>-</v><v> </v></a>"), "a/v");
        assertThat(values.is(ValueForm.INTEGER)).isTrue();
        assertThat(values.nothings()).containsExactly("-", "N/A");
        assertThat(values.blank()).isEqualTo(1);
        assertThat(values(of("<a><v>x</v><v>N/A</v></a>"), "a/v").nothings()).isEmpty();
    }

    @Test
    void aDateOfTwoReadingsStaysOpenUntilAValueDecides() {
        assertThat(values(of("<a><v>03/04/2026</v></a>"), "a/v").isDateOfTwoReadings())
                .isTrue();
        assertThat(values(of("<a><v>03/04/2026</v><v>13/04/2026</v></a>"), "a/v")
                        .dateForms())
                .containsExactly(ValueForm.DMY_SLASHES);
        assertThat(values(of("<a><v>2026-01-31</v><v>03/04/2026</v><v>12/31/2026</v></a>"), "a/v")
                        .dateForms())
                .containsExactly(ValueForm.ISO_DATE, ValueForm.MDY_SLASHES);
        assertThat(values(of("<a><v>13/04/2026</v><v>04/13/2026</v><v>03/04/2026</v></a>"), "a/v")
                        .dateForms())
                .isEmpty();
    }

    @Test
    void estimatesHowManyValuesThereAre() {
        StringBuilder text = new StringBuilder("<a>");
        for (int i = 0; i < 20_000; i++) {
            text.append("<v>value ")
                    .append(i % 10_000)
                    .append("</v><w>")
                    .append(i % 50)
                    .append("</w>");
        }
        PathSummary summary = of(text + "</a>");
        assertThat(values(summary, "a/v").distinct()).isBetween(6_500L, 14_500L);
        assertThat(values(summary, "a/v").values()).allMatch(value -> value.count() == 2);
        assertThat(values(summary, "a/w").distinct()).isEqualTo(50);
        assertThat(values(summary, "a/w").knowsAll()).isTrue();
        assertThat(values(summary, "a/w").values()).allMatch(value -> value.count() == 400);
    }

    @Test
    void tellsOfSamplesHowManyValuesAreAmongOthers() {
        StringBuilder text = new StringBuilder("<a>");
        for (int i = 0; i < 10_000; i++) {
            text.append("<all>").append(i).append("</all>");
            text.append(i % 2 == 0 ? "<even>" + i + "</even>" : "");
            text.append(i < 20 ? "<few>" + (9_990 + i) + "</few>" : "");
        }
        PathSummary summary = of(text + "</a>");
        ValueSummary all = values(summary, "a/all");
        ValueSummary even = values(summary, "a/even");
        ValueSummary few = values(summary, "a/few");
        assertThat(even.overlap(all)).satisfies(overlap -> {
            assertThat(overlap.values()).isBetween(20, 45);
            assertThat(overlap.found()).isEqualTo(overlap.values());
        });
        assertThat(all.overlap(even)).satisfies(overlap -> {
            assertThat(overlap.values()).isEqualTo(64);
            assertThat(overlap.found()).isBetween(20, 45);
        });
        assertThat(few.overlap(few)).isEqualTo(new ValueSummary.Overlap(20, 20));
        // Of so few values hardly any is where those of a sample are.
        assertThat(few.overlap(all).values()).isLessThan(3);
        assertThat(all.overlap(new ValueSummary())).isEqualTo(new ValueSummary.Overlap(64, 0));
    }

    @Test
    void charactersOfTwoUnitsCountOnceInAnyOrder() {
        String latin = "<a><v>aaaaaa</v></a>";
        String faces = "<a><v>😀😀😀</v></a>";
        assertThat(values(of(latin, faces), "a/v").minLength()).isEqualTo(3);
        assertThat(values(of(faces, latin), "a/v").minLength()).isEqualTo(3);
        assertThat(values(of(faces, latin), "a/v").maxLength()).isEqualTo(6);
    }

    @Test
    void mixedContentIsCountedAndHasNoValues() {
        PathSummary summary = of("<a><p>one <b>two</b></p><p>three</p></a>");
        PathNode p = edge(summary, "a/p").target();
        assertThat(p.mixed()).isEqualTo(1);
        assertThat(p.value()).isNull();
        assertThat(values(summary, "a/p/b").count()).isEqualTo(1);
    }

    @Test
    void deepMarkupIsNotLookedAtForever() {
        StringBuilder text = new StringBuilder("<a>");
        for (int i = 0; i < 300; i++) {
            text.append("<p>one <b>two <i>three <u").append(i).append("/></i></b></p>");
        }
        PathSummary summary = of(text + "</a>");
        assertThat(edge(summary, "a/p/b").target().children()).isEmpty();
        assertThat(summary.paths()).isEqualTo(3);
    }

    @Test
    void whatIsNestedInItselfHasAnEnd() {
        String text = "<s t='x'>".repeat(40) + "</s>".repeat(40);
        PathSummary summary = of("<a>" + text + "</a>");
        PathEdge last = edge(summary, "a/s/s/s/s");
        assertThat(last.isBack()).isTrue();
        assertThat(last.target().path()).isEqualTo("/a/s/s/s");
        assertThat(last.target().occurrences()).isEqualTo(38);
        assertThat(summary.paths()).isEqualTo(7);
    }

    @Test
    void tagsThatAreDataBecomeOne() {
        StringBuilder text = new StringBuilder("<a>");
        for (int i = 0; i < 5_000; i++) {
            text.append("<n")
                    .append(i)
                    .append(" v='")
                    .append(i)
                    .append("'>7</n")
                    .append(i)
                    .append('>');
        }
        PathSummary summary = of(text + "</a>");
        PathNode a = edge(summary, "a").target();
        assertThat(a.children()).hasSize(1);
        PathNode any = a.children().get(0).target();
        assertThat(any.isAny()).isTrue();
        assertThat(any.occurrences()).isEqualTo(5_000);
        assertThat(Objects.requireNonNull(any.value()).count()).isEqualTo(5_000);
        assertThat(a.children().get(0).occurrences()).isEqualTo(5_000);
    }

    @Test
    void tooManyPathsAreRefused() {
        StringBuilder text = new StringBuilder("<a>");
        for (int i = 0; i < 50; i++) {
            text.append("<n").append(i).append('>');
            for (int j = 0; j < 50; j++) {
                text.append("<m").append(j).append("/>");
            }
            text.append("</n").append(i).append('>');
        }
        Summarizer summarizer = new Summarizer(new PathSummary(1_000), XmlLimits.DEFAULTS);
        assertThatThrownBy(() -> summarizer.accept(document(0, text + "</a>")))
                .isInstanceOf(TooManyPathsException.class)
                .hasMessageContaining("1,000 distinct paths");
    }

    @Test
    void aDocumentThatIsNotWellFormedCostsNobodyElse() {
        PathSummary summary = of("<a><b>1</b></a>", "<a><b>x</b><c></a>", "<a><b>2</b></a>");
        assertThat(summary.documents()).isEqualTo(2);
        assertThat(values(summary, "a/b").is(ValueForm.INTEGER)).isTrue();
        assertThat(edge(summary, "a").target().children()).hasSize(1);
        assertThat(summary.broken().get(FaultCode.NOT_WELL_FORMED)).satisfies(broken -> {
            assertThat(broken.count()).isEqualTo(1);
            assertThat(broken.document()).isEqualTo("d001.xml");
        });
    }

    @Test
    void doctypesAndEncodingsAreCounted() {
        Summarizer summarizer = new Summarizer(new PathSummary(), XmlLimits.DEFAULTS);
        summarizer.accept(document(0, "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"));
        summarizer.accept(Document.ofBytes("b", "<a>Zürich</a>".getBytes(Charset.forName("windows-1252")), "test"));
        summarizer.accept(document(2, "<?xml version='1.0' encoding='US-ASCII'?><a>Zürich</a>"));
        PathSummary summary = summarizer.summary();
        assertThat(summary.documents()).isEqualTo(2);
        assertThat(summary.withDoctype()).isEqualTo(1);
        assertThat(summary.ofGuessedEncoding()).isEqualTo(1);
        assertThat(summary.unread()).isEqualTo(1);
        assertThat(values(summary, "a").values())
                .extracting(ValueSummary.Value::text)
                .contains("x", "Zürich");
    }

    @Test
    void aStreamIsSummarizedAsADocumentIs() {
        Random random = new Random(7);
        for (int i = 0; i < 50; i++) {
            byte[] text = randomDocument(random).getBytes(StandardCharsets.UTF_8);
            Summarizer whole = new Summarizer(new PathSummary(), XmlLimits.DEFAULTS);
            whole.accept(Document.ofBytes("k", text, "test"));
            Summarizer stream = new Summarizer(new PathSummary(), XmlLimits.DEFAULTS);
            stream.read("k", "test", new ByteArrayInputStream(text));
            assertThat(stream.summary()).isEqualTo(whole.summary());
        }
    }

    @Test
    void ofAStreamThatBreaksAllInFrontOfThatCounts() {
        Summarizer summarizer = new Summarizer(new PathSummary(), XmlLimits.DEFAULTS);
        summarizer.read(
                "k", "test", new ByteArrayInputStream("<a><b>1</b><b>2</b><b>3".getBytes(StandardCharsets.UTF_8)));
        PathSummary summary = summarizer.summary();
        assertThat(summary.unread()).isEqualTo(1);
        assertThat(edge(summary, "a/b").occurrences()).isEqualTo(3);
    }

    /** Any split and any order give the same summary: the laws of a commutative monoid. */
    @RepeatedTest(60)
    void anySplitAndOrderGiveTheSame(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Document> documents = new ArrayList<>();
        int count = 1 + random.nextInt(40);
        for (int i = 0; i < count; i++) {
            String text = randomDocument(random);
            documents.add(document(i, random.nextInt(20) == 0 ? text.substring(1) : text));
        }
        PathSummary one = summary(documents);
        Collections.shuffle(documents, random);
        List<PathSummary> parts = new ArrayList<>();
        int from = 0;
        while (from < documents.size()) {
            int to = Math.min(documents.size(), from + 1 + random.nextInt(10));
            parts.add(summary(documents.subList(from, to)));
            from = to;
        }
        parts.add(new PathSummary());
        Collections.shuffle(parts, random);
        while (parts.size() > 1) {
            PathSummary other = parts.remove(random.nextInt(parts.size()));
            // From another process, as it may be.
            parts.get(random.nextInt(parts.size())).add(PathSummary.ofBytes(other.toBytes()));
        }
        assertThat(parts.get(0)).isEqualTo(one);
    }

    /** The same where markup is nested in itself, and there is so much of it that it is not looked at any more on the way. */
    @RepeatedTest(30)
    void anySplitAndOrderOfMarkupGiveTheSame(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Document> documents = new ArrayList<>();
        int count = 2 + random.nextInt(30);
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder("<book>");
            for (int j = 0; j < 20; j++) {
                markup(text, "d", 4 + random.nextInt(7), random);
            }
            documents.add(document(i, text + "</book>"));
        }
        PathSummary one = summary(documents);
        for (int i = 0; i < 3; i++) {
            Collections.shuffle(documents, random);
            int cut = random.nextInt(documents.size());
            PathSummary some = summary(documents.subList(0, cut));
            some = PathSummary.ofBytes(some.toBytes());
            some.add(summary(documents.subList(cut, documents.size())));
            assertThat(some).isEqualTo(one);
        }
    }

    private static void markup(StringBuilder text, String name, int depth, Random random) {
        text.append('<').append(name).append(random.nextInt(4) == 0 ? " id='" + random.nextInt(50) + "'>" : ">");
        // A division has no text of its own, so that what is nested in itself begins above the markup, and goes on in
        // it.
        boolean isDivision = name.equals("d");
        boolean mixed = !isDivision && random.nextInt(3) > 0;
        for (int i = depth == 0 ? 0 : random.nextInt(4); i > 0; i--) {
            text.append(mixed ? "word " : "");
            markup(text, "dddppb".substring(random.nextInt(6)).substring(0, 1), depth - 1, random);
        }
        text.append(!isDivision && random.nextInt(2) == 0 ? value(random) : "").append("</");
        text.append(name).append('>');
    }

    private static PathSummary summary(List<Document> documents) {
        Summarizer summarizer = new Summarizer(new PathSummary(), XmlLimits.DEFAULTS);
        documents.forEach(summarizer);
        return summarizer.summary();
    }

    private static String randomDocument(Random random) {
        StringBuilder text = new StringBuilder();
        element(text, "root", 4, random);
        return text.toString();
    }

    private static void element(StringBuilder text, String name, int depth, Random random) {
        text.append('<').append(name);
        for (String attribute : List.of("id", "kind", "at")) {
            if (random.nextInt(3) == 0) {
                text.append(' ')
                        .append(attribute)
                        .append("='")
                        .append(value(random))
                        .append('\'');
            }
        }
        text.append('>');
        int children = depth == 0 ? 0 : random.nextInt(5);
        for (int i = 0; i < children; i++) {
            if (random.nextInt(30) == 0) {
                text.append("stray ");
            }
            element(text, "abcdef".substring(random.nextInt(6)).substring(0, 1), depth - 1, random);
        }
        if (children == 0 && random.nextInt(4) > 0) {
            text.append(value(random));
        }
        text.append("</").append(name).append('>');
    }

    private static String value(Random random) {
        return switch (random.nextInt(14)) {
            case 0, 1, 2 -> Integer.toString(random.nextInt(100));
            case 3 -> Integer.toString(random.nextInt(1_000_000));
            case 4 -> "0" + random.nextInt(100);
            case 5 -> random.nextInt(100) + "." + random.nextInt(1000);
            case 6 -> random.nextInt(10) + ",0" + random.nextInt(100);
            case 7 -> "2026-0" + (1 + random.nextInt(9)) + "-1" + random.nextInt(10);
            case 8 -> "0" + (1 + random.nextInt(9)) + "/1" + random.nextInt(10) + "/2026";
            case 9 -> "N/A";
            case 10 -> " ";
            case 11 -> "true";
            case 12 -> "word " + random.nextInt(500);
            default -> Long.toString(random.nextLong());
        };
    }
}
