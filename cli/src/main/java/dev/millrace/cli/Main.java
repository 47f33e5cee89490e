package dev.millrace.cli;

import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.processing.StackTraces;
import dev.millrace.source.SourceException;
import dev.millrace.verification.VerificationException;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program: finds the command, runs it, and turns whatever it throws into a line and an exit code. */
@Command(
        name = Main.NAME,
        description = "Turns XML documents into rows: one contract, many tables, each document all or nothing.",
        customSynopsis = "millrace COMMAND [OPTION…]",
        sortOptions = false,
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Begin with:  millrace demo",
            "Help:        millrace help COMMAND",
            "Exit codes:  0 all loaded, 1 the run broke, 2 usage or contract error,",
            "             3 finished with rejects or, by verify and diff, with differences,",
            "             130 interrupted, 143 terminated"
        },
        exitCodeList =
                "3:Documents of the source are not in the target, or something differs. Each command's page has more.")
public final class Main implements Runnable {

    static final String NAME = "millrace";

    /** In the order of the help; only the one that is asked for is built, because reflection is what a start costs. */
    private static final Map<String, Function<Console, Callable<Integer>>> COMMANDS = commands();

    private final Console console;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli shows the help itself
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            description = "Show the version.")
    private boolean version;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Show more of what happens, and stack traces.")
    @SuppressWarnings("UnusedVariable") // read among the words, before picocli reads them
    private boolean verbose;

    private Main(Console console) {
        this.console = console;
    }

    private static Map<String, Function<Console, Callable<Integer>>> commands() {
        Map<String, Function<Console, Callable<Integer>>> commands = new LinkedHashMap<>();
        commands.put("demo", DemoCommand::new);
        commands.put("discover", DiscoverCommand::new);
        commands.put("run", RunCommand::new);
        commands.put("preview", PreviewCommand::new);
        commands.put("explain", ExplainCommand::new);
        commands.put("check", CheckCommand::new);
        commands.put("coverage", CoverageCommand::new);
        commands.put("ddl", DdlCommand::new);
        commands.put("diff", DiffCommand::new);
        commands.put("doc", DocCommand::new);
        commands.put("verify", VerifyCommand::new);
        commands.put("status", StatusCommand::new);
        commands.put("runs", RunsCommand::new);
        commands.put("report", ReportCommand::new);
        commands.put("rejects", RejectsCommand::new);
        commands.put("forget", ForgetCommand::new);
        commands.put("generate", GenerateCommand::new);
        commands.put("import", ImportCommand::new);
        commands.put("import-ledger", ImportLedgerCommand::new);
        commands.put("schema", SchemaCommand::new);
        commands.put("completion", CompletionCommand::new);
        commands.put("man", ManCommand::new);
        return commands;
    }

    public static void main(String[] args) {
        PrintStream out = StandardOutput.open();
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        Logging.ownProcess();
        Database.loadDriversOnDemand();
        int exitCode = run(args, out, err, new SystemTerminal());
        out.flush();
        err.flush();
        System.exit(exitCode);
    }

    /**
     * Runs a command line of a program that has a cluster load; its one command is {@code load}. Returns the exit code.
     */
    @API(status = API.Status.INTERNAL)
    public static int run(String[] args, ClusterFrontEnd cluster, PrintStream out, PrintStream err) {
        return run(args, cluster, new Console(out, err, new SystemTerminal()));
    }

    /** Runs a command line as the binary does, and returns the exit code. */
    static int run(String[] given, PrintStream out, PrintStream err, Terminal terminal) {
        return run(meant(given), null, new Console(out, err, terminal));
    }

    private static int run(String[] args, @Nullable ClusterFrontEnd cluster, Console console) {
        PrintStream out = console.out();
        List<String> words = Arrays.asList(args);
        boolean verbose = words.contains("--verbose") || words.contains("-v");
        Logging.setDefaults(verbose);
        try {
            if (words.equals(List.of("--version"))) {
                Version.lines().forEach(out::println);
                return ExitCode.OK;
            }
            CommandLine line = commandLine(words, cluster, console, verbose);
            // What picocli prints by itself: it would show a fault of standard output as one of the program.
            StringWriter help = new StringWriter();
            line.setOut(new PrintWriter(help));
            int exitCode = line.execute(args);
            out.print(help);
            return exitCode;
        } catch (OutputException e) {
            return unwritten(e, console);
        } catch (Error e) {
            return internalError(e, console, verbose);
        }
    }

    /** Other words for the same: {@code help COMMAND}, and {@code -v} where there is nothing to be verbose about. */
    private static String[] meant(String[] args) {
        if (args.length == 1 && (args[0].equals("-v") || args[0].equals("-V"))) {
            return new String[] {"--version"};
        }
        if (args.length > 0 && args.length <= 2 && args[0].equals("help")) {
            if (args.length == 1) {
                return new String[] {"--help"};
            }
            return COMMANDS.containsKey(args[1]) ? new String[] {args[1], "--help"} : new String[] {args[1]};
        }
        return args;
    }

    /** For whoever looks at all commands at once. */
    static CommandLine withAllCommands(Console console) {
        return commandLine(List.of(), null, console, false);
    }

    private static CommandLine commandLine(
            List<String> words, @Nullable ClusterFrontEnd cluster, Console console, boolean verbose) {
        CommandLine line = new CommandLine(new Main(console));
        Function<Console, Callable<Integer>> asked = words.isEmpty() ? null : COMMANDS.get(words.get(0));
        if (cluster != null) {
            line.addSubcommand("load", new CommandLine(RunCommand.onCluster(console, cluster)));
        } else if (asked != null) {
            line.addSubcommand(asked.apply(console));
        } else {
            COMMANDS.values().forEach(command -> line.addSubcommand(command.apply(console)));
        }
        line.setErr(new PrintWriter(console.err(), true, Charset.defaultCharset()));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        if (asked == null || words.contains("--help") || words.contains("-h")) {
            HelpSections.set(line);
            line.getSubcommands().values().forEach(HelpSections::set);
            line.setUsageHelpWidth(Math.max(55, Math.min(100, console.terminal().width())));
        }
        line.setCaseInsensitiveEnumValuesAllowed(true);
        // For the commands that are there by now.
        line.registerConverter(int.class, word -> (int) wholeNumber(word, Integer.MAX_VALUE));
        line.registerConverter(Integer.class, word -> (int) wholeNumber(word, Integer.MAX_VALUE));
        line.registerConverter(long.class, word -> wholeNumber(word, Long.MAX_VALUE));
        line.setParameterExceptionHandler((e, args) -> badUsage(e, args, console));
        line.setExecutionExceptionHandler((e, command, result) -> failed(e, console, verbose));
        return line;
    }

    /** The options have smallest values of their own. */
    private static long wholeNumber(String word, long most) {
        try {
            long number = Long.parseLong(word);
            if (number <= most && number >= -most) {
                return number;
            }
        } catch (NumberFormatException e) {
            if (!word.matches("[+-]?[0-9]+")) {
                throw new TypeConversionException("\"" + word + "\" – expected a whole number");
            }
        }
        throw new TypeConversionException("\"" + word + "\" – expected a whole number, " + most + " at most");
    }

    @Override
    public void run() {
        if (version) {
            Version.lines().forEach(console.out()::println);
        } else {
            spec.commandLine().usage(console.out());
        }
    }

    /** One line: what is wrong, what was probably meant, where help is. */
    private static int badUsage(ParameterException e, String[] args, Console console) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        console.err().println(name + ": " + explanation(e, Arrays.asList(args)) + " – see " + name + " --help");
        return ExitCode.USAGE;
    }

    private static String explanation(ParameterException e, List<String> args) {
        if (args.stream().anyMatch(arg -> arg.startsWith("--password="))) {
            return "--password takes no value, it asks; a password in a command line can be read by every user of the machine";
        }
        if (e instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().get(0);
            int place = args.indexOf(word);
            if (place > 0 && args.get(place - 1).equals("--password")) {
                return "--password takes no value, it asks; so there is a word too many";
            }
            if (word.startsWith("-")) {
                return unknownOption(word, e);
            }
            return place == 0
                    ? unknownCommand(word)
                    : "a word too many: " + DatabaseUrl.shown(word) + expandedGlob(args);
        }
        if (e instanceof MissingParameterException) {
            // What is missing is perhaps only misspelt.
            Collection<String> known =
                    e.getCommandLine().getCommandSpec().optionsMap().keySet();
            for (String arg : args) {
                if (arg.startsWith("--") && !known.contains(withoutValue(arg))) {
                    return unknownOption(arg, e);
                }
            }
        }
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return message.isEmpty()
                ? "wrong use"
                : message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }

    /** Whether two files stand where --from takes one source, as they do where the shell has put in what a glob names. */
    private static String expandedGlob(List<String> args) {
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            boolean joined = arg.startsWith("--from=");
            String first = joined ? arg.substring("--from=".length()) : i + 1 < args.size() ? args.get(i + 1) : "";
            int next = joined ? i + 1 : i + 2;
            if ((joined || arg.equals("--from"))
                    && next < args.size()
                    && new File(first).exists()
                    && new File(args.get(next)).exists()) {
                return "; --from takes one source, and the shell has perhaps put several names in the place of a glob – give the"
                        + " glob in quotes, such as --from '" + glob(first) + "'";
            }
        }
        return "";
    }

    private static String glob(String file) {
        String folder = file.substring(0, file.lastIndexOf('/') + 1);
        int dot = file.lastIndexOf('.');
        return folder + "*" + (dot > folder.length() ? file.substring(dot) : "");
    }

    static String unknownCommand(String word) {
        return "unknown command " + DatabaseUrl.shown(word) + didYouMean(word, COMMANDS.keySet());
    }

    private static String unknownOption(String word, ParameterException e) {
        String option = withoutValue(word);
        return "unknown option " + option
                + didYouMean(
                        option, e.getCommandLine().getCommandSpec().optionsMap().keySet());
    }

    private static String withoutValue(String option) {
        return option.contains("=") ? option.substring(0, option.indexOf('=')) : option;
    }

    private static String didYouMean(String word, Collection<String> known) {
        return NearestWord.to(word, known)
                .map(nearest -> ", did you mean " + nearest + "?")
                .orElse("");
    }

    /** As other programs end when nobody reads them any more: quietly, with a code of its own. */
    private static int unwritten(OutputException e, Console console) {
        if (e.isUnread()) {
            return ExitCode.UNREAD;
        }
        console.err().println(e.getMessage());
        return ExitCode.BROKEN;
    }

    private static int failed(Exception e, Console console, boolean verbose) {
        if (e instanceof OutputException output) {
            return unwritten(output, console);
        }
        int exitCode;
        if (e instanceof UsageException) {
            exitCode = ExitCode.USAGE;
        } else if (e instanceof SourceException source) {
            exitCode = source.isUsage() ? ExitCode.USAGE : ExitCode.BROKEN;
        } else if (e instanceof TargetException target) {
            exitCode = target.isUsage() ? ExitCode.USAGE : ExitCode.BROKEN;
        } else if (e instanceof VerificationException) {
            exitCode = ExitCode.BROKEN;
        } else {
            return internalError(e, console, verbose);
        }
        console.err().println(e.getMessage());
        if (verbose && e.getCause() != null) {
            console.err().println(StackTraces.withoutMessages(e.getCause()));
        }
        return exitCode;
    }

    private static int internalError(Throwable e, Console console, boolean verbose) {
        console.err().println(Messages.internalError(e));
        if (verbose) {
            console.err().println(StackTraces.withoutMessages(e));
        }
        return ExitCode.BROKEN;
    }
}
