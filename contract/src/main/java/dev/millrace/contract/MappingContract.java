package dev.millrace.contract;

import dev.millrace.document.Sha256;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.TextRules;
import dev.millrace.xml.XmlParser.Doctype;
import dev.millrace.xml.path.PathExpression;
import dev.millrace.xml.path.VariableScope;
import java.io.Serializable;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A mapping contract that has been read and checked: names are resolved, paths are compiled, keys and foreign keys are
 * derived. Immutable and thread-safe. {@link ContractReader} makes it; for a program it is a thing to hand on, and to ask for its
 * tables and their columns.
 *
 * @param name the contract's name, which the ledger keeps
 * @param text the file's text, for its hash
 * @param description what it is about, for people; may span lines; null for none
 * @param document what a document is
 * @param schema the target schema, or null for the connection's own
 * @param ledger where the ledger's tables are and what they are called
 * @param source defaults for a database source
 * @param lets named values in declaration order; the let at index i has slot i + 1
 * @param codes code tables by name
 * @param tables in file order: parents before children
 * @param ignore paths known and deliberately not loaded
 * @param scope $record, the lets and, under names that no path can write, the lets of tables; a table's columns follow in slots of their own, in the order of
 *     {@link TableMapping#columns()}, beginning at {@code scope.size()}
 * @param slots the size of the largest scope of any expression
 */
@API(status = API.Status.STABLE, since = "0.1")
public record MappingContract(
        String name,
        String text,
        @Nullable String description,
        @API(status = API.Status.INTERNAL) DocumentRules document,
        @Nullable String schema,
        LedgerNames ledger,
        SourceDefaults source,
        @API(status = API.Status.INTERNAL) List<Let> lets,
        @API(status = API.Status.INTERNAL) Map<String, CodeTable> codes,
        List<TableMapping> tables,
        @API(status = API.Status.INTERNAL) List<PathExpression> ignore,
        @API(status = API.Status.INTERNAL) VariableScope scope,
        @API(status = API.Status.INTERNAL) int slots) {

    /**
     * What a document is and what is asked of it.
     *
     * @param record where the records are
     * @param key the document's key over the record's element, or null for the source's key
     * @param select which records are documents of the contract, over the record's element; null for all
     * @param namespaces prefix to URIs
     * @param require guards
     * @param ignoreNameCase whether attribute names match ignoring case
     * @param text what is asked of a document's text
     */
    @API(status = API.Status.INTERNAL)
    public record DocumentRules(
            RecordPath record,
            @Nullable PathExpression key,
            @Nullable PathExpression select,
            Map<String, List<String>> namespaces,
            List<Requirement> require,
            boolean ignoreNameCase,
            TextRules text) {

        public DocumentRules {
            namespaces = Map.copyOf(namespaces);
            require = List.copyOf(require);
        }

        /** Whether a DOCTYPE is allowed. */
        public Doctype doctype() {
            return text.doctype();
        }
    }

    /**
     * A guard.
     *
     * @param test over the record's element
     * @param reason what to tell when it is not met
     */
    @API(status = API.Status.INTERNAL)
    public record Requirement(PathExpression test, String reason) {}

    /** A named value over the record's element. */
    @API(status = API.Status.INTERNAL)
    public record Let(String name, PathExpression expression) {}

    /** Defaults for a database source; each may be null. */
    public record SourceDefaults(
            @Nullable String table,
            @Nullable String key,
            @Nullable String xml) implements Serializable {}

    /**
     * The SHA-256 of the text without its descriptions, in hexadecimal digits, by which the ledger knows whether a contract has changed.
     * Without descriptions it is that of the text.
     */
    public String hash() {
        return HexFormat.of().formatHex(Sha256.of(DescribedText.withoutDescriptions(text)));
    }

    /**
     * The variables of paths over a table's rows: {@code $record}, the lets of the contract, of the table and of the tables above it.
     *
     * @param table its index; -1 for paths over the record
     */
    @API(status = API.Status.INTERNAL)
    public VariableScope scopeOf(int table) {
        VariableScope visible = scope;
        for (int t = table; t >= 0; t = tables.get(t).parent()) {
            for (TableMapping.Let let : tables.get(t).rows().lets()) {
                visible = visible.renamed(let.slot(), let.name());
            }
        }
        return visible;
    }

    /** The same with other tables, of the same columns. */
    @API(status = API.Status.INTERNAL)
    public MappingContract with(List<TableMapping> otherTables) {
        return new MappingContract(
                name,
                text,
                description,
                document,
                schema,
                ledger,
                source,
                lets,
                codes,
                otherTables,
                ignore,
                scope,
                slots);
    }

    /** The same for a target that has neither schemas nor names for a ledger. */
    @API(status = API.Status.INTERNAL)
    public MappingContract withoutSchema() {
        return new MappingContract(
                name,
                text,
                description,
                document,
                null,
                LedgerNames.DEFAULT,
                source,
                lets,
                codes,
                tables,
                ignore,
                scope,
                slots);
    }

    @API(status = API.Status.INTERNAL)
    public MappingContract {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(ledger, "ledger");
        lets = List.copyOf(lets);
        codes = Map.copyOf(codes);
        tables = List.copyOf(tables);
        ignore = List.copyOf(ignore);
    }
}
