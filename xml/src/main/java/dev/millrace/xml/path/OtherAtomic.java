package dev.millrace.xml.path;

/**
 * An atomic value of a type that only Saxon works on, such as xs:gYear or xs:QName: carried from expression to expression
 * by its lexical form.
 *
 * @param type the local name of the type in the XML Schema namespace
 * @param lexical the lexical form
 */
record OtherAtomic(String type, String lexical) {

    @Override
    public String toString() {
        return lexical;
    }
}
