package dev.millrace.contract;

import dev.millrace.contract.ContractDifference.Kind;
import dev.millrace.contract.ContractDifference.Rows;
import dev.millrace.contract.ContractDifference.Side;
import dev.millrace.contract.ContractDifference.Subject;
import dev.millrace.contract.ContractDifference.Written;
import dev.millrace.contract.MappingContract.DocumentRules;
import dev.millrace.contract.MappingContract.Requirement;
import dev.millrace.contract.WrittenPlaces.Place;
import dev.millrace.xml.TextRules;
import dev.millrace.xml.path.PathExpression;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What two contracts mean, compared: all but their tables is here, which are {@link TableComparison}'s. */
final class MeaningComparison {

    private static final String OTHER_LEDGER = "that ledger knows of none of the documents that are loaded";

    private final MappingContract before;
    private final MappingContract after;
    private final WrittenPlaces old;
    private final WrittenPlaces now;
    private final List<ContractDifference> found = new ArrayList<>();
    /** New names of code tables by old ones. */
    private final Map<String, String> codeNames = new LinkedHashMap<>();

    MeaningComparison(MappingContract before, MappingContract after) {
        this.before = before;
        this.after = after;
        old = new WrittenPlaces(before);
        now = new WrittenPlaces(after);
    }

    List<ContractDifference> differences() {
        setting(
                before.name(),
                after.name(),
                Rows.ANEW,
                "the ledger knows documents by this name, and none as loaded by the new one",
                "name");
        setting(before.description(), after.description(), Rows.STAY, "", "description");
        document(before.document(), after.document());
        setting(before.schema(), after.schema(), Rows.ANEW, "the tables that are there are in the old one", "schema");
        setting(before.ledger().schema(), after.ledger().schema(), Rows.ANEW, OTHER_LEDGER, "ledger", "schema");
        setting(before.ledger().prefix(), after.ledger().prefix(), Rows.ANEW, OTHER_LEDGER, "ledger", "prefix");
        setting(before.source().table(), after.source().table(), Rows.STAY, "", "source", "table");
        setting(before.source().key(), after.source().key(), Rows.ANEW, "documents get other keys", "source", "key");
        setting(before.source().xml(), after.source().xml(), Rows.AGAIN, "", "source", "xml");
        lets(null, null, lets(before), lets(after), "let");
        codes();
        new TableComparison(before, after, old, now, codeNames, this).compare();
        ignored();
        return List.copyOf(found);
    }

    private void document(DocumentRules was, DocumentRules is) {
        if (!was.record().equals(is.record())) {
            setting(
                    record(old),
                    record(now),
                    Rows.ANEW,
                    "other elements are documents, with other keys",
                    "document",
                    "record");
        }
        setting(
                path(was.select()),
                path(is.select()),
                Rows.AGAIN,
                "documents that are not selected any more keep their rows",
                "document",
                "select");
        setting(path(was.key()), path(is.key()), Rows.ANEW, "documents get other keys", "document", "key");
        Map<String, @Nullable String> oldPrefixes = new LinkedHashMap<>();
        was.namespaces().keySet().stream()
                .sorted()
                .forEach(prefix -> oldPrefixes.put(prefix, String.join(" ", of(was.namespaces(), prefix))));
        Map<String, @Nullable String> prefixes = new LinkedHashMap<>();
        is.namespaces().keySet().stream()
                .sorted()
                .forEach(prefix -> prefixes.put(prefix, String.join(" ", of(is.namespaces(), prefix))));
        entries(oldPrefixes, prefixes, Rows.AGAIN, Rows.AGAIN, Rows.AGAIN, "document", "namespaces");
        Map<String, @Nullable String> guards = new LinkedHashMap<>();
        was.require().forEach(guard -> guards.put(normal(guard.test().text()), guard.reason()));
        guards(guards, is.require());
        setting(names(was), names(is), Rows.AGAIN, "", "document", "names");
        TextRules texts = was.text();
        TextRules others = is.text();
        setting(
                MessageText.of(texts.doctype()),
                MessageText.of(others.doctype()),
                "reject".equals(MessageText.of(texts.doctype())) ? Rows.RETRY : Rows.AGAIN,
                "",
                "document",
                "doctype");
        setting(
                texts.encoding() == null ? null : texts.encoding().name().toLowerCase(Locale.ROOT),
                others.encoding() == null ? null : others.encoding().name().toLowerCase(Locale.ROOT),
                texts.encoding() == null ? Rows.RETRY : Rows.AGAIN,
                "",
                "document",
                "encoding");
        setting(
                prolog(texts),
                prolog(others),
                texts.prolog() < others.prolog() ? Rows.RETRY : Rows.AGAIN,
                "",
                "document",
                "prolog");
    }

