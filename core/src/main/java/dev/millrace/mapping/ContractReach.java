package dev.millrace.mapping;

import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.ColumnMapping.Path;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.RowSet;
import dev.millrace.xml.NamePattern;
import dev.millrace.xml.Projection;
import dev.millrace.xml.Projection.Reach;
import dev.millrace.xml.path.PathExpression;
import dev.millrace.xml.path.PathNames;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Collects what the expressions of a contract reach. What {@code ignore} names is not kept: that is its point. */
final class ContractReach {

    private final MappingContract contract;
    private final Projection.Builder projection;
    private final @Nullable Reach[] variables;
    /** Is told of expressions of which nobody can say what they reach; null where all that they could reach is to be kept. */
    private final @Nullable Consumer<PathExpression> unfollowed;

    /** Whether a named value is one of those. */
    private boolean isLost;

    ContractReach(MappingContract contract) {
        this(contract, null);
    }

    ContractReach(MappingContract contract, @Nullable Consumer<PathExpression> unfollowed) {
        this.contract = contract;
        this.projection = Projection.builder(contract.document().record());
        this.variables = new Reach[contract.slots()];
        this.unfollowed = unfollowed;
    }

    /** What {@code ignore} names, with all that is within it. */
    Projection collectIgnored() {
        return collectIgnored(contract.ignore());
    }

    /** What some of the paths of {@code ignore} name, with all that is within it. */
    Projection collectIgnored(List<PathExpression> some) {
        Reach record = lets();
        for (PathExpression ignored : some) {
            Reach reach = reach(ignored, record);
            if (reach != null) {
                reach.whole();
            }
        }
        return projection.build();
    }

    private Reach lets() {
        Reach record = projection.record();
        variables[0] = record;
        for (int i = 0; i < contract.lets().size(); i++) {
            variables[i + 1] = reach(contract.lets().get(i).expression(), record);
        }
        return record;
    }

    Projection collect() {
        Reach record = lets();
        PathExpression key = contract.document().key();
        if (key != null) {
            reach(key, record);
        }
        PathExpression select = contract.document().select();
        if (select != null) {
            reach(select, record);
        }
        for (MappingContract.Requirement requirement : contract.document().require()) {
            reach(requirement.test(), record);
        }
        @Nullable Reach[] tables = new Reach[contract.tables().size()];
        for (TableMapping table : contract.tables()) {
            Reach parent = table.parent() < 0 ? record : tables[table.parent()];
            tables[table.index()] = table(table, parent);
        }
        return projection.build();
    }

    /** What the items of the table's rows can be, or null if they are no nodes. */
    private @Nullable Reach table(TableMapping table, @Nullable Reach parent) {
        Reach all = null;
        for (int s = 0; s < table.rows().sets().size(); s++) {
            RowSet rowSet = table.rows().sets().get(s);
            Reach outer = rowSet.rows() == null ? parent : reach(rowSet.rows(), parent);
            Reach rows = withNested(table, outer);
            if (rows != null) {
                rows.mark(new ReachedPaths.RowItem(table.index(), s));
            }
            for (TableMapping.Let let : table.rows().lets()) {
                variables[let.slot()] = reach(let.expression(), rows);
            }
            for (ColumnMapping column : rowSet.columns()) {
                if (column != null && column.source() instanceof Path path) {
                    Reach value = reach(path.expression(), rows);
                    Reach nodes = path.nodes() == null ? null : reach(path.nodes(), rows);
                    if (nodes != null) {
                        nodes.attribute(ColumnPlan.NIL, false);
                    }
                    if (column.type().kind() == Kind.XML && value != null) {
                        value.whole();
                    }
                }
            }
            if (table.rows().distinct() != null && table.rows().distinct().prefer() != null) {
                reach(table.rows().distinct().prefer(), rows);
            }
            if (table.rows().unless() != null) {
                reach(table.rows().unless(), rows);
            }
            all = all == null || rows == null ? (all == null ? rows : all) : all.union(rows);
        }
        for (TableMapping.Let let : table.rows().lets()) {
            // For the tables below, whose rows may be of any of the sets.
            variables[let.slot()] = reach(let.expression(), all);
        }
        return all;
    }

    /** Rows and those nested in them, at any depth: all that has one of the names that the path to the latter is written with. */
    private @Nullable Reach withNested(TableMapping table, @Nullable Reach rows) {
        PathExpression nested = table.rows().nested();
        if (nested == null || rows == null) {
            return rows;
        }
        List<NamePattern> names = new ArrayList<>();
        for (PathNames.Used name : PathNames.of(nested.text())) {
            if (!name.attribute()) {
                names.add(new NamePattern(null, name.local()));
            }
        }
        Reach below = rows.descendant(
                names.isEmpty() || hasWildcard(nested.text()) ? NamePattern.ANY : NamePattern.oneOf(names));
        Reach all = below == null ? rows : rows.union(below);
        reach(nested, all);
        return all;
    }

    private static boolean hasWildcard(String path) {
        return path.contains("*") || path.contains("(") || path.contains("$");
    }

    private @Nullable Reach reach(PathExpression expression, @Nullable Reach context) {
        if (unfollowed != null && isUnfollowed(expression, context)) {
            isLost = true;
            unfollowed.accept(expression);
            return null;
        }
        return expression.project(projection, context, variables);
    }

    private boolean isUnfollowed(PathExpression expression, @Nullable Reach context) {
        return context == null
                || expression.evaluator() == PathExpression.Evaluator.SAXON
                || isLost && expression.text().contains("$");
    }
}
