package dev.millrace.spark;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Files of this machine by a server that does not always answer: {@code flaky:///path}. */
public final class FlakyFileSystem extends RawLocalFileSystem {

    /** How many files fail from now on, in the midst of them or when they are opened. */
    static final AtomicInteger FAILURES = new AtomicInteger();

    @Override
    public String getScheme() {
        return "flaky";
    }

    @Override
    public URI getUri() {
        return URI.create("flaky:///");
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
        int left = FAILURES.getAndUpdate(count -> Math.max(0, count - 1));
        if (left > 0 && left % 2 == 0) {
            throw new IOException("no answer on purpose");
        }
        FSDataInputStream whole = super.open(path, bufferSize);
        return left == 0 ? whole : new FSDataInputStream(new Failing(whole));
    }

    /** Gives one byte. */
    private static final class Failing extends FSInputStream {
        private final FSDataInputStream whole;

        Failing(FSDataInputStream whole) {
            this.whole = whole;
        }

        @Override
        public int read() throws IOException {
            if (whole.getPos() > 0) {
                throw new IOException("no further answer on purpose");
            }
            return whole.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int next = read();
            bytes[offset] = (byte) next;
            return 1;
        }

        @Override
        public void seek(long position) throws IOException {
            whole.seek(position);
        }

        @Override
        public long getPos() throws IOException {
            return whole.getPos();
        }

        @Override
        public boolean seekToNewSource(long position) {
            return false;
        }

        @Override
        public void close() throws IOException {
            whole.close();
        }
    }
}
