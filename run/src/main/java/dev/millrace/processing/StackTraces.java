package dev.millrace.processing;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Stack traces that can be shown to anybody. */
public final class StackTraces {

    private StackTraces() {}

    /** The stack traces of a fault and its causes, without their messages, which may hold values of documents or a password. */
    public static String withoutMessages(Throwable fault) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        Set<Throwable> shown = Collections.newSetFromMap(new IdentityHashMap<>());
        String prefix = "";
        for (Throwable link = fault; link != null && shown.add(link); link = link.getCause()) {
            String state =
                    link instanceof SQLException ? " (SQLSTATE " + ((SQLException) link).getSQLState() + ")" : "";
            out.println(prefix + link.getClass().getName() + state);
            for (StackTraceElement frame : link.getStackTrace()) {
                out.println("\tat " + frame);
            }
            prefix = "Caused by: ";
        }
        return text.toString();
    }
}
