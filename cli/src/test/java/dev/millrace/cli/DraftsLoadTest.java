package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.discovery.Discovery;
import dev.millrace.discovery.DraftOptions;
import dev.millrace.document.Document;
import dev.millrace.source.DocumentSource;
import dev.millrace.summary.PathSummary;
import dev.millrace.workers.Stop;
import dev.millrace.xml.XmlLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is drafted of random documents loads all of them, as they are: no reject, and nothing differs. A failure names its seed;
 * {@code -Dmillrace.drafts=1000} tries so many seeds, {@code -Dmillrace.drafts.first=7} begins with that one.
 */
class DraftsLoadTest {

    private static final int SEEDS = Integer.getInteger("millrace.drafts", 60);
    private static final int FIRST = Integer.getInteger("millrace.drafts.first", 1);

    @TempDir
    private Path folder;

    @Test
    void eachDraftLoadsAllDocumentsItWasMadeOf() throws Exception {
        List<String> failures = new ArrayList<>();
        for (int seed = FIRST; seed < FIRST + SEEDS; seed++) {
            List<String> documents = RandomDocuments.of(seed);
            Path in = Files.createDirectory(folder.resolve("in" + seed));
            for (int i = 0; i < documents.size(); i++) {
                Files.writeString(in.resolve(i + ".xml"), documents.get(i));
            }
            Path contract = folder.resolve("draft" + seed + ".yaml");

            Invocation discover = Invocation.of(
                    "discover",
                    in.toString(),
                    "-o",
                    contract.toString(),
                    "--to",
                    "jdbc:h2:mem:drafts" + seed + ";DB_CLOSE_DELAY=-1",
                    "--workers",
                    "2",
                    "--no-progress");

            if (discover.exitCode() != 0) {
                failures.add("seed " + seed + ", exit code " + discover.exitCode() + "\n" + String.join("\n", documents)
                        + "\n" + discover.all());
            }
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void theDraftIsTheSameHoweverDocumentsAreSplitAndOrdered() throws Exception {
        for (int seed = FIRST; seed < FIRST + SEEDS; seed++) {
            assertSameInAnyOrder(seed, RandomDocuments.of(seed));
        }
    }

    @Test
    void soIsThatOfMarkupNestedInItself() throws Exception {
        for (int seed = FIRST; seed < FIRST + SEEDS / 3; seed++) {
            assertSameInAnyOrder(seed, RandomDocuments.ofMarkup(seed));
        }
    }

    private static void assertSameInAnyOrder(int seed, List<String> texts) throws Exception {
        Random random = new Random(seed);
        List<Document> documents = new ArrayList<>();
        for (String text : texts) {
            documents.add(Document.ofBytes("d" + documents.size(), text.getBytes(StandardCharsets.UTF_8), "test"));
        }
        String first = draft(List.of(documents), 1);

        for (int i = 0; i < 3; i++) {
            Collections.shuffle(documents, random);
            int cut = random.nextInt(documents.size());
            List<List<Document>> split = List.of(
                    List.copyOf(documents.subList(0, cut)), List.copyOf(documents.subList(cut, documents.size())));
            assertThat(draft(split, 1 + random.nextInt(3)))
                    .as("seed %s: %s", seed, texts)
                    .isEqualTo(first);
        }
    }

    private static String draft(List<List<Document>> sources, int workers) throws Exception {
        List<Discovery.Opener> openers = new ArrayList<>();
        sources.forEach(source -> openers.add(large -> DocumentSource.of("test", source)));
        Discovery discovery = new Discovery(
                openers,
                DraftOptions.of("test"),
                XmlLimits.forWorkers(workers),
                workers,
                PathSummary.MOST_PATHS,
                new Stop());
        return discovery
                .draft(discovery.summarize(document -> {}), document -> {})
                .contract()
                .text();
    }
}
