package dev.millrace.verification;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Sorts any number of byte strings, as unsigned bytes, in bounded memory: what does not fit goes to temporary files as
 * sorted runs, which are merged. The files are deleted with {@link #close}, and where the system allows it they have no name
 * from the beginning, so that not even a killed process leaves one. Adding is thread-safe; reading comes after all adding.
 */
final class RowSorter implements AutoCloseable {

    /** What an array costs besides its bytes: its header and the reference to it. */
    private static final int ROW_OVERHEAD = 24;

    /** Files that are merged, and open, at once. */
    private static final int RUNS_AT_ONCE = 32;

    private static final int BUFFER = 64 << 10;

    private final long memory;
    private final int runsAtOnce;
    private final List<byte[]> rows = new ArrayList<>();
    private long held;
    /** Runs of one size stand side by side; so many of them become one of the next level. */
    private final List<List<Run>> levels = new ArrayList<>();

    private long runsWritten;
    private boolean closed;

    /** Reads rows in order. */
    interface Rows {
        /** The next row, or null at the end. */
        byte @Nullable [] next() throws IOException;
    }

    /** A sorted run in a file of its own. */
    private static final class Run implements Rows {
        private final FileChannel channel;
        private final DataInputStream in;
        private long left;

        Run(FileChannel channel, long rows) throws IOException {
            this.channel = channel;
            this.left = rows;
            channel.position(0);
            this.in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel), BUFFER));
        }

        @Override
        public byte @Nullable [] next() throws IOException {
            if (left == 0) {
                return null;
            }
            left--;
            byte[] row = new byte[in.readInt()];
            in.readFully(row);
            return row;
        }

        void close() {
            try {
                channel.close();
            } catch (IOException e) {
                // The file has been read, and goes with the channel or with the system's next clean-up.
                return;
            }
        }
    }

    /** The head of a run that takes part in a merge. */
    private record Head(byte[] row, Rows rest) implements Comparable<Head> {
        @Override
        public int compareTo(Head other) {
            return Arrays.compareUnsigned(row, other.row);
        }
    }

    /** @param memory bytes that rows may take, about */
    RowSorter(long memory) {
        this(memory, RUNS_AT_ONCE);
    }

    RowSorter(long memory, int runsAtOnce) {
        this.memory = memory;
        this.runsAtOnce = runsAtOnce;
    }

    /** @param row of the sorter from now on */
    synchronized void add(byte[] row) throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        rows.add(row);
        held += row.length + ROW_OVERHEAD;
        if (held >= memory) {
            spill();
        }
    }

    /** All rows in order; once. */
    synchronized Rows sorted() throws IOException {
        rows.sort(Arrays::compareUnsigned);
        List<Rows> all = new ArrayList<>();
        all.add(inMemory());
        // The smallest runs are on the first levels: they are put together until one merge can take what is left.
        for (int level = 0; levels.stream().mapToInt(List::size).sum() > runsAtOnce; level++) {
            if (!levels.get(level).isEmpty()) {
                collapse(level);
            }
        }
        levels.forEach(all::addAll);
        return merged(all);
    }

    /** How many runs went to files so far. */
    synchronized long runsWritten() {
        return runsWritten;
    }

    @Override
    public synchronized void close() {
        closed = true;
        rows.clear();
        levels.forEach(level -> level.forEach(Run::close));
        levels.clear();
    }

    private void spill() throws IOException {
        rows.sort(Arrays::compareUnsigned);
        addRun(0, write(inMemory()));
        runsWritten++;
        rows.clear();
        held = 0;
    }

    private void addRun(int level, Run run) throws IOException {
        while (levels.size() <= level) {
            levels.add(new ArrayList<>());
        }
        levels.get(level).add(run);
        if (levels.get(level).size() >= runsAtOnce) {
            collapse(level);
        }
    }

    private void collapse(int level) throws IOException {
        List<Run> runs = levels.get(level);
        Run one = write(merged(runs));
        runs.forEach(Run::close);
        runs.clear();
        addRun(level + 1, one);
    }

    private static Run write(Rows sorted) throws IOException {
        Path file = Files.createTempFile("millrace-verify-", ".run");
        FileChannel channel = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        try {
            long count = 0;
            DataOutputStream out =
                    new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER));
            for (byte[] row = sorted.next(); row != null; row = sorted.next()) {
                out.writeInt(row.length);
                out.write(row);
                count++;
            }
            out.flush();
            return new Run(channel, count);
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private Rows inMemory() {
        int[] next = {0};
        return () -> next[0] < rows.size() ? rows.get(next[0]++) : null;
    }

    private static Rows merged(List<? extends Rows> runs) throws IOException {
        PriorityQueue<Head> heads = new PriorityQueue<>();
        for (Rows run : runs) {
            byte[] first = run.next();
            if (first != null) {
                heads.add(new Head(first, run));
            }
        }
        return () -> {
            Head least = heads.poll();
            if (least == null) {
                return null;
            }
            byte[] following = least.rest().next();
            if (following != null) {
                heads.add(new Head(following, least.rest()));
            }
            return least.row();
        };
    }
}
