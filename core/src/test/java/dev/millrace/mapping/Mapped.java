package dev.millrace.mapping;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.document.Document;
import dev.millrace.document.FaultException;
import dev.millrace.document.Location;
import dev.millrace.xml.Node;
import dev.millrace.xml.Record;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser;
import dev.millrace.xml.path.EvaluationContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A contract with its parser and mapper, for tests: texts in, rows as texts out. */
final class Mapped {

    private final MappingContract contract;
    private final XmlParser parser;
    private final DataMapper mapper;
    private final EvaluationContext context;

    private Mapped(MappingContract contract, boolean showValues) {
        this.contract = contract;
        parser = new XmlParser(
                DataMapper.projection(contract), contract.document().doctype(), XmlLimits.DEFAULTS);
        mapper = new DataMapper(contract, "run", Instant.parse("2026-01-31T12:00:00.987654321Z"), showValues);
        context = new EvaluationContext(contract.slots());
    }

    static Mapped by(String contract) throws ContractException {
        return new Mapped(ContractReader.read(contract, "test.yaml").contract(), false);
    }

    static Mapped by(MappingContract contract) {
        return new Mapped(contract, false);
    }

    static Mapped showingValues(String contract) throws ContractException {
        return new Mapped(ContractReader.read(contract, "test.yaml").contract(), true);
    }

    /** The contract of one table with these columns and rows {@code row}, keyed by document and position. */
    static Mapped byColumns(String... columns) throws ContractException {
        return showingValues(table("rows: row", columns));
    }

    static String table(String settings, String... columns) {
        return """
                contract: 1
                name: test
                codes:
                  plain: { a: A, b: B }
                  blank: { a: A, "": none }
                  nulls: { a: null, otherwise: null }
                  other: { entries: { a: A }, ignore-case: true, otherwise: { value: Z } }
                tables:
                  t:
                    %s
                    columns:
                      doc: { meta: document-key, key: true }
                      seq: { ordinal: true, key: true }
                      %s
                """.formatted(settings.replace("\n", "\n    "), String.join("\n      ", columns));
    }

    /** The rows of a table, each as {@code [value, value]}. */
    List<String> rows(String table, String xml) throws FaultException, MappingException {
        List<List<Row>> rows = map(xml);
        for (TableMapping mapping : contract.tables()) {
            if (mapping.name().equals(table)) {
                return rows.get(mapping.index()).stream()
                        .map(row -> Arrays.toString(row.values()))
                        .toList();
            }
        }
        throw new IllegalArgumentException("no table " + table);
    }

    List<List<Row>> map(String xml) throws FaultException, MappingException {
        return map(xml, null);
    }

    /** With a trace, or none. */
    List<List<Row>> map(String xml, @Nullable MappingTrace trace) throws FaultException, MappingException {
        Record record = parser.parse(document(xml)).get(0);
        context.startRecord(record);
        return mapper.map(context, mapper.documentKey(context, "doc"), "source", trace);
    }

    /** The place of the start tag that a node belongs to. */
    Location locate(String xml, Node node) {
        return parser.locate(document(xml), node.ordinal());
    }

    private static Document document(String xml) {
        return Document.ofText("doc", xml.getBytes(StandardCharsets.UTF_8), "source");
    }
}
