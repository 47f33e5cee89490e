package dev.millrace.cli;

import dev.millrace.cli.LedgerOptions.Selection;
import dev.millrace.cli.TextTable.Align;
import dev.millrace.cli.TextTable.Fit;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.Ledger;
import dev.millrace.database.Ledger.RejectedEntry;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Location;
import dev.millrace.document.WholeFile;
import dev.millrace.processing.RejectExport;
import dev.millrace.processing.RejectJson;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.report.Amounts;
import dev.millrace.source.SourceException;
import dev.millrace.xml.XmlLimits;
import java.io.IOException;
import java.io.PrintStream;
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

    /** Documents that people are shown, unless they ask for another number. */
    private static final int SHOWN = 20;

    private static final int PAGE = 1_000;

    /** Those of {@link RejectJson#write}, for CSV. */
    private static final List<String> KEYS = List.of(
            "document",
            "contract",
            "ledger_schema",
            "ledger_prefix",
            "run_id",
            "attempt",
            "rejected_at",
            "stage",
            "code",
            "table",
            "column",
            "path",
            "line",
            "column_number",
            "message");

    private static final List<String> CODE_KEYS =
            List.of("contract", "ledger_schema", "ledger_prefix", "code", "documents");

    @Option(names = "--code", paramLabel = "CODE", description = "Only rejects with this code.")
    private @Nullable String code;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "List at most N documents (20; in the formats for programs, all).")
    private @Nullable Integer limit;

    RejectsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException, TargetException, SourceException, InterruptedException {
        if (limit != null) {
            LimitOptions.positive("--limit", limit);
        }
        if (code != null && meaning(code).isEmpty()) {
            throw new UsageException("--code: there is no code \"" + code
                    + "\" – millrace rejects without --code shows those" + " that occur");
        }
        if (export != null) {
            return export(export);
        }
        if (source != null) {
            throw new UsageException("--from is for --export DIR, which writes the rejected documents out");
        }
        try (Selection selection = options.open(console)) {
            if (document != null) {
                return showOne(selection, document);
            }
            if (options.format().isForPrograms()) {
                return by == null ? writeAll(selection) : writeCodes(selection);
            }
            return showAll(selection);
        }
    }

    private int writeAll(Selection selection) throws TargetException {
        Writer writer = writer();
        String contract = selection.contract();
        long left = limit == null ? Long.MAX_VALUE : limit;
        long more = 0;
        for (Ledger ledger : selection.ledgers().readable()) {
            more += ledger.rejectCount(contract, code);
            for (String name : contract == null ? ledger.contracts() : List.of(contract)) {
                long written = write(ledger, name, left, writer);
                left -= written;
                more -= written;
            }
        }
        tellMore(more, console.err());
        return ExitCode.OK;
    }

    /** Writes a contract's rejects page by page, so that they are never all in memory; returns how many. */
    private long write(Ledger ledger, String contract, long most, Writer writer) throws TargetException {
        long written = 0;
        String last = null;
        int wanted = (int) Math.min(most, PAGE);
        while (wanted > 0) {
            List<RejectedEntry> page = ledger.rejectsAfter(contract, code, last, wanted);
            for (RejectedEntry reject : page) {
                writer.write(ledger, reject);
                last = reject.documentKey();
            }
            written += page.size();
            wanted = page.size() < wanted ? 0 : (int) Math.min(most - written, PAGE);
        }
        return written;
    }

    private int writeCodes(Selection selection) throws TargetException {
        ProgramRows rows = new ProgramRows(options.format(), CODE_KEYS, console.out());
        for (Ledger ledger : selection.ledgers().readable()) {
            for (Ledger.CodeCount found : ledger.rejectsByCode(selection.contract())) {
                if (code == null || code.equals(found.code())) {
                    rows.row(
                            found.contract(),
                            ledger.names().schema(),
                            ledger.names().prefix(),
                            found.code(),
                            found.documents());
                }
            }
        }
        return ExitCode.OK;
    }

    private int showAll(Selection selection) throws TargetException {
        List<Ledger> ledgers = selection.ledgers().readable();
        long[] counts = new long[ledgers.size()];
        long count = 0;
        for (int i = 0; i < counts.length; i++) {
            counts[i] = ledgers.get(i).rejectCount(selection.contract(), code);
            count += counts[i];
        }
        print(Amounts.count(count, "reject") + (selection.isSeveral() ? " in " + counts.length + " ledgers" : ""));
        int left = limit == null ? SHOWN : limit;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] == 0) {
                continue;
            }
            if (selection.isSeveral()) {
                print("");
                print("Ledger " + ledgers.get(i).label() + ": " + Amounts.count(counts[i], "reject"));
            }
            left -= show(ledgers.get(i), selection.contract(), left);
        }
        if (by == null) {
            tellMore(count - (limit == null ? SHOWN : limit) + left, console.out());
        }
        return ExitCode.OK;
    }

    /** Returns how many documents it has listed. */
    private int show(Ledger ledger, @Nullable String contract, int most) throws TargetException {
        if (code == null || by != null) {
            showCodes(ledger, contract);
        }
        if (by != null || most == 0) {
            return 0;
        }
        print("");
        List<RejectedEntry> rejects = ledger.rejects(contract, code, most);
        for (RejectedEntry reject : rejects) {
            wrapped(SummaryScreen.line(reject.reject()) + " [" + word(reject) + "]", 2);
        }
        return rejects.size();
    }

    private static void tellMore(long more, PrintStream to) {
        if (more > 0) {
            to.println("and " + Amounts.count(more) + " more (--limit)");
        }
    }

    /** Writes rejects one by one. */
    private interface Writer {
        void write(Ledger ledger, RejectedEntry reject);
    }

    private Writer writer() {
        if (options.format() == ListFormat.JSON) {
            return (ledger, reject) -> print(RejectJson.write(reject, ledger.names()));
        }
        ProgramRows rows = new ProgramRows(options.format(), KEYS, console.out());
        return (ledger, reject) -> {
            Fault fault = reject.fault();
            Location location = fault.location();
            rows.row(
                    reject.documentKey(),
                    reject.contract(),
                    ledger.names().schema(),
                    ledger.names().prefix(),
                    reject.runId(),
                    reject.attempt(),
                    reject.at(),
                    fault.code().stage().label(),
                    fault.code().word(),
                    fault.table(),
                    fault.column(),
                    fault.path(),
                    location == null ? null : location.line(),
                    location == null ? null : location.column(),
                    fault.message());
        };
    }

    private void showCodes(Ledger ledger, @Nullable String contract) throws TargetException {
        TextTable codes = new TextTable()
                .column("Documents", Align.RIGHT)
                .column("Contract", Align.LEFT)
                .column("Code", Align.LEFT, Fit.WHOLE)
                .column("Means", Align.LEFT, Fit.WRAP);
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
        if (!options.isContractFile()) {
            throw new UsageException(
                    "--export: name the contract's file with --contract, since it says how the source's documents"
                            + " get their keys");
        }
        MappingContract mapping = options.contractFile(console);
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

    private int showOne(Selection selection, String key) throws TargetException, UsageException {
        Writer writer = options.format().isForPrograms() ? writer() : new Screen(selection.isSeveral());
        boolean found = false;
        for (Ledger ledger : selection.ledgers().readable()) {
            for (RejectedEntry reject : ledger.reject(selection.contract(), key)) {
                writer.write(ledger, reject);
                found = true;
            }
        }
        if (!found) {
            throw new UsageException("document " + key + " – "
                    + (selection.isSeveral() ? "none of the processing logs has a" : "the processing log has no")
                    + " reject of it");
        }
        return ExitCode.OK;
    }

    /** All about rejects, for people. */
    private final class Screen implements Writer {
        private final boolean several;
        private String separator = "";

        Screen(boolean several) {
            this.several = several;
        }

        @Override
        public void write(Ledger ledger, RejectedEntry reject) {
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
            figure("At", Amounts.moment(reject.at()));
            if (several) {
                figure("Ledger", ledger.label());
            }
        }
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
        Paragraph.wrap(text, console.tableWidth(), hanging).forEach(this::print);
    }
}
