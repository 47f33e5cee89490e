package dev.millrace.xml.path;

/** An xs:untypedAtomic: what the text of attributes and elements atomizes to, before anything says what it is. */
record Untyped(String text) {

    @Override
    public String toString() {
        return text;
    }
}
