package dev.millrace.mapping;

import dev.millrace.contract.CodeTable;
import dev.millrace.contract.ColumnLimits;
import dev.millrace.contract.ColumnLimits.Bytes;
import dev.millrace.contract.ColumnLimits.Grid;
import dev.millrace.contract.ColumnLimits.Numbers;
import dev.millrace.contract.ColumnLimits.OneOf;
import dev.millrace.contract.ColumnLimits.Text;
import dev.millrace.contract.ColumnLimits.Times;
import dev.millrace.contract.ColumnLimits.Unit;
import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.ColumnMapping.Constant;
import dev.millrace.contract.ColumnMapping.Meta;
import dev.millrace.contract.ColumnMapping.MetaValue;
import dev.millrace.contract.ColumnMapping.Reading;
import dev.millrace.contract.ColumnMapping.Reference;
import dev.millrace.contract.ColumnMapping.Scale;
import dev.millrace.contract.ColumnMapping.ValueSource;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.NarrowColumn;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.RowSet;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A contract for a target whose columns hold less than the contract's types. */
public final class Narrowing {

    private static final int NANO_DIGITS = 9;

    /** In the form of those that there are. */
    private static final String RUN_ID = "20240229-235959-0a1b2c";

    private Narrowing() {}

    /**
     * The contract with each narrow column's type as the target has it, so that mapping, loading and verifying agree on its values.
     *
     * @param narrow by table and column; null for a column that holds all of its type
     * @param problems is given a line for each value in the contract itself that its column cannot hold
     */
    public static MappingContract of(
            MappingContract contract, List<List<@Nullable NarrowColumn>> narrow, List<String> problems) {
        List<TableMapping> tables = new ArrayList<>();
        boolean changed = false;
        for (TableMapping table : contract.tables()) {
            List<@Nullable NarrowColumn> columns = narrow.get(table.index());
            boolean any = columns.stream().anyMatch(column -> column != null);
            changed |= any;
            // What is above comes first.
            tables.add(changed ? of(table, columns, problems) : table);
        }
        return changed ? contract.with(tables) : contract;
    }

    private static TableMapping of(TableMapping table, List<@Nullable NarrowColumn> narrow, List<String> problems) {
        List<TableMapping.Column> columns = new ArrayList<>();
        for (int i = 0; i < narrow.size(); i++) {
            TableMapping.Column column = table.columns().get(i);
            NarrowColumn held = narrow.get(i);
            columns.add(
                    held == null
                            ? column
                            : new TableMapping.Column(
                                    column.name(), held.type(), column.key(), column.nullable(), column.description()));
        }
        List<RowSet> sets = new ArrayList<>();
        for (RowSet set : table.rows().sets()) {
            List<@Nullable ColumnMapping> mappings = new ArrayList<>();
            for (int i = 0; i < narrow.size(); i++) {
                ColumnMapping mapping = set.columns().get(i);
                NarrowColumn held = narrow.get(i) == null ? handedDown(mapping) : narrow.get(i);
                mappings.add(mapping == null || held == null ? mapping : of(table, mapping, held, problems));
            }
            sets.add(new RowSet(set.rows(), mappings));
        }
        return table.with(columns, sets);
    }

    /** A decimal of a narrower ancestor has fewer fraction digits: in this column it gets as many as all of its values have. */
    private static @Nullable NarrowColumn handedDown(@Nullable ColumnMapping mapping) {
        return mapping != null
                        && mapping.source() instanceof Reference
                        && mapping.type().kind() == SqlType.Kind.DECIMAL
                ? new NarrowColumn(
                        mapping.type(), mapping.type(), null, mapping.type().toString())
                : null;
    }

    private static ColumnMapping of(
            TableMapping table, ColumnMapping column, NarrowColumn narrow, List<String> problems) {
        String where = "table " + table.name() + ", column " + column.name() + " – is " + narrow.words()
                + ", which does not hold ";
        String advice = " – widen the column or change the contract";
        ValueSource source = column.source();
        if (source instanceof Constant constant && constant.value() != null) {
            Object value = held(constant.value(), narrow);
            if (value instanceof Misfit) {
                problems.add(where + "the contract's 'value'" + advice);
            } else {
                source = new Constant(value);
            }
        }
        if (source instanceof MetaValue meta && meta.meta() == Meta.RUN_ID && held(RUN_ID, narrow) instanceof Misfit) {
            problems.add(where + "the id of a run, which has " + RUN_ID.length() + " characters" + advice);
        }
        Object standard =
                column.role().defaultValue() == null ? null : held(column.role().defaultValue(), narrow);
        if (standard instanceof Misfit) {
            problems.add(where + "the contract's 'default'" + advice);
            standard = null;
        }
        CodeTable codes = column.text().codes();
        if (codes != null) {
            Set<@Nullable String> all = new LinkedHashSet<>(codes.entries().values());
            all.add(codes.otherwiseValue());
            for (String code : all) {
                if (code != null && held(narrow.contractType().parseLiteral(code), narrow) instanceof Misfit) {
                    problems.add(where + "each code of code table " + codes.name() + advice);
                    break;
                }
            }
        }
        return column.held(source, standard, narrow);
    }

