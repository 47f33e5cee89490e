package dev.millrace.source;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A stream that may be silent for hours, such as standard input, read by a thread of its own: a thread that waits for it here can
 * be told to stop, which a read of a pipe or terminal cannot. For one reader; {@link #stop} is for any thread.
 */
final class StoppableInput extends InputStream {

    private static final int CHUNK = 1 << 16;

    /** Gives the stream; a pipe may not even be opened before somebody writes to it. */
    interface Opening {
        InputStream open() throws IOException;
    }

    private final Opening opening;
    private boolean started;
    private boolean stopped;
    private boolean ended;
    private @Nullable IOException broken;
    /** What the reader takes from; the other thread fills an array of its own meanwhile. */
    private byte[] chunk = new byte[0];

    private int from;
    private int end;

    StoppableInput(InputStream in) {
        this(() -> in);
    }

    /** @param opening done by the other thread, too */
    StoppableInput(Opening opening) {
        this.opening = opening;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public synchronized int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        startOnce();
        try {
            while (from == end && !ended && !stopped) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped = true;
        }
        if (stopped || from == end) {
            if (broken != null && !stopped) {
                throw broken;
            }
            return -1;
        }
        int size = Math.min(length, end - from);
        System.arraycopy(chunk, from, bytes, offset, size);
        from += size;
        if (from == end) {
            notifyAll();
        }
        return size;
    }

    /** Wakes the reader; from now on the stream is at its end. */
    synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    private void startOnce() {
        if (!started) {
            started = true;
            Thread pump = new Thread(this::pump, "millrace-input");
            // It may wait in a read for ever, and nobody can wake it there.
            pump.setDaemon(true);
            pump.start();
        }
    }

    private void pump() {
        byte[] next = new byte[CHUNK];
        try {
            InputStream in = opening.open();
            for (int size = in.read(next); size >= 0; size = in.read(next)) {
                byte[] free = handOver(next, size);
                if (free == null) {
                    return;
                }
                next = free;
            }
            end(null);
        } catch (IOException e) {
            end(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The array to fill next; null when nobody reads on. */
    private synchronized byte @Nullable [] handOver(byte[] filled, int size) throws InterruptedException {
        while (from < end && !stopped) {
            wait();
        }
        if (stopped) {
            return null;
        }
        byte[] free = chunk.length == CHUNK ? chunk : new byte[CHUNK];
        chunk = filled;
        from = 0;
        end = size;
        notifyAll();
        return free;
    }

    private synchronized void end(@Nullable IOException cause) {
        broken = cause;
        ended = true;
        notifyAll();
    }
}
