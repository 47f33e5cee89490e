package dev.millrace.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.samples.SampleApplications;
import dev.millrace.samples.SampleApplications.Settings;
import dev.millrace.samples.SampleApplications.Size;
import dev.millrace.samples.WideSamples;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How many documents two threads validate, parse and map in a second, without a database, with a contract of as many columns
 * as one of production, and what that many columns cost beside a few. The cases take turns; medians.
 */
final class WideContracts {

    private static final int FEW_COLUMNS = 29;
    private static final int MANY_COLUMNS = 227;
    /** Documents that hold values for so many columns, most of which no contract reads, are as large as the original's. */
    private static final int COLUMNS_OF_LARGER = 400;

    private static final int THREADS = 2;
    private static final int BYTES_PER_THREAD = 16 << 20;
    private static final int WARM_UP_ROUNDS = 5;
    private static final int ROUNDS = 9;

    /** Bytes a second of the original Python system in two processes, not measured here: 238 documents of 8.7 KB. */
    private static final double ORIGINAL_SMALL = 238 * 8.7e3;
    /** And 56 of 254 KB. */
    private static final double ORIGINAL_LARGE = 56 * 254e3;

    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final Size size;
    private final int columns;
    private final List<Document> documents;
    private final List<Preparation> threads = new ArrayList<>();
    private final double[] seconds = new double[ROUNDS];
    private final double[] cpuSeconds = new double[ROUNDS];

    /**
     * @param columns of the contract
     * @param documentColumns for how many columns the documents have values
     */
    private WideContracts(int columns, Size size, int documentColumns) throws IOException, ContractException {
        this.columns = columns;
        this.size = size;
        SampleApplications applications =
                new SampleApplications(Settings.of(1, size).withColumns(documentColumns));
        documents = SampleDocuments.inMemory(applications, BYTES_PER_THREAD / applications.document(1).length);
        MappingContract contract = contract(columns);
        for (int i = 0; i < THREADS; i++) {
            threads.add(new Preparation(contract));
        }
    }

    static void run() throws Exception {
        List<WideContracts> cases = List.of(
                new WideContracts(FEW_COLUMNS, Size.SMALL, WideSamples.OWN_COLUMNS),
                new WideContracts(MANY_COLUMNS, Size.SMALL, MANY_COLUMNS),
                new WideContracts(MANY_COLUMNS, Size.SMALL, COLUMNS_OF_LARGER),
                new WideContracts(FEW_COLUMNS, Size.LARGE, WideSamples.OWN_COLUMNS),
                new WideContracts(MANY_COLUMNS, Size.LARGE, MANY_COLUMNS));
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            for (WideContracts each : cases) {
                each.lap(round);
            }
        }
        System.out.println(Machine.description() + ". " + THREADS + " threads.\n");
        System.out.println("| columns | documents | documents/s | MB/s | MB/s of a free machine | cost of a byte ÷ "
                + FEW_COLUMNS + " columns | MB/s of a free machine ÷ the original's |");
        System.out.println("|---:|---:|---:|---:|---:|---:|---:|");
        WideContracts few = cases.get(0);
        for (WideContracts each : cases) {
            few = each.columns == FEW_COLUMNS ? each : few;
            System.out.println(each.row(few));
        }
    }

    private void lap(int round) throws Exception {
        long start = System.nanoTime();
        long cpuStart = system.getProcessCpuTime();
        Parallel.run(THREADS, thread -> mapAll(threads.get(thread)));
        if (round >= 0) {
            seconds[round] = (System.nanoTime() - start) / 1e9;
            cpuSeconds[round] = (system.getProcessCpuTime() - cpuStart) / 1e9;
        }
    }

    private void mapAll(Preparation preparation) {
        List<Mapped> mapped = new ArrayList<>();
        for (Document document : documents) {
            preparation.map(document, mapped);
            mapped.clear();
        }
    }

    private String row(WideContracts few) {
        double original = size == Size.SMALL ? ORIGINAL_SMALL : ORIGINAL_LARGE;
        return String.format(
                Locale.ROOT,
                "| %d | %.1f KB | %,.0f | %.0f | %.0f | %.2f | %s |",
                columns,
                bytes() / documents.size() / 1e3,
                documents.size() * THREADS / Report.median(seconds),
                bytes() * THREADS / Report.median(seconds) / 1e6,
                bytesPerSecond() / 1e6,
                few.bytesPerSecond() / bytesPerSecond(),
                columns == FEW_COLUMNS ? "" : String.format(Locale.ROOT, "%.0f", bytesPerSecond() / original));
    }

    private double bytes() {
        return SampleDocuments.bytes(documents);
    }

    /** If the threads had a core each and did not have to share it: by CPU time. */
    private double bytesPerSecond() {
        return bytes() * THREADS / (Report.median(cpuSeconds) / THREADS);
    }

    private static MappingContract contract(int columns) throws IOException, ContractException {
        String example = SampleDocuments.contractText();
        String text = columns == FEW_COLUMNS ? withFewColumns(example) : WideSamples.contract(example, columns);
        return ContractReader.read(text, "contract.yaml").contract();
    }

    /** The example's contract without its children of children. */
    private static String withFewColumns(String example) {
        int from = example.indexOf("  contact_address:");
        int to = example.indexOf("  # Scores stand side by side");
        return example.substring(0, from) + example.substring(to);
    }
}
