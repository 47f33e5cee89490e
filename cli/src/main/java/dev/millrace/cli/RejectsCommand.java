package dev.millrace.cli;

import dev.millrace.cli.TextTable.Align;
import dev.millrace.database.Ledger;
import dev.millrace.database.Ledger.RejectedEntry;
import dev.millrace.database.TargetException;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Location;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "rejects",
        description = "Says which documents were rejected, and why: by code and one by one, or all about one document.",
        customSynopsis = "millrace rejects [DOCUMENT] --to URL [OPTION…]",
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  millrace rejects --to jdbc:postgresql://localhost/warehouse --code unknown-code",
            "  millrace rejects 4711 --to jdbc:postgresql://localhost/warehouse"
        })
final class RejectsCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(arity = "0..1", paramLabel = "DOCUMENT", description = "The key of one document.")
    private @Nullable String document;

    @Mixin
    private final LedgerOptions options = new LedgerOptions();

    @Option(names = "--contract", paramLabel = "NAME", description = "Only rejects of this contract.")
    private @Nullable String contract;

    @Option(names = "--code", paramLabel = "CODE", description = "Only rejects with this code.")
    private @Nullable String code;

    @Option(names = "--limit", paramLabel = "N", description = "List at most N documents (20).")
    private int limit = 20;

    RejectsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException, TargetException {
        LimitOptions.positive("--limit", limit);
        if (code != null && meaning(code).isEmpty()) {
            throw new UsageException("--code: there is no code \"" + code
                    + "\" – millrace rejects without --code shows those" + " that occur");
        }
        try (Ledger ledger = options.open(console.terminal())) {
            return document == null ? showAll(ledger) : showOne(ledger, document);
        }
    }

    private int showAll(Ledger ledger) throws TargetException {
        long count = ledger.rejectCount(contract, code);
        print(Amounts.count(count, "reject"));
        if (count == 0) {
            return ExitCode.OK;
        }
        if (code == null) {
            showCodes(ledger);
        }
        print("");
        List<RejectedEntry> rejects = ledger.rejects(contract, code, limit);
        for (RejectedEntry reject : rejects) {
            wrapped(line(reject) + " [" + reject.code() + "]", 2);
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
            codes.row(Amounts.count(found.documents()), found.contract(), found.code(), meaning(found.code()));
        }
        print("");
        codes.lines("", console.terminal().width()).forEach(this::print);
    }

    private int showOne(Ledger ledger, String key) throws TargetException, UsageException {
        List<RejectedEntry> rejects = ledger.reject(contract, key);
        if (rejects.isEmpty()) {
            throw new UsageException("document " + key + " – the processing log has no reject of it");
        }
        String separator = "";
        for (RejectedEntry reject : rejects) {
            console.out().print(separator);
            separator = System.lineSeparator();
            figure("Document", reject.documentKey());
            figure("Contract", reject.contract());
            figure("Code", reject.code() + ": " + meaning(reject.code()));
            figure("Stage", reject.stage());
            figure("Table", reject.table());
            figure("Column", reject.column());
            figure("Path", reject.path());
            Location location = location(reject);
            figure("Line", location == null ? null : location.toString());
            figure("Message", reject.message());
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

    private static String line(RejectedEntry reject) {
        return SummaryScreen.line(
                reject.documentKey(), reject.table(), reject.column(), location(reject), reject.message());
    }

    private static @Nullable Location location(RejectedEntry reject) {
        return reject.line() < 1 ? null : new Location(reject.line(), Math.max(1, reject.columnNumber()));
    }

    private static String meaning(String word) {
        for (FaultCode known : FaultCode.values()) {
            if (known.word().equals(word)) {
                return known.meaning();
            }
        }
        return "";
    }

    private void print(String line) {
        console.out().println(line);
    }

    private void wrapped(String text, int hanging) {
        Paragraph.wrap(text, console.terminal().width(), hanging).forEach(this::print);
    }
}
