package dev.millrace.contract;

import dev.millrace.xml.TextRules;
import dev.millrace.xml.XmlParser;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A contract as it is written: keys are known and values are of the right kind, which is what the JSON Schema can say
 * too. What names, types and paths mean is not looked at yet. What is absent or wrong is null; wrong things are told.
 */
final class ContractOutline {

    static final List<String> KEYS = List.of(
            "contract",
            "name",
            "description",
            "document",
            "schema",
            "ledger",
            "source",
            "let",
            "codes",
            "defaults",
            "tables",
            "ignore");
    static final List<String> LEDGER_KEYS = List.of("schema", "prefix");

    /** The contract language's version that this reader reads. */
    private static final String VERSION = "1";

    final Position position;
    final @Nullable Scalar name;
    final @Nullable String description;
    final DocumentOutline document;
    final @Nullable Scalar schema;
    final LedgerNames ledger;
    final SourceOutline source;
    final Map<String, Scalar> lets;
    private final @Nullable Section letSection;
    final Map<String, CodesOutline> codes = new LinkedHashMap<>();
    final ColumnSettings defaults;
    final List<TableOutline> tables = new ArrayList<>();
    final List<Scalar> ignore;

    /** @param asked counts more than what the contract says of its ledger */
    ContractOutline(Section top, LedgerNames asked) {
        position = top.position();
        if (top.require("contract")) {
            Scalar version = top.scalar("contract");
            if (version != null
                    && !(version.kind() == Scalar.Kind.NUMBER && version.text().equals(VERSION))) {
                top.error(
                        version.position(),
                        "contract is " + version.found()
                                + "; this reader knows the contract language 1 only: write 'contract: 1'");
            }
        }
        name = top.require("name") ? top.text("name") : null;
        String unprintable = name == null ? null : MessageText.unprintable(name.text());
        if (name != null && unprintable != null && !name.text().isBlank()) {
            top.error(name.position(), "the name of the contract " + unprintable);
        }
        description = top.description();
        document = new DocumentOutline(top.section("document", "document", DocumentOutline.KEYS));
        schema = top.text("schema");
        ledger = asked.or(ledger(top.section("ledger", "ledger", LEDGER_KEYS)));
        source = new SourceOutline(top.section("source", "source", SourceOutline.KEYS));
        letSection = top.section("let", "let");
        lets = lets(letSection);
        readCodes(top.section("codes", "codes"));
        Section settings = top.section("defaults", "defaults", ColumnSettings.KEYS);
        defaults = settings == null ? ColumnSettings.NONE : new ColumnSettings(settings);
        if (top.require("tables")) {
            readTables(top.section("tables", "tables"));
        }
        ignore = top.texts("ignore");
    }

    /** Where a let is declared. */
    Position letPosition(String let) {
        return letSection == null ? position : letSection.keyPosition(let);
    }

    /** The lets of the contract or of a table, in file order. */
    static Map<String, Scalar> lets(@Nullable Section section) {
        Map<String, Scalar> lets = new LinkedHashMap<>();
        if (section == null) {
            return lets;
        }
        for (String let : section.keys()) {
            Scalar path = section.text(let);
            String unprintable = MessageText.unprintable(let);
            if (unprintable != null) {
                section.error(section.keyPosition(let), "the name of a let " + unprintable);
            } else if (path != null) {
                lets.put(let, path);
            }
        }
        return lets;
    }

    private void readCodes(@Nullable Section section) {
        if (section == null) {
            return;
        }
        for (String table : section.keys()) {
            Section entries = section.section(table, "codes " + table);
            String unprintable = MessageText.unprintable(table);
            if (unprintable != null) {
                section.error(section.keyPosition(table), "the name of a code table " + unprintable);
            } else if (entries != null) {
                codes.put(table, new CodesOutline(table, section.keyPosition(table), entries));
            }
        }
    }