    private void guards(Map<String, @Nullable String> was, List<Requirement> is) {
        Side there = side(null, old.at("document", "require"));
        Side here = side(null, now.at("document", "require"));
        Subject subject = new Subject(null, null, 0, "document.require");
        Set<String> tests = new LinkedHashSet<>();
        for (Requirement guard : is) {
            String test = normal(guard.test().text());
            tests.add(test);
            if (!was.containsKey(test)) {
                add(
                        Kind.ADDED,
                        subject,
                        there,
                        with(here, test),
                        "documents for which it is not true are rejected",
                        Rows.AGAIN);
            } else if (!guard.reason().equals(was.get(test))) {
                add(Kind.CHANGED, subject, with(there, was.get(test)), with(here, guard.reason()), "", Rows.STAY);
            }
        }
        was.keySet().stream()
                .filter(test -> !tests.contains(test))
                .forEach(test -> add(Kind.REMOVED, subject, with(there, test), here, "", Rows.RETRY));
    }

    private void codes() {
        Set<String> gone = new LinkedHashSet<>();
        old.find("codes")
                .ifPresent(codes -> gone.addAll(ContractChange.entries(codes).keySet()));
        Set<String> come = new LinkedHashSet<>();
        now.find("codes")
                .ifPresent(codes -> come.addAll(ContractChange.entries(codes).keySet()));
        for (String name : gone) {
            if (come.contains(name)) {
                codeNames.put(name, name);
            }
        }
        come.removeAll(codeNames.keySet());
        gone.removeAll(codeNames.keySet());
        for (String name : gone) {
            List<String> same =
                    come.stream().filter(other -> isSameTable(name, other)).toList();
            boolean alone = gone.stream()
                            .filter(other -> same.size() == 1 && isSameTable(other, same.get(0)))
                            .count()
                    == 1;
            if (alone) {
                codeNames.put(name, same.get(0));
                come.remove(same.get(0));
                add(
                        Kind.RENAMED,
                        new Subject(null, null, 0, "codes." + same.get(0)),
                        side(name, old.at("codes", name)),
                        side(same.get(0), now.at("codes", same.get(0))),
                        "",
                        Rows.STAY);
            } else {
                whole(Kind.REMOVED, "codes", name);
            }
        }
        come.forEach(name -> whole(Kind.ADDED, "codes", name));
        codeNames.forEach((name, other) -> codeTable(of(before.codes(), name), of(after.codes(), other)));
    }

    /** Columns that use it differ in that; so by itself it changes no row. */
    private void whole(Kind kind, String where, String name) {
        add(
                kind,
                new Subject(null, null, 0, where + "." + name),
                side(null, old.at(where, name)),
                side(null, now.at(where, name)),
                "",
                Rows.STAY);
    }

    private boolean isSameTable(String name, String other) {
        CodeTable was = of(before.codes(), name);
        CodeTable is = of(after.codes(), other);
        return was.entries().equals(is.entries())
                && was.ignoreCase() == is.ignoreCase()
                && otherwise(was).equals(otherwise(is))
                && (!is.ignoreCase() || folded(was).equals(folded(is)));
    }

