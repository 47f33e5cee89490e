package dev.millrace.bench;

import java.util.Locale;

/** Documents of about one size, and enough of them that a JVM's slow first seconds do not decide. */
enum DocumentSet {
    SMALL(500_000, 2 << 10),
    MEDIUM(50_000, 20 << 10),
    LARGE(5_000, 230 << 10);

    private static final int QUICK_SHARE = 10;

    private final long documents;
    private final int approximateBytes;

    DocumentSet(long documents, int approximateBytes) {
        this.documents = documents;
        this.approximateBytes = approximateBytes;
    }

    long documents(boolean quick) {
        return quick ? documents / QUICK_SHARE : documents;
    }

    int approximateBytes() {
        return approximateBytes;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
