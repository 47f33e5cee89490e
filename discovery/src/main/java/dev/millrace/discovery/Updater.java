package dev.millrace.discovery;

import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.ColumnMapping.Several;
import dev.millrace.contract.ContractEdit;
import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractNode;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.ContractText;
import dev.millrace.contract.EditRefusedException;
import dev.millrace.contract.KeyPath;
import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.NewNode;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.contract.TableMapping.RowSet;
import dev.millrace.contract.TypeChange;
import dev.millrace.contract.TypeChange.Direction;
import dev.millrace.discovery.ColumnFaults.Count;
import dev.millrace.discovery.ColumnFaults.Spot;
import dev.millrace.discovery.ContractUpdate.Change;
import dev.millrace.discovery.ContractUpdate.Kind;
import dev.millrace.discovery.DraftTable.Column;
import dev.millrace.document.FaultCode;
import dev.millrace.mapping.ReachedPaths.RowItem;
import dev.millrace.summary.PathSummary;
import dev.millrace.summary.ValueSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts into a contract what documents hold beyond it. Used once, by one thread. */
final class Updater {

    /** Steps without conditions: what they find is what a path summary has. */
    private static final Pattern PLAIN = Pattern.compile(
            "(?:\\.\\.?|@?[\\p{L}_][\\p{L}\\p{N}\\p{M}_.-]*(?::[\\p{L}_][\\p{L}\\p{N}\\p{M}_.-]*)?)(?:/(?:\\.\\.?|"
                    + "@?[\\p{L}_][\\p{L}\\p{N}\\p{M}_.-]*(?::[\\p{L}_][\\p{L}\\p{N}\\p{M}_.-]*)?))*");

    private static final Set<FaultCode> OF_TYPE =
            Set.of(FaultCode.INVALID_VALUE, FaultCode.OUT_OF_RANGE, FaultCode.VALUE_TOO_LONG, FaultCode.TOO_PRECISE);

    /** A column that a table is given, in one set of its rows or in several. */
    private record Added(TableMapping table, List<Integer> sets, DraftTable draft, Column column) {}

    private final MappingContract contract;
    private final ContractText before;
    private final DraftNamespaces namespaces;
    private final KnownPaths known;
    private final Drafter drafter;
    private final RecordChoice record;

    private final Map<RowItem, List<Shape>> items = new LinkedHashMap<>();
    private final Map<DraftTable, RowItem> targets = new LinkedHashMap<>();
    private final List<Added> columns = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    private final Set<String> left = new LinkedHashSet<>();

    private ContractText text;
    private MappingContract compiled;
    /** Whether the contract is compiled after each edit, to find the one that it does not bear. */
    private boolean careful;

    /** @throws DraftException when no document has a record of the contract */
    Updater(PathSummary summary, ContractText before, MappingContract contract, DraftOptions options)
            throws DraftException {
        this.before = before;
        this.contract = contract;
        text = before;
        compiled = contract;
        namespaces = new DraftNamespaces(summary, contract.document().namespaces());
        Shape top = Shape.of(summary.top(), namespaces::unified);
        top.foldNested();
        known = new KnownPaths(contract, summary.top());
        record = record(top);
        drafter = new Drafter(summary, options, namespaces, top, record, known);
        draft();
    }

    Drafter drafter() {
        return drafter;
    }

    // What is new

    private RecordChoice record(Shape top) throws DraftException {
        List<Shape> records = new ArrayList<>();
        findRecords(top, records);
        if (records.isEmpty()) {
            throw new DraftException("document.record of " + before.name() + " is "
                    + before.find(KeyPath.of("document", "record"))
                            .map(ContractNode::text)
                            .orElse("the document element")
                    + ", and no document has it; their document elements are "
                    + String.join(
                            ", ",
                            top.children.stream()
                                    .limit(8)
                                    .map(shape -> shape.name.local() + inNamespace(shape))
                                    .toList()));
        }
        List<Shape> around = new ArrayList<>();
        Shape first = records.get(0).parent;
        for (Shape shape = first; shape != null && shape.parent != null; shape = shape.parent) {
            around.add(0, shape);
        }
        return new RecordChoice(records, around, "");
    }

    private static String inNamespace(Shape shape) {
        return shape.name.namespace().isEmpty() ? "" : " in " + shape.name.namespace();
    }

    private void findRecords(Shape shape, List<Shape> records) {
        if (known.isRecord(shape)) {
            records.add(shape);
        } else {
            shape.children.forEach(child -> findRecords(child, records));
        }
    }

