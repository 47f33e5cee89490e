package dev.millrace.bench;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures all contestants side by side, in rounds, against one embedded PostgreSQL. */
@Command(
        name = "bench/run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures Millrace and other ways to load XML side by side, on this machine, in one run.")
final class Main implements Callable<Integer> {

    @Option(
            names = "--set",
            paramLabel = "small|medium|large|all",
            description = "The documents: 2 KB, 20 KB or 230 KB each. Default: small.")
    private String set = "small";

    @Option(names = "--quick", description = "A tenth of the documents: for trying out, not for figures.")
    private boolean quick;

    @Option(names = "--rounds", paramLabel = "N", description = "How often each contestant runs. Default: 3.")
    private int rounds = 3;

    @Option(names = "--documents", paramLabel = "N", description = "How many documents, instead of the set's number.")
    private @Nullable Long documents;

    @Option(
            names = "--against",
            paramLabel = "NAME",
            split = ",",
            description = "Who races beside Millrace: guarantees, heap, lxml, xmltable, rows, spark, floor, ceilings;"
                    + " millrace for nobody. Default: all.")
    private List<String> against = new ArrayList<>();

    @Option(
            names = "--write",
            paramLabel = "PAGE",
            description = "The page between whose marks the result is written, such as docs/performance.md.")
    private @Nullable Path page;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "Where database and documents are kept meanwhile. Default: a temporary directory.")
    private @Nullable Path parent;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final List<String> arguments;

    private Main(String... arguments) {
        this.arguments = List.of(arguments);
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main(arguments))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        List<DocumentSet> sets = sets();
        List<Contestant> contestants = contestants();
        StringBuilder measured = new StringBuilder();
        try (Scratch scratch = Scratch.in(parent);
                Server server = Server.start(scratch.directory())) {
            measured.append(Machine.description()).append(". PostgreSQL ").append(server.version());
            measured.append(". Medians of ").append(rounds).append(" rounds: `bench/run ");
            measured.append(commandLine()).append("`.\n\n");
            out().println(measured);
            for (DocumentSet each : sets) {
                long count = documents == null ? each.documents(quick) : documents;
                Report report =
                        new Race(server, scratch.directory(), contestants, this::progress).run(each, count, rounds);
                out().println(report.text());
                measured.append(report.text()).append('\n');
            }
        }
        if (page != null) {
            Report.write(page, measured.toString());
        }
        return 0;
    }

    @Command(
            name = "parts",
            mixinStandardHelpOptions = true,
            description = "Measures tokenizing, parsing, mapping, encoding, paths and conversions one by one, by JMH.")
    void parts(@Option(names = "--quick", description = "For trying out, not for figures.") boolean fast)
            throws Exception {
        new PartsReport(fast).print();
    }

    @Command(
            name = "wide",
            mixinStandardHelpOptions = true,
            description = "Measures validating, parsing and mapping without a database with 29 and with 227 columns.")
    void wide() throws Exception {
        WideContracts.run();
    }

    @Command(
            name = "reading",
            mixinStandardHelpOptions = true,
            description = "Measures parsing and mapping without a database against tokenizing.")
    void reading(
            @Parameters(arity = "0..*", paramLabel = "SET", description = "small, medium, large. Default: all.")
                    String... only)
            throws Exception {
        ParseBenchmark.main(only == null ? new String[0] : only);
    }

    @Command(
            name = "latency",
            mixinStandardHelpOptions = true,
            description = "Measures workers, overlap and connections against a PostgreSQL that is 5 ms away.")
    void latency(
            @Option(
                            names = "--documents",
                            paramLabel = "N",
                            defaultValue = "40000",
                            description = "Small documents. Default: ${DEFAULT-VALUE}.")
                    int count,
            @Option(
                            names = "--rounds",
                            paramLabel = "N",
                            defaultValue = "3",
                            description = "Measured, after one of warm-up. Default: ${DEFAULT-VALUE}.")
                    int times)
            throws Exception {
        LatencyRace.run(count, times);
    }

    @Command(
            name = "loading",
            mixinStandardHelpOptions = true,
            description = "Measures loading against a bare bulk insert: the embedded databases, or MariaDB.")
    void loading(@Parameters(arity = "0..*", paramLabel = "URL", description = "Of a MariaDB.") String... urls)
            throws Exception {
        LoadingRace.main(urls == null ? new String[0] : urls);
    }

    private List<DocumentSet> sets() {
        List<DocumentSet> sets = Stream.of(DocumentSet.values())
                .filter(each -> set.equals("all") || set.equals(each.label()))
                .toList();
        if (sets.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--set " + set + " – expected small, medium, large or all");
        }
        return sets;
    }

    private List<Contestant> contestants() {
        List<String> words = Contestants.words();
        if (!words.containsAll(against)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--against " + String.join(",", against) + " – expected some of " + String.join(", ", words));
        }
        return Contestants.against(against);
    }

    private String commandLine() {
        return arguments.stream()
                .map(argument -> argument.contains(" ") ? "'" + argument + "'" : argument)
                .collect(Collectors.joining(" "));
    }

    private void progress(@Nullable String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
