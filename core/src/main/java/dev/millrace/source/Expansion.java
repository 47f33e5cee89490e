package dev.millrace.source;

import dev.millrace.xml.XmlLimits;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Watches how much a compressed file becomes, so that a small file cannot keep a run busy for days. Not thread-safe.
 */
final class Expansion {

    private final XmlLimits limits;
    private long compressed;
    private long expanded;

    Expansion(XmlLimits limits) {
        this.limits = limits;
    }

    /** The file has become larger than the limits allow. */
    static final class Exceeded extends IOException {

        private static final long serialVersionUID = 1L;

        private Exceeded(int expansion) {
            super("it expands to more than " + expansion + " times its size, as only hostile files do; if you trust it,"
                    + " raise --max-expansion");
        }
    }

    /** The compressed bytes, counted. */
    InputStream compressed(InputStream in) {
        return new Counted(in) {
            @Override
            void count(long bytes) {
                compressed += bytes;
            }
        };
    }

    /** For a file whose compressed bytes are not read one after the other. */
    void addCompressed(long bytes) {
        compressed += bytes;
    }

    /** The expanded bytes, counted and limited. */
    InputStream expanded(InputStream in) {
        return new Counted(in) {
            @Override
            void count(long bytes) throws Exceeded {
                expanded += bytes;
                if (expanded > XmlLimits.FREE_EXPANSION && expanded / limits.expansion() > compressed) {
                    throw new Exceeded(limits.expansion());
                }
            }
        };
    }

    private abstract static class Counted extends FilterInputStream {

        Counted(InputStream in) {
            super(in);
        }

        abstract void count(long bytes) throws Exceeded;

        @Override
        public int read() throws IOException {
            int b = super.read();
            if (b >= 0) {
                count(1);
            }
            return b;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            if (read > 0) {
                count(read);
            }
            return read;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = super.skip(bytes);
            count(skipped);
            return skipped;
        }
    }
}
