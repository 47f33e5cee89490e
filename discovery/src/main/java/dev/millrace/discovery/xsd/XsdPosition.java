package dev.millrace.discovery.xsd;

/**
 * A place in a schema file.
 *
 * @param file the file, as it was given or found
 * @param line from 1; 0 where no line is known
 * @param column from 1; 0 where no column is known
 */
public record XsdPosition(String file, int line, int column) implements Comparable<XsdPosition> {

    @Override
    public int compareTo(XsdPosition other) {
        int byFile = file.compareTo(other.file);
        if (byFile != 0) {
            return byFile;
        }
        int byLine = Integer.compare(line, other.line);
        return byLine != 0 ? byLine : Integer.compare(column, other.column);
    }

    /** {@code file:line:column}, as far as it is known. */
    @Override
    public String toString() {
        return line == 0 ? file : column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
    }
}
