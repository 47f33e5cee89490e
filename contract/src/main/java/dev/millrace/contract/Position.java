package dev.millrace.contract;

import org.apiguardian.api.API;

/**
 * A place in a contract file.
 *
 * @param file the file's name as the user gave it
 * @param line from 1
 * @param column from 1
 */
@API(status = API.Status.STABLE, since = "0.1")
public record Position(String file, int line, int column) {

    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
