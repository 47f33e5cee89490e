package dev.millrace.reference;

/** What the names of an expression mean. */
interface Scope {

    /**
     * The attribute that a name stands for, as XPath; {@code ()} if there is never one.
     *
     * @param exact whether the name must be spelled as in the document: so it is for values, but not in conditions
     */
    String node(String name, boolean exact);

    /** Whether values are without white space around them before they are compared. */
    boolean trims();
}
