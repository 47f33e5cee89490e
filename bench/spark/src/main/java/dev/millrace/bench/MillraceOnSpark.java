package dev.millrace.bench;

import dev.millrace.spark.command.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Loads the documents of {@code app_xml} by the command that spark-submit runs, with as many connections as there are cores. */
final class MillraceOnSpark {

    private MillraceOnSpark() {}

    /** @param args the workload's directory, and how many connections */
    public static void main(String[] args) throws IOException {
        Workload workload = Workload.load(Path.of(args[0]));
        Path contract = workload.directory().resolve("contract.yaml");
        Files.writeString(contract, SampleDocuments.contractText());
        // Of Spark's own settings, those of the other contestant.
        System.setProperty("spark.ui.enabled", "false");
        System.setProperty("spark.driver.host", "127.0.0.1");
        System.setProperty("spark.driver.bindAddress", "127.0.0.1");
        Main.main(new String[] {
            "load", contract.toString(), "--from", workload.url(), "--to", workload.url(), "--connections", args[1],
        });
        Lap.end();
    }
}
