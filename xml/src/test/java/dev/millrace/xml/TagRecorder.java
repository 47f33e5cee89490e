package dev.millrace.xml;

/**
 * What an observer of tags was told of the document before, one call a line, indented as elements are nested. The same for a tag that was told
 * at once and for one whose attributes were told one by one.
 */
class TagRecorder implements TagObserver {

    private final StringBuilder calls = new StringBuilder();
    private int depth;
    private boolean complete;

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
    public void startTag(TagNames tag) {
        write(CallRecorder.shown(tag.element()));
        depth++;
        tag.attributes().forEach(this::attribute);
    }

    @Override
    public void attribute(Name name) {
        write("@" + CallRecorder.shown(name));
    }

    @Override
    public void text() {
        write("text");
    }

    @Override
    public void endTag() {
        depth--;
    }

    @Override
    public void endDocument() {
        complete = true;
    }

    private void write(String call) {
        calls.append("  ".repeat(depth)).append(call).append('\n');
    }
}
