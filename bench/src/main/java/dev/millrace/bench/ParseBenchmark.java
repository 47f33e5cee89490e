package dev.millrace.bench;

import com.fasterxml.aalto.stax.InputFactoryImpl;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.document.FaultException;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.xml.Projection;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.codehaus.stax2.io.Stax2ByteArraySource;

/**
 * What reading costs without a database, on one thread: Aalto only tokenizing, {@link XmlParser} keeping nothing and keeping
 * what the contract reaches, and the whole way of a worker that validates, parses and maps. CPU time, the contestants in turn;
 * the median of the rounds.
 */
final class ParseBenchmark {

    private static final int BYTES_PER_LAP = 24 << 20;
    private static final int DOCUMENTS = 4_000;
    private static final int WARM_UP_ROUNDS = 8;
    private static final int ROUNDS = 11;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final InputFactoryImpl tokenizer = new InputFactoryImpl();
    private final XmlParser scanner;
    private final XmlParser parser;
    private final Preparation preparation;

    /** What one lap does with all documents. */
    private interface Lap {
        void run(List<Document> documents) throws XMLStreamException, FaultException;
    }

    private ParseBenchmark(MappingContract contract) {
        Projection nothing = Projection.builder(RecordPath.DOCUMENT_ELEMENT).build();
        scanner = new XmlParser(nothing, contract.document().text(), XmlLimits.DEFAULTS);
        parser = new XmlParser(
                DataMapper.projection(contract), contract.document().text(), XmlLimits.DEFAULTS);
        preparation = new Preparation(contract);
    }

    /** @param arguments the sets to measure; none for all */
    public static void main(String[] arguments) throws Exception {
        System.out.println(Machine.description());
        System.out.println();
        System.out.println(
                "| Documents | tokenize, MB/s | scan, MB/s | parse, MB/s | parse + map, MB/s | scan : tokenize"
                        + " | parse : tokenize | parse + map : tokenize |");
        System.out.println("|---|---:|---:|---:|---:|---:|---:|---:|");
        MappingContract contract = SampleDocuments.contract();
        for (DocumentSet set : DocumentSet.values()) {
            if (arguments.length == 0 || List.of(arguments).contains(set.label())) {
                System.out.println(new ParseBenchmark(contract).row(set));
            }
        }
    }

    private String row(DocumentSet set) throws XMLStreamException, FaultException {
        int size = SampleDocuments.inMemory(set, 1).get(0).content().length;
        List<Document> documents = SampleDocuments.inMemory(set, Math.min(DOCUMENTS, BYTES_PER_LAP / size));
        long bytes = SampleDocuments.bytes(documents);
        int repeats = (int) Math.max(1, BYTES_PER_LAP / bytes);
        Lap[] laps = {this::tokenize, this::scan, this::parse, this::process};
        long[][] nanos = new long[laps.length][ROUNDS];
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            for (int lap = 0; lap < laps.length; lap++) {
                long start = threads.getCurrentThreadCpuTime();
                for (int i = 0; i < repeats; i++) {
                    laps[lap].run(documents);
                }
                if (round >= 0) {
                    nanos[lap][round] = threads.getCurrentThreadCpuTime() - start;
                }
            }
        }
        double tokenize = median(nanos[0]);
        double scan = median(nanos[1]);
        double parse = median(nanos[2]);
        double process = median(nanos[3]);
        double megabytes = (double) bytes * repeats / 1e6;
        return String.format(
                Locale.ROOT,
                "| %s (%.1f KB) | %.0f | %.0f | %.0f | %.0f | %.2f | %.2f | %.2f |",
                set.label(),
                (double) bytes / documents.size() / 1e3,
                megabytes / tokenize * 1e9,
                megabytes / scan * 1e9,
                megabytes / parse * 1e9,
                megabytes / process * 1e9,
                scan / tokenize,
                parse / tokenize,
                process / tokenize);
    }

    private void tokenize(List<Document> documents) throws XMLStreamException {
        for (Document document : documents) {
            byte[] content = document.content();
            XMLStreamReader reader =
                    tokenizer.createXMLStreamReader(new Stax2ByteArraySource(content, 0, content.length));
            while (reader.hasNext()) {
                reader.next();
            }
            reader.close();
        }
    }

    private void scan(List<Document> documents) throws FaultException {
        parse(scanner, documents);
    }

    private void parse(List<Document> documents) throws FaultException {
        parse(parser, documents);
    }

    private static void parse(XmlParser parser, List<Document> documents) throws FaultException {
        for (Document document : documents) {
            parser.parse(document);
        }
    }

    private void process(List<Document> documents) {
        List<Mapped> mapped = new ArrayList<>();
        for (Document document : documents) {
            preparation.map(document, mapped);
            mapped.clear();
        }
    }

    private static double median(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
