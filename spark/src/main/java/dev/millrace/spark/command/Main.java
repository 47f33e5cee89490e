package dev.millrace.spark.command;

import dev.millrace.cli.ClusterFrontEnd;
import dev.millrace.contract.MappingContract;
import dev.millrace.source.SourceException;
import dev.millrace.spark.Documents;
import dev.millrace.spark.load.SparkLoad;
import java.io.PrintStream;
import java.util.Arrays;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** The program for spark-submit: {@code load}, with the options of {@code millrace run}, and {@code tables}. */
public final class Main {

    /** The minor version of Spark that this was built with; the classes of another one are not compatible. */
    private static final String BUILT_FOR = "4.2";

    private static final int USAGE = 2;

    private Main() {}

    /** Ends the JVM with the exit code, unless that is 0: on YARN, whoever exits by himself has failed. */
    public static void main(String[] args) {
        int exitCode = run(args, System.out, System.err);
        System.out.flush();
        System.err.flush();
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    /** Runs a command line, and returns the exit code. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        String unfit = unfit(org.apache.spark.package$.MODULE$.SPARK_VERSION());
        if (unfit != null) {
            err.println(unfit);
            return USAGE;
        }
        if (args.length > 0 && args[0].equals(TablesProgram.NAME)) {
            return TablesProgram.run(Arrays.copyOfRange(args, 1, args.length), out, err);
        }
        try (Load load = new Load()) {
            return dev.millrace.cli.Main.run(args, load, out, err);
        }
    }

    /** What is wrong with a version of Spark, in one line; null for nothing. */
    static @Nullable String unfit(String version) {
        return version.equals(BUILT_FOR) || version.startsWith(BUILT_FOR + ".")
                ? null
                : "Spark " + version + " – this Millrace is built for Spark " + BUILT_FOR
                        + ".x; take the one whose name has your version of Spark, or another Spark";
    }

    /** The command, whose session begins when all options are known to be right. */
    private static final class Load implements ClusterFrontEnd, AutoCloseable {
        private final LoadSource source = new LoadSource();
        private @Nullable SparkSession session;

        @Override
        public Object options() {
            return source;
        }

        @Override
        public String synopsis() {
            return "spark-submit … millrace-spark.jar load CONTRACT --from SOURCE --to URL [OPTION…]";
        }

        @Override
        public int connections() {
            return source.connections();
        }

        @Override
        public Opened open(Source named, MappingContract contract, Manner manner) throws SourceException {
            SparkSession started = SparkSession.builder()
                    .appName("millrace load " + contract.name())
                    .getOrCreate();
            session = started;
            Documents documents = source.documents(started, named, contract, manner);
            return new Opened(documents.description(), SparkLoad.cluster(started, documents, source.connections()));
        }

        @Override
        public void close() {
            SparkSession open = session;
            if (open != null) {
                open.stop();
            }
        }
    }
}
