package dev.millrace.spark.tables;

import dev.millrace.contract.MessageText;
import java.util.Collection;

/** What messages have in common. */
final class Words {

    private Words() {}

    /** What was probably meant, and all that there is; begins with "; ". */
    static String nearest(String found, Collection<String> known) {
        String near = MessageText.nearest(found, known);
        return (near == null ? "; there are " : "; did you mean " + near + "? There are ") + String.join(", ", known);
    }
}