    private void codeTable(CodeTable was, CodeTable is) {
        Rows added = was.otherwise() == CodeTable.Otherwise.REJECT ? Rows.RETRY : Rows.AGAIN;
        String where = now.find("codes", is.name(), "entries")
                        .filter(node -> node.kind() == ContractNode.Kind.MAPPING)
                        .isPresent()
                ? "entries"
                : "";
        Map<String, @Nullable String> entries = new LinkedHashMap<>(was.entries());
        entries.replaceAll((text, code) -> code == null ? "null" : code);
        Map<String, @Nullable String> others = new LinkedHashMap<>(is.entries());
        others.replaceAll((text, code) -> code == null ? "null" : code);
        if (where.isEmpty()) {
            entries(entries, others, added, Rows.AGAIN, Rows.AGAIN, "codes", is.name());
        } else {
            entries(entries, others, added, Rows.AGAIN, Rows.AGAIN, "codes", is.name(), where);
        }
        setting(
                String.valueOf(was.ignoreCase()),
                String.valueOf(is.ignoreCase()),
                added,
                "",
                "codes",
                is.name(),
                "ignore-case");
        setting(otherwise(was), otherwise(is), added, "", "codes", is.name(), "otherwise");
        if (is.ignoreCase()
                && was.ignoreCase()
                && was.entries().equals(is.entries())
                && !folded(was).equals(folded(is))) {
            add(
                    Kind.CHANGED,
                    new Subject(null, null, 0, "codes." + is.name()),
                    side("another order", old.at("codes", was.name())),
                    side("in this order", now.at("codes", is.name())),
                    "of entries that are alike but for case the first one counts",
                    Rows.AGAIN);
        }
    }

    /** What counts where case does not: the first of those that are alike. */
    private static Map<String, String> folded(CodeTable table) {
        Map<String, String> first = new LinkedHashMap<>();
        table.entries().forEach((text, code) -> first.putIfAbsent(text.toLowerCase(Locale.ROOT), String.valueOf(code)));
        return first;
    }

    private static String otherwise(CodeTable table) {
        return switch (table.otherwise()) {
            case VALUE -> "value: " + table.otherwiseValue();
            case REJECT, NULL, KEEP -> MessageText.of(table.otherwise());
        };
    }

    private void ignored() {
        Map<String, @Nullable String> was = new LinkedHashMap<>();
        before.ignore().forEach(path -> was.put(normal(path.text()), ""));
        Map<String, @Nullable String> is = new LinkedHashMap<>();
        after.ignore().forEach(path -> is.put(normal(path.text()), ""));
        Subject subject = new Subject(null, null, 0, "ignore");
        Side there = side(null, old.at("ignore"));
        Side here = side(null, now.at("ignore"));
        was.keySet().stream()
                .filter(path -> !is.containsKey(path))
                .forEach(path -> add(Kind.REMOVED, subject, with(there, path), here, "", Rows.STAY));
        is.keySet().stream()
                .filter(path -> !was.containsKey(path))
                .forEach(path -> add(Kind.ADDED, subject, there, with(here, path), "", Rows.STAY));
    }

    private static Map<String, @Nullable String> lets(MappingContract contract) {
        Map<String, @Nullable String> lets = new LinkedHashMap<>();
        contract.lets().forEach(let -> lets.put(let.name(), path(let.expression())));
        return lets;
    }

    /** Named values, of the contract or of a table; what uses one under its new name differs in that. */
    void lets(
            @Nullable String oldTable,
            @Nullable String table,
            Map<String, @Nullable String> was,
            Map<String, @Nullable String> is,
            String key) {
        List<String> gone =
                was.keySet().stream().filter(name -> !is.containsKey(name)).toList();
        List<String> come =
                is.keySet().stream().filter(name -> !was.containsKey(name)).toList();
        for (String name : was.keySet()) {
            Side there = side(was.get(name), let(old, oldTable, key, name));
            if (is.containsKey(name)) {
                if (!Objects.equals(was.get(name), is.get(name))) {
                    Side here = side(is.get(name), let(now, table, key, name));
                    add(Kind.CHANGED, new Subject(table, null, 0, key + "." + name), there, here, "", Rows.AGAIN);
                }
                continue;
            }
            List<String> same = come.stream()
                    .filter(other -> Objects.equals(is.get(other), was.get(name)))
                    .toList();
            boolean alone = same.size() == 1
                    && gone.stream()
                                    .filter(other -> Objects.equals(was.get(other), was.get(name)))
                                    .count()
                            == 1;
            Side here = side(null, let(now, table, key, alone ? same.get(0) : name));
            if (alone) {
                Subject subject = new Subject(table, null, 0, key + "." + same.get(0));
                add(Kind.RENAMED, subject, with(there, name), with(here, same.get(0)), "", Rows.STAY);
            } else {
                add(Kind.REMOVED, new Subject(table, null, 0, key + "." + name), there, here, "", Rows.STAY);
            }
        }
        for (String name : come) {
            boolean renamed = found.stream()
                    .anyMatch(each -> each.kind() == Kind.RENAMED
                            && Objects.equals(each.subject().table(), table)
                            && (key + "." + name).equals(each.subject().setting()));
            if (!renamed) {
                Side there = side(null, let(old, oldTable, key, name));
                Side here = side(is.get(name), let(now, table, key, name));
                add(Kind.ADDED, new Subject(table, null, 0, key + "." + name), there, here, "", Rows.STAY);
            }
        }
    }

