package com.example.orders;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.document.Reject;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunSummary;
import dev.millrace.source.SourceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Properties;

/** Loads files into a database: the shortest program that does. */
public final class LoadFiles {

    private LoadFiles() {}

    /** @param arguments a contract, a file, directory, glob or archive, and a JDBC URL */
    public static void main(String[] arguments)
            throws IOException, ContractException, SourceException, TargetException {
        MappingContract contract = ContractReader.read(Path.of(arguments[0])).contract();
        RunOptions options = RunOptions.from(From.files(arguments[1]))
                .to(Database.of(arguments[2], new Properties()))
                .createTables(true)
                .build();

        RunSummary summary = new ProductionProcessor(contract, options).run();

        System.out.println(summary.status() + ": " + summary.documents().loaded() + " documents loaded, "
                + summary.documents().rejected() + " rejected");
        for (Reject reject : summary.rejects().first()) {
            System.out.println(reject.documentKey() + ": " + reject.fault().message());
        }
    }
}
