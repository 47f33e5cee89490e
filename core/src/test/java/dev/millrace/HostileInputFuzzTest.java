package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractProblem;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.document.FaultException;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.pipeline.StageClock;
import dev.millrace.xml.Projection;
import dev.millrace.xml.Record;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser;
import dev.millrace.xml.XmlParser.Doctype;
import dev.millrace.xml.path.EvaluationContext;
import dev.millrace.xml.path.EvaluationException;
import dev.millrace.xml.path.Items;
import dev.millrace.xml.path.PathCompiler;
import dev.millrace.xml.path.PathCompiler.Result;
import dev.millrace.xml.path.PathException;
import dev.millrace.xml.path.PathExpression;
import dev.millrace.xml.path.VariableScope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Whatever a contract, a path or a document holds, the outcome is a declared one. An ordinary run replays the inputs under
 * {@code HostileInputFuzzTestInputs}; CONTRIBUTING.md tells how to look for new ones.
 */
class HostileInputFuzzTest {

    private static final Path EXAMPLE = Path.of("../examples/loan-applications/contract.yaml");

    /** Small, so that the fuzzer finds the limits. */
    private static final XmlLimits LIMITS = new XmlLimits(1 << 16, 30, 20, 40, 400, 50, 300, 1_000);

    private static final MappingContract CONTRACT = example("reject");
    private static final MappingContract WITH_DOCTYPE = example("internal");

    private static final PathCompiler COMPILER = new PathCompiler(Map.of("p", "urn:p"), false);
    private static final VariableScope SCOPE = VariableScope.RECORD.with("n").with("t");
    private static final Record RECORD = record("<r xmlns:p='urn:p' a='1' b='x' p:c='2026-01-31'><e f='2'>one</e>"
            + "<e f='3'>two<g/></e><p:h>3.5</p:h><!--c--></r>");

    /** A range or a repetition of this size is what its author asked for, so the time it takes is no finding. */
    private static final Pattern LONG_NUMBER = Pattern.compile("[0-9]{4}|[0-9][eE]|to.*to.*to");

    @FuzzTest
    @DictionaryFile(resourcePath = "/dev/millrace/contract.dict")
    void contract(byte[] text) {
        try {
            MappingContract contract = ContractReader.read(new String(text, StandardCharsets.UTF_8), "fuzz")
                    .contract();
            // What the reader accepts, the mapper can work with.
            new DataMapper(contract, "00000000-0000-0000-0000-000000000000", Instant.EPOCH, false);
            DataMapper.projection(contract);
        } catch (ContractException e) {
            assertThat(e.problems()).isNotEmpty();
            for (ContractProblem problem : e.problems()) {
                assertThat(problem.message()).doesNotContain("\n");
            }
        }
    }

    @FuzzTest
    @DictionaryFile(resourcePath = "/dev/millrace/path.dict")
    void path(byte[] text) {
        String path = new String(text, StandardCharsets.UTF_8);
        if (LONG_NUMBER.matcher(path).find()) {
            return;
        }
        for (Result result : Result.values()) {
            try {
                evaluate(COMPILER.compile(path, SCOPE, result));
            } catch (PathException | EvaluationException e) {
                assertThat(e.getMessage()).isNotNull().doesNotContain("\n");
            }
        }
    }

    @FuzzTest
    @DictionaryFile(resourcePath = "/dev/millrace/xml.dict")
    void document(byte[] content) {
        process(CONTRACT, content);
    }

    @FuzzTest
    @DictionaryFile(resourcePath = "/dev/millrace/xml.dict")
    void documentWithDoctype(byte[] content) {
        process(WITH_DOCTYPE, content);
    }

    private static void evaluate(PathExpression expression) throws EvaluationException {
        Projection.Builder projection = Projection.builder(RecordPath.DOCUMENT_ELEMENT);
        expression.project(projection, projection.record(), new Projection.Reach[SCOPE.size()]);
        EvaluationContext context = new EvaluationContext(SCOPE.size());
        context.startRecord(RECORD);
        context.bind(SCOPE.slot("n"), 12);
        context.bind(SCOPE.slot("t"), "text");
        Items items = new Items();
        expression.evaluate(context, items);
        for (Object item : items.toArray()) {
            assertThat(PathExpression.lexical(item)).isNotNull();
        }
        expression.test(context);
    }

    private static void process(MappingContract contract, byte[] content) {
        DocumentPipeline pipeline = new DocumentPipeline(
                contract, DataMapper.projection(contract), LIMITS, "run", Instant.EPOCH, false, new StageClock());
        List<Outcome> outcomes = new ArrayList<>();

        pipeline.process(Document.ofBytes("key", content, "fuzz"), Long.MAX_VALUE, outcomes);

        assertThat(outcomes).isNotEmpty();
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Rejected reject) {
                assertThat(reject.fault().message()).isNotBlank().doesNotContain("\n");
            }
        }
    }

    private static MappingContract example(String doctype) {
        try {
            String text = Files.readString(EXAMPLE).replace("document:\n", "document:\n  doctype: " + doctype + "\n");
            return ContractReader.read(text, "example").contract();
        } catch (IOException | ContractException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Record record(String xml) {
        Projection.Builder all = Projection.builder(RecordPath.DOCUMENT_ELEMENT);
        all.document().whole();
        all.record().whole();
        try {
            return new XmlParser(all.build(), Doctype.REJECT, XmlLimits.DEFAULTS)
                    .parse(Document.ofText("key", xml.getBytes(StandardCharsets.UTF_8), "fuzz"))
                    .get(0);
        } catch (FaultException e) {
            throw new IllegalStateException(e);
        }
    }
}
