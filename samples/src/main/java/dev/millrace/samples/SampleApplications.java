package dev.millrace.samples;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Invented loan applications, as the contract in {@code examples/loan-applications} maps them. A seed and a number give
 * the same bytes on every machine, whatever was asked before. Immutable and thread-safe.
 */
public final class SampleApplications {

    /** How large a document is, on average; what makes it larger is a credit report that no mapping reads. */
    public enum Size {
        /** About 2 KB. */
        SMALL(0),
        /** About 20 KB. */
        MEDIUM(18_000),
        /** About 230 KB. */
        LARGE(228_000);

        private final int reportBytes;

        Size(int reportBytes) {
            this.reportBytes = reportBytes;
        }
    }

    /**
     * What is generated.
     *
     * @param seed any number
     * @param size how large documents are
     * @param faultPercent the share of documents with a defect, 0 to 100
     * @param faults the defects, which take turns; may be empty if the share is 0
     * @param mended whether the same documents are given without their defects
     * @param columns how many columns the contract has that they are made for, see {@link WideSamples}
     */
    public record Settings(
            long seed, Size size, double faultPercent, List<SampleFault> faults, boolean mended, int columns) {

        public Settings {
            Objects.requireNonNull(size, "size");
            faults = List.copyOf(faults);
            // Written so that NaN is refused too.
            if (!(faultPercent >= 0 && faultPercent <= 100)) {
                throw new IllegalArgumentException("faults must be 0 to 100 percent, but are " + faultPercent);
            }
            if (faultPercent > 0 && faults.isEmpty()) {
                throw new IllegalArgumentException("faults are asked for, but no kinds of them");
            }
        }

        /** Sound documents. */
        public static Settings of(long seed, Size size) {
            return new Settings(seed, size, 0, List.of(), false, WideSamples.OWN_COLUMNS);
        }

        /** For a contract with further columns. */
        public Settings withColumns(int number) {
            return new Settings(seed, size, faultPercent, faults, mended, number);
        }

        /** With a share of documents that have every kind of defect in turn. */
        public Settings withFaults(double percent) {
            return withFaults(percent, List.of(SampleFault.values()));
        }

        /** With a share of documents that have the given defects in turn. */
        public Settings withFaults(double percent, List<SampleFault> kinds) {
            return new Settings(seed, size, percent, kinds, mended, columns);
        }
    }

    private static final byte[] PROLOG =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Provenir>".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EPILOG = "\n</Provenir>\n".getBytes(StandardCharsets.US_ASCII);
    private static final int SMALL_BYTES = 4_096;
    /** Shares of documents are counted in parts per million. */
    private static final long MILLION = 1_000_000;

    private static final String[] FIRST_NAMES = {
        "Ada", "Björn", "Chloé", "Daniel", "Elif", "Grace", "Hannah", "James", "José", "Łukasz", "Mary", "Noura", "Zoë",
        "李"
    };
    private static final String[] LAST_NAMES = {
        "Adeyemi",
        "García",
        "Kowalska",
        "Lovelace",
        "Müller",
        "Nguyễn",
        "O'Brien",
        "Öztürk",
        "Smith",
        "Testleaf",
        "Þórsson",
        "王"
    };
    private static final String[] STREETS = {
        "Imaginary Lane", "Calle del Río", "Mill Race Road", "North & South Street", "Old Path", "Straße des Beispiels"
    };
    private static final String[] CITIES = {"Formerville", "Łódźtown", "Nowhereton", "Sampleford", "São Exemplo"};
    private static final String[] STATES = {"CA", "IL", "NY", "TX", "WA", "wi"};
    private static final String[] EMPLOYERS = {
        "Bakers & Daughters", "Café \"Zum Beispiel\"", "Example Freight", "Millrace Works", "Sample <Seeds> Ltd"
    };
    private static final String[] OCCUPATIONS = {"Baker", "Driver", "Gärtner", "Miller", "Nurse", "Teacher"};
    private static final String[] COMMENTS = {
        "Called back the same day.",
        "Asked for a lower rate & a longer term.",
        "Income <verified> by \"pay slip\".\nSecond line of the note.",
        "Applicant moved twice within three years and explained both moves; the previous landlord confirmed the dates by"
                + " telephone, and so did the employer."
    };
    private static final String[] SCORES = {
        "TU_TIE_score", "EX_DIE_score", "EQ_FICO_score", "VANTAGE_score", "FRAUD_score"
    };

    private final Settings settings;
    private final SampleReport report;

    public SampleApplications(Settings settings) {
        this.settings = settings;
        this.report = new SampleReport(settings.seed());
    }

    public Settings settings() {
        return settings;
    }

    /** The same documents, none of them with a defect. */
    public SampleApplications mended() {
        return new SampleApplications(new Settings(
                settings.seed(),
                settings.size(),
                settings.faultPercent(),
                settings.faults(),
                true,
                settings.columns()));
    }

