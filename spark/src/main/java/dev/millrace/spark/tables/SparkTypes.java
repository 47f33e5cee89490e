package dev.millrace.spark.tables;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.TimeType;

/** Which type of Spark holds a contract's type exactly. */
final class SparkTypes {

    /** Spark counts microseconds. */
    private static final int FRACTION_DIGITS = 6;

    private SparkTypes() {}

    /** Whether a session has the type {@code TIME}: Spark 4.2 has it behind a switch, and writes it nowhere without that. */
    static boolean hasTimes(SparkSession session) {
        return Boolean.parseBoolean(session.conf().get("spark.sql.timeType.enabled", "false"));
    }

    /**
     * The type of a column.
     *
     * @param times as {@link #hasTimes} says; without that type, times are texts of ISO 8601
     */
    static DataType of(SqlType type, boolean times) {
        return switch (type.kind()) {
            case BOOLEAN -> DataTypes.BooleanType;
            case SMALLINT -> DataTypes.ShortType;
            case INTEGER -> DataTypes.IntegerType;
            case BIGINT -> DataTypes.LongType;
            case DECIMAL -> DataTypes.createDecimalType(type.precision(), type.scale());
            case REAL -> DataTypes.FloatType;
            case DOUBLE -> DataTypes.DoubleType;
            case CHAR, VARCHAR, TEXT, XML, UUID -> DataTypes.StringType;
            case DATE -> DataTypes.DateType;
            case TIME -> times ? new TimeType(type.precision()) : DataTypes.StringType;
            case TIMESTAMP -> DataTypes.TimestampNTZType;
            case TIMESTAMPTZ -> DataTypes.TimestampType;
            case BYTES -> DataTypes.BinaryType;
        };
    }

    /**
     * Refuses a contract with a column that Spark cannot hold exactly.
     *
     * @throws IllegalArgumentException with the place in the contract and what to write
     */
    static void check(MappingContract contract) {
        for (TableMapping table : contract.tables()) {
            for (Column column : table.columns()) {
                SqlType type = column.type();
                boolean hasFraction = switch (type.kind()) {
                    case TIME, TIMESTAMP, TIMESTAMPTZ -> true;
                    default -> false;
                };
                if (hasFraction && type.precision() > FRACTION_DIGITS) {
                    throw new IllegalArgumentException(table.position() + ": column " + table.name() + "."
                            + column.name() + " is a " + type + ", but Spark keeps " + FRACTION_DIGITS
                            + " fraction digits of a second – use "
                            + type.kind().word() + "(" + FRACTION_DIGITS
                            + ") and say what becomes of the rest with 'scale'");
                }
            }
        }
    }
}
