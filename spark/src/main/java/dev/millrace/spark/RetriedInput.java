package dev.millrace.spark;

import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;

/**
 * A file of a cluster, which a task is tried again for. A server that does not answer says nothing about the document: its fault is an
 * {@link UncheckedIOException}, which no reader takes for one of the file, and ends the task. What the bytes are, such as a gzip file that
 * is cut off, is a fault of the document as ever.
 */
final class RetriedInput extends FilterInputStream {

    private RetriedInput(InputStream in) {
        super(in);
    }

    /** @throws IOException when there is no such file, or it may not be read */
    static InputStream open(Path path, Configuration configuration) throws IOException {
        try {
            return new RetriedInput(path.getFileSystem(configuration).open(path));
        } catch (FileNotFoundException | AccessControlException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int read() {
        try {
            return in.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        try {
            return in.read(bytes, offset, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long skip(long count) {
        try {
            return in.skip(count);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
