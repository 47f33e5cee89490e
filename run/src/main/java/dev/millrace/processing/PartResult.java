package dev.millrace.processing;

import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Location;
import dev.millrace.document.Reject;
import dev.millrace.document.Skips;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What became of the documents of a part of a run, as it goes from a machine of a cluster to the one that adds up. Its size does not grow with the
 * part.
 *
 * @param number of the part, from 1
 * @param gaveUp why it ended before its end, for people; "" if it did not
 * @param firstRejects no more than a summary shows
 * @param rejectsByTable by table and code, of those that name a table
 * @param rows as the other arrays, by table index
 * @param cells null where nothing was counted
 * @param stageNanos by stage
 */
@API(status = API.Status.INTERNAL)
public record PartResult(
        int number,
        String gaveUp,
        long withUnknownKeys,
        long loaded,
        long replaced,
        long rejected,
        Skips skips,
        long bytes,
        long retries,
        long[] rows,
        long[] kept,
        long @Nullable [] cells,
        long[] stageNanos,
        List<Reject> firstRejects,
        Map<String, Long> rejectsByCode,
        Map<String, Map<String, Long>> rejectsByTable,
        Map<String, String> paths,
        boolean skippedForeignKeyChecks) {

    /** Documents that were read. */
    public long read() {
        return loaded + rejected + skips.total();
    }

    /** In bytes that need nothing but this class, whatever the cluster uses to send objects. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(number);
            write(out, gaveUp);
            for (long count : new long[] {
                withUnknownKeys,
                loaded,
                replaced,
                rejected,
                skips.loaded(),
                skips.ofOtherContract(),
                skips.rejected(),
                skips.leftAlone(),
                skips.unselected(),
                this.bytes,
                retries
            }) {
                out.writeLong(count);
            }
            write(out, rows);
            write(out, kept);
            out.writeBoolean(cells != null);
            if (cells != null) {
                write(out, cells);
            }
            write(out, stageNanos);
            out.writeInt(firstRejects.size());
            for (Reject reject : firstRejects) {
                write(out, reject);
            }
            write(out, rejectsByCode);
            out.writeInt(rejectsByTable.size());
            for (Map.Entry<String, Map<String, Long>> table : rejectsByTable.entrySet()) {
                write(out, table.getKey());
                write(out, table.getValue());
            }
            out.writeInt(paths.size());
            for (Map.Entry<String, String> path : paths.entrySet()) {
                write(out, path.getKey());
                write(out, path.getValue());
            }
            out.writeBoolean(skippedForeignKeyChecks);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** What {@link #toBytes} has made. */
    public static PartResult of(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return new PartResult(
                    in.readInt(),
                    text(in),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    new Skips(in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong()),
                    in.readLong(),
                    in.readLong(),
                    numbers(in),
                    numbers(in),
                    in.readBoolean() ? numbers(in) : null,
                    numbers(in),
                    rejects(in),
                    counts(in),
                    countsByTable(in),
                    texts(in),
                    in.readBoolean());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(DataOutputStream out, Reject reject) throws IOException {
        Fault fault = reject.fault();
        write(out, reject.documentKey());
        write(out, fault.code().word());
        write(out, fault.table());
        write(out, fault.column());
        write(out, fault.path());
        Location location = fault.location();
        out.writeInt(location == null ? 0 : location.line());
        out.writeInt(location == null ? 0 : location.column());
        write(out, fault.message());
    }

    private static List<Reject> rejects(DataInputStream in) throws IOException {
        List<Reject> rejects = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            String key = text(in);
            FaultCode code = FaultCode.of(text(in)).orElse(FaultCode.OTHER);
            String table = textOrNull(in);
            String column = textOrNull(in);
            String path = textOrNull(in);
            int line = in.readInt();
            int place = in.readInt();
            Location location = line == 0 ? null : new Location(line, place);
            rejects.add(new Reject(key, new Fault(code, table, column, path, location, text(in))));
        }
        return rejects;
    }

    private static void write(DataOutputStream out, Map<String, Long> counts) throws IOException {
        out.writeInt(counts.size());
        for (Map.Entry<String, Long> count : counts.entrySet()) {
            write(out, count.getKey());
            out.writeLong(count.getValue());
        }
    }

    private static Map<String, Map<String, Long>> countsByTable(DataInputStream in) throws IOException {
        Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            counts.put(text(in), counts(in));
        }
        return counts;
    }

    private static Map<String, Long> counts(DataInputStream in) throws IOException {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            counts.put(text(in), in.readLong());
        }
        return counts;
    }

    private static Map<String, String> texts(DataInputStream in) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            texts.put(text(in), text(in));
        }
        return texts;
    }

    private static void write(DataOutputStream out, long[] numbers) throws IOException {
        out.writeInt(numbers.length);
        for (long number : numbers) {
            out.writeLong(number);
        }
    }

    private static long[] numbers(DataInputStream in) throws IOException {
        long[] numbers = new long[in.readInt()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = in.readLong();
        }
        return numbers;
    }

    // Not writeUTF, which takes no text of more than 64 KiB.
    private static void write(DataOutputStream out, @Nullable String text) throws IOException {
        out.writeInt(text == null ? -1 : text.length());
        if (text != null) {
            out.writeChars(text);
        }
    }

    private static String text(DataInputStream in) throws IOException {
        String text = textOrNull(in);
        return text == null ? "" : text;
    }

    private static @Nullable String textOrNull(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            return null;
        }
        char[] characters = new char[length];
        for (int i = 0; i < length; i++) {
            characters[i] = in.readChar();
        }
        return new String(characters);
    }
}
