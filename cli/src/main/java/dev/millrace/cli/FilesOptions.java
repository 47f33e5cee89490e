package dev.millrace.cli;

import dev.millrace.lake.Lake;
import dev.millrace.lake.LakeFormat;
import dev.millrace.lake.LakeFormat.Compression;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the files are like that a run writes into a directory. */
final class FilesOptions {

    @Option(
            names = "--format",
            paramLabel = "parquet|csv|jsonl",
            description = "Write files into the directory that --to names; else as those that it has (parquet).")
    private @Nullable LakeFormat format;

    @Option(
            names = "--compression",
            paramLabel = "none|gzip|zstd",
            description = "How files of csv and jsonl are compressed; Parquet always is (none).")
    private @Nullable Compression compression;

    @Option(
            names = "--partition",
            paramLabel = "COLUMN|load-day",
            description =
                    "Put the files of each value of a column, or of each day of loading, into a folder of their own.")
    private @Nullable String partition;

    /** Whether they say that the target is a directory. */
    boolean isGiven() {
        return format != null;
    }

    /** For a target that is a database. */
    void refuse() throws UsageException {
        String given = format != null
                ? "--format"
                : compression != null ? "--compression" : partition != null ? "--partition" : null;
        if (given != null) {
            throw new UsageException(
                    given + " is for files, but --to does not name a directory – leave it out, or name a"
                            + " directory, with --format if it is not there yet");
        }
    }

    Lake.Form form() throws UsageException {
        if (format == LakeFormat.PARQUET && compression != null) {
            throw new UsageException(
                    "--compression is for csv and jsonl: Parquet is compressed by itself – leave it out");
        }
        return new Lake.Form(format, compression, partition);
    }
}