    private void draft() {
        record.records().forEach(this::findItems);
        record.records().forEach(this::extend);
        for (Shape shape : record.records()) {
            if (known.leavesOut(shape)) {
                boolean several = record.records().size() > 1;
                drafter.extendByTable(
                        new DraftTable(shape, null, several ? "self::" + namespaces.step(shape) + "[1]" : ""));
            }
        }
        targets.keySet().stream()
                .filter(table -> table.item == record.records().get(0))
                .findFirst()
                .ifPresent(drafter::addOutside);
        tellOutside();
        mergeColumns();
        Set<String> taken = new LinkedHashSet<>();
        contract.tables().forEach(table -> taken.add(lower(table.name())));
        drafter.nameNew(taken);
        for (String expression : known.unfollowed()) {
            left.add("the path " + expression + " is one for Saxon: elements and attributes of the names in it count as"
                    + " mapped, wherever they are");
        }
    }

    private void findItems(Shape shape) {
        for (RowItem item : known.rows(shape)) {
            items.computeIfAbsent(item, key -> new ArrayList<>()).add(shape);
        }
        shape.children.forEach(this::findItems);
    }

    /** Goes through all elements that make rows. */
    private void extend(Shape shape) {
        List<RowItem> making = new ArrayList<>(known.rows(shape));
        List<RowItem> all =
                making.stream().filter(item -> !known.isConditional(item)).toList();
        if (!all.isEmpty()) {
            making = List.of(all.get(0));
        }
        for (int i = 0; i < making.size(); i++) {
            DraftTable table = there(shape, making.get(i));
            drafter.extend(table);
            if (i > 0) {
                drafter.tables.removeIf(made -> made.isBelow(table));
            }
            table.columns.forEach(column -> column.required = false);
        }
        if (!making.isEmpty() && known.leavesOutNested(shape)) {
            left.add("table " + contract.tables().get(making.get(0).table()).name() + ": " + shape.path()
                    + " holds further ones of its kind, which make no rows; see 'nested'");
        }
        shape.children.forEach(this::extend);
    }

    private DraftTable there(Shape shape, RowItem item) {
        TableMapping table = contract.tables().get(item.table());
        RowSet set = table.rows().sets().get(item.set());
        DraftTable made =
                new DraftTable(shape, null, set.rows() == null ? "" : set.rows().text());
        made.name = table.name();
        List<String> references = new ArrayList<>();
        List<String> own = new ArrayList<>();
        for (int index : table.key()) {
            ColumnMapping column = set.columns().get(index);
            String name = table.columns().get(index).name();
            boolean inherited = column != null && column.source() instanceof ColumnMapping.Reference;
            (inherited ? references : own).add(name);
            if (column != null && column.source() instanceof ColumnMapping.MetaValue) {
                made.documentKey = name;
            }
        }
        made.references = references;
        made.keyNames.addAll(references);
        made.keyNames.addAll(own);
        addCandidate(table, set, made);
        targets.put(made, item);
        return made;
    }

    /** The key of a table of documents, if it is a path alone: it has to be unique in all of them. */
    private void addCandidate(TableMapping table, RowSet set, DraftTable made) {
        if (table.parent() >= 0
                || table.key().size() != 1
                || table.onDuplicate() != OnDuplicate.REJECT
                || table.rows().distinct() != null
                || made.rowCount() < 2) {
            return;
        }
        ColumnMapping column = set.columns().get(table.key().get(0));
        if (column == null
                || !(column.source() instanceof ColumnMapping.Path path)
                || column.text().codes() != null) {
            return;
        }
        Shape value = follow(made.item, path.expression().text());
        if (value != null && value.value != null) {
            Column candidate = new Column(
                    List.of(column.name()), 1, path.expression().text(), value, ValueType.of(null, false, false));
            candidate.name = column.name();
            made.candidates.add(candidate);
        }
    }

    private void tellOutside() {
        for (Shape around : record.around()) {
            for (Shape child : around.children) {
                boolean inside = record.around().contains(child) || holdsRecord(child);
                if (!inside && known.leavesOut(child)) {
                    left.add(child.path() + " is outside of document.record, and not in the contract");
                }
            }
        }
        Shape top = record.records().get(0);
        while (top.parent != null) {
            top = top.parent;
        }
        for (Shape root : top.children) {
            if (!holdsRecord(root)) {
                left.add("in " + DraftWriter.count(root.documents, "document") + " of " + root.path()
                        + " nothing is document.record");
            }
        }
    }

