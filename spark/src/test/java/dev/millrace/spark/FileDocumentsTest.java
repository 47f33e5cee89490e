package dev.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.xml.XmlLimits;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files of a cluster's are read, under which keys, and what becomes of those that fail. */
class FileDocumentsTest {

    private static SparkSession session;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        session = SparkSession.builder()
                .master("local[2,4]")
                .appName("files")
                .config("spark.ui.enabled", false)
                .config("spark.hadoop.fs.flaky.impl", FlakyFileSystem.class.getName())
                .getOrCreate();
    }

    @AfterAll
    static void end() {
        session.stop();
    }

    private static MappingContract contract() throws Exception {
        return ContractReader.read("""
                        contract: 1
                        name: orders
                        document: { record: /batch/order }
                        tables:
                          orders:
                            columns:
                              id: { path: "@id", type: integer, key: true }
                        """, "contract").contract();
    }

    private void write(String name) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        try (OutputStream plain = Files.newOutputStream(file);
                OutputStream out = name.endsWith(".gz")
                        ? new GZIPOutputStream(plain)
                        : name.endsWith(".zst") ? new ZstdOutputStream(plain) : plain) {
            out.write("<batch><order id='1'/><order id='2'/></batch>".getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Keys of the documents as tasks read them; of those that cannot be read with a mark. */
    private static List<String> keys(Documents documents) throws Exception {
        String contract = contract().text();
        Documents.Reading reading = documents.reading();
        FlatMapFunction<java.util.Iterator<Row>, String> read = rows -> {
            List<String> keys = new ArrayList<>();
            MappingContract mapping = ContractReader.read(contract, "contract").contract();
            try (DocumentSource source = reading.open(rows, mapping, XmlLimits.DEFAULTS)) {
                for (Document next = source.next(); next != null; next = source.next()) {
                    keys.add(next.key() + (next.unreadable() == null ? "" : " unreadable"));
                }
            }
            return keys.iterator();
        };
        return documents.rows().mapPartitions(read).collect();
    }

    private List<String> keys(String specification) throws Exception {
        return keys(FileDocuments.of(session, directory + specification, 3));
    }

    @Test
    void aDirectoryStandsForItsXmlAndAGlobForWhatItNames() throws Exception {
        write("a.xml");
        write("deep/er/B.XML");
        write("c.xml.gz");
        write("d.xml.zst");
        write("e.txt");

        assertThat(keys("")).containsExactly("a.xml#1", "a.xml#2", "deep/er/B.XML#1", "deep/er/B.XML#2");
        assertThat(keys("/*.{gz,zst}")).containsExactly("c.xml.gz#1", "c.xml.gz#2", "d.xml.zst#1", "d.xml.zst#2");
    }

    @Test
    void keysOfAGlobDoNotDependOnHowManyDirectoriesItLeadsTo() throws Exception {
        write("jan/a.xml");

        assertThat(keys("/*/a.xml")).containsExactly("jan/a.xml#1", "jan/a.xml#2");
        assertThat(keys("/j*")).containsExactly("jan/a.xml#1", "jan/a.xml#2");
        write("feb/a.xml");
        assertThat(keys("/*/a.xml")).containsExactly("feb/a.xml#1", "feb/a.xml#2", "jan/a.xml#1", "jan/a.xml#2");
        assertThat(keys("/jan")).containsExactly("a.xml#1", "a.xml#2");
    }

    @Test
    void refusesAnyNumberOfDirectories() throws Exception {
        write("jan/a.xml");

        assertThatThrownBy(() -> keys("/**/a.xml"))
                .isInstanceOf(SourceException.class)
                .hasMessage(directory
                        + "/**/a.xml – ** is not known here: Hadoop takes it for one level; name the directory,"
                        + " all below which is read, or one * for each level");
    }

    /** A server that does not answer says nothing about a document: its task is tried again. */
    @Test
    void aFileSystemThatFailsSometimesRejectsNothing() throws Exception {
        for (int i = 0; i < 6; i++) {
            write("file" + i + ".xml");
        }
        FlakyFileSystem.FAILURES.set(3);

        List<String> keys = keys(FileDocuments.of(session, "flaky://" + directory, 3));

        assertThat(FlakyFileSystem.FAILURES).hasValue(0);
        assertThat(keys).hasSize(12).allMatch(key -> key.matches("file[0-5]\\.xml#[12]"));
    }

    @Test
    void aFileSystemThatFailsAlwaysIsToldWithItsFile() throws Exception {
        write("a.xml");
        FlakyFileSystem.FAILURES.set(1_000);
        try {
            assertThatThrownBy(() -> keys(FileDocuments.of(session, "flaky://" + directory, 1)))
                    .hasMessageContaining("cannot be read")
                    .hasMessageContaining("answer on purpose");
        } finally {
            FlakyFileSystem.FAILURES.set(0);
        }
    }

    @Test
    void binaryKeysAreRefused() {
        assertThatThrownBy(() -> TableDocuments.of(
                        session.sql("select cast('a' as binary) as k, '<a/>' as x"), "k", "x", "the table"))
                .isInstanceOf(SourceException.class)
                .hasMessage(
                        "the table – column k is of type binary, which is no text for a key; expected one of numbers or"
                                + " texts, such as hex(k)");
    }
}
