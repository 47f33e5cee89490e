package dev.millrace.xml;

/** What an observer was told of the document before, one call a line, indented as elements are nested. */
final class CallRecorder implements PathObserver {

    private final StringBuilder calls = new StringBuilder();
    private int depth;
    private boolean complete;

    /** The calls of the last document, without {@link #startDocument} and {@link #endDocument}. */
    String calls() {
        return calls.toString();
    }

    /** Whether {@link #endDocument} was the last call. */
    boolean isComplete() {
        return complete;
    }

    @Override
    public void startDocument() {
        calls.setLength(0);
        depth = 0;
        complete = false;
    }

    @Override
    public void startElement(Name name) {
        write(shown(name));
        depth++;
    }

    @Override
    public void attribute(Name name, Value value) {
        write("@" + shown(name) + "=" + shown(value));
    }

    @Override
    public void text(Value value) {
        write("'" + shown(value) + "'" + (value.isBlank() ? " blank" : ""));
    }

    @Override
    public void endElement() {
        depth--;
    }

    @Override
    public void endDocument() {
        complete = true;
    }

    private void write(String call) {
        calls.append("  ".repeat(depth)).append(call).append('\n');
    }

    static String shown(Name name) {
        return name.prefix().isEmpty() ? name.toString() : name + " as " + name.qualified();
    }

    private static String shown(Value value) {
        return value.text()
                .replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
    }
}
