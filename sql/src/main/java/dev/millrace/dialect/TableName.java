package dev.millrace.dialect;

import java.util.Objects;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** A table as the database's catalog writes it, not quoted. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record TableName(@Nullable String schema, String name) {
    public TableName {
        Objects.requireNonNull(name, "name");
    }
}
