package dev.millrace.reference;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.ContractText;
import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.NewNode;
import dev.millrace.reference.ReferenceContract.FilterRule;
import dev.millrace.reference.ReferenceContract.Mapping;
import dev.millrace.reference.RowMakers.RowSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Converts a mapping contract of the original Python system into a Millrace contract that makes the same rows. What is
 * peculiar to the original becomes XPath and column settings of that contract; nothing of it is in the engine.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ReferenceImport {

    private static final String BASE = "app_base";

    private final ReferenceContract contract;
    private final Mode mode;
    private final String name;
    private final Notes notes = new Notes();
    private final Sources sources;
    private final Codes codes;
    private final Columns columns;
    private final @Nullable TargetTables target;
    private final @Nullable TableFit fit;

    private ReferenceImport(ReferenceContract written, Mode mode, String name, @Nullable TargetTables target) {
        this.contract = target == null ? written : TableFit.retyped(written, target);
        this.mode = mode;
        this.name = name;
        this.target = target;
        fit = target == null ? null : new TableFit(target, written, notes);
        sources = new Sources(contract);
        codes = new Codes(contract, notes);
        columns = new Columns(contract, mode, sources, codes, notes);
    }

    /**
     * Converts the text of a contract, JSON or YAML.
     *
     * @param file its name, for messages
     * @param name the new contract's name
     * @throws ReferenceException when the text is no such contract, or holds what cannot be converted
     */
    public static ImportedContract convert(String text, String file, String name, Mode mode) throws ReferenceException {
        return convert(text, file, name, mode, null);
    }

    /**
     * Converts the text of a contract so that it fits tables that are there.
     *
     * @param target the tables; null for those that the new contract itself will create
     */
    public static ImportedContract convert(
            String text, String file, String name, Mode mode, @Nullable TargetTables target) throws ReferenceException {
        ReferenceImport made = new ReferenceImport(ReferenceReader.read(text, file), mode, name, target);
        NewNode.Mapping written = made.write();
        if (!made.notes.problems().isEmpty()) {
            throw new ReferenceException(made.notes.problems().stream()
                    .map(problem -> file + ": " + problem)
                    .toList());
        }
        try {
            ContractText contract = ContractText.write(written, "contract from " + file);
            ContractReader.read(contract, LedgerNames.DEFAULT);
            return new ImportedContract(contract.text(), made.notes.differences());
        } catch (ContractException e) {
            throw new ReferenceException(e.problems().stream()
                    .map(problem ->
                            file + ": " + Notes.shortened("in the contract that it becomes, " + problem.message()))
                    .toList());
        }
    }

    private NewNode.Mapping write() {
        noteWhatIsDifferent();
        // The tables come first because they ask for the lets and codes that stand above them.
        NewNode.Mapping document = document();
        NewNode.Mapping tables = NewNode.mapping();
        for (String table : tables()) {
            tables.blank();
            writeTable(tables, table);
        }
        if (fit != null) {
            fit.tellAll();
        }
        NewNode.Mapping yaml = NewNode.mapping()
                .comment("Converted by 'millrace import' from a mapping contract of the original system, "
                        + (mode == Mode.AS_MEANT ? "as meant." : "as the original does it."))
                .comment("Where its rows may differ, or something was decided:");
        notes.differences().forEach(note -> yaml.comment("* " + note));
        yaml.blank().put("contract", NewNode.literal("1")).put("name", NewNode.text(name));
        String schema = target == null ? contract.schema() : target.schema();
        if (schema != null) {
            yaml.put("schema", NewNode.text(schema));
        }
        if (target != null && target.ledgerPrefix() != null) {
            yaml.comment("Another's table has the name of the ledger's log.")
                    .put(
                            "ledger",
                            NewNode.mapping()
                                    .put("prefix", NewNode.text(target.ledgerPrefix()))
                                    .inFlow());
        }
        yaml.put(
                        "source",
                        NewNode.mapping()
                                .put("table", NewNode.text(contract.sourceTable()))
                                .put("key", NewNode.text("app_id"))
                                .put("xml", NewNode.text(contract.sourceColumn()))
                                .inFlow())
                .blank()
                .put("document", document)
                .blank()
                .comment("Elements are the last of their path in the document; '*:' and '@*:' leave namespaces aside.");
        NewNode.Mapping lets = NewNode.mapping();
        used(document + "\n" + tables)
                .forEach((let, xpath) -> lets.put(NewNode.expression(let), NewNode.expression(xpath)));
        yaml.put("let", lets).blank();
        if (!codes.isEmpty()) {
            yaml.put("codes", codes.yaml()).blank();
        }
        return yaml.comment(
                        "Texts are decoded once more and cut, numbers rounded, and what cannot be read is NULL. Month before day, where both would do.")
                .put("defaults", defaults())
                .blank()
                .put("tables", tables);
    }

    private static NewNode defaults() {
        return NewNode.mapping()
                .put("overflow", NewNode.literal("truncate"))
                .put("scale", NewNode.literal("half-up"))
                .put("unescape", NewNode.literal("html"))
                .put("trim", NewNode.literal("unicode"))
                .put(
                        "format",
                        NewNode.items(
                                Moments.FORMATS.stream().map(NewNode::quoted).toList()));
    }

    /** The lets that the paths of a text use, or other such lets. */
    private Map<String, String> used(String text) {
        Map<String, String> used = new LinkedHashMap<>(sources.lets());
        List<String> names = new ArrayList<>(used.keySet());
        Collections.reverse(names);
        for (String let : names) {
            Pattern reference = Pattern.compile("\\$" + Pattern.quote(let) + "(?![\\w.-])");
            boolean isUsed = reference.matcher(text).find()
                    || used.values().stream()
                            .anyMatch(xpath -> reference.matcher(xpath).find());
            if (!isUsed) {
                used.remove(let);
            }
        }
        return used;
    }

    private void noteWhatIsDifferent() {
        contract.remarks().forEach(notes::add);
        notes.add(
                "a document is rejected with the original's word for it (missing-id, wrong-product-line and so on), but what is no"
                        + " well-formed XML, or begins with a long comment, has the engine's own word, such as not-well-formed");
        notes.add(
                "nesting over 256 and values over 10 MB are rejected by the original: run with --max-depth 256 --max-value-length 10MB"
                        + " if that is wanted");
        notes.add(
                "values are decoded a second time ('&amp;amp;amp;' is '&'), but after the XPath of their column, which sees them decoded"
                        + " once; so do guards and tests for rows");
        notes.add(
                "text that is not in the encoding it declares is rejected, rather than read as Windows-1252, which is for text that"
                        + " declares none");
        notes.add("a number beyond the range of its column rejects its document here; there the database refused it");
        notes.add(
                "names in expressions are those of mapped elements, or of children of the application; the original looks through"
                        + " the whole document");
        if (target == null) {
            notes.add("bit columns are smallint with 0 and 1");
        }
        if (contract.namesApplication()) {
            notes.add("the join with the table " + contract.applicationElement()
                    + " when documents are read is not made; where it matters, name a view as the source's table");
        }
        if (contract.tableOrder().contains("processing_log")) {
            notes.add("processing_log is not filled: Millrace keeps a log of its own"
                    + (target == null || target.ledgerPrefix() == null
                            ? ""
                            : ", in tables whose names begin with " + target.ledgerPrefix()
                                    + "; 'millrace import-ledger' takes over which documents the original has loaded"));
        }
    }

    // The document

    private NewNode.Mapping document() {
        String id = sources.id();
        NewNode.Items guards = NewNode.items(
                guard(
                        "starts-with(lower-case(name($record)), 'provenir') and node()",
                        "invalid-structure: the root is not Provenir, or has nothing in it"),
                guard(id + " != ''", "missing-id: the last Request has no ID"),
                guard("matches(" + id + ", '^([+]|-)?[0-9]+$')", "invalid-id-format: the ID is no whole number"),
                guard("number(" + id + ") > 0", "invalid-id-value: the ID is not positive"));
        if (contract.namesApplication()) {
            String element = contract.applicationElement();
            String other = element.equals("application") ? "IL_application" : "application";
            guards.add(guard(
                            Sources.applications(element) + " or not(" + Sources.applications(other) + ")",
                            "wrong-product-line: there is " + other + " instead of " + element))
                    .add(guard(Sources.applications(element), "missing-application: there is no " + element));
        }
        return NewNode.mapping()
                .put("doctype", NewNode.literal("internal"))
                .put("encoding", NewNode.literal("windows-1252"))
                .comment("The root begins within the first hundred characters.")
                .put("prolog", NewNode.literal("99"))
                .comment("Where there is no attribute of the name, one that differs only in case does.")
                .put("names", NewNode.literal("ignore-case"))
                .put("require", guards);
    }

    private static NewNode guard(String test, String reason) {
        return NewNode.mapping().put("test", NewNode.expression(test)).put("reason", NewNode.quoted(reason));
    }

    // Tables

    /** In the order of insertion, others after them; the table of documents always first. */
    private List<String> tables() {
        List<String> mapped =
                contract.mappings().stream().map(Mapping::table).distinct().toList();
        return Stream.of(List.of(BASE), contract.tableOrder(), mapped)
                .flatMap(List::stream)
                .filter(mapped::contains)
                .distinct()
                .toList();
    }

    private boolean hasBase() {
        return !contract.of(BASE).isEmpty();
    }

    private void writeTable(NewNode.Mapping tables, String table) {
        List<Mapping> mappings = contract.of(table);
        if (ReferenceReader.ROW_MAKERS.containsValue(table)) {
            writeUnion(tables, table, mappings);
            return;
        }
        switch (table) {
            case "app_contact_base" -> writeContacts(tables, table, mappings);
            case "app_contact_address", "app_contact_employment" -> writeChildren(tables, table, mappings);
            default -> writeRecordTable(tables, table, mappings);
        }
    }

    /** Begins a table, and gives what stands under its name. */
    private NewNode.Mapping begin(NewNode.Mapping tables, String table, String comment) {
        NewNode.Mapping yaml = NewNode.mapping();
        tables.comment(comment).put(table, yaml);
        if (hasBase() && !table.equals(BASE)) {
            yaml.put("parent", NewNode.text(BASE));
        }
        return yaml;
    }

    private static NewNode columns(List<Column> written) {
        NewNode.Mapping yaml = NewNode.mapping();
        for (Column column : written) {
            if (!column.remark().isEmpty()) {
                yaml.comment(column.remark());
            }
            // A constant of an expression is not decoded.
            Column safe = column.get("path").contains("&") ? column.raw() : column;
            yaml.put(NewNode.expression(safe.name()), safe.yaml());
        }
        return yaml;
    }

    /** The document's id as a column. */
    private Column appId(boolean key) {
        String type = contract.of(BASE).stream()
                .filter(mapping -> mapping.column().equals("app_id"))
                .findFirst()
                .map(Columns::type)
                .orElse("integer");
        Column column =
                hasBase() ? Column.reference("app_id", BASE + ".app_id") : Column.path("app_id", sources.id(), type);
        return key ? column.with("key", "true") : column;
    }

    private void writeRecordTable(NewNode.Mapping tables, String table, List<Mapping> mappings) {
        boolean base = table.equals(BASE);
        boolean always = base || mappings.stream().anyMatch(columns::isAlwaysContent);
        NewNode.Mapping yaml = begin(
                tables,
                table,
                base
                        ? "One row for each document."
                        : always
                                ? "One row for each document: its bits and codes always have a value."
                                : "One row, unless there is nothing but defaults.");
        if (!always) {
            String unless = String.join(
                    " or ",
                    mappings.stream()
                            .map(columns::emptyTextTest)
                            .filter(Objects::nonNull)
                            .toList());
            if (unless.isEmpty()) {
                yaml.put("skip-empty", NewNode.literal("true"));
            } else {
                yaml.comment("To the original an empty text is a value, though it becomes NULL.")
                        .put(
                                "skip-empty",
                                NewNode.mapping()
                                        .put("unless", NewNode.quoted(unless))
                                        .inFlow());
            }
        }
        List<Column> written = new ArrayList<>();
        if (base) {
            Mapping id = mappings.stream()
                    .filter(mapping -> mapping.column().equals("app_id"))
                    .findFirst()
                    .orElse(null);
            written.add(Column.path("app_id", sources.id(), id == null ? "integer" : Columns.type(id))
                    .key());
        } else {
            written.add(appId(true));
        }
        mappings.stream()
                .filter(mapping -> !mapping.column().equals("app_id"))
                .forEach(mapping -> written.add(columns.of(mapping)));
        yaml.put("columns", columns(fitted(table, unique(written))));
    }

    /** The columns as the table that is there wants them. */
    private List<Column> fitted(String table, List<Column> written) {
        if (fit != null) {
            fit.fit(table, written);
        }
        return written;
    }

    private void writeOnDuplicate(NewNode.Mapping yaml, String table, String policy, List<Column> written) {
        if (fit == null || fit.isUnique(table, written)) {
            yaml.put("on-duplicate", NewNode.literal(policy));
        }
    }

    /** A column that is mapped more than once has the value of the last mapping that has one. */
    private List<Column> unique(List<Column> written) {
        Map<String, Column> byName = new LinkedHashMap<>();
        for (Column column : written) {
            Column earlier = byName.put(column.name(), column);
            if (earlier == null) {
                continue;
            }
            notes.add("the column " + column.name()
                    + " is mapped more than once; it has the value of the last mapping that has one");
            // A default is a value too.
            if (!column.has("default")) {
                column.with(
                        "path",
                        "((" + column.get("path") + ")[normalize-space(string())], " + earlier.get("path") + ")[1]");
                for (String setting : List.of("default", "empty")) {
                    if (earlier.has(setting)) {
                        column.with(setting, earlier.get(setting));
                    }
                }
            }
        }
        return List.copyOf(byName.values());
    }

    private void writeContacts(NewNode.Mapping tables, String table, List<Mapping> mappings) {
        NewNode.Mapping yaml = begin(
                tables,
                table,
                "One row for each id among the contacts that tell who they are: of the first role, the last one.");
        List<Column> written = new ArrayList<>();
        written.add(appId(false));
        written.add(contactId("@con_id", true));
        mappings.stream()
                .filter(mapping -> !List.of("app_id", "con_id").contains(mapping.column()))
                .forEach(mapping -> written.add(columns.of(mapping)));
        List<Column> fitted = fitted(table, unique(written));
        writeOnDuplicate(yaml, table, "keep-first", fitted);
        yaml.put("rows", NewNode.expression(sources.contactRows()));
        yaml.put("columns", columns(fitted));
    }

    private Column contactId(String path, boolean key) {
        String type = contract.of("app_contact_base").stream()
                .filter(mapping -> mapping.column().equals("con_id"))
                .findFirst()
                .map(Columns::type)
                .orElse("integer");
        Column column = Column.path("con_id", path, type);
        return key ? column.key() : column;
    }

    private void writeChildren(NewNode.Mapping tables, String table, List<Mapping> mappings) {
        boolean addresses = table.equals("app_contact_address");
        FilterRule rule = Objects.requireNonNull(addresses ? contract.address() : contract.employment());
        List<Column> written = new ArrayList<>();
        String type = addresses ? "address_type_enum" : "employment_type_enum";
        boolean typed = mappings.stream().anyMatch(mapping -> mapping.column().equals(type) && !mapping.nullable());
        for (Mapping mapping : mappings) {
            if (!mapping.column().equals("con_id")) {
                Column column = columns.of(mapping);
                written.add(typed && mapping.column().equals(type) ? column.key() : column);
            }
        }
        String content = content(mappings, written, addresses);
        NewNode.Mapping yaml = begin(
                tables,
                table,
                "The " + (addresses ? "addresses" : "employments") + " of the contacts, if their types are listed"
                        + (content.isEmpty() ? "." : " and they tell anything."));
        // Not a reference: an address also counts when its contact gave way to another one with the same id.
        written.add(0, contactId("../@con_id", typed));
        List<Column> fitted = fitted(table, unique(written));
        if (typed) {
            writeOnDuplicate(yaml, table, "keep-first", fitted);
        } else {
            notes.add("rows of " + table + " that the database has already are loaded again, because " + type
                    + " may be without value");
        }
        yaml.put("rows", NewNode.expression(sources.childRows(rule) + (content.isEmpty() ? "" : "[" + content + "]")));
        yaml.put("columns", columns(fitted));
    }

    /** What an address or an employment must hold some of; "" if a default makes sure that it does. */
    private String content(List<Mapping> mappings, List<Column> written, boolean addresses) {
        List<String> telling = addresses
                ? List.of("zip", "city", "street_name", "street_number", "state")
                : List.of("business_name", "monthly_salary", "job_title", "zip", "city");
        List<String> raw =
                addresses ? List.of("zip_code", "city", "street_name") : List.of("business_name", "zip_code", "city");
        List<String> tests = new ArrayList<>();
        for (Mapping mapping : mappings) {
            Column column = written.stream()
                    .filter(each -> each.name().equals(mapping.column()))
                    .findFirst()
                    .orElse(null);
            if (column == null || !telling.contains(mapping.column())) {
                continue;
            }
            boolean zero = mapping.column().equals("monthly_salary")
                    && column.get("default").matches("-?0+([.]0*)?");
            boolean code = mapping.has("enum") && columns.isAlwaysContent(mapping);
            if (column.has("default") && !zero || mapping.isBit() || code) {
                return "";
            }
            tests.add(
                    mapping.column().equals("monthly_salary")
                            ? "abs(number((" + column.get("path") + ")[1])) >= 0.005"
                            : mapping.isDigits()
                                    ? "matches(" + columns.source(mapping) + ", '[0-9]')"
                                    : "normalize-space(" + column.get("path") + ")");
        }
        raw.forEach(attribute -> tests.add("normalize-space(" + Sources.exact(attribute) + ")"));
        return String.join(" or ", tests.stream().distinct().toList());
    }

    /** Whether no two sets make rows with one key: then there is nothing to update. */
    private static boolean haveOwnKeys(List<RowSet> sets) {
        return sets.stream()
                        .map(set -> set.columns().stream()
                                .filter(column -> column.has("key"))
                                .map(column -> column.get("path"))
                                .toList())
                        .distinct()
                        .count()
                == sets.size();
    }

    private void writeUnion(NewNode.Mapping tables, String table, List<Mapping> mappings) {
        List<RowSet> sets = new RowMakers(columns, notes).of(table, mappings);
        NewNode.Mapping yaml = begin(tables, table, "One row for each of the texts below that is usable.");
        boolean keyed = sets.stream().allMatch(set -> set.columns().stream().anyMatch(column -> column.has("key")));
        List<Column> written = keyed ? List.of(appId(true)) : List.of(appId(true), Column.ordinal("seq"));
        List<Column> shared = fit == null ? written : fit.fit(table, written, sets);
        boolean updates = List.of("scores", "indicators", "app_historical_lookup", "app_report_results_lookup")
                        .contains(table)
                && !haveOwnKeys(sets);
        if (updates) {
            List<Column> all = new ArrayList<>(shared);
            sets.forEach(set -> all.addAll(set.columns()));
            writeOnDuplicate(yaml, table, "update", all);
        }
        if (table.equals("scores")) {
            yaml.put("skip-empty", NewNode.literal("true"));
        }
        yaml.put("columns", columns(shared));
        NewNode.Items union = NewNode.items();
        for (RowSet set : sets) {
            union.add(NewNode.mapping()
                    .put("rows", NewNode.expression(set.rows()))
                    .put("columns", columns(unique(set.columns()))));
        }
        yaml.put("union", union);
    }
}
