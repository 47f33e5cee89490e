package dev.millrace.cli;

import dev.millrace.cli.TextTable.Align;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.Ledger;
import dev.millrace.database.Ledger.RejectedEntry;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.WholeFile;
import dev.millrace.processing.RejectExport;
import dev.millrace.processing.RejectJson;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.source.SourceException;
import dev.millrace.xml.XmlLimits;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "rejects",
        description =
                "Says which documents were rejected, and why: by code and one by one, or all about one document. With"
                        + " --export, writes the documents and their reasons into a directory.",
        customSynopsis = "millrace rejects [DOCUMENT] --to URL [OPTION…]",
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  millrace rejects --to jdbc:postgresql://localhost/warehouse --code unknown-code",
            "  millrace rejects 4711 --to jdbc:postgresql://localhost/warehouse",
            "  millrace rejects --export rejected/ --contract loans.yaml \\",
            "      --from jdbc:postgresql://localhost/intake --to jdbc:postgresql://localhost/warehouse"
        })
final class RejectsCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(arity = "0..1", paramLabel = "DOCUMENT", description = "The key of one document.")
    private @Nullable String document;

    @Mixin
    private final LedgerOptions options = new LedgerOptions();

    @Option(
            names = "--contract",
            paramLabel = "NAME|FILE",
            description = "Only rejects of this contract, by its name or its file. --export needs the file.")
    private @Nullable String contractOrFile;

    @Option(
            names = "--by",
            paramLabel = "code",
            description = "Only count them by code, instead of listing documents as well.")
    private @Nullable Grouping by;

    @Option(
            names = "--export",
            paramLabel = "DIR",
            description =
                    "Write each rejected document as the source has it now (NAME.xml) with its reason (NAME.json) into a"
                            + " directory that is empty or not there yet.")
    private @Nullable String export;

    /** Null without any of its options; {@code --from} is required only beside the others. */
    @ArgGroup(exclusive = false)
    private @Nullable SourceOptions source;

    /** What rejects can be counted by. */
    enum Grouping {
        CODE
    }

    /** The name of the contract, or null for all. */
    private @Nullable String contract;

    @Option(names = "--code", paramLabel = "CODE", description = "Only rejects with this code.")
    private @Nullable String code;

    @Option(names = "--limit", paramLabel = "N", description = "List at most N documents (20).")
    private int limit = 20;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "text, or json: one object a line for each document (text).")
    private Format format = Format.text;

    /** Named as users write them. */
    enum Format {
        text,
        json
    }

    RejectsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException, TargetException, SourceException, InterruptedException {
        LimitOptions.positive("--limit", limit);
        if (code != null && meaning(code).isEmpty()) {
            throw new UsageException("--code: there is no code \"" + code
                    + "\" – millrace rejects without --code shows those" + " that occur");
        }
        if (export != null) {
            return export(export);
        }
        if (format == Format.json && by != null) {
            throw new UsageException("--format json lists documents, and --by code only counts them – leave one out");
        }
        if (source != null) {
            throw new UsageException("--from is for --export DIR, which writes the rejected documents out");
        }
        MappingContract mapping = isFile(contractOrFile) ? contractFile() : null;
        contract = mapping == null ? contractOrFile : mapping.name();
        Database database = options.database(console);
        try (Ledger ledger = mapping == null ? options.open(database) : options.open(database, mapping)) {
            return document == null ? showAll(ledger) : showOne(ledger, document);
        }
    }

    private int showAll(Ledger ledger) throws TargetException {
        if (format == Format.json) {
            List<RejectedEntry> listed = ledger.rejects(contract, code, limit);
            listed.forEach(reject -> print(RejectJson.write(reject)));
            long more = ledger.rejectCount(contract, code) - listed.size();
            if (more > 0) {
                console.err().println("and " + Amounts.count(more) + " more (--limit)");
            }
            return ExitCode.OK;
        }
        long count = ledger.rejectCount(contract, code);
        print(Amounts.count(count, "reject"));
        if (count == 0) {
            return ExitCode.OK;
        }
        if (code == null || by != null) {
            showCodes(ledger);
        }
        if (by != null) {
            return ExitCode.OK;
        }
        print("");
        List<RejectedEntry> rejects = ledger.rejects(contract, code, limit);
        for (RejectedEntry reject : rejects) {
            wrapped(SummaryScreen.line(reject.reject()) + " [" + word(reject) + "]", 2);
        }
        if (count > rejects.size()) {
            print("and " + Amounts.count(count - rejects.size()) + " more (--limit)");
        }
        return ExitCode.OK;
    }

    private void showCodes(Ledger ledger) throws TargetException {
        TextTable codes = new TextTable()
                .column("Documents", Align.RIGHT)
                .column("Contract", Align.LEFT)
                .column("Code", Align.LEFT)
                .column("Means", Align.LEFT);
        for (Ledger.CodeCount found : ledger.rejectsByCode(contract)) {
            if (code != null && !code.equals(found.code())) {
                continue;
            }
            codes.row(Amounts.count(found.documents()), found.contract(), found.code(), meaning(found.code()));
        }
        print("");
        codes.lines("", console.tableWidth()).forEach(this::print);
    }

    private int export(String directory) throws UsageException, TargetException, SourceException, InterruptedException {
        if (document != null || by != null) {
            throw new UsageException("--export writes all rejects, or those of one --code – leave the rest out");
        }
        if (!isFile(contractOrFile)) {
            throw new UsageException(
                    "--export: name the contract's file with --contract, since it says how the source's documents"
                            + " get their keys");
        }
        MappingContract mapping = contractFile();
        Path folder = OutputFile.of("--export", directory);
        if (source == null) {
            throw new UsageException("--export: name the source with --from – the documents are read from it again");
        }
        From from = source.from(options.login(), console);
        Database database = options.database(console);
        createEmpty(folder);
        RejectExport.Result result;
        try (Ledger ledger = options.open(database, mapping)) {
            result = new RejectExport(mapping, from, XmlLimits.DEFAULTS, database, ledger, code, folder).run();
        } catch (IOException e) {
            throw OutputFile.failed("--export", folder, e);
        }
        print(Amounts.count(result.documents(), "rejected document") + " written to " + folder
                + (result.changed() == 0
                        ? ""
                        : ", " + Amounts.count(result.changed()) + " of them changed since they were rejected"));
        if (result.missing() > 0) {
            wrapped(
                    Amounts.count(result.missing(), "reject") + " of which the source has no document any more: "
                            + TextTable.printable(String.join(", ", result.firstMissing()))
                            + (result.missing() > result.firstMissing().size() ? " …" : ""),
                    2);
        }
        return ExitCode.OK;
    }

    private static boolean isFile(@Nullable String nameOrFile) {
        return nameOrFile != null && (nameOrFile.matches(".*\\.(ya?ml|json)") || new File(nameOrFile).isFile());
    }

    private MappingContract contractFile() throws UsageException {
        return ContractFile.read(
                OutputFile.of("--contract", contractOrFile == null ? "" : contractOrFile), options.names(), console);
    }

    private static void createEmpty(Path folder) throws UsageException {
        try {
            WholeFile.createDirectories(folder);
            try (Stream<Path> files = Files.list(folder)) {
                if (files.findAny().isPresent()) {
                    throw new UsageException("--export: " + folder
                            + " is not empty – name an empty directory, or one that is not there yet");
                }
            }
        } catch (IOException e) {
            throw new UsageException("--export: this cannot be a directory – " + Messages.unreadable(folder, e));
        }
    }

    private int showOne(Ledger ledger, String key) throws TargetException, UsageException {
        List<RejectedEntry> rejects = ledger.reject(contract, key);
        if (rejects.isEmpty()) {
            throw new UsageException("document " + key + " – the processing log has no reject of it");
        }
        if (format == Format.json) {
            rejects.forEach(reject -> print(RejectJson.write(reject)));
            return ExitCode.OK;
        }
        String separator = "";
        for (RejectedEntry reject : rejects) {
            console.out().print(separator);
            separator = System.lineSeparator();
            Fault fault = reject.fault();
            figure("Document", reject.documentKey());
            figure("Contract", reject.contract());
            figure("Code", word(reject) + ": " + fault.code().meaning());
            figure("Stage", fault.code().stage().label());
            figure("Table", fault.table());
            figure("Column", fault.column());
            figure("Path", fault.path());
            figure("Line", fault.location() == null ? null : fault.location().toString());
            figure("Message", fault.message());
            figure("Run", reject.runId() + (reject.attempt() > 1 ? ", attempt " + reject.attempt() : ""));
            figure("At", reject.at().toString());
        }
        return ExitCode.OK;
    }

    private void figure(String name, @Nullable String value) {
        if (value != null) {
            wrapped(String.format("%-8s  %s", name, TextTable.printable(value)), 10);
        }
    }

    private static String word(RejectedEntry reject) {
        return reject.fault().code().word();
    }

    private static String meaning(String word) {
        return FaultCode.of(word).map(FaultCode::meaning).orElse("");
    }

    private void print(String line) {
        console.out().println(line);
    }

    private void wrapped(String text, int hanging) {
        Paragraph.wrap(text, console.terminal().width(), hanging).forEach(this::print);
    }
}