    /** A value of the contract's type as the column holds it, exactly; or the {@link Misfit} why it does not. */
    static Object held(Object value, NarrowColumn narrow) {
        SqlType type = narrow.type();
        Object fitted = value;
        if (value instanceof BigDecimal number) {
            fitted = fitted(number, type);
        } else if (value instanceof String text) {
            boolean limited = type.length() > 0 && text.codePointCount(0, text.length()) > type.length();
            fitted = limited ? Misfit.TOO_LONG : text;
        } else if (value instanceof LocalTime time) {
            fitted = isOnDigits(time.getNano(), type.precision()) ? value : Misfit.TOO_PRECISE;
        } else if (value instanceof LocalDateTime time) {
            fitted = isOnDigits(time.getNano(), type.precision()) ? value : Misfit.TOO_PRECISE;
        } else if (value instanceof OffsetDateTime time) {
            fitted = isOnDigits(time.getNano(), type.precision()) ? value : Misfit.TOO_PRECISE;
        }
        ColumnLimits limits = narrow.limits();
        return limits == null || fitted instanceof Misfit ? fitted : limited(fitted, limits);
    }

    private static Object fitted(BigDecimal number, SqlType type) {
        BigDecimal stripped = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        if (stripped.scale() > type.scale()) {
            return Misfit.TOO_PRECISE;
        }
        return stripped.signum() != 0 && stripped.precision() - stripped.scale() > type.precision() - type.scale()
                ? Misfit.BEYOND_RANGE
                : stripped.setScale(type.scale());
    }

    private static boolean isOnDigits(int nano, int digits) {
        int step = 1;
        for (int i = digits; i < NANO_DIGITS; i++) {
            step *= 10;
        }
        return nano % step == 0;
    }

    /** The value, or why it is beyond the limits. */
    static Object limited(Object value, ColumnLimits limits) {
        if (limits instanceof Numbers numbers) {
            BigDecimal number =
                    value instanceof BigDecimal exact ? exact : BigDecimal.valueOf(((Number) value).longValue());
            boolean within = number.compareTo(numbers.least()) >= 0 && number.compareTo(numbers.most()) <= 0;
            return within ? value : Misfit.BEYOND_RANGE;
        }
        if (limits instanceof Text room) {
            String text = (String) value;
            int length = room.unit() == Unit.UTF_16 ? text.length() : text.codePointCount(0, text.length());
            return length > room.most() ? Misfit.TOO_LONG : value;
        }
        if (limits instanceof OneOf words) {
            return words.words().contains((String) value) ? value : Misfit.NOT_OF_TYPE;
        }
        if (limits instanceof Bytes bytes) {
            int length = ((byte[]) value).length;
            return length > bytes.most() ? Misfit.TOO_LONG : length < bytes.least() ? Misfit.NOT_OF_TYPE : value;
        }
        return limits instanceof Times times ? timely(value, times) : value;
    }

    private static Object timely(Object value, Times times) {
        LocalDateTime time = value instanceof OffsetDateTime instant
                ? instant.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()
                : (LocalDateTime) value;
        if (time.isBefore(times.first()) || time.isAfter(times.last())) {
            return Misfit.BEYOND_RANGE;
        }
        return times.grid() == Grid.DIGITS || onGrid(times, Scale.REJECT, time) != null ? value : Misfit.TOO_PRECISE;
    }

    /** The time on the grid that a policy takes for another one; null if it takes none. */
    static @Nullable LocalDateTime onGrid(Times times, Scale policy, LocalDateTime time) {
        LocalDateTime second = time.withNano(0);
        long nanos = new GridConversion(
                        new SqlType(SqlType.Kind.TIMESTAMP, 0, NANO_DIGITS, 0), times, Reading.STANDARD, policy)
                .rounded(second.toLocalTime(), time.getNano(), 0, false);
        return nanos == TemporalConversion.TOO_PRECISE ? null : second.plusNanos(nanos);
    }
}
