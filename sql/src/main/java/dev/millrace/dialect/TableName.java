package dev.millrace.dialect;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A table as the database's catalog writes it, not quoted. */
public record TableName(@Nullable String schema, String name) {
    public TableName {
        Objects.requireNonNull(name, "name");
    }
}