    private boolean holdsRecord(Shape shape) {
        return known.isRecord(shape) || shape.children.stream().anyMatch(this::holdsRecord);
    }

    /** One column for each path of a table, whatever elements make its rows, with its name. */
    private void mergeColumns() {
        Map<Integer, Map<String, Added>> byTable = new LinkedHashMap<>();
        for (Map.Entry<DraftTable, RowItem> target : targets.entrySet()) {
            TableMapping table = contract.tables().get(target.getValue().table());
            Map<String, Added> its = byTable.computeIfAbsent(table.index(), key -> new LinkedHashMap<>());
            for (Column column : target.getKey().columns) {
                Added known = its.get(column.path);
                List<Integer> sets = new ArrayList<>(known == null ? List.of() : known.sets());
                if (!sets.contains(target.getValue().set())) {
                    sets.add(target.getValue().set());
                }
                Column one = known == null || isWider(known.column(), column) ? column : known.column();
                its.put(column.path, new Added(table, sets, target.getKey(), one));
            }
        }
        byTable.forEach((index, added) -> {
            TableMapping table = contract.tables().get(index);
            Set<String> taken = new LinkedHashSet<>();
            table.columns().forEach(column -> taken.add(lower(column.name())));
            contract.lets().forEach(let -> taken.add(lower(let.name())));
            contract.tables().forEach(any -> any.rows().lets().forEach(let -> taken.add(lower(let.name()))));
            DraftTable all = new DraftTable(
                    added.isEmpty()
                            ? record.records().get(0)
                            : added.values().iterator().next().draft().item,
                    null,
                    "");
            added.values().forEach(one -> all.columns.add(one.column()));
            drafter.nameColumns(all, taken);
            columns.addAll(added.values());
        });
    }

