package dev.millrace.discovery.xsd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.SqlType;
import dev.millrace.discovery.xsd.XsdValue.Identity;
import dev.millrace.discovery.xsd.XsdValue.WhiteSpace;
import dev.millrace.discovery.xsd.XsdValue.Zone;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which SQL type fits a simple type, and why. */
class XsdValueTest {

    @Test
    void fitsTheTypesOfXmlSchema() throws Exception {
        assertThat(table("builtIn")).isEqualTo("""
                xs.string: text, xs:string, any length
                xs.normalizedString: text, xs:normalizedString, any length
                xs.token: text, xs:token, any length
                xs.boolean: boolean, xs:boolean
                xs.decimal: decimal(38,10)?, xs:decimal, no number of digits is given
                xs.integer: decimal(38,0)?, xs:integer, no number of digits is given
                xs.long: bigint, xs:long
                xs.int: integer, xs:int
                xs.short: smallint, xs:short
                xs.byte: smallint, xs:byte
                xs.nonNegativeInteger: decimal(38,0)?, xs:nonNegativeInteger, no number of digits is given
                xs.positiveInteger: decimal(38,0)?, xs:positiveInteger, no number of digits is given
                xs.negativeInteger: decimal(38,0)?, xs:negativeInteger, no number of digits is given
                xs.unsignedLong: decimal(20,0), xs:unsignedLong
                xs.unsignedInt: bigint, xs:unsignedInt
                xs.unsignedShort: integer, xs:unsignedShort
                xs.unsignedByte: smallint, xs:unsignedByte
                xs.float: real, xs:float
                xs.double: double, xs:double
                xs.date: date?, xs:date, may have a zone
                xs.dateTime: timestamp(6)?, xs:dateTime, may have a zone
                xs.time: time(6)?, xs:time, may have a zone
                xs.gYear: smallint?, xs:gYear, may have a zone
                xs.gYearMonth: varchar(17), xs:gYearMonth, for which SQL has no type
                xs.gMonthDay: varchar(13), xs:gMonthDay, for which SQL has no type
                xs.gDay: varchar(11), xs:gDay, for which SQL has no type
                xs.gMonth: varchar(10), xs:gMonth, for which SQL has no type
                xs.duration: text, xs:duration, any length
                xs.base64Binary: bytes, xs:base64Binary
                xs.hexBinary: bytes, xs:hexBinary
                xs.anyURI: text, xs:anyURI, any length
                xs.QName: text, xs:QName, any length
                xs.ID: text, xs:ID, any length
                xs.IDREF: text, xs:IDREF, any length
                xs.IDREFS: text, list of xs:IDREF
                xs.NMTOKEN: text, xs:NMTOKEN, any length
                xs.NMTOKENS: text, list of xs:NMTOKEN
                xs.language: text, xs:language, any length
                xs.anySimpleType: text, xs:anySimpleType, any length
                """);
    }

    @Test
    void fitsWhatFacetsListsAndUnionsAllow() throws Exception {
        assertThat(table("values")).isEqualTo("""
                amount: decimal(23,5), xs:decimal, 18 digits, 5 after the point
                percent: decimal(5,2), xs:decimal, 2 after the point, 0 to 100
                cents: decimal(38,2)?, xs:decimal, 2 after the point
                digits: decimal(12,6), xs:decimal, 6 digits
                huge: decimal(38,20)?, xs:decimal, 30 digits, 20 after the point
                rates: decimal(3,1), xs:decimal, one of 2 values
                age: smallint, xs:integer, 0 to 150
                counter: bigint, xs:nonNegativeInteger, 12 digits
                year4: smallint, xs:integer, 4 digits
                iban: varchar(34), xs:string, at most 34 characters by its pattern
                ahv: varchar(8), xs:string, at most 8 characters by its pattern
                zip: varchar(5), xs:token, 5 digits by its pattern
                zips: varchar(9), xs:token, at most 9 characters by its pattern
                currency: varchar(3), xs:string, 3 characters
                note: text, xs:string, at most 5000 characters
                status: varchar(6), xs:NMTOKEN, one of 2 values
                zoned: timestamptz(6), xs:dateTime, with a zone
                local: timestamp(6), xs:dateTime, without a zone
                hash: bytes, xs:hexBinary, 32 bytes
                spaced: varchar(8), xs:string, at most 8 characters
                open: varchar(4), xs:NMTOKEN, only one value
                codes: text, list of currency
                threeCodes: varchar(11), list of currency, at most 3
                number: bigint, xs:short or xs:long
                money: decimal(23,5), age or amount
                whenever: text, xs:date or xs:gYear
                maybe: integer, xs:int or empty
                words: varchar(6), status or open or currency
                """);
    }

