package dev.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.document.Document;
import dev.millrace.document.FaultCode;
import dev.millrace.xml.NamePattern;
import dev.millrace.xml.Projection;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.RecordPath.Step;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser.Doctype;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileSourceTest {

    private static final XmlLimits TINY = new XmlLimits(10, 1_000, 10_000, 1_000, 1_000, 10_000, 10_000, 10);

    private static final Projection WHOLE =
            Projection.builder(RecordPath.DOCUMENT_ELEMENT).build();

    @TempDir
    Path directory;

    @BeforeEach
    void makeFiles() throws IOException {
        for (String name : List.of("b.xml", "a.xml", "a/x.xml", "a/deep/y.XML", "a-b.xml", "notes.txt", "b/z.xml")) {
            write(name, "<" + name.charAt(0) + "/>");
        }
    }

    @Test
    void readsAFileUnderItsName() throws Exception {
        Document document = all(open("b.xml")).get(0);

        assertThat(document.key()).isEqualTo("b.xml");
        assertThat(document.content()).isEqualTo("<b/>".getBytes(StandardCharsets.UTF_8));
        assertThat(document.decoded()).isFalse();
        assertThat(open("b.xml").estimatedDocuments()).isEqualTo(OptionalLong.of(1));
    }

    @Test
    void readsAFileThatSomebodyElseOpensAsOneOfItsOwn() throws Exception {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write("<b/>".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(all(elsewhere("b.xml", () -> Files.newInputStream(directory.resolve("b.xml")))))
                .usingRecursiveComparison()
                .ignoringFields("sourceName")
                .isEqualTo(all(open("b.xml")));
        assertThat(all(elsewhere("b.xml.gz", () -> new ByteArrayInputStream(compressed.toByteArray()))))
                .extracting(document -> new String(document.content(), StandardCharsets.UTF_8))
                .containsExactly("<b/>");
        for (FileSource broken : List.of(
                elsewhere("gone.xml", () -> Files.newInputStream(directory.resolve("gone.xml"))),
                elsewhere("b.zip", () -> new ByteArrayInputStream(new byte[8])))) {
            assertThat(all(broken))
                    .singleElement()
                    .satisfies(
                            document -> assertThat(document.unreadable().code()).isEqualTo(FaultCode.UNREADABLE));
        }
    }

    private static FileSource elsewhere(String key, FileSource.OpenedElsewhere file) throws SourceException {
        return FileSource.of(key, "far/" + key, 4, file, WHOLE, Doctype.REJECT, XmlLimits.DEFAULTS);
    }

    @Test
    void tellsHowMuchOfItsFilesIsDone() throws Exception {
        for (String specification : List.of("", "b.xml")) {
            FileSource source = open(specification);
            assertThat(source.share(0)).hasValue(0);
            long bytes = all(source).stream().mapToLong(d -> d.content().length).sum();

            assertThat(source.share(0)).as("all is read, nothing is done").hasValue(0);
            assertThat(source.share(bytes / 2)).hasValueCloseTo(0.5, within(0.1));
            assertThat(source.share(bytes)).hasValue(1);
        }
    }

    @Test
    void readsADirectoryInTheOrderOfItsPaths() throws Exception {
        FileSource source = open("");

        assertThat(source.estimatedDocuments()).isEqualTo(OptionalLong.of(6));
        assertThat(keys(source)).containsExactly("a-b.xml", "a.xml", "a/deep/y.XML", "a/x.xml", "b.xml", "b/z.xml");
    }

    @Test
    void readsWhatAGlobNames() throws Exception {
        assertThat(keys(open("*.xml"))).containsExactly("a-b.xml", "a.xml", "b.xml");
        assertThat(keys(open("**/*.xml"))).containsExactly("a-b.xml", "a.xml", "a/x.xml", "b.xml", "b/z.xml");
        assertThat(keys(open("a/**/*.{xml,XML}"))).containsExactly("deep/y.XML", "x.xml");
        assertThat(keys(open("?/*.xml"))).containsExactly("a/x.xml", "b/z.xml");
        assertThat(keys(open("*.txt"))).containsExactly("notes.txt");
        assertThat(keys(open("{a/deep,b}/*"))).containsExactly("a/deep/y.XML", "b/z.xml");
    }

    @Test
    void takesAFileThatIsThereForWhatItIsThoughItLooksLikeAGlob() throws Exception {
        write("[1].xml", "<one/>");

        assertThat(keys(open("[1].xml"))).containsExactly("[1].xml");
    }

    @Test
    void givesTooLargeFilesAsUnreadable() throws Exception {
        write("b.xml", "<b>0123456789</b>");

        Document document = all(FileSource.open(directory.resolve("b.xml").toString(), WHOLE, Doctype.REJECT, TINY))
                .get(0);

        assertThat(document.unreadable().code()).isEqualTo(FaultCode.DOCUMENT_TOO_LARGE);
        assertThat(document.unreadable().message()).contains("17").contains("10");
    }

    @Test
    void readsAllOfAFileWhateverSizeItWasToldToHave() throws Exception {
        byte[] content = "<r n=\"1\"/>".getBytes(StandardCharsets.UTF_8);

        for (long told : new long[] {-1, 0, 1, content.length - 1, content.length, content.length + 1, 1L << 40}) {
            assertThat(FileSource.read(new ByteArrayInputStream(content), told, 100))
                    .as("told %d", told)
                    .isEqualTo(content);
            assertThat(FileSource.read(new ByteArrayInputStream(content), told, 3))
                    .as("told %d, three wanted", told)
                    .startsWith(content[0], content[1], content[2])
                    .hasSize(3);
        }
    }

    @Test
    void givesFilesThatVanishOrLeadNowhereAsUnreadable() throws Exception {
        Files.createSymbolicLink(directory.resolve("b/dangling.xml"), directory.resolve("nowhere"));
        FileSource source = open("b");
        Files.delete(directory.resolve("b/z.xml"));

        List<Document> documents = all(source);

        assertThat(documents).extracting(Document::key).containsExactly("dangling.xml", "z.xml");
        assertThat(documents).allSatisfy(document -> {
            assertThat(document.unreadable().code()).isEqualTo(FaultCode.UNREADABLE);
            assertThat(document.unreadable().message()).contains("not there any more");
        });
    }

    @Test
    void doesNotFollowLinksInCircles() throws Exception {
        Files.createSymbolicLink(directory.resolve("a/deep/up"), directory.resolve("a"));

        assertThat(keys(open("a"))).containsExactly("deep/y.XML", "x.xml");
    }

    @Test
    void splitsFilesUnlessTheContractReachesBeyondRecords() throws Exception {
        write("b.xml", "<b><head/><r/><r/></b>");
        NamePattern any = NamePattern.ANY;

        assertThat(keysOf("b.xml", records -> records.record().child(any))).containsExactly("b.xml#1", "b.xml#2");
        assertThat(keysOf("b.xml", records -> records.record().parent().attribute(any, false)))
                .containsExactly("b.xml#1", "b.xml#2");
        assertThat(keysOf("b.xml", records -> records.record().ancestor(any).attribute(any, false)))
                .containsExactly("b.xml#1", "b.xml#2");
        assertThat(keysOf("b.xml", records -> records.document().child(any).child(any)))
                .containsExactly("b.xml");
        assertThat(keysOf("b.xml", records -> records.record().parent().child(any)))
                .containsExactly("b.xml");
        assertThat(keysOf("b.xml", records -> records.record().parent().text())).containsExactly("b.xml");
        assertThat(keysOf("b.xml", records -> records.record().parent().whole()))
                .containsExactly("b.xml");
        assertThat(keysOf("b.xml", records -> records.document().descendant(any)))
                .containsExactly("b.xml");
    }

    @Test
    void goesOnWithTheNextFileBehindOneThatBreaks() throws Exception {
        write("b/y.xml", "<b><r/><r/></c>");
        write("b/z.xml", "<b><r/></b>");

        assertThat(keysOf("b", records -> {})).containsExactly("y.xml#1", "y.xml#2", "y.xml#3", "z.xml#1");
    }

    @Test
    void refusesWhatIsNotThere() throws Exception {
        Files.createDirectory(directory.resolve("empty"));

        assertUsage("missing.xml", "no such file or directory");
        assertUsage("empty", "holds no *.xml file");
        Files.createDirectories(directory.resolve("gz/deep"));
        write("gz/deep/a.xml.gz", "");
        write("gz/b.xml.gz", "");
        write("gz/readme.txt", "");
        assertUsage(
                "gz",
                "it holds 2 *.xml.gz: to read these, name them by a glob in quotes, '" + directory
                        + "/gz/**/*.xml.gz'");
        Files.createDirectory(directory.resolve("maven"));
        write("maven/a-1.0.pom", "");
        assertUsage("maven", "'" + directory + "/maven/*.pom'");
        assertUsage("*.zzz", "no file matches");
        assertUsage("missing/*.xml", "there is no directory");
        assertUsage("[x.xml", "not a glob");
    }

    @Test
    void stopsWhenInterrupted() throws Exception {
        FileSource source = open("");
        Thread.currentThread().interrupt();

        assertThatThrownBy(source::next).isInstanceOf(InterruptedException.class);
    }

    @Test
    void tellsDatabasesFromFiles() {
        assertThat(Sources.isDatabase("jdbc:h2:mem:x")).isTrue();
        assertThat(Sources.isDatabase("JDBC:h2:mem:x")).isTrue();
        assertThat(Sources.isDatabase("jdbc/x.xml")).isFalse();
    }

    private void assertUsage(String specification, String message) {
        assertThatThrownBy(() -> open(specification))
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.isUsage()).isTrue())
                .hasMessageContaining(message);
    }

    private FileSource open(String specification) throws SourceException {
        return FileSource.open(
                specification.isEmpty() ? directory.toString() : directory + "/" + specification,
                WHOLE,
                Doctype.REJECT,
                XmlLimits.DEFAULTS);
    }

    private List<String> keysOf(String name, Consumer<Projection.Builder> contract) throws Exception {
        Projection.Builder records = Projection.builder(
                RecordPath.of(List.of(new Step(false, NamePattern.ANY), new Step(false, new NamePattern("", "r")))));
        contract.accept(records);
        return keys(FileSource.open(
                directory.resolve(name).toString(), records.build(), Doctype.REJECT, XmlLimits.DEFAULTS));
    }

    private void write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static List<String> keys(FileSource source) throws Exception {
        return all(source).stream().map(Document::key).toList();
    }

    private static List<Document> all(FileSource source) throws Exception {
        List<Document> documents = new ArrayList<>();
        for (Document document = source.next(); document != null; document = source.next()) {
            documents.add(document);
        }
        return documents;
    }
}
