package dev.millrace.bench;

import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpression;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Attr;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** What an in-house loader knows about loan applications: the same as the contract in {@code
 * examples/loan-applications}. Not thread-safe. */
final class HandWrittenLoader {

    private static final Map<String, Integer> CHANNELS = Map.of("INTERNET", 1, "BRANCH", 2, "PHONE", 3);
    private static final int OTHER_CHANNEL = 9;
    private static final Map<String, Integer> DECISIONS = Map.of("APPROVED", 1, "DECLINED", 2, "PENDING", 3);
    private static final Map<String, Integer> PAY_PERIODS = Map.of("YEARLY", 1, "MONTHLY", 12, "WEEKLY", 52);
    private static final Map<String, String> RESIDENCES = Map.of("OWN", "owner", "RENT", "tenant", "FAMILY", "family");
    private static final Map<String, String> ROLES = Map.of("PR", "primary", "AUTHU", "authorized");
    private static final Map<String, String> SCORES = Map.of(
            "TU_TIE_score", "TransUnion TIE",
            "EX_DIE_score", "Experian DIE",
            "EQ_FICO_score", "Equifax FICO",
            "VANTAGE_score", "VantageScore",
            "FRAUD_score", "Fraud");
    private static final Map<String, Boolean> YES_NO = Map.of("Y", true, "N", false);
    private static final LocalDateTime NO_DATE = LocalDateTime.of(1900, 1, 1, 0, 0);
    private static final int COMMENT_LENGTH = 100;
    private static final int NAME_LENGTH = 50;
    private static final int RATE_SCALE = 3;
    private static final DateTimeFormatter US_DATE = DateTimeFormatter.ofPattern("MM/dd/uuuu", Locale.ROOT);
    private static final Pattern NO_DIGITS = Pattern.compile("[^0-9]");
    private static final Pattern MONEY_SIGNS = Pattern.compile("[$,]");

    private final DocumentBuilder parser;
    private final XPathExpression application;
    private final XPathExpression product;
    private final XPathExpression contacts;
    private final XPathExpression addresses;
    private final XPathExpression employments;
    private final XPathExpression scores;

    private final PreparedStatement insertApplication;
    private final PreparedStatement insertApplicant;
    private final PreparedStatement insertAddress;
    private final PreparedStatement insertEmployment;
    private final PreparedStatement insertScore;

