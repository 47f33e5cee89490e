package dev.millrace.cli;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping;
import dev.millrace.database.TargetException;
import dev.millrace.database.TargetReader;
import dev.millrace.dialect.Database;
import dev.millrace.explain.DocumentFinder;
import dev.millrace.explain.DocumentFinder.Found;
import dev.millrace.explain.Explainer;
import dev.millrace.explain.Explanation;
import dev.millrace.explain.Explanation.Ending;
import dev.millrace.explain.Explanation.Table;
import dev.millrace.explain.KeyText;
import dev.millrace.explain.Question;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.Sources;
import dev.millrace.report.Amounts;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.workers.Stop;
import dev.millrace.xml.XmlLimits;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "explain",
        description =
                "Says how each value of a document came to be, and why a row is not there: the line of the contract, the nodes"
                        + " of the document, each step. Shows values of the document.",
        customSynopsis = {
            "millrace explain CONTRACT FILE[#N] [OPTION…]",
            "millrace explain CONTRACT KEY --from SOURCE [OPTION…]",
            "millrace explain CONTRACT --to URL --table NAME --key KEY --from SOURCE [OPTION…]"
        },
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  millrace explain loans.yaml samples/4711.xml",
            "  millrace explain loans.yaml samples/4711.xml --table contact_base --row 4711,2 --column last_name"
        },
        exitCodeList = "3:The document is rejected.")
final class ExplainCommand implements Callable<Integer> {

    /** The forms in which an explanation can be written; the words are those of the command line. */
    enum Format {
        text,
        json,
        html
    }

    private static final Pattern RECORD = Pattern.compile("(.+)#([0-9]{1,18})");

    /** Columns of a line where nobody says how wide a screen is. */
    private static final int USUAL_WIDTH = 80;

    private static final int SHOWN_KEYS = 5;

    private final Console console;

