package dev.millrace.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.verification.RowSorter.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RowSorterTest {

    @Test
    void sortsAsUnsignedBytesInMemoryOrThroughManyLevelsOfFiles() throws IOException {
        long seed = 5;
        Random random = new Random(seed);
        for (long memory : new long[] {1, 200, 5_000, 1 << 20}) {
            List<byte[]> expected = new ArrayList<>();
            try (RowSorter sorter = new RowSorter(memory, 3)) {
                for (int i = 0; i < 700; i++) {
                    byte[] row = new byte[random.nextInt(12)];
                    random.nextBytes(row);
                    expected.add(row);
                    sorter.add(row);
                }
                expected.sort(Arrays::compareUnsigned);

                assertThat(all(sorter.sorted()))
                        .as("memory %d, seed %d", memory, seed)
                        .usingElementComparator(Arrays::compareUnsigned)
                        .isEqualTo(expected);
                assertThat(sorter.runsWritten() > 0).isEqualTo(memory < 1 << 20);
            }
        }
    }

    @Test
    void leavesNoFileBehind() throws IOException {
        long before = files();
        RowSorter abandoned = new RowSorter(10, 3);
        for (int i = 0; i < 50; i++) {
            abandoned.add(new byte[] {(byte) i});
        }
        abandoned.sorted().next();

        abandoned.close();

        assertThat(files()).isEqualTo(before);
        assertThatThrownBy(() -> abandoned.add(new byte[1])).isInstanceOf(IOException.class);
    }

    @Test
    void givesNothingOfNothing() throws IOException {
        try (RowSorter sorter = new RowSorter(10)) {
            assertThat(sorter.sorted().next()).isNull();
        }
    }

    private static List<byte[]> all(Rows rows) throws IOException {
        List<byte[]> all = new ArrayList<>();
        for (byte[] row = rows.next(); row != null; row = rows.next()) {
            all.add(row);
        }
        return all;
    }

    private static long files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("millrace-verify-"))
                    .count();
        }
    }
}
