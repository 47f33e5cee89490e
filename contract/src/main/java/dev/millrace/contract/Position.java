package dev.millrace.contract;

/**
 * A place in a contract file.
 *
 * @param file the file's name as the user gave it
 * @param line from 1
 * @param column from 1
 */
public record Position(String file, int line, int column) {

    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