    private static boolean isWider(Column known, Column other) {
        SqlType own = SqlType.parse(known.type.type()).orElse(SqlType.TEXT);
        SqlType its = SqlType.parse(other.type.type()).orElse(SqlType.TEXT);
        Direction direction = TypeChange.between(own, its).direction();
        return direction == Direction.WIDENED || direction == Direction.OTHER && its.isCharacters();
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    // Paths

    /** What a path without conditions finds; null where it is none, or finds nothing. */
    private @Nullable Shape follow(Shape item, String path) {
        if (!PLAIN.matcher(path).matches()) {
            return null;
        }
        Shape at = item;
        for (String step : path.split("/")) {
            Shape from = at;
            if (from == null || step.equals(".")) {
                continue;
            }
            if (step.equals("..")) {
                at = from.parent;
                continue;
            }
            List<Shape> among = step.startsWith("@") ? from.attributes : from.children;
            boolean anyCase = contract.document().ignoreNameCase() && step.startsWith("@");
            at = among.stream()
                    .filter(shape -> namespaces.step(shape).equals(step))
                    .findFirst()
                    .or(() -> among.stream()
                            .filter(shape -> anyCase && namespaces.step(shape).equalsIgnoreCase(step))
                            .findFirst())
                    .orElse(null);
        }
        return at;
    }

    // Edits

    private interface Edit {
        ContractEdit on(ContractText contract) throws EditRefusedException, ContractException;
    }

    /** Tries edits until one can be made. Returns why none could; "" when one was. */
    private String edit(List<Edit> ways) {
        String why = "";
        for (Edit way : ways) {
            try {
                ContractText after = way.on(text).after();
                if (careful) {
                    compiled = ContractReader.read(after, LedgerNames.DEFAULT).contract();
                }
                text = after;
                return "";
            } catch (EditRefusedException e) {
                why = String.valueOf(e.getMessage());
            } catch (ContractException e) {
                why = e.problems().get(0).message();
            }
        }
        return why;
    }

    /** @param look has looked at all documents, or none */
    ContractUpdate finish(SecondLook look, ColumnFaults faults) {
        DraftWriter writer = new DraftWriter(drafter, look);
        writer.decideKeys();
        List<String> told = List.copyOf(left);
        make(writer, faults);
        try {
            compiled = ContractReader.read(text, LedgerNames.DEFAULT).contract();
        } catch (ContractException e) {
            // One of the edits is not borne: each is looked at by itself.
            text = before;
            compiled = contract;
            careful = true;
            changes.clear();
            left.clear();
            left.addAll(told);
            make(writer, faults);
        }
        tellKeys(look);
        return new ContractUpdate(before, text, compiled, changes, List.copyOf(left));
    }

    private void make(DraftWriter writer, ColumnFaults faults) {
        addPrefixes();
        columns.forEach(added -> addColumn(writer, added));
        drafter.tables.forEach(table -> addTable(writer, table));
        faults.found().forEach(this::judge);
    }

    private void addPrefixes() {
        namespaces.added().forEach((prefix, uri) -> {
            if (!isUsed(prefix + ":")) {
                return;
            }
            NewNode.Scalar value = NewNode.text(uri);
            String why = edit(List.of(
                    contractText -> contractText.add(at(contractText, "document", "namespaces"), prefix, value),
                    contractText -> contractText.add(
                            at(contractText, "document"),
                            "namespaces",
                            NewNode.mapping().put(prefix, value)),
                    contractText -> contractText.add(
                            contractText.top(),
                            Math.min(2, contractText.top().entries().size()),
                            "document",
                            NewNode.mapping()
                                    .put("namespaces", NewNode.mapping().put(prefix, value)))));
            done(Kind.ADDED_PREFIX, "prefix " + prefix, uri, why);
        });
    }

    private boolean isUsed(String prefix) {
        return columns.stream().anyMatch(added -> added.column().path.contains(prefix))
                || drafter.tables.stream()
                        .anyMatch(table -> table.rows.contains(prefix)
                                || table.columns.stream().anyMatch(column -> column.path.contains(prefix)));
    }

    private static ContractNode at(ContractText contractText, String... path) throws EditRefusedException {
        KeyPath keys = KeyPath.of(path);
        return contractText.find(keys).orElseThrow(() -> new EditRefusedException("nothing of its own is at " + keys));
    }

    private void done(Kind kind, String subject, String words, String why) {
        if (why.isEmpty()) {
            changes.add(new Change(kind, subject, words));
        } else {
            left.add(subject + " (" + words + ") is not in the contract, and cannot be added: " + why);
        }
    }

    /** Where a set of a table's rows has its columns. */
    private static String[] columnsPath(TableMapping table, int set) {
        return table.rows().sets().size() > 1
                ? new String[] {"tables", table.name(), "union", Integer.toString(set), "columns"}
                : new String[] {"tables", table.name(), "columns"};
    }

    private void addColumn(DraftWriter writer, Added added) {
        Column column = added.column();
        String evidence = writer.evidence(added.draft(), column);
        String why = "";
        for (int set : added.sets()) {
            String[] path = columnsPath(added.table(), set);
            String failed = edit(List.of(
                    contractText -> contractText.add(
                            at(contractText, path),
                            column.name,
                            writer.column(column, column.path).beside(evidence)),
                    contractText ->
                            contractText.add(at(contractText, path), column.name, writer.column(column, column.path))));
            why = why.isEmpty() ? failed : why;
            if (failed.isEmpty() && !column.type.doubt().isEmpty()) {
                List<String> keys = new ArrayList<>(List.of(path));
                keys.add(column.name);
                comment(contractText ->
                        contractText.commentAbove(at(contractText, keys.toArray(new String[0])), column.type.doubt()));
            }
        }
        done(
                Kind.ADDED_COLUMN,
                "table " + added.table().name() + ", column " + column.name,
                "path " + column.path + ", type " + column.type.type() + (evidence.isEmpty() ? "" : "; " + evidence),
                why);
    }

    /** A comment is worth having, and no more. */
    private void comment(Edit edit) {
        boolean strict = careful;
        careful = false;
        edit(List.of(edit));
        careful = strict;
    }

    private void addTable(DraftWriter writer, DraftTable table) {
        String comment = writer.tableComment(table);
        String why = edit(List.of(
                contractText -> contractText.add(at(contractText, "tables"), table.name, writer.table(table)),
                contractText -> contractText.add(
                        at(contractText, "tables"),
                        table.name,
                        NewNode.copyOf(ContractText.of(
                                        NewNode.mapping()
                                                .put("t", writer.table(table))
                                                .toString(),
                                        before.name())
                                .at("t")))));
        if (why.isEmpty()) {
            comment(contractText -> contractText.commentAbove(at(contractText, "tables", table.name), comment));
        }
        DraftTable parent = table.parent;
        done(
                Kind.ADDED_TABLE,
                "table " + table.name,
                (parent == null ? "" : "parent " + parent.name + ", ") + "rows "
                        + (table.rows.isEmpty() ? "." : table.rows) + ", "
                        + DraftWriter.count(table.columns.size(), "column") + " for its values; "
                        + comment.split("\n", 2)[0],
                why);
    }

    // What no longer fits

    private void judge(Spot spot, Count count) {
        TableMapping table = contract.tables().stream()
                .filter(one -> one.name().equals(spot.table()))
                .findFirst()
                .orElse(null);
        boolean widened = table != null
                && !spot.column().isEmpty()
                && OF_TYPE.contains(spot.code())
                && widen(table, spot.column());
        if (!widened) {
            String subject = spot.table().isEmpty()
                    ? ""
                    : "table " + spot.table() + (spot.column().isEmpty() ? "" : ", column " + spot.column()) + ": ";
            left.add(subject + DraftWriter.count(count.documents(), "document") + " rejected, "
                    + spot.code().word() + "; first " + count.first() + ": " + count.message());
        }
    }

    /** Returns whether the column has a type now that holds all values. */
    private boolean widen(TableMapping table, String name) {
        String subject = "table " + table.name() + ", column " + name;
        if (changes.stream()
                .anyMatch(change ->
                        change.kind() == Kind.WIDENED && change.subject().equals(subject))) {
            return true;
        }
        int index = 0;
        while (index < table.columns().size()
                && !table.columns().get(index).name().equals(name)) {
            index++;
        }
        if (index == table.columns().size()) {
            return false;
        }
        SqlType own = table.columns().get(index).type();
        ValueSummary values = new ValueSummary();
        boolean conditional = false;
        List<Integer> sets = new ArrayList<>();
        for (int s = 0; s < table.rows().sets().size(); s++) {
            ColumnMapping column = table.rows().sets().get(s).columns().get(index);
            if (column == null) {
                continue;
            }
            if (!(column.source() instanceof ColumnMapping.Path path)
                    || column.text().codes() != null
                    || column.text().several() == Several.JOIN
                    || !column.value().reading().formats().isEmpty()) {
                return false;
            }
            sets.add(s);
            RowItem item = new RowItem(table.index(), s);
            conditional |= known.isConditional(item);
            for (Shape shape : items.getOrDefault(item, List.of())) {
                Shape found = follow(shape, path.expression().text());
                if (found != null && found.value != null) {
                    values.add(found.value);
                }
            }
        }
        if (values.count() == 0) {
            return false;
        }
        Widening wider =
                Widening.of(own, values, ValueType.of(values, false, false)).orElse(null);
        boolean ofOneKind = wider != null
                && (TypeChange.between(own, wider.type()).direction() == Direction.WIDENED
                        || own.isCharacters() && wider.type().isCharacters());
        // The values of rows that are left out by a condition say nothing of another kind of type.
        if (wider == null || conditional && !ofOneKind) {
            return false;
        }
        for (int set : sets) {
            if (!setType(table, set, name, own, wider)) {
                return false;
            }
        }
        changes.add(new Change(Kind.WIDENED, subject, "type from " + own + " to " + wider.type() + "; " + wider.why()));
        return true;
    }

    private boolean setType(TableMapping table, int set, String name, SqlType own, Widening wider) {
        List<String> path = new ArrayList<>(List.of(columnsPath(table, set)));
        path.add(name);
        if (before.find(new KeyPath(path)).isEmpty() && table.rows().sets().size() > 1) {
            // Shared by all sets.
            path = new ArrayList<>(List.of("tables", table.name(), "columns", name));
        }
        String[] column = path.toArray(new String[0]);
        path.add("type");
        String[] type = path.toArray(new String[0]);
        String why = edit(List.of(contractText -> {
            ContractNode node = at(contractText, type);
            if (!node.isScalar()) {
                throw new EditRefusedException("its type is an alias");
            }
            return contractText.set(node, NewNode.expression(wider.type().toString()));
        }));
        if (!why.isEmpty()) {
            left.add("table " + table.name() + ", column " + name + ": its type " + own + " should be " + wider.type()
                    + ", " + wider.why() + ", and cannot be changed: " + why);
            return false;
        }
        comment(contractText -> {
            ContractNode node = at(contractText, column);
            if (node.beside().isPresent()) {
                throw new EditRefusedException("a person's comment is there");
            }
            return contractText.commentBeside(node, "was " + own + ": " + wider.why());
        });
        return true;
    }

    private void tellKeys(SecondLook look) {
        if (!look.isComplete()) {
            return;
        }
        for (DraftTable table : targets.keySet()) {
            for (Column column : table.candidates) {
                if (!look.isUnique(column)) {
                    left.add("table " + table.name + ": its key " + column.name
                            + " has a value more than once, or more values than can be compared");
                }
            }
        }
    }
}
