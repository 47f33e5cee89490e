package dev.millrace.xml.path;

import static java.util.Objects.requireNonNull;
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
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
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
            CustData/application/contact[2]/@con_id§1
            CustData/application/contact[last()]/@con_id§2
            CustData/application/contact[position() > 1]/@con_id§1|2
            (//contact/@con_id)[last()]§2
            count(//contact)§3
            //contact[not(contact_address)][last()]/@con_id§2
            //note/ancestor-or-self::*[1]/name()§note
            //contact[3]/preceding-sibling::contact[1]/@con_id§1
            //contact[1]/following-sibling::*[1]/@con_id§1
            (1 to 4)[. mod 2 = 0]§2|4
            for $x in //contact return string-length($x/@ssn)§1|11|1
            let $a := 2, $b := 3 return $a * $b§6
            some $x in //contact satisfies $x/@con_id = '2'§true
            every $x in //contact satisfies $x/@con_id = '2'§false
            if (@ID > 5) then 'big' else 'small'§big
            7 idiv 2, -7 mod 2, 7 div 2, 6 div 2§3|-1|3.5|3
            1 div 3§0.333333333333333333
            3 div 7000000000, 3 div 7000000000.0§0.000000000428571428571428571|0.000000000428571428571428571
            3.5 div 7000000000§0.0000000005
            string(xs:float(1e15)), string(9223372036854775807 div xs:float('1.5')), 18446744073709551616e0§1.0E15|6.148915E18|1.8446744073709552E19
            1e0 div 3§0.3333333333333333
            27e0, 1e6, 0.1 + 0.2, 1e-7, -0e0, xs:double('INF'), number('x')§27|1.0E6|0.3|1.0E-7|-0|INF|NaN
            9223372036854775807 + 1§9223372036854775808
            round(2.5), round(-2.5), round-half-to-even(2.5), round(-0.4e0)§3|-2|2|-0
            xs:date('2020-01-31') + xs:yearMonthDuration('P1M')§2020-02-29
            xs:date('2020-03-01') - xs:date('2020-02-28')§P2D
            xs:dateTime('2020-02-29T23:59:59.50') + xs:dayTimeDuration('PT1S')§2020-03-01T00:00:00.5
            year-from-date(xs:date(//@app_receive_date))§2020
            xs:time('24:00:00')§00:00:00
            tokenize('a, b,,c', ',[ ]*')§a|b||c
            string-join(//contact/@ac_role_tp_c, '+')§PR+PR+AUTHU
            distinct-values(//contact/@ac_role_tp_c)§PR|AUTHU
            translate('a-b-c', '-ab', '_A')§A__c
            'x' || 1 || true()§x1true
            upper-case('straße'), string-length('é😀')§STRASSE|2
            '10' castable as xs:integer, 'x' castable as xs:integer§true|false
            //contact[2] << //contact[3]§true
            (//contact except //contact[1])/@con_id§1|2
            sum(//contact_address/(@months, @years)), max(//@months), avg((1, 2))§5|3|1.5
            normalize-space('  a  b ')§a b
            substring('12345', 1.5, 2.6)§234
            format-number(12.5, '000.00')§012.50
            map { 'a': 5 }?a§5
            $primary!@con_id§1
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
        context.startRecord(
                new Record(requireNonNull(requireNonNull(DOCUMENT.firstChild()).firstChild()), 0));
        context.bindLazily(1, primary);
        Items items = new Items();

        path.evaluate(context, items);

        assertThat(Arrays.stream(items.toArray()).map(PathExpression::lexical).collect(Collectors.joining("|")))
                .isEqualTo(expected);
    }
}
