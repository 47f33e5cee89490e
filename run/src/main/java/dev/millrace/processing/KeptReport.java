package dev.millrace.processing;

import dev.millrace.coverage.CoverageReport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * What the page of a run needs beside the summary that the ledger keeps: every path of the documents. That is too much for the summary, which
 * whoever lists runs reads. Compressed, since a ledger can hold many: JSON, gzip, Base64.
 */
final class KeptReport {

    private KeptReport() {}

    static String write(RunSummary summary) {
        CoverageReport coverage = summary.coverage();
        String json = CoverageJson.writePaths(coverage == null ? List.of() : coverage.paths());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /** The paths; empty where the text is none of {@link #write}. */
    static Optional<List<CoverageReport.Path>> read(String content) {
        try (GZIPInputStream gzip =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(content)))) {
            return Optional.of(CoverageJson.readPaths(new String(gzip.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
