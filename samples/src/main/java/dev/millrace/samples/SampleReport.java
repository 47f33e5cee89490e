package dev.millrace.samples;

/**
 * The credit report below an application: a year of payments for each of many accounts. Most of it is copied from a few
 * histories made once, so that large documents cost little more than their bytes. Immutable and thread-safe.
 */
final class SampleReport {

    private static final int HISTORIES = 64;
    private static final String[] REMARKS = {
        "Account closed at consumer's request.",
        "Balance transferred &amp; paid.",
        "Disputed; resolved in 30 days.",
        "None."
    };

    private final byte[][] histories = new byte[HISTORIES][];

    SampleReport(long seed) {
        Dice dice = new Dice(seed);
        for (int i = 0; i < HISTORIES; i++) {
            histories[i] = history(dice);
        }
    }

    /** Adds a report of at least {@code bytes} bytes. */
    void write(Dice dice, int bytes, SampleText out) {
        int end = out.size() + bytes;
        out.open(4, "report").content();
        for (int number = 1; out.size() < end; number++) {
            out.open(5, "tradeline")
                    .attribute("number", number)
                    .attribute("account", "****" + dice.between(1_000, 9_999))
                    .attribute("type", dice.oneOf("REVOLVING", "INSTALLMENT", "MORTGAGE"))
                    .attribute("opened", dice.between(1995, 2022) + "-0" + dice.between(1, 9))
                    .money("balance", dice.below(2_000_000))
                    .money("limit", dice.between(1, 200) * 10_000L)
                    .content()
                    .raw(histories[dice.below(HISTORIES)])
                    .close(5, "tradeline");
        }
        out.close(4, "report");
    }

    private static byte[] history(Dice dice) {
        SampleText text = new SampleText(1_024);
        int year = dice.between(2015, 2022);
        for (int month = 1; month <= 12; month++) {
            text.open(6, "payment")
                    .attribute("month", year + (month < 10 ? "-0" : "-") + month)
                    .attribute("days_late", dice.percent(90) ? 0 : dice.between(1, 3) * 30)
                    .money("paid", dice.below(80_000))
                    .end();
        }
        text.open(6, "remark").content().ascii(dice.oneOf(REMARKS)).ascii("</remark>");
        return text.toByteArray();
    }
}
