package dev.millrace.xml.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnknownFunctionTest {

    private static final PathCompiler COMPILER = new PathCompiler(Map.of(), false);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    lower_case(@a)                 | there is no function lower_case; did you mean lower-case?
                    Upper-Case(@a)                 | there is no function Upper-Case; did you mean upper-case?
                    trim(@a)                       | there is no function trim; did you mean normalize-space?
                    len(@a)                        | there is no function len; did you mean string-length?
                    frobnicate(@a)                 | there is no function frobnicate with 1 argument
                    frobnicate()                   | there is no function frobnicate with 0 arguments
                    substring(@a)                  | the function substring takes 2 or 3 arguments, not 1
                    concat(@a)                     | the function concat takes 2 arguments or more, not 1
                    xs:dat(@a)                     | there is no function dat in the namespace http://www.w3.org/2001/XMLSchema
                    """)
    void saysWhichItIsAndWhichWasMeant(String path, String message) {
        assertThatThrownBy(() -> COMPILER.compile(path, VariableScope.RECORD, PathCompiler.Result.VALUES))
                .isInstanceOf(PathException.class)
                .hasMessage("not a valid XPath 3.1 expression: " + message + " (XPST0017)");
    }

    @Test
    void leavesOtherMessagesAsTheyAre() {
        assertThat(UnknownFunction.inWords("expected \")\", found \"<eof>\""))
                .isEqualTo("expected \")\", found \"<eof>\"");
    }
}
