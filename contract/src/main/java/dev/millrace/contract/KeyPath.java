package dev.millrace.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The way from a contract's top to a node: keys, and the numbers of list items from 0. It stays valid from one version of a
 * text to the next, which a {@link ContractNode} does not.
 *
 * <pre>{@code
 * KeyPath.of("tables", "orders", "columns", "id").toString();   // tables / orders / columns / id
 * KeyPath.of("tables", "orders", "columns", "id").inWords();    // table orders, column id
 * }</pre>
 *
 * @param steps keys and numbers, from the top; empty for the whole contract
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record KeyPath(List<String> steps) {

    public KeyPath {
        steps = List.copyOf(steps);
    }

    /** The path of these steps; none is null. */
    public static KeyPath of(String... steps) {
        return new KeyPath(Arrays.asList(steps));
    }

    /** The path of an entry of what is here. */
    public KeyPath then(String step) {
        List<String> longer = new ArrayList<>(steps);
        longer.add(step);
        return new KeyPath(longer);
    }

    /** The path in the words of people: {@code table orders, column id: type}. */
    public String inWords() {
        StringBuilder words = new StringBuilder();
        boolean named = true;
        for (int i = 0; i < steps.size(); i++) {
            String step = steps.get(i);
            String noun = i + 1 < steps.size() ? noun(i) : null;
            String said = noun == null ? shown(step, i) : noun + " " + shown(steps.get(++i), i);
            words.append(i == 0 || words.length() == 0 ? "" : noun == null && named ? ": " : noun == null ? "." : ", ")
                    .append(said);
            named = noun != null;
        }
        return words.length() == 0 ? "the contract" : words.toString();
    }

    @Override
    public String toString() {
        return String.join(" / ", steps);
    }

    /** Whether the keys below this path are names that the contract's writer chose, rather than words of the language. */
    boolean holdsNames() {
        int size = steps.size();
        if (size == 1) {
            return List.of("tables", "let", "codes").contains(steps.get(0));
        }
        return equals(of("document", "namespaces")) || isColumns();
    }

    /** Whether this is the mapping of a table's columns, or of those of a set of its union. */
    boolean isColumns() {
        int size = steps.size();
        boolean ofTable = size == 3;
        boolean ofUnion = size == 5 && steps.get(2).equals("union");
        return size > 0
                && (ofTable || ofUnion)
                && steps.get(0).equals("tables")
                && steps.get(size - 1).equals("columns");
    }

    /** The entries of a code table, in either form. */
    boolean isCodes() {
        return steps.size() >= 2 && steps.size() <= 3 && steps.get(0).equals("codes");
    }

    private @Nullable String noun(int at) {
        KeyPath here = new KeyPath(steps.subList(0, at + 1));
        return switch (steps.get(at)) {
            case "tables" -> at == 0 ? "table" : null;
            case "let" -> at == 0 ? "let" : null;
            case "codes" -> at == 0 ? "code table" : null;
            case "columns" -> here.isColumns() ? "column" : null;
            case "union" -> at == 2 && steps.get(0).equals("tables") ? "set" : null;
            default -> null;
        };
    }

    /** Items of lists are counted from 1 by people. */
    private String shown(String step, int at) {
        boolean ofUnion = at == 3 && steps.get(2).equals("union") && step.matches("[0-9]{1,9}");
        return ofUnion ? String.valueOf(Integer.parseInt(step) + 1) : MessageText.oneLine(step.isEmpty() ? "''" : step);
    }
}
