package dev.millrace.dialect;

import java.io.Serializable;
import java.util.Properties;
import org.apiguardian.api.API;

/** A database's URL and log-in, on their way to another machine; what it prints holds no secret. Immutable. */
@API(status = API.Status.INTERNAL)
public final class DatabaseAddress implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String url;
    private final Properties login;

    DatabaseAddress(String url, Properties login) {
        this.url = url;
        this.login = new Properties();
        this.login.putAll(login);
    }

    /** @throws IllegalArgumentException as {@link Database#of(String, Properties)}, such as where the driver is missing on this machine */
    public Database database() {
        return Database.of(url, login);
    }

    @Override
    public String toString() {
        return Secrets.maskUrl(url);
    }
}
