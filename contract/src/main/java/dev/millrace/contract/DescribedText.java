package dev.millrace.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What of a contract's text counts for its rows: all but the descriptions, so that the documents that are loaded stay those of the same
 * contract when somebody explains it. Comments count, since nobody can tell what they mean.
 */
final class DescribedText {

    private static final String DESCRIPTION = "description";

    private final ContractText contract;
    private final StringBuilder text;

    private DescribedText(ContractText contract) {
        this.contract = contract;
        text = new StringBuilder(contract.text());
    }

    /**
     * The text without the entries that describe the contract, its tables and columns: as if they had never been written, where each is
     * on lines of its own or behind another entry of its braces. What is no contract stays as it is.
     */
    static String withoutDescriptions(String text) {
        if (!text.contains(DESCRIPTION)) {
            return text;
        }
        try {
            return new DescribedText(ContractText.of(text, "contract")).cut();
        } catch (ContractException broken) {
            return text;
        }
    }

    private String cut() {
        List<ContractNode> found = new ArrayList<>();
        add(contract.top(), found);
        for (ContractNode table : entries(contract.top().entry("tables"))) {
            add(table, found);
            entries(table.entry("columns")).forEach(column -> add(column, found));
            for (ContractNode set : entries(table.entry("union"))) {
                entries(set.entry("columns")).forEach(column -> add(column, found));
            }
        }
        // From the end, so that offsets before it stay what they are.
        found.sort((one, other) -> Integer.compare(other.entryStart, one.entryStart));
        found.forEach(this::cut);
        return text.toString();
    }

    private static List<ContractNode> entries(Optional<ContractNode> node) {
        return node.map(ContractNode::entries).orElse(List.of());
    }

    /** Not one with an anchor: what stands for it elsewhere may be a path. */
    private static void add(ContractNode node, List<ContractNode> found) {
        node.entry(DESCRIPTION)
                .filter(entry -> entry.key().isPresent() && entry.properties.isEmpty())
                .ifPresent(found::add);
    }

    private void cut(ContractNode entry) {
        TextLines lines = contract.lines();
        List<ContractNode> all = entry.parent().map(ContractNode::entries).orElse(List.of());
        int from = entry.entryStart;
        int to = entry.end();
        int line = lines.lineStart(from);
        boolean inFlow = entry.isInFlow();
        if (!inFlow && text.substring(line, from).isBlank()) {
            from = line;
            to = lines.nextLine(to);
        } else if (entry.index + 1 < all.size()) {
            to = all.get(entry.index + 1).entryStart;
        } else if (inFlow && entry.index > 0) {
            from = all.get(entry.index - 1).end();
        }
        text.delete(from, to);
    }
}
