package dev.millrace.bench;

import com.fasterxml.aalto.stax.InputFactoryImpl;
import dev.millrace.contract.ContractException;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.document.FaultException;
import dev.millrace.mapping.DataMapper;
import dev.millrace.mapping.MappingException;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.xml.Record;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser;
import dev.millrace.xml.path.EvaluationContext;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.codehaus.stax2.io.Stax2ByteArraySource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What becomes of a document, part by part: an operation is one document, and each of some comes as often. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(java.util.concurrent.TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class DocumentParts {

    private static final int DOCUMENTS = 500;

    @Param({"small", "medium", "large"})
    public String set = "";

    private final InputFactoryImpl tokenizer = new InputFactoryImpl();
    private List<Document> documents = List.of();
    private List<List<List<Row>>> rows = List.of();
    private XmlParser parser;
    private DataMapper mapper;
    private Preparation preparation;
    private Preparation counting;
    private EvaluationContext context;
    private final List<Record> records = new ArrayList<>();
    private final List<Mapped> mapped = new ArrayList<>();
    private RowEncoders encoders;
    private int next;

    /** What an operation reads and makes, on average. */
    record Average(double bytes, double rows) {

        static Average of(String set) throws IOException, ContractException {
            List<Document> documents = documents(set);
            double rows = new Preparation(SampleDocuments.contract())
                    .batch(documents).stream().mapToInt(Mapped::rowCount).sum();
            return new Average((double) SampleDocuments.bytes(documents) / DOCUMENTS, rows / DOCUMENTS);
        }
    }

    private static List<Document> documents(String set) {
        return SampleDocuments.inMemory(DocumentSet.valueOf(set.toUpperCase(Locale.ROOT)), DOCUMENTS);
    }

    @Setup
    public void prepare() throws Exception {
        MappingContract contract = SampleDocuments.contract();
        documents = documents(set);
        parser = new XmlParser(
                DataMapper.projection(contract), contract.document().text(), XmlLimits.DEFAULTS);
        mapper = new DataMapper(contract, "bench", Instant.EPOCH, false);
        context = new EvaluationContext(contract.slots());
        preparation = new Preparation(contract);
        counting = Preparation.counting(contract);
        for (Document document : documents) {
            records.add(parser.parse(document).get(0));
        }
        rows = preparation.batch(documents).stream().map(Mapped::rows).toList();
        encoders = new RowEncoders(contract);
    }

    @TearDown
    public void close() throws Exception {
        encoders.close();
    }

    private int next() {
        next = (next + 1) % DOCUMENTS;
        return next;
    }

    /** Aalto alone, which is the measure for the others. */
    @Benchmark
    public int tokenize() throws XMLStreamException {
        byte[] content = documents.get(next()).content();
        XMLStreamReader reader = tokenizer.createXMLStreamReader(new Stax2ByteArraySource(content, 0, content.length));
        int events = 0;
        while (reader.hasNext()) {
            reader.next();
            events++;
        }
        reader.close();
        return events;
    }

    /** Bytes to the projected record. */
    @Benchmark
    public Object parse() throws FaultException {
        return parser.parse(documents.get(next()));
    }

    /** The projected record to typed rows: paths and conversions. */
    @Benchmark
    public Object map() throws FaultException, MappingException {
        context.startRecord(records.get(next()));
        String key = mapper.documentKey(context, "1");
        return mapper.map(context, key, "app_xml");
    }

    /** All that a worker does before it loads, but for counting. */
    @Benchmark
    public Object validateParseMap() {
        mapped.clear();
        preparation.map(documents.get(next()), mapped);
        return mapped;
    }

    /** The same, and counts what the contract leaves out. */
    @Benchmark
    public Object validateParseMapCount() {
        mapped.clear();
        counting.map(documents.get(next()), mapped);
        return mapped;
    }

    /** Rows to the bytes of PostgreSQL's binary COPY, without sending them. */
    @Benchmark
    public long encodeForCopy() throws SQLException {
        return encoders.copy(rows.get(next()));
    }

    /** Rows as SQL Server's driver takes them for its bulk copy, each checked and handed out, without the driver's own work. */
    @Benchmark
    public long handToBulkCopy() throws SQLException {
        return encoders.bulkRows(rows.get(next()));
    }

    /** With the driver's work: all documents in one bulk copy for each table, to a server that throws the rows away. */
    @Benchmark
    @OperationsPerInvocation(DOCUMENTS)
    public long sendByBulkCopy() throws SQLException {
        return encoders.bulkCopy(rows);
    }
}
