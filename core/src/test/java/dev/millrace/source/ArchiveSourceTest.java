package dev.millrace.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.document.Document;
import dev.millrace.document.FaultCode;
import dev.millrace.xml.NamePattern;
import dev.millrace.xml.Projection;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.RecordPath.Step;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser.Doctype;
import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ArchiveSourceTest {

    private static final Projection RECORDS = Projection.builder(
                    RecordPath.of(List.of(new Step(false, NamePattern.ANY), new Step(false, new NamePattern("", "r")))))
            .build();
    private static final String[][] ENTRIES = {
        {"in/one.xml", "<a><r>1</r></a>"},
        {"notes.txt", "no xml"},
        {"../two.XML", "<a><r>2</r><r>3</r></a>"},
        {"nested.zip", "PK"},
        {"bad.xml", "<a><r>4</r></b>"},
        {"last.xml", "<a><r>5</r></a>"},
    };

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"x.zip", "x.tar", "x.tar.gz", "x.tgz", "x.tar.zst", "X.TAR.GZ"})
    void readsTheXmlEntriesOfAnArchive(String name) throws Exception {
        Files.write(directory.resolve(name), archive(name));

        FileSource source = open(name);

        assertThat(source.estimatedDocuments()).isEqualTo(OptionalLong.empty());
        List<Document> documents = all(source);
        assertThat(documents)
                .extracting(Document::key)
                .containsExactly(
                        "in/one.xml#1", "../two.XML#1", "../two.XML#2", "bad.xml#1", "bad.xml#2", "last.xml#1");
        assertThat(documents).filteredOn(d -> d.unreadable() != null).hasSize(1);
        assertThat(text(documents.get(2))).isEqualTo("<a><r>3</r></a>");
        assertThat(documents.get(0).sourceName()).endsWith(name + "!in/one.xml");
    }

    @Test
    void putsTheNameOfTheArchiveInFrontWhereThereCanBeSeveral() throws Exception {
        Files.write(directory.resolve("x.zip"), archive("x.zip"));
        Files.writeString(directory.resolve("y.xml"), "<a><r/></a>");

        List<Document> documents = all(open("*"));

        assertThat(documents).extracting(Document::key).contains("x.zip!in/one.xml#1", "x.zip!../two.XML#2", "y.xml#1");
        assertThat(all(open(""))).extracting(Document::key).containsExactly("y.xml#1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"one.xml.gz", "one.xml.zst"})
    void readsACompressedFile(String name) throws Exception {
        Files.write(directory.resolve(name), compressed(name, "<a><r>1</r><r>2</r></a>".getBytes(UTF_8)));

        assertThat(all(open(name))).extracting(Document::key).containsExactly(name + "#1", name + "#2");
    }

    @Test
    void readsStandardInput() throws Exception {
        FileSource source = FileSource.open(
                "-",
                RECORDS,
                Doctype.REJECT,
                XmlLimits.DEFAULTS,
                new ByteArrayInputStream("<a><r>1</r><r>2</r></a>".getBytes(UTF_8)));

        assertThat(source.estimatedDocuments()).isEqualTo(OptionalLong.empty());
        assertThat(all(source)).extracting(Document::key).containsExactly("stdin#1", "stdin#2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.zip", "x.tar", "x.tar.gz", "x.tar.zst", "x.xml.gz", "x.xml.zst"})
    void neverTakesAFileThatIsCutOffForAWholeOne(String name) throws Exception {
        byte[] whole = isArchive(name)
                ? archive(name)
                : compressed(name, ("<a>" + "<r>1</r>".repeat(50) + "</a>").getBytes(UTF_8));
        // The last two blocks of a tar file and what fills it up are its end mark.
        int end = name.equals("x.tar") ? tarContent(whole) : whole.length;
        for (int length = 0; length < end; length += Math.max(1, end / 150)) {
            Files.write(directory.resolve(name), Arrays.copyOf(whole, length));

            List<Document> documents = all(open(name));

            assertThat(documents.get(documents.size() - 1).unreadable())
                    .as("%s of %s bytes", length, whole.length)
                    .isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.zip", "x.tar.gz", "x.tar.zst", "x.xml.gz"})
    void survivesDamagedBytes(String name) throws Exception {
        byte[] whole = isArchive(name) ? archive(name) : compressed(name, "<a><r>1</r></a>".getBytes(UTF_8));
        for (int at = 0; at < whole.length; at += Math.max(1, whole.length / 200)) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x55;
            Files.write(directory.resolve(name), damaged);

            for (Document document : all(open(name))) {
                if (document.unreadable() != null) {
                    assertThat(document.unreadable().message()).isNotBlank();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bomb.zip", "bomb.xml.gz"})
    void stopsAtABomb(String name) throws Exception {
        byte[] blanks = new byte[1 << 20];
        Arrays.fill(blanks, (byte) ' ');
        try (OutputStream file = Files.newOutputStream(directory.resolve(name));
                OutputStream out = isArchive(name) ? new ZipOutputStream(file) : new GZIPOutputStream(file)) {
            if (out instanceof ZipOutputStream zip) {
                zip.putNextEntry(new ZipEntry("bomb.xml"));
            }
            out.write("<a><r/>".getBytes(UTF_8));
            for (int i = 0; i < 80; i++) {
                out.write(blanks);
            }
        }
        XmlLimits d = XmlLimits.DEFAULTS;
        XmlLimits limits = new XmlLimits(
                d.documentBytes(),
                d.depth(),
                d.attributes(),
                d.nameLength(),
                d.valueLength(),
                d.entityExpansions(),
                d.keptNodes(),
                100);

        List<Document> documents =
                all(FileSource.open(directory.resolve(name).toString(), RECORDS, Doctype.REJECT, limits));

        assertThat(documents).hasSizeGreaterThan(1);
        assertThat(Objects.requireNonNull(documents.get(1).unreadable()).code()).isEqualTo(FaultCode.ARCHIVE_LIMIT);
    }

    private FileSource open(String name) throws SourceException {
        return FileSource.open(
                name.isEmpty() ? directory.toString() : directory + "/" + name,
                RECORDS,
                Doctype.REJECT,
                XmlLimits.DEFAULTS);
    }

    private static boolean isArchive(String name) {
        return !name.contains(".xml.");
    }

    private static byte[] archive(String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (name.endsWith(".zip")) {
            try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
                for (String[] entry : ENTRIES) {
                    zip.putNextEntry(new ZipEntry(entry[0]));
                    zip.write(entry[1].getBytes(UTF_8));
                }
            }
            return bytes.toByteArray();
        }
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (String[] entry : ENTRIES) {
                put(tar, entry[0], entry[1].getBytes(UTF_8));
            }
        }
        return compressed(name, bytes.toByteArray());
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static byte[] compressed(String name, byte[] bytes) throws IOException {
        String lower = name.toLowerCase(Locale.ROOT);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream compressing = lower.endsWith(".gz") || lower.endsWith(".tgz")
                ? new GZIPOutputStream(out)
                : lower.endsWith(".zst") ? new ZstdOutputStream(out) : out) {
            compressing.write(bytes);
        }
        return out.toByteArray();
    }

    /** Where the end mark of a tar file begins. */
    private static int tarContent(byte[] tar) {
        int end = tar.length;
        while (tar[end - 1] == 0) {
            end--;
        }
        return (end + 511) / 512 * 512;
    }

    private static List<Document> all(FileSource source) throws Exception {
        List<Document> documents = new ArrayList<>();
        try (source) {
            for (Document document = source.next(); document != null; document = source.next()) {
                documents.add(document);
            }
        }
        return documents;
    }

    private static String text(Document document) {
        return new String(document.content(), UTF_8);
    }
}
