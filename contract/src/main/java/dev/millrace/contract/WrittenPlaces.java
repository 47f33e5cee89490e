package dev.millrace.contract;

import dev.millrace.contract.ContractDifference.Written;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the parts of a compiled contract are written: found in its text, through aliases and merge keys. Immutable. */
public final class WrittenPlaces {

    private final ContractText text;

    /** A place, and whether what is looked for is written there. */
    public record Place(Position position, Written written) {}

    /** @param contract as it was read from its text */
    public WrittenPlaces(MappingContract contract) {
        String file = contract.tables().isEmpty()
                ? contract.name()
                : contract.tables().get(0).position().file();
        try {
            text = ContractText.of(contract.text(), file);
        } catch (ContractException broken) {
            throw new IllegalStateException("the text of a contract that was read is none: " + broken.getMessage());
        }
    }

    /** The place of the key at a path; where there is none, of the nearest key around it. */
    public Place at(String... path) {
        ContractNode node = text.top();
        Written written = Written.HERE;
        for (String step : path) {
            Optional<ContractNode> next = entry(node, step);
            if (next.isEmpty()) {
                written = Written.NOWHERE;
                break;
            }
            node = next.get();
        }
        return new Place(place(node), written);
    }

    /** The node of a path, if it is written. */
    Optional<ContractNode> find(String... path) {
        Optional<ContractNode> node = Optional.of(text.top());
        for (String step : path) {
            node = node.flatMap(found -> entry(found, step));
        }
        return node.map(ContractNode::resolved);
    }

    /** @param set the index of the set of a union */
    public Place column(TableMapping table, String column, int set) {
        ContractNode found = columnNode(table.name(), column, set);
        return found == null
                ? new Place(at("tables", table.name()).position(), Written.NOWHERE)
                : new Place(place(found), Written.HERE);
    }

    /** A setting at its column, else in the defaults that give it, else where the column is. */
    public Place setting(TableMapping table, String column, int set, List<String> keys) {
        ContractNode written = columnNode(table.name(), column, set);
        for (String key : keys) {
            Optional<ContractNode> own = written == null ? Optional.empty() : entry(written, key);
            if (own.isPresent()) {
                return new Place(place(own.get()), Written.HERE);
            }
        }
        for (String key : keys) {
            for (String[] path : new String[][] {{"tables", table.name(), "defaults", key}, {"defaults", key}}) {
                Place place = at(path);
                if (place.written() == Written.HERE) {
                    return new Place(place.position(), Written.DEFAULTS);
                }
            }
        }
        return new Place(column(table, column, set).position(), Written.NOWHERE);
    }

    /** What the defaults of a table and of the contract say of a setting. */
    List<Optional<Shape>> defaults(TableMapping table, List<String> keys) {
        return keys.stream()
                .flatMap(key -> Stream.of(find("tables", table.name(), "defaults", key), find("defaults", key)))
                .map(node -> node.map(Shape::meaning))
                .toList();
    }

    private @Nullable ContractNode columnNode(String table, String column, int set) {
        ContractNode written = null;
        String[][] paths = {
            {"tables", table, "union", String.valueOf(set), "columns", column}, {"tables", table, "columns", column}
        };
        for (String[] path : paths) {
            ContractNode node = text.top();
            for (String step : path) {
                node = node == null ? null : entry(node, step).orElse(null);
            }
            written = written == null ? node : written;
        }
        return written;
    }

    private static Optional<ContractNode> entry(ContractNode written, String name) {
        ContractNode node = written.resolved();
        return node.kind() == ContractNode.Kind.MAPPING
                ? Optional.ofNullable(ContractChange.entries(node).get(name))
                : node.entry(name);
    }

    private static Position place(ContractNode node) {
        return node.key().orElse(node).span().from();
    }
}