    private void readTables(@Nullable Section section) {
        if (section == null) {
            return;
        }
        if (section.keys().isEmpty()) {
            section.error(section.position(), "there is no table; a contract fills at least one");
        }
        for (String table : section.keys()) {
            Section body = section.section(table, "table " + table, TableOutline.KEYS);
            String unprintable = MessageText.unprintable(table);
            if (unprintable != null) {
                section.error(section.keyPosition(table), "the name of a table " + unprintable);
            } else if (isBesideLedger() && ledger.contains(table)) {
                section.error(
                        section.keyPosition(table),
                        "table " + table + " has the name of a table that Millrace keeps beside it, for what it has"
                                + " loaded; choose another, or have the ledger elsewhere: 'ledger: { schema: …, prefix: … }',"
                                + " --ledger-schema or --ledger-prefix");
            } else if (body != null) {
                tables.add(new TableOutline(table, section.keyPosition(table), body));
            }
        }
    }

    /** Whether the ledger is in one schema with the contract's tables; that of the connection is known only later. */
    private boolean isBesideLedger() {
        return ledger.schema() == null || schema != null && ledger.schema().equalsIgnoreCase(schema.text());
    }

    private static LedgerNames ledger(@Nullable Section section) {
        if (section == null) {
            return LedgerNames.DEFAULT;
        }
        Scalar schema = section.text("schema");
        String unprintable = schema == null ? null : MessageText.unprintable(schema.text());
        if (schema != null && unprintable != null) {
            section.error(schema.position(), "schema " + unprintable);
            schema = null;
        }
        Scalar prefix = section.text("prefix");
        if (prefix != null && !LedgerNames.isPrefix(prefix.text())) {
            section.error(prefix.position(), LedgerNames.unfit(prefix.text()));
            prefix = null;
        }
        return new LedgerNames(schema == null ? null : schema.text(), prefix == null ? null : prefix.text());
    }

    /** What stands under {@code document}. */
    static final class DocumentOutline {

        static final List<String> KEYS =
                List.of("record", "select", "key", "namespaces", "require", "names", "doctype", "encoding", "prolog");
        static final List<String> REQUIRE_KEYS = List.of("test", "reason");
        private static final List<String> NAMES = List.of("exact", "ignore-case");
        /** Encodings of one byte a character: those of several bytes are told by their first bytes, or are rare. */
        private static final List<String> ENCODINGS =
                List.of("windows-1252", "windows-1250", "windows-1251", "iso-8859-1", "iso-8859-15");

        /**
         * A guard as written.
         *
         * @param test the expression
         * @param reason what to tell
         */
        record Require(Scalar test, Scalar reason) {}

        @Nullable
        Scalar record;

        @Nullable
        Scalar select;

        @Nullable
        Scalar key;

        final Map<String, List<String>> namespaces = new LinkedHashMap<>();
        final List<Require> require = new ArrayList<>();
        boolean ignoreNameCase;
        XmlParser.Doctype doctype = XmlParser.Doctype.REJECT;

        @Nullable
        Charset encoding;

        int prolog = TextRules.ANY_PROLOG;

        private DocumentOutline(@Nullable Section section) {
            if (section == null) {
                return;
            }
            record = section.text("record");
            select = section.text("select");
            key = section.text("key");
            Section prefixes = section.section("namespaces", "document.namespaces");
            if (prefixes != null) {
                for (String prefix : prefixes.keys()) {
                    List<String> uris = prefixes.namespaces(prefix);
                    if (!uris.isEmpty()) {
                        namespaces.put(prefix, uris);
                    }
                }
            }
            for (Section guard : section.sections("require", "document.require", REQUIRE_KEYS)) {
                Scalar test = guard.require("test") ? guard.text("test") : null;
                Scalar reason = guard.require("reason") ? guard.text("reason") : null;
                if (test != null && reason != null) {
                    require.add(new Require(test, reason));
                }
            }
            ignoreNameCase = section.has("names") && section.choice("names", NAMES) == 1;
            XmlParser.Doctype chosen = section.choice("doctype", XmlParser.Doctype.class);
            doctype = chosen == null ? XmlParser.Doctype.REJECT : chosen;
            if (section.has("encoding")) {
                int index = section.choice("encoding", ENCODINGS);
                encoding = index < 0 ? null : Charset.forName(ENCODINGS.get(index));
            }
            Integer most = section.count("prolog");
            prolog = most == null ? TextRules.ANY_PROLOG : most;
        }
    }

