package dev.millrace.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.Random;

/** Some bytes, given in pieces of any size, perhaps slowly, perhaps with a failure at a place. */
final class FaultyStream extends InputStream {

    private final byte[] bytes;
    private final int failAt;
    private final int longestPiece;
    private final Random random = new Random(5);
    private int at;

    /**
     * @param failAt how many bytes are given before the stream fails; more than there are for never
     * @param longestPiece the most bytes that a read gives
     */
    FaultyStream(byte[] bytes, int failAt, int longestPiece) {
        this.bytes = bytes;
        this.failAt = failAt;
        this.longestPiece = longestPiece;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (at == failAt) {
            throw new IOException("the disk does not answer");
        }
        if (at == bytes.length) {
            return -1;
        }
        int most = Math.min(Math.min(length, bytes.length - at), failAt - at);
        int size = Math.min(most, 1 + random.nextInt(longestPiece));
        System.arraycopy(bytes, at, into, offset, size);
        at += size;
        return size;
    }
}
