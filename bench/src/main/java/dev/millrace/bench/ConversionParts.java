package dev.millrace.bench;

import dev.millrace.contract.ColumnMapping.Overflow;
import dev.millrace.contract.ColumnMapping.Scale;
import dev.millrace.contract.SqlType;
import dev.millrace.mapping.Conversion;
import dev.millrace.mapping.Misfit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One conversion of a text to a column's type. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class ConversionParts {

    /** The type, and a text for it. */
    @Param({
        "bigint 1234567890",
        "decimal(12,2) 30000.00",
        "double 1.5e3",
        "boolean true",
        "varchar(40) see the note of the branch",
        "date 1980-02-29",
        "timestamp 2023-07-12T10:15:30",
        "uuid 123e4567-e89b-12d3-a456-426614174000"
    })
    public String conversion = "";

    private Conversion converter;
    private String text = "";

    @Setup
    public void prepare() {
        int blank = conversion.indexOf(' ');
        SqlType type = SqlType.parse(conversion.substring(0, blank)).orElseThrow();
        converter = Conversion.to(type, List.of(), Scale.REJECT, Overflow.REJECT);
        text = conversion.substring(blank + 1);
        if (converter.convert(text) instanceof Misfit) {
            throw new IllegalStateException("no " + conversion);
        }
    }

    @Benchmark
    public Object convert() {
        return converter.convert(text);
    }
}
