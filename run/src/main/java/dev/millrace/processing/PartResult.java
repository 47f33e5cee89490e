package dev.millrace.processing;

import dev.millrace.document.DataText;
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
 * part; that of its coverage is bounded by the distinct paths that a run tells apart.
 *
 * @param number of the part, from 1
 * @param gaveUp why it ended before its end, for people; "" if it did not
 * @param documents of the source, of which each may hold several of those that the other counts are of
 * @param firstRejects no more than a summary shows
 * @param rejectsByTable by table and code, of those that name a table
 * @param rows as the other arrays, by table index
 * @param cells null where nothing was counted
 * @param stageNanos by stage
 * @param coverage what {@link dev.millrace.coverage.Coverage#toBytes} has made; null where nobody looked
 */
@API(status = API.Status.INTERNAL)
public record PartResult(
        int number,
        String gaveUp,
        long documents,
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
        boolean skippedForeignKeyChecks,
        byte @Nullable [] coverage) {

    /** Documents that were read. */
    public long read() {
        return loaded + rejected + skips.total();
    }

    /** In bytes that need nothing but this class, whatever the cluster uses to send objects. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(number);
            DataText.write(out, gaveUp);
            for (long count : new long[] {
                documents,
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
                DataText.write(out, table.getKey());
                write(out, table.getValue());
            }
            out.writeInt(paths.size());
            for (Map.Entry<String, String> path : paths.entrySet()) {
                DataText.write(out, path.getKey());
                DataText.write(out, path.getValue());
            }
            out.writeBoolean(skippedForeignKeyChecks);
            out.writeInt(coverage == null ? -1 : coverage.length);
            if (coverage != null) {
                out.write(coverage);
            }
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
                    DataText.read(in),
                    in.readLong(),
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
                    in.readBoolean(),
                    bytesOrNull(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(DataOutputStream out, Reject reject) throws IOException {
        Fault fault = reject.fault();
        DataText.write(out, reject.documentKey());
        DataText.write(out, fault.code().word());
        DataText.write(out, fault.table());
        DataText.write(out, fault.column());
        DataText.write(out, fault.path());
        Location location = fault.location();
        out.writeInt(location == null ? 0 : location.line());
        out.writeInt(location == null ? 0 : location.column());
        DataText.write(out, fault.message());
    }

    private static List<Reject> rejects(DataInputStream in) throws IOException {
        List<Reject> rejects = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            String key = DataText.read(in);
            FaultCode code = FaultCode.of(DataText.read(in)).orElse(FaultCode.OTHER);
            String table = DataText.readOrNull(in);
            String column = DataText.readOrNull(in);
            String path = DataText.readOrNull(in);
            int line = in.readInt();
            int place = in.readInt();
            Location location = line == 0 ? null : new Location(line, place);
            rejects.add(new Reject(key, new Fault(code, table, column, path, location, DataText.read(in))));
        }
        return rejects;
    }

    private static void write(DataOutputStream out, Map<String, Long> counts) throws IOException {
        out.writeInt(counts.size());
        for (Map.Entry<String, Long> count : counts.entrySet()) {
            DataText.write(out, count.getKey());
            out.writeLong(count.getValue());
        }
    }

    private static Map<String, Map<String, Long>> countsByTable(DataInputStream in) throws IOException {
        Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            counts.put(DataText.read(in), counts(in));
        }
        return counts;
    }

    private static Map<String, Long> counts(DataInputStream in) throws IOException {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            counts.put(DataText.read(in), in.readLong());
        }
        return counts;
    }

    private static Map<String, String> texts(DataInputStream in) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            texts.put(DataText.read(in), DataText.read(in));
        }
        return texts;
    }

    private static byte @Nullable [] bytesOrNull(DataInputStream in) throws IOException {
        int length = in.readInt();
        return length < 0 ? null : in.readNBytes(length);
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
}