    /** What stands under {@code source}. */
    static final class SourceOutline {

        static final List<String> KEYS = List.of("table", "key", "xml");

        final MappingContract.SourceDefaults defaults;

        private SourceOutline(@Nullable Section section) {
            defaults = section == null
                    ? new MappingContract.SourceDefaults(null, null, null)
                    : new MappingContract.SourceDefaults(
                            textOf(section.text("table")), textOf(section.text("key")), textOf(section.text("xml")));
        }

        private static @Nullable String textOf(@Nullable Scalar scalar) {
            return scalar == null ? null : scalar.text();
        }
    }

    /**
     * A code table as written. Every key but {@code otherwise} and {@code ignore-case} is an entry, unless
     * {@code entries} holds a mapping: then the entries are there, and can have any text.
     */
    static final class CodesOutline {

        static final List<String> LONG_KEYS = List.of("entries", "otherwise", "ignore-case");
        static final List<String> OTHERWISE_KEYS = List.of("value", "keep");
        private static final List<String> SETTINGS = List.of("otherwise", "ignore-case");

        final String name;
        final Position position;
        final Map<String, Scalar> entries = new LinkedHashMap<>();
        final boolean ignoreCase;
        CodeTable.Otherwise otherwise = CodeTable.Otherwise.REJECT;

        @Nullable
        Scalar otherwiseValue;

        private CodesOutline(String name, Position position, Section section) {
            this.name = name;
            this.position = position;
            if (section.isSection("entries")) {
                section.knowing(LONG_KEYS);
                Section listed = section.section("entries", section.where());
                if (listed != null) {
                    readEntries(listed, List.of());
                }
            } else {
                readEntries(section, SETTINGS);
            }
            Boolean ignore = section.flag("ignore-case");
            ignoreCase = ignore != null && ignore;
            readOtherwise(section);
        }

        private void readEntries(Section section, List<String> settings) {
            for (String text : section.keys()) {
                Scalar code = settings.contains(text) ? null : section.scalar(text);
                if (code != null) {
                    entries.put(text, code);
                }
            }
        }

        /** What a mapping under {@code otherwise} gives; null where it keeps the text, or is wrong. */
        private @Nullable Scalar value(Section written) {
            if (!written.has("keep")) {
                return written.require("value") ? written.scalar("value") : null;
            }
            if (Boolean.FALSE.equals(written.flag("keep"))) {
                written.error(written.keyPosition("keep"), "keep is false; write 'keep: true', or 'otherwise: reject'");
            } else if (written.has("value")) {
                written.error(written.keyPosition("value"), "value and keep exclude each other; remove one");
            }
            otherwise = CodeTable.Otherwise.KEEP;
            return null;
        }

        private void readOtherwise(Section section) {
            if (!section.has("otherwise")) {
                return;
            }
            Scalar value;
            if (section.isSection("otherwise")) {
                Section written = section.section("otherwise", section.where() + ".otherwise", OTHERWISE_KEYS);
                value = written == null ? null : value(written);
            } else {
                value = section.scalar("otherwise");
                if (value != null
                        && value.kind() == Scalar.Kind.TEXT
                        && value.text().equals("reject")) {
                    return;
                }
            }
            if (value != null) {
                otherwise = value.isNull() ? CodeTable.Otherwise.NULL : CodeTable.Otherwise.VALUE;
                otherwiseValue = value.isNull() ? null : value;
            }
        }
    }
}
