package dev.millrace.pipeline;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.TextRules;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser.Doctype;
import dev.millrace.xml.path.VariableScope;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PreProcessingValidatorTest {

    private static final XmlLimits TEN_BYTES = new XmlLimits(10, 10, 10, 10, 10, 10, 10, 10);

    @Test
    void passesOnWhyTheSourceCouldNotDeliver() {
        Fault fault = Fault.of(FaultCode.UNREADABLE, "the disk is gone");

        assertThat(fault(Document.unreadable("k", "t", fault))).isSameAs(fault);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\r\n\t ", "\uFEFF", "\uFEFF \n"})
    void rejectsBlankText(String text) {
        assertThat(fault(Document.ofBytes("k", text.getBytes(UTF_8), "t")).code())
                .isEqualTo(FaultCode.NO_CONTENT);
        assertThat(fault(Document.ofBytes("k", text.getBytes(UTF_16LE), "t")).code())
                .isEqualTo(FaultCode.NO_CONTENT);
    }

    @Test
    void rejectsMoreBytesThanTheLimit() {
        Fault fault = fault(Document.ofBytes("k", "<r>1234</r>".getBytes(UTF_8), "t"));

        assertThat(fault.code()).isEqualTo(FaultCode.DOCUMENT_TOO_LARGE);
        assertThat(fault.message()).contains("11 bytes", "10");
    }

    @Test
    void acceptsOtherTextUnread() {
        assertThatCode(() -> validator().checkText(Document.ofBytes("k", "<r>123</r>".getBytes(UTF_8), "t")))
                .doesNotThrowAnyException();
    }

    private static Fault fault(Document document) {
        FaultException fault =
                catchThrowableOfType(FaultException.class, () -> validator().checkText(document));
        assertThat(fault).as("a fault").isNotNull();
        return fault.fault();
    }

    private static PreProcessingValidator validator() {
        MappingContract.DocumentRules rules = new MappingContract.DocumentRules(
                RecordPath.DOCUMENT_ELEMENT, null, null, Map.of(), List.of(), false, TextRules.of(Doctype.REJECT));
        MappingContract contract = new MappingContract(
                "test",
                "",
                null,
                rules,
                null,
                LedgerNames.DEFAULT,
                new MappingContract.SourceDefaults(null, null, null),
                List.of(),
                Map.of(),
                List.of(),
                List.of(),
                VariableScope.RECORD,
                1);
        return new PreProcessingValidator(contract, TEN_BYTES);
    }
}
