package dev.millrace.bench;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.mapping.MappedDocument;
import dev.millrace.samples.SampleApplications;
import dev.millrace.samples.SampleApplications.Settings;
import dev.millrace.samples.SampleApplications.Size;
import dev.millrace.samples.WideSamples;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How many documents a second are validated, parsed and mapped without a database, by two threads with a contract of as many
 * columns as the original system's largest, and what that many columns cost beside a few: over the same documents, which have
 * values for all of them. The contracts take turns; medians by the clock.
 */
final class WideContracts {

    private static final int COLUMNS = 227;
    private static final int THREADS = 2;

    private static final int BYTES_PER_THREAD = 32 << 20;
    private static final int WARM_UP_ROUNDS = 5;
    private static final int ROUNDS = 9;

    /** The original Python system, two processes, on a machine of its own: documents a second of so many KB. */
    private enum Original {
        SMALL(238, 8.7, Size.SMALL),
        LARGE(56, 254, Size.LARGE);

        private final double documents;
        private final double kilobytes;
        private final Size size;

        Original(double documents, double kilobytes, Size size) {
            this.documents = documents;
            this.kilobytes = kilobytes;
            this.size = size;
        }
    }

    private WideContracts() {}

    static void run() throws Exception {
        String example = SampleDocuments.contractText();
        List<MappingContract> contracts =
                List.of(read(fewColumns(example)), read(example), read(WideSamples.contract(example, COLUMNS)));
        System.out.println(Machine.description() + ". " + THREADS + " threads.\n");
        System.out.println("| documents | columns | documents/s | MB/s | cost per byte, ÷ fewest columns"
                + " | bytes/s ÷ the original system's |");
        System.out.println("|---|---:|---:|---:|---:|---:|");
        for (Original original : Original.values()) {
            List<Document> documents = documents(original.size);
            double[] seconds = seconds(contracts, documents);
            double bytes = SampleDocuments.bytes(documents);
            for (int i = 0; i < seconds.length; i++) {
                double bytesPerSecond = bytes * THREADS / seconds[i];
                int columns = columns(contracts.get(i));
                System.out.println(String.format(
                        Locale.ROOT,
                        "| %.1f KB | %d | %,.0f | %.0f | %.2f | %s |",
                        bytes / documents.size() / 1e3,
                        columns,
                        documents.size() * THREADS / seconds[i],
                        bytesPerSecond / 1e6,
                        seconds[i] / seconds[0],
                        columns == COLUMNS
                                ? String.format(
                                        Locale.ROOT,
                                        "%.0f",
                                        bytesPerSecond / (original.documents * original.kilobytes * 1e3))
                                : ""));
            }
        }
    }

    private static List<Document> documents(Size size) {
        SampleApplications applications = new SampleApplications(Settings.of(1, size).withColumns(COLUMNS));
        int bytes = applications.document(1).length;
        return SampleDocuments.inMemory(applications, BYTES_PER_THREAD / bytes);
    }

    private static double[] seconds(List<MappingContract> contracts, List<Document> documents) throws Exception {
        double[][] laps = new double[contracts.size()][ROUNDS];
        List<Preparation[]> threads = new ArrayList<>();
        for (MappingContract contract : contracts) {
            Preparation[] own = new Preparation[THREADS];
            Arrays.setAll(own, thread -> new Preparation(contract));
            threads.add(own);
        }
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            for (int i = 0; i < laps.length; i++) {
                Preparation[] own = threads.get(i);
                long start = System.nanoTime();
                Parallel.run(THREADS, thread -> mapAll(own[thread], documents));
                if (round >= 0) {
                    laps[i][round] = (System.nanoTime() - start) / 1e9;
                }
            }
        }
        return Arrays.stream(laps).mapToDouble(Report::median).toArray();
    }

    private static void mapAll(Preparation preparation, List<Document> documents) {
        List<MappedDocument> mapped = new ArrayList<>();
        for (Document document : documents) {
            preparation.map(document, mapped);
            mapped.clear();
        }
    }

    /** The example's contract without its children of children: about 30 columns. */
    private static String fewColumns(String example) {
        int from = example.indexOf("  contact_address:");
        int to = example.indexOf("  # Scores stand side by side");
        return example.substring(0, from) + example.substring(to);
    }

    private static MappingContract read(String text) throws IOException, ContractException {
        return ContractReader.read(text, "contract.yaml").contract();
    }

    private static int columns(MappingContract contract) {
        return contract.tables().stream()
                .mapToInt(table -> table.columns().size())
                .sum();
    }
}
