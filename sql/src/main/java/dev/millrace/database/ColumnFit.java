package dev.millrace.database;

import dev.millrace.contract.ColumnLimits;
import dev.millrace.contract.ColumnLimits.Bytes;
import dev.millrace.contract.ColumnLimits.Grid;
import dev.millrace.contract.ColumnLimits.Numbers;
import dev.millrace.contract.ColumnLimits.OneOf;
import dev.millrace.contract.ColumnLimits.Text;
import dev.millrace.contract.ColumnLimits.Times;
import dev.millrace.contract.ColumnLimits.Unit;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.dialect.ColumnRange;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.TableFinder;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which values of a contract's type a column can hold.
 *
 * @param type of the contract's kind, with no more digits or characters than the column has
 * @param limits which values of {@code type} the column cannot hold; null if it holds all
 */
record ColumnFit(SqlType type, @Nullable ColumnLimits limits) {
    private static final int MILLISECONDS = 3;
    private static final int UUID_LENGTH = 36;

    /** Whether the column holds every value of a type. */
    boolean isWhole(SqlType wanted) {
        return limits == null && type.equals(wanted);
    }

    /**
     * @param column as {@link Dialect#described} shows it
     * @return empty if values of the type cannot be loaded into the column
     */
    static Optional<ColumnFit> of(Dialect dialect, SqlType wanted, TableFinder.Column column) {
        return Optional.ofNullable(fit(dialect, wanted, column));
    }

    private static @Nullable ColumnFit fit(Dialect dialect, SqlType wanted, TableFinder.Column column) {
        if (isOwn(dialect, wanted, column)) {
            int digits = wanted.kind() == Kind.TIMESTAMPTZ ? Math.min(wanted.precision(), column.digits()) : 0;
            return new ColumnFit(new SqlType(wanted.kind(), 0, digits, 0), null);
        }
        ColumnRange range = dialect.range(column).orElse(null);
        if (range == null) {
            return null;
        }
        Kind there = range.closest().kind();
        return switch (wanted.kind()) {
            case SMALLINT, INTEGER, BIGINT, DECIMAL -> number(dialect, wanted, range);
            case REAL -> there == Kind.REAL || there == Kind.DOUBLE ? new ColumnFit(wanted, null) : null;
            case CHAR, VARCHAR, TEXT, XML -> text(wanted, range);
            case TIME, TIMESTAMP, TIMESTAMPTZ -> there == wanted.kind() ? time(wanted, range) : null;
            case BYTES ->
                there == Kind.BYTES
                        ? new ColumnFit(wanted, range.limits() instanceof Bytes bytes ? bytes : null)
                        : null;
            case BOOLEAN, DOUBLE, DATE, UUID -> there == wanted.kind() ? new ColumnFit(wanted, null) : null;
        };
    }

    /** Whether the column is what the dialect would create, where the database has no type of that kind and uses another. */
    static boolean isOwn(Dialect dialect, SqlType wanted, TableFinder.Column column) {
        if (wanted.kind() != Kind.TIMESTAMPTZ && wanted.kind() != Kind.UUID) {
            return false;
        }
        String own = dialect.typeName(new SqlType(wanted.kind(), 0, 0, 0));
        return ColumnRange.word(own).equals(ColumnRange.word(column.typeName()))
                && (wanted.kind() != Kind.UUID || !own.startsWith("char") || column.size() >= UUID_LENGTH);
    }

    private static @Nullable ColumnFit number(Dialect dialect, SqlType wanted, ColumnRange range) {
        boolean decimal = wanted.kind() == Kind.DECIMAL;
        Numbers there = range.numbers();
        if (there == null || (decimal && range.closest().kind() == Kind.BOOLEAN)) {
            return null;
        }
        if (!decimal) {
            Numbers whole = ColumnRange.wholeNumbers(wanted.kind());
            return new ColumnFit(wanted, common(whole, there));
        }
        int scale = Math.min(wanted.scale(), range.fractionDigits());
        if (scale < wanted.scale() && dialect.typesValues()) {
            // Such a column has no number of digits.
            return null;
        }
        int digits = Math.min(wanted.precision() - wanted.scale(), range.wholeDigits());
        SqlType type = new SqlType(Kind.DECIMAL, 0, Math.max(1, digits + scale), scale);
        return new ColumnFit(type, common(ColumnRange.decimals(digits, scale), there));
    }

    /** The values that two ranges share; null if these are all of the first. */
    private static @Nullable Numbers common(Numbers first, Numbers second) {
        BigDecimal least = first.least().max(second.least());
        BigDecimal most = first.most().min(second.most());
        return least.compareTo(first.least()) == 0 && most.compareTo(first.most()) == 0
                ? null
                : new Numbers(least, most);
    }

    private static @Nullable ColumnFit text(SqlType wanted, ColumnRange range) {
        SqlType there = range.closest();
        ColumnLimits limits = range.limits();
        boolean unlimited = there.kind() == Kind.TEXT || there.kind() == Kind.XML;
        if (there.kind() == Kind.XML ? wanted.kind() != Kind.XML : !there.isCharacters()) {
            return null;
        }
        if (limits instanceof OneOf words) {
            return wanted.isCharacters() ? new ColumnFit(wanted, words) : null;
        }
        if (wanted.kind() == Kind.TEXT || wanted.kind() == Kind.XML) {
            // A large text may have a limit in bytes. How many characters fit depends on the text.
            boolean fixed = there.kind() == Kind.CHAR;
            Text room = limits instanceof Text text ? text : new Text(there.length(), Unit.CHARACTERS);
            return fixed ? null : new ColumnFit(wanted, unlimited ? null : room);
        }
        int length = unlimited ? wanted.length() : Math.min(wanted.length(), there.length());
        SqlType type = new SqlType(wanted.kind(), length, 0, 0);
        boolean narrow =
                !unlimited && limits instanceof Text text && text.unit() == Unit.UTF_16 && 2L * length > text.most();
        return new ColumnFit(type, narrow ? limits : null);
    }

    private static ColumnFit time(SqlType wanted, ColumnRange range) {
        int digits = Math.min(wanted.precision(), range.closest().precision());
        SqlType type = new SqlType(wanted.kind(), 0, digits, 0);
        if (!(range.limits() instanceof Times times)) {
            return new ColumnFit(type, null);
        }
        // Hundredths of a second are among the ticks.
        boolean plain = times.grid() == Grid.TICKS && digits < MILLISECONDS;
        return new ColumnFit(type, plain ? new Times(Grid.DIGITS, times.first(), times.last()) : times);
    }
}
