package com.example.orders;

import dev.millrace.discovery.Discovery;
import dev.millrace.discovery.Draft;
import dev.millrace.discovery.DraftException;
import dev.millrace.discovery.DraftOptions;
import dev.millrace.source.SourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Drafts a contract of files. */
public final class DraftContract {

    private DraftContract() {}

    /** Writes the contract; returns what is not in it. */
    public static List<String> draft(String files, Path contract) throws IOException, SourceException, DraftException {
        Draft draft = Discovery.ofFiles(files, DraftOptions.of("orders"));
        Files.writeString(contract, draft.contract().text());
        return draft.unmapped();
    }
}
