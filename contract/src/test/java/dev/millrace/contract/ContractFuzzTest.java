package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a file holds, the reader answers with a contract or with its problems, and soon. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ContractFuzzTest {

    private static final byte[] WHOLE = Contracts.resource("everything.yaml").getBytes(StandardCharsets.UTF_8);
    private static final byte[] INTERESTING =
            "{}[]:,&*!|>'\"%@`#-?$\n\t \u0000\u00ff<~".getBytes(StandardCharsets.ISO_8859_1);

    @TempDir
    private Path folder;

    @Test
    void toldWhateverIsTruncated() throws IOException {
        for (int end = 0; end < WHOLE.length; end += 7) {
            byte[] part = new byte[end];
            System.arraycopy(WHOLE, 0, part, 0, end);

            readAny(part, "truncated at " + end);
        }
    }

    @Test
    void toldWhateverIsFlipped() throws IOException {
        long seed = 4711;
        Random random = new Random(seed);
        for (int round = 0; round < 400; round++) {
            byte[] changed = WHOLE.clone();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                int at = random.nextInt(changed.length);
                changed[at] = random.nextBoolean()
                        ? (byte) random.nextInt(256)
                        : INTERESTING[random.nextInt(INTERESTING.length)];
            }

            readAny(changed, "seed " + seed + ", round " + round);
        }
    }

    @Test
    void toldWhateverIsSpliced() throws IOException {
        long seed = 815;
        Random random = new Random(seed);
        for (int round = 0; round < 150; round++) {
            int from = random.nextInt(WHOLE.length);
            int length = random.nextInt(WHOLE.length - from);
            int to = random.nextInt(WHOLE.length);
            byte[] spliced = new byte[WHOLE.length + length];
            System.arraycopy(WHOLE, 0, spliced, 0, to);
            System.arraycopy(WHOLE, from, spliced, to, length);
            System.arraycopy(WHOLE, to, spliced, to + length, WHOLE.length - to);

            readAny(spliced, "seed " + seed + ", round " + round);
        }
    }

    private void readAny(byte[] content, String about) throws IOException {
        Path file = folder.resolve("c.yaml");
        Files.write(file, content);
        try {
            assertThat(ContractReader.read(file).contract().tables()).isNotEmpty();
        } catch (ContractException fault) {
            assertThat(fault.problems()).as(about).isNotEmpty().allSatisfy(problem -> {
                assertThat(problem.position().line()).isPositive();
                assertThat(problem.position().column()).isPositive();
                assertThat(problem.message()).doesNotContain("\n");
            });
        } catch (RuntimeException | StackOverflowError fault) {
            fail(about, fault);
        }
    }
}
