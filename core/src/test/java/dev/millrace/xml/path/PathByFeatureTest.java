package dev.millrace.xml.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.xml.Node;
import dev.millrace.xml.Record;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Known answers, feature by feature. */
class PathByFeatureTest {

    private static final Node DOCUMENT =
            Trees.document("<Provenir><Request ID='17'><CustData><application app_receive_date='2020-01-02'>"
                    + "<contact con_id='' ac_role_tp_c='PR' ssn='x'/>"
                    + "<contact con_id='1' ac_role_tp_c='PR' ssn='123-45-6789'><contact_address months='3' years='2'/></contact>"
                    + "<contact con_id='2' ac_role_tp_c='AUTHU' ssn='9'><note>hello <b>big</b> world</note></contact>"
                    + "<app_product TU_TIE_score='700' EX_DIE_score=''/>"
                    + "</application></CustData></Request></Provenir>");

    @ParameterizedTest
    @CsvSource(delimiter = '§', textBlock = """
            @ID§17
            CustData/application/@app_receive_date§2020-01-02
            replace($primary/@ssn, '[^0-9]', '')§123456789
            CustData/application/contact[@con_id != ''][@ac_role_tp_c = ('PR', 'AUTHU')]/@con_id§1|2
            CustData/application/contact/contact_address/(@months + 12 * @years)§27
            CustData/application/app_product/(@TU_TIE_score | @EX_DIE_score)[. != '']/name()§TU_TIE_score
            //note§hello big world
            //note/text()§hello | world
            number(@ID) > 0§true
            ../name()§Provenir
            $record/@ID§17
            //b/ancestor::contact/@ssn§9
            //contact_address/string(@months)§3
            //note/text()[2]/..//b§big
            """)
    void answers(String expression, String expected) throws Exception {
        VariableScope scope = VariableScope.RECORD.with("primary");
        PathCompiler compiler = new PathCompiler(Map.of(), false);
        PathExpression primary = compiler.compile(
                "CustData/application/contact[@ac_role_tp_c = 'PR'][@con_id != ''][last()]",
                scope,
                PathCompiler.Result.ITEMS);
        PathExpression path = compiler.compile(expression, scope, PathCompiler.Result.VALUES);
        EvaluationContext context = new EvaluationContext(2);
        context.startRecord(new Record(DOCUMENT.firstChild().firstChild(), 0));
        context.bindLazily(1, primary);
        Items items = new Items();

        path.evaluate(context, items);

        assertThat(Arrays.stream(items.toArray()).map(PathExpression::lexical).collect(Collectors.joining("|")))
                .isEqualTo(expected);
    }
}