    @Test
    void keepsFacets() throws Exception {
        XsdValue amount = value("values", "amount");
        assertThat(amount.totalDigits()).hasValue(18);
        assertThat(amount.fractionDigits()).hasValue(5);
        assertThat(amount.schemaType()).isEqualTo("amount");
        assertThat(value("values", "zip").fixedDigits()).hasValue(5);
        assertThat(value("values", "zip").patterns()).containsExactly("\\d{5}");
        assertThat(value("values", "zips").fixedDigits()).isEmpty();
        assertThat(value("values", "zips").patterns()).containsExactly("\\d{5}|\\d{9}");
        assertThat(value("values", "currency").length()).hasValue(3);
        assertThat(value("values", "note").minLength()).hasValue(1);
        assertThat(value("values", "note").maxLength()).isEqualTo(OptionalInt.of(5000));
        assertThat(value("values", "status").enumeration()).containsExactly("OPEN", "CLOSED");
        assertThat(value("values", "open").enumeration()).containsExactly("OPEN");
        assertThat(value("values", "hash").format()).contains("hex");
        assertThat(value("builtIn", "xs.base64Binary").format()).isEmpty();
        assertThat(value("values", "spaced").whiteSpace()).isEqualTo(WhiteSpace.COLLAPSE);
        assertThat(value("builtIn", "xs.string").whiteSpace()).isEqualTo(WhiteSpace.PRESERVE);
        assertThat(value("builtIn", "xs.normalizedString").whiteSpace()).isEqualTo(WhiteSpace.REPLACE);
        assertThat(value("builtIn", "xs.token").whiteSpace()).isEqualTo(WhiteSpace.COLLAPSE);
        XsdValue codes = value("values", "codes");
        assertThat(codes.list()).isTrue();
        assertThat(codes.item().map(XsdValue::type)).contains(SqlType.varchar(3));
    }

    @Test
    void tellsZonesAndIdentities() throws Exception {
        assertThat(value("builtIn", "xs.dateTime").zone()).isEqualTo(Zone.OPTIONAL);
        assertThat(value("values", "zoned").zone()).isEqualTo(Zone.REQUIRED);
        assertThat(value("values", "local").zone()).isEqualTo(Zone.NONE);
        assertThat(value("builtIn", "xs.ID").identity()).isEqualTo(Identity.ID);
        assertThat(value("builtIn", "xs.IDREF").identity()).isEqualTo(Identity.IDREF);
        assertThat(value("builtIn", "xs.IDREFS").identity()).isEqualTo(Identity.IDREFS);
        assertThat(value("builtIn", "xs.token").identity()).isEqualTo(Identity.NONE);
    }

    private static String table(String element) throws XsdException {
        return attributes(element).stream()
                .map(attribute -> attribute.name().local() + ": "
                        + attribute.value().type() + (attribute.value().holdsAll() ? "" : "?") + ", "
                        + attribute.value().reason() + "\n")
                .collect(Collectors.joining());
    }

    private static XsdValue value(String element, String attribute) throws XsdException {
        return attributes(element).stream()
                .filter(each -> each.name().local().equals(attribute))
                .findFirst()
                .orElseThrow()
                .value();
    }

    private static List<XsdAttribute> attributes(String element) throws XsdException {
        return Outline.read("values.xsd").elements().stream()
                .filter(each -> each.name().local().equals(element))
                .findFirst()
                .orElseThrow()
                .attributes();
    }
}