    HandWrittenLoader(Connection target) throws SQLException, ParserConfigurationException, XPathExpressionException {
        parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        XPath xpath = XPathFactory.newInstance().newXPath();
        application = xpath.compile("/Provenir/Request/CustData/application");
        product = xpath.compile("app_product");
        contacts = xpath.compile("contact[@con_id != '']");
        addresses = xpath.compile("contact_address[@address_tp_c = 'CURR' or @address_tp_c = 'PREV']");
        employments = xpath.compile("contact_employment[@employment_tp_c = 'CURR' or @employment_tp_c = 'PREV']");
        scores = xpath.compile(
                "(@TU_TIE_score | @EX_DIE_score | @EQ_FICO_score | @VANTAGE_score | @FRAUD_score)[. != '']");
        insertApplication =
                target.prepareStatement("INSERT INTO migration.app_base VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
        insertApplicant = target.prepareStatement("INSERT INTO migration.contact_base VALUES (?,?,?,?,?,?,?,?,?,?)");
        insertAddress = target.prepareStatement("INSERT INTO migration.contact_address VALUES (?,?,?,?,?,?,?,?,?,?,?)");
        insertEmployment =
                target.prepareStatement("INSERT INTO migration.contact_employment VALUES (?,?,?,?,?,?,?,?,?)");
        insertScore = target.prepareStatement("INSERT INTO migration.scores VALUES (?,?,?)");
    }

    /** Inserts the rows of a document; the caller commits. */
    void load(String xml) throws IOException, SAXException, XPathExpressionException, SQLException {
        Element form = (Element)
                application.evaluate(parser.parse(new InputSource(new StringReader(xml))), XPathConstants.NODE);
        Element decided = (Element) product.evaluate(form, XPathConstants.NODE);
        Element request = (Element) form.getParentNode().getParentNode();
        Long appId = Long.valueOf(request.getAttribute("ID"));
        List<Element> named = elements(contacts, form);
        Element primary = named.stream()
                .filter(HandWrittenLoader::isPrimary)
                .reduce((earlier, later) -> later)
                .orElse(null);
        LocalDateTime received = dateTime(form, "app_receive_date");
        String purpose = text(form, "loan_purpose_tp_c");
        BigDecimal rate = number(decided, "apr");
        insert(
                insertApplication,
                appId,
                received == null ? NO_DATE : received,
                CHANNELS.getOrDefault(form.getAttribute("app_source_tp_c"), OTHER_CHANNEL),
                purpose == null ? "OTHER" : purpose,
                number(form, "requested_amount"),
                YES_NO.get(form.getAttribute("esign_ind")),
                cut(text(form, "comments"), COMMENT_LENGTH),
                text(decided, "product_tp_c"),
                Objects.requireNonNull(DECISIONS.get(decided.getAttribute("decision_tp_c"))),
                date(decided, "decision_date"),
                number(decided, "approved_amount"),
                rate == null ? null : rate.setScale(RATE_SCALE, RoundingMode.HALF_UP),
                integer(decided, "term_months"),
                primary == null ? null : Long.valueOf(primary.getAttribute("con_id")),
                primary == null ? null : without(NO_DIGITS, primary, "ssn"),
                named.size());
        for (Element contact : oneOfEachId(named)) {
            loadApplicant(appId, contact);
        }
        NodeList all = (NodeList) scores.evaluate(decided, XPathConstants.NODESET);
        for (int i = 0; i < all.getLength(); i++) {
            Attr score = (Attr) all.item(i);
            insert(
                    insertScore,
                    appId,
                    SCORES.get(score.getName()),
                    Integer.valueOf(score.getValue().strip()));
        }
    }

    private static boolean isPrimary(Element contact) {
        return contact.getAttribute("ac_role_tp_c").equals("PR");
    }

    /** The applicants among the contacts: of several with the same id the primary one, else the last. */
    private static Collection<Element> oneOfEachId(List<Element> contacts) {
        Map<String, Element> byId = new LinkedHashMap<>();
        for (Element contact : contacts) {
            if (ROLES.containsKey(contact.getAttribute("ac_role_tp_c"))) {
                byId.merge(
                        contact.getAttribute("con_id"),
                        contact,
                        (known, later) -> isPrimary(known) && !isPrimary(later) ? known : later);
            }
        }
        return byId.values();
    }

    private void loadApplicant(Long appId, Element contact) throws SQLException, XPathExpressionException {
        Long id = Long.valueOf(contact.getAttribute("con_id"));
        insert(
                insertApplicant,
                appId,
                id,
                ROLES.get(contact.getAttribute("ac_role_tp_c")),
                cut(text(contact, "first_name"), NAME_LENGTH),
                text(contact, "middle_initial"),
                text(contact, "last_name"),
                date(contact, "birth_date"),
                without(NO_DIGITS, contact, "ssn"),
                contact.hasAttribute("email") ? contact.getAttribute("email").toLowerCase(Locale.ROOT) : null,
                without(NO_DIGITS, contact, "mobile_phone"));
        int seq = 0;
        for (Element address : elements(addresses, contact)) {
            seq++;
            insert(
                    insertAddress,
                    id,
                    seq,
                    text(address, "address_tp_c"),
                    text(address, "street_name"),
                    text(address, "unit"),
                    text(address, "city"),
                    address.getAttribute("state").toUpperCase(Locale.ROOT),
                    text(address, "postal_code"),
                    Integer.parseInt(address.getAttribute("months"))
                            + 12 * Integer.parseInt(address.getAttribute("years")),
                    RESIDENCES.get(address.getAttribute("residence_tp_c")),
                    number(address, "monthly_cost"));
        }
        for (Element employment : elements(employments, contact)) {
            loadEmployment(id, employment);
        }
    }

    private void loadEmployment(Long contact, Element employment) throws SQLException {
        String amount = without(MONEY_SIGNS, employment, "b_salary");
        BigDecimal salary = amount == null ? null : new BigDecimal(amount);
        Integer periods = PAY_PERIODS.get(employment.getAttribute("b_salary_basis_tp_c"));
        Object[] values = {
            contact,
            text(employment, "employment_tp_c"),
            text(employment, "b_name"),
            text(employment, "b_occupation"),
            salary,
            periods,
            salary == null || periods == null ? null : salary.multiply(BigDecimal.valueOf(periods)),
            date(employment, "b_hired"),
            YES_NO.get(employment.getAttribute("b_self_ind"))
        };
        for (int i = 2; i < values.length; i++) {
            if (values[i] != null) {
                insert(insertEmployment, values);
                return;
            }
        }
    }

    private static List<Element> elements(XPathExpression path, Element context) throws XPathExpressionException {
        NodeList nodes = (NodeList) path.evaluate(context, XPathConstants.NODESET);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static @Nullable String text(Element element, String attribute) {
        String value = element.getAttribute(attribute).strip();
        return value.isEmpty() ? null : value;
    }

    private static @Nullable String cut(@Nullable String text, int length) {
        return text == null || text.length() <= length ? text : text.substring(0, length);
    }

    private static @Nullable String without(Pattern unwanted, Element element, String attribute) {
        String value = unwanted.matcher(element.getAttribute(attribute)).replaceAll("");
        return value.isEmpty() ? null : value;
    }

    private static @Nullable BigDecimal number(Element element, String attribute) {
        String value = text(element, attribute);
        return value == null ? null : new BigDecimal(value);
    }

    private static @Nullable Integer integer(Element element, String attribute) {
        String value = text(element, attribute);
        return value == null ? null : Integer.valueOf(value);
    }

    private static @Nullable LocalDate date(Element element, String attribute) {
        String value = text(element, attribute);
        if (value == null) {
            return null;
        }
        return value.indexOf('/') < 0 ? LocalDate.parse(value) : LocalDate.parse(value, US_DATE);
    }

    private static @Nullable LocalDateTime dateTime(Element element, String attribute) {
        String value = text(element, attribute);
        return value == null ? null : LocalDateTime.parse(value);
    }

    private static void insert(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        statement.executeUpdate();
    }
}
