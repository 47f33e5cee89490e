package dev.millrace.bench;

import dev.millrace.samples.SampleApplications.Size;
import java.util.Locale;

/** Documents of about one size, and enough of them that a JVM's slow first seconds do not decide. */
enum DocumentSet {
    SMALL(500_000, Size.SMALL),
    MEDIUM(50_000, Size.MEDIUM),
    LARGE(5_000, Size.LARGE);

    private static final int QUICK_SHARE = 10;

    private final long documents;
    private final Size size;

    DocumentSet(long documents, Size size) {
        this.documents = documents;
        this.size = size;
    }

    long documents(boolean quick) {
        return quick ? documents / QUICK_SHARE : documents;
    }

    Size size() {
        return size;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
