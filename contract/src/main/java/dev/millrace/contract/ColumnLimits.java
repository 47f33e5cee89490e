package dev.millrace.contract;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * What a column of a table that was there before holds less than its {@link SqlType} says: a {@code tinyint} from 0 to 255, a
 * {@code datetime} in steps of its own. What is rounded or cut to them, and what is rejected, is for the column's policies to say.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface ColumnLimits {

    /**
     * Numbers from one to another, both included.
     *
     * @param least the smallest
     * @param most the largest
     */
    record Numbers(BigDecimal least, BigDecimal most) implements ColumnLimits {
        public Numbers {
            Objects.requireNonNull(least, "least");
            Objects.requireNonNull(most, "most");
        }

        public static Numbers of(long least, long most) {
            return new Numbers(BigDecimal.valueOf(least), BigDecimal.valueOf(most));
        }
    }

    /** The points in time that a column has. */
    enum Grid {
        /** So many fraction digits as the type says. */
        DIGITS,
        /**
         * SQL Server's {@code datetime}: three hundred in a second, each shown in whole milliseconds, of which the last digit is
         * 0, 3 or 7.
         */
        TICKS,
        /** Whole minutes. */
        MINUTES
    }

    /**
     * Points in time from one to another, both included; those of timestamptz are in UTC.
     *
     * @param first the earliest, on the grid
     * @param last the latest, on the grid
     */
    record Times(Grid grid, LocalDateTime first, LocalDateTime last) implements ColumnLimits {
        public Times {
            Objects.requireNonNull(grid, "grid");
            Objects.requireNonNull(first, "first");
            Objects.requireNonNull(last, "last");
        }
    }

    /** What a text's length is counted in. */
    enum Unit {
        CHARACTERS,
        /** A character beyond U+FFFF counts twice. */
        UTF_16
    }

    /** Texts of at most so many units. */
    record Text(int most, Unit unit) implements ColumnLimits {
        public Text {
            Objects.requireNonNull(unit, "unit");
        }
    }

    /** Bytes, at least and at most so many. */
    record Bytes(int least, int most) implements ColumnLimits {}

    /** One of some texts, as they are written. */
    record OneOf(List<String> words) implements ColumnLimits {
        public OneOf {
            words = List.copyOf(words);
        }
    }
}