    @Parameters(index = "0", paramLabel = "CONTRACT", description = "The mapping contract: YAML or JSON.")
    private Path contractFile = Path.of("");

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DOCUMENT",
            description = "A file, a record of a file by its number (big.xml#17), or, with --from, a document's key.")
    private @Nullable String document;

    @Option(
            names = "--table",
            paramLabel = "NAME",
            description = "Explain only this table. Without it, an overview of all tables is shown.")
    private @Nullable String table;

    @Option(
            names = "--row",
            paramLabel = "KEY|N",
            description =
                    "Only this row of the table: by the values of its key's columns, with commas in between, or else by its"
                            + " number in the list of rows. A row that is left out has both, too.")
    private @Nullable String row;

    @Option(names = "--column", paramLabel = "NAME", description = "Only the values of this column of the table.")
    private @Nullable String column;

    @Option(
            names = "--format",
            paramLabel = "FORM",
            description =
                    "text (default), html: one page that needs nothing else, or json: one object, whose JSON Schema is that"
                            + " of 'millrace schema explanation'.")
    private Format format = Format.text;

    @Option(names = "--rows", paramLabel = "N", description = "Tell of at most N rows of a table (20).")
    private int rows = 20;

    @Mixin
    private final SourceOptions source = new SourceOptions();

    @Mixin
    private final TargetOptions target = new TargetOptions();

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description =
                    "With --to: the row of the table in the target whose document is to be explained, by the values of its"
                            + " key's columns, with commas in between.")
    private @Nullable String key;

    @Mixin
    private final LedgerNameOptions ledger = new LedgerNameOptions();

    @Mixin
    private final LoginOptions login = new LoginOptions();

    @Mixin
    private final LimitOptions limits = new LimitOptions();

    ExplainCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException, SourceException, TargetException, InterruptedException {
        LimitOptions.positive("--rows", rows);
        MappingContract contract = ContractFile.read(contractFile, ledger.names(), console);
        Question question = question(contract);
        XmlLimits bounds = limits.limits(1);
        Found found = found(contract, bounds, question);
        Explainer explainer = new Explainer(
                contract, bounds, DocumentPipeline.NO_RUN, Instant.now().truncatedTo(ChronoUnit.SECONDS));
        Explanation explanation = explainer.explain(found.document(), found.index(), question);
        boolean oneRow = question.row() != null;
        if (oneRow) {
            checkRow(explanation, question);
        }
        switch (format) {
            case json -> console.out().println(ExplainJson.write(explanation));
            case html -> console.out().print(ExplainPage.write(explanation, oneRow));
            case text -> {
                int width = console.terminal().isOutputATerminal()
                        ? console.terminal().width()
                        : USUAL_WIDTH;
                ExplainScreen.lines(explanation, oneRow, width).forEach(console.out()::println);
            }
        }
        return explanation.ending() == Ending.REJECTED ? ExitCode.REJECTS : ExitCode.OK;
    }

    private Question question(MappingContract contract) throws UsageException {
        String asked = table;
        if (key != null && row != null) {
            throw new UsageException("--key and --row exclude each other: --key says which row of the target is meant");
        }
        if (asked == null && (row != null || column != null || key != null)) {
            if (contract.tables().size() > 1) {
                throw new UsageException((row != null ? "--row" : column != null ? "--column" : "--key")
                        + ": of which table? Name it with --table – the contract has "
                        + names(tableNames(contract)));
            }
            asked = contract.tables().get(0).name();
        }
        if (asked == null) {
            return new Question(null, null, null, rows);
        }
        TableMapping mapping = table(contract, asked);
        List<String> columns =
                mapping.columns().stream().map(TableMapping.Column::name).toList();
        if (column != null && !columns.contains(column)) {
            throw unknown("--column: table " + asked + " has no column", column, columns);
        }
        return new Question(asked, key == null ? row : KeyText.of(keyValues(mapping)), column, rows);
    }

    private static TableMapping table(MappingContract contract, @Nullable String name) throws UsageException {
        for (TableMapping mapping : contract.tables()) {
            if (mapping.name().equals(name)) {
                return mapping;
            }
        }
        throw unknown("--table: the contract has no table", String.valueOf(name), tableNames(contract));
    }

    private static List<String> tableNames(MappingContract contract) {
        return contract.tables().stream().map(TableMapping::name).toList();
    }

    private static UsageException unknown(String what, String word, Collection<String> known) {
        String meant = NearestWord.to(word, known)
                .map(near -> ", did you mean " + near + "?")
                .orElse("");
        return new UsageException(what + " \"" + word + "\"" + meant + " – it has " + names(known));
    }

    private static String names(Collection<String> names) {
        return String.join(", ", names);
    }

    private Found found(MappingContract contract, XmlLimits bounds, Question question)
            throws UsageException, SourceException, TargetException, InterruptedException {
        if (target.isGiven() || key != null && target.isKnown(console)) {
            return ofRow(contract, bounds, question);
        }
        if (key != null) {
            throw new UsageException("--key is for a row of the target: name it with --to, or give the row with --row");
        }
        String named = document;
        if (named == null) {
            throw new UsageException("which document? Give a file, or a key and where the documents are: --from");
        }
        if (source.isGiven()) {
            return byKey(contract, bounds, named, source.from(login, console));
        }
        if (exists(named)) {
            return byNumber(contract, bounds, named, 0);
        }
        Matcher record = RECORD.matcher(named);
        if (record.matches() && exists(record.group(1))) {
            long number = Long.parseLong(record.group(2));
            if (number < 1) {
                throw new UsageException(named + " – records count from 1");
            }
            return byNumber(contract, bounds, record.group(1), number);
        }
        if (source.isKnown(console)) {
            return byKey(contract, bounds, named, source.from(login, console));
        }
        throw new UsageException("no such file: " + TextTable.printable(named)
                + " – if it is a document's key, say with --from where the documents are");
    }

    private static boolean exists(String file) {
        try {
            return file.equals("-") || Files.exists(Path.of(file));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private Found byNumber(MappingContract contract, XmlLimits bounds, String file, long number)
            throws UsageException, SourceException, InterruptedException {
        DocumentFinder finder = new DocumentFinder(contract, bounds);
        try (DocumentSource documents = Sources.open(new FromFiles(file), contract, bounds, new Stop())) {
            Found found = finder.byNumber(documents, number)
                    .orElseThrow(() -> new UsageException(file
                            + (number == 0
                                    ? " – holds no document"
                                    : "#" + number + " – the file holds only "
                                            + Amounts.count(finder.seen(), "record"))));
            return one(found, file);
        }
    }

    private Found byKey(MappingContract contract, XmlLimits bounds, String named, From from)
            throws UsageException, SourceException, InterruptedException {
        DocumentFinder finder = new DocumentFinder(contract, bounds);
        try (DocumentSource documents = Sources.open(nearKey(from, named, contract), contract, bounds, new Stop())) {
            Optional<Found> found = finder.byKey(documents, named);
            if (found.isEmpty()) {
                String among = finder.seen() == 0
                        ? " – is not in "
                        : " – is not among the " + Amounts.count(finder.seen(), "document") + " of ";
                throw new UsageException("document " + TextTable.printable(named) + among + documents.description()
                        + suchAs(named, finder.keys()));
            }
            return one(found.get(), named);
        }
    }

    /** Where the key of a document is that of its row, the database need not give all of them. */
    private From nearKey(From from, String named, MappingContract contract) {
        if (!(from instanceof FromDatabase all)
                || all.keyRange() != null
                || contract.document().key() != null
                || named.contains("..")) {
            return from;
        }
        Matcher record = RECORD.matcher(named);
        String row = record.matches() && !contract.document().record().isDocumentElement() ? record.group(1) : named;
        return new FromDatabase(
                all.database(), all.table(), all.keyColumn(), all.xmlColumn(), all.query(), row + ".." + row);
    }

    private static Found one(Found found, String named) throws UsageException {
        if (found.several()) {
            throw new UsageException(named + " – holds several documents: name one by its number, such as " + named
                    + "#1, or by its key, with --from " + named);
        }
        return found;
    }

    /** The document of a row of the target. */
    private Found ofRow(MappingContract contract, XmlLimits bounds, Question question)
            throws UsageException, SourceException, TargetException, InterruptedException {
        if (document != null) {
            throw new UsageException("--to finds the document, so that none is to be named: leave out "
                    + TextTable.printable(document) + ", or --to");
        }
        if (key == null || table == null && contract.tables().size() > 1) {
            throw new UsageException(
                    "--to: which row of the target? Give its table with --table and its key with --key");
        }
        From from = source.from(login, console);
        TableMapping mapping = table(contract, question.table());
        Database database = target.readable(login, false, console);
        ledger.check(database.dialect());
        try (TargetReader reader = TargetReader.open(database, target.held(contract, console), new Stop())) {
            return byKey(contract, bounds, reader.documentOf(mapping.index(), keyValues(mapping)), from);
        }
    }

    private List<Object> keyValues(TableMapping mapping) throws UsageException {
        List<TableMapping.Column> columns =
                mapping.key().stream().map(mapping.columns()::get).toList();
        String[] texts = String.valueOf(key).split(",", columns.size());
        String names = names(columns.stream().map(TableMapping.Column::name).toList());
        if (texts.length != columns.size()) {
            throw new UsageException("--key: " + texts.length + " of " + columns.size() + " values – the key of table "
                    + mapping.name() + " is " + names + ": give them with commas in between");
        }
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            SqlType type = columns.get(i).type();
            try {
                values.add(type.isCharacters() ? texts[i] : type.parseLiteral(texts[i].strip()));
            } catch (IllegalArgumentException e) {
                throw new UsageException("--key: \"" + TextTable.printable(texts[i]) + "\" – "
                        + columns.get(i).name() + " is of type " + type);
            }
        }
        return values;
    }

    /** A row that was asked for is among those that are told of, unless mapping did not come so far. */
    private static void checkRow(Explanation explanation, Question question) throws UsageException {
        for (Table asked : explanation.tables()) {
            boolean unknown = asked.rows().isEmpty() && explanation.ending() == Ending.MAPPED;
            if (!unknown) {
                continue;
            }
            String row = String.valueOf(question.row());
            String what = "--row: table " + asked.name() + " has no row \"" + TextTable.printable(row)
                    + "\" of document " + TextTable.printable(explanation.document());
            if (asked.candidates() == 0) {
                throw new UsageException(what + " – it has none at all: leave out --row to see why");
            }
            throw new UsageException(what + " – it has " + Amounts.count(asked.candidates(), "candidate")
                    + ", which --row takes by number, too" + suchAs(row, asked.keys()));
        }
    }

    /** The key that was probably meant, or else the first ones. */
    private static String suchAs(String key, List<String> known) {
        if (known.isEmpty()) {
            return "";
        }
        return NearestWord.to(key, known)
                .map(near -> " – did you mean " + TextTable.printable(near) + "?")
                .orElseGet(() -> " – there are keys such as "
                        + TextTable.printable(String.join(" ", known.subList(0, Math.min(SHOWN_KEYS, known.size())))));
    }
}
