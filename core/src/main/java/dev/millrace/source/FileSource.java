package dev.millrace.source;

import dev.millrace.document.Document;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.XmlLimits;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Documents from a file, a directory (all *.xml below it, in path order) or a glob. A document's key is the file's name:
 * relative to the directory, else to the glob's fixed part, with / as separator.
 */
public final class FileSource implements DocumentSource {

    private FileSource() {}

    /**
     * @param specification a file, a directory or a glob
     * @param record where records are: for what deserves to be split while it is read
     */
    public static FileSource open(String specification, RecordPath record, XmlLimits limits) throws SourceException {
        throw new IllegalStateException("spine");
    }

    @Override
    public @Nullable Document next() throws SourceException, InterruptedException {
        throw new IllegalStateException("spine");
    }

    @Override
    public String description() {
        throw new IllegalStateException("spine");
    }

    @Override
    public OptionalLong estimatedDocuments() {
        throw new IllegalStateException("spine");
    }

    @Override
    public int connections() {
        return 0;
    }

    @Override
    public long skipped() {
        return 0;
    }

    @Override
    public void close() {}
}
