package dev.millrace.xml;

import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.xml.NameTable.Prefix;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The namespace declarations in scope: binds prefixes, and frees them again where an element ends. Not thread-safe. */
final class Namespaces {

    /** More declarations in scope than sane documents have. */
    private static final int MOST = 16_000;

    private static final String XMLNS = "http://www.w3.org/2000/xmlns/";

    private @Nullable Prefix[] declared = new Prefix[16];

    /** What each declaration hides. */
    private @Nullable String[] hidden = new String[16];

    private int count;

    /** How many declarations are in scope, for {@link #leave}. */
    int inScope() {
        return count;
    }

    /**
     * Binds a prefix to a namespace, "" for none.
     *
     * @throws FaultException without a place, when Namespaces in XML, §3 and §5, forbids it
     */
    void declare(Prefix prefix, String namespace) throws FaultException {
        boolean xml = namespace.equals(NameTable.XML_NAMESPACE);
        if (xml != prefix.name.equals("xml") || namespace.equals(XMLNS) || prefix.name.equals("xmlns")) {
            throw new FaultException(Fault.of(
                    FaultCode.NOT_WELL_FORMED, "the prefixes 'xml' and 'xmlns' and their namespaces are reserved"));
        }
        if (namespace.isEmpty() && !prefix.name.isEmpty()) {
            throw new FaultException(Fault.of(FaultCode.NOT_WELL_FORMED, "a namespace prefix is bound to nothing"));
        }
        if (count == MOST) {
            throw new FaultException(Fault.of(
                    FaultCode.TOO_MANY_ATTRIBUTES,
                    "more than " + MOST + " namespace declarations are in scope here; no sane producer writes that"));
        }
        if (count == declared.length) {
            declared = Arrays.copyOf(declared, count * 2);
            hidden = Arrays.copyOf(hidden, count * 2);
        }
        declared[count] = prefix;
        hidden[count++] = prefix.namespace;
        prefix.namespace = namespace;
    }

    /** Ends the scope of all declarations but the first ones. */
    void leave(int inScope) {
        while (count > inScope) {
            count--;
            Objects.requireNonNull(declared[count]).namespace = hidden[count];
        }
    }
}