    /**
     * The defect that document {@code n} has. Defects are spread evenly: the first n documents have n times the share of
     * them, rounded down.
     */
    public Optional<SampleFault> faultOf(long n) {
        if (settings.mended() || settings.faults().isEmpty()) {
            return Optional.empty();
        }
        long parts = Math.round(settings.faultPercent() * (MILLION / 100));
        long upToThis = faultsAmong(n, parts);
        if (upToThis == faultsAmong(n - 1, parts)) {
            return Optional.empty();
        }
        return Optional.of(
                settings.faults().get((int) ((upToThis - 1) % settings.faults().size())));
    }

    /** The document with a number: a whole XML text in UTF-8, with an XML declaration; may be empty if it has a defect. */
    public byte[] document(long n) {
        SampleText text = new SampleText(settings.size().reportBytes + SMALL_BYTES);
        text.raw(PROLOG);
        request(n, text);
        text.raw(EPILOG);
        return spoilt(n, text);
    }

    /** The Request element alone, for a file with many; begins with a line end. */
    public byte[] request(long n) {
        SampleText text = new SampleText(settings.size().reportBytes + SMALL_BYTES);
        request(n, text);
        return spoilt(n, text);
    }

    private byte[] spoilt(long n, SampleText text) {
        byte[] sound = text.toByteArray();
        Optional<SampleFault> fault = faultOf(n);
        return fault.isEmpty()
                ? sound
                : fault.get().spoil(new String(sound, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    private static long faultsAmong(long documents, long partsPerMillion) {
        // In two steps, so that the product does not overflow.
        return documents / MILLION * partsPerMillion + documents % MILLION * partsPerMillion / MILLION;
    }

    private void request(long n, SampleText out) {
        if (n < 1 || n > Long.MAX_VALUE / 10) {
            throw new IllegalArgumentException("documents count from 1, but number " + n + " is asked for");
        }
        Dice dice = Dice.of(settings.seed(), n);
        LocalDate received = LocalDate.of(2023, 1, 1).plusDays(dice.below(1_000));
        out.open(1, "Request").attribute("ID", n).attribute("Stage", "Final").content();
        out.open(2, "CustData").content();
        out.open(3, "application");
        if (!dice.percent(3)) {
            out.attribute("app_receive_date", received + "T" + timeOfDay(dice));
        }
        out.attribute("app_source_tp_c", dice.oneOf("INTERNET", "BRANCH", "PHONE", "MAIL"))
                .money("requested_amount", dice.between(10, 400) * 10_000L);
        if (dice.percent(85)) {
            out.attribute("loan_purpose_tp_c", dice.oneOf("AUTO", "DEBT", "HOME", "MEDICAL", ""));
        }
        out.attribute("esign_ind", dice.oneOf("Y", "N", "Y", ""));
        if (dice.percent(40)) {
            out.attribute("comments", dice.oneOf(COMMENTS));
        }
        out.content();
        contacts(n, dice, received, out);
        product(dice, received, out);
        WideSamples.write(dice, received, settings.columns(), out);
        if (settings.size().reportBytes > 0) {
            report.write(dice, settings.size().reportBytes, out);
        }
        out.close(3, "application").close(2, "CustData").close(1, "Request");
    }

    private static void contacts(long n, Dice dice, LocalDate received, SampleText out) {
        int more = dice.percent(40) ? 0 : dice.between(1, 2);
        if (more > 0 && dice.percent(15)) {
            // The primary was first entered as somebody else: the contract keeps one row for a con_id.
            out.open(4, "contact").attribute("con_id", n * 10).attribute("ac_role_tp_c", "AUTHU");
            out.attribute("last_name", dice.oneOf(LAST_NAMES)).end();
            more--;
        }
        contact(n * 10, "PR", dice, received, out);
        for (int i = 1; i <= more; i++) {
            if (dice.percent(20)) {
                // Somebody to ask, not an applicant; such contacts are not loaded.
                out.open(4, "contact").attribute("con_id", dice.percent(50) ? "" : Long.toString(n * 10 + i));
                out.attribute("ac_role_tp_c", "REFERENCE")
                        .attribute("last_name", dice.oneOf(LAST_NAMES))
                        .end();
            } else {
                contact(n * 10 + i, "AUTHU", dice, received, out);
            }
        }
    }

    private static void contact(long id, String role, Dice dice, LocalDate received, SampleText out) {
        out.open(4, "contact").attribute("con_id", id).attribute("ac_role_tp_c", role);
        out.attribute("first_name", dice.oneOf(FIRST_NAMES));
        if (dice.percent(50)) {
            out.attribute("middle_initial", dice.oneOf("A", "É", "Q", ""));
        }
        out.attribute("last_name", dice.oneOf(LAST_NAMES));
        out.attribute(
                "birth_date",
                received.minusDays(dice.between(18 * 366, 80 * 365)).toString());
        if (dice.percent(90)) {
            out.attribute(
                    "ssn", "9" + dice.between(10, 99) + "-" + dice.between(10, 99) + "-" + dice.between(1_000, 9_999));
        }
        if (dice.percent(60)) {
            out.attribute("email", "applicant" + id + "@mail.example");
        }
        if (dice.percent(70)) {
            out.attribute("mobile_phone", "(" + dice.between(200, 989) + ") 555-01" + dice.between(10, 99));
        }
        out.content();
        int addresses = dice.percent(45) ? 1 : dice.between(2, 3);
        for (int i = 0; i < addresses; i++) {
            address(i == 0 ? "CURR" : i == 1 ? "PREV" : "MAIL", dice, out);
        }
        int employments = dice.percent(15) ? 0 : dice.percent(65) ? 1 : 2;
        for (int i = 0; i < employments; i++) {
            employment(i == 0 ? "CURR" : "PREV", dice, received, out);
        }
        out.close(4, "contact");
    }

    private static void address(String type, Dice dice, SampleText out) {
        out.open(5, "contact_address").attribute("address_tp_c", type);
        out.attribute("street_name", dice.between(1, 999) + " " + dice.oneOf(STREETS));
        if (dice.percent(25)) {
            out.attribute("unit", "#" + dice.between(1, 60));
        }
        out.attribute("city", dice.oneOf(CITIES)).attribute("state", dice.oneOf(STATES));
        out.attribute(
                "postal_code",
                dice.between(10_000, 99_999) + (dice.percent(20) ? "-" + dice.between(1_000, 9_999) : ""));
        out.attribute("months", dice.below(12)).attribute("years", dice.below(25));
        if (dice.percent(80)) {
            out.attribute("residence_tp_c", dice.oneOf("OWN", "RENT", "FAMILY"));
            out.money("monthly_cost", dice.between(20_000, 350_000));
        }
        out.end();
    }

    private static void employment(String type, Dice dice, LocalDate received, SampleText out) {
        out.open(5, "contact_employment").attribute("employment_tp_c", type);
        if (type.equals("PREV") && dice.percent(30)) {
            // An empty form: the contract makes no row of it.
            out.end();
            return;
        }
        out.attribute("b_name", dice.oneOf(EMPLOYERS));
        if (dice.percent(80)) {
            out.attribute("b_occupation", dice.oneOf(OCCUPATIONS));
        }
        if (dice.percent(90)) {
            String salary = SampleText.amount(dice.between(1_000, 9_999) * 100L);
            out.attribute("b_salary", dice.percent(50) ? "$" + salary.charAt(0) + "," + salary.substring(1) : salary);
            out.attribute("b_salary_basis_tp_c", dice.oneOf("MONTHLY", "WEEKLY", "YEARLY", "UNKNOWN"));
        }
        out.attribute("b_hired", received.minusDays(dice.below(9_000)).toString());
        out.attribute("b_self_ind", dice.oneOf("Y", "N", "N", "?")).end();
    }

    private static void product(Dice dice, LocalDate received, SampleText out) {
        String decision = dice.oneOf("APPROVED", "APPROVED", "DECLINED", "PENDING");
        LocalDate decided = received.plusDays(dice.below(15));
        out.open(4, "app_product").attribute("product_tp_c", dice.oneOf("PL", "RL", "CC"));
        out.attribute("decision_tp_c", decision);
        out.attribute(
                "decision_date",
                decision.equals("PENDING") ? "" : dice.percent(50) ? usDate(decided) : decided.toString());
        out.attribute(
                "approved_amount",
                decision.equals("APPROVED") ? SampleText.amount(dice.between(10, 400) * 9_950L) : "");
        out.attribute("apr", dice.between(3, 29) + "." + dice.between(1_000, 9_999));
        out.attribute("term_months", dice.between(1, 7) * 12L);
        int wanted = dice.between(2, SCORES.length);
        int first = dice.below(SCORES.length);
        for (int i = 0; i < wanted; i++) {
            String score = SCORES[(first + i) % SCORES.length];
            out.attribute(score, i > 1 && dice.percent(20) ? "" : Integer.toString(dice.between(300, 850)));
        }
        out.end();
    }

    private static String timeOfDay(Dice dice) {
        return dice.between(10, 19) + ":" + dice.between(10, 59) + ":" + dice.between(10, 59);
    }

    private static String usDate(LocalDate date) {
        return twoDigits(date.getMonthValue()) + "/" + twoDigits(date.getDayOfMonth()) + "/" + date.getYear();
    }

    private static String twoDigits(int number) {
        return number < 10 ? "0" + number : Integer.toString(number);
    }
}