    private static Place let(WrittenPlaces places, @Nullable String table, String key, String name) {
        return table == null ? places.at(key, name) : places.at("tables", table, key, name);
    }

    /** Entries of a mapping whose keys people choose. */
    private void entries(
            Map<String, @Nullable String> was,
            Map<String, @Nullable String> is,
            Rows added,
            Rows changed,
            Rows removed,
            String... path) {
        String where = String.join(".", path);
        for (Map.Entry<String, @Nullable String> entry : was.entrySet()) {
            String key = entry.getKey();
            Subject subject = new Subject(null, null, 0, where + "." + key);
            Side there = side(entry.getValue(), old.at(then(path, key)));
            Side here = side(is.get(key), now.at(then(path, key)));
            if (!is.containsKey(key)) {
                add(Kind.REMOVED, subject, there, here, "", removed);
            } else if (!Objects.equals(entry.getValue(), is.get(key))) {
                add(Kind.CHANGED, subject, there, here, "", changed);
            }
        }
        is.forEach((key, value) -> {
            if (!was.containsKey(key)) {
                add(
                        Kind.ADDED,
                        new Subject(null, null, 0, where + "." + key),
                        side(null, old.at(then(path, key))),
                        side(value, now.at(then(path, key))),
                        "",
                        added);
            }
        });
    }

    private static String[] then(String[] path, String key) {
        return new KeyPath(List.of(path)).then(key).steps().toArray(String[]::new);
    }

    /** One setting of the contract, at a path of keys. */
    private void setting(@Nullable String was, @Nullable String is, Rows rows, String note, String... path) {
        if (!Objects.equals(was, is)) {
            Subject subject = new Subject(null, null, 0, String.join(".", path));
            add(Kind.CHANGED, subject, side(was, old.at(path)), side(is, now.at(path)), note, rows);
        }
    }

    void add(Kind kind, Subject subject, Side there, Side here, String note, Rows rows) {
        found.add(new ContractDifference(kind, subject, there, here, note, rows));
    }

    static Side side(@Nullable String value, Place place) {
        return new Side(value, place.position(), place.written());
    }

    private static Side with(Side side, @Nullable String value) {
        return new Side(value, side.position(), Written.HERE);
    }

    private static String record(WrittenPlaces places) {
        return places.find("document", "record")
                .map(node -> normal(node.text()))
                .orElse("the document element");
    }

    private static String names(DocumentRules rules) {
        return rules.ignoreNameCase() ? "ignore-case" : "exact";
    }

    private static @Nullable String prolog(TextRules rules) {
        return rules.prolog() == TextRules.ANY_PROLOG ? null : String.valueOf(rules.prolog());
    }

    /** A path as it counts: without a difference in white space between its words. */
    static @Nullable String path(@Nullable PathExpression path) {
        return path == null ? null : normal(path.text());
    }

    /** Any white space outside of literals as one blank. */
    static String normal(String path) {
        StringBuilder words = new StringBuilder(path.length());
        char quote = 0;
        boolean blank = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (quote == 0 && Character.isWhitespace(c)) {
                blank = true;
                continue;
            }
            if (blank && !words.isEmpty()) {
                words.append(' ');
            }
            blank = false;
            if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            }
            words.append(c);
        }
        return words.toString();
    }

    private static <T> T of(Map<String, T> map, String key) {
        return Objects.requireNonNull(map.get(key), key);
    }
}
