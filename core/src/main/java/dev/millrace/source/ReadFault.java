package dev.millrace.source;

import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.xml.XmlLimits;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Words the faults of documents that a source finds but cannot deliver. */
public final class ReadFault {

    private ReadFault() {}

    /** @param size bytes, as far as they are known */
    public static Fault tooLarge(long size, XmlLimits limits) {
        return Fault.of(
                FaultCode.DOCUMENT_TOO_LARGE,
                "the document has " + size + " bytes, at most " + limits.documentBytes()
                        + " are allowed; raise --max-document-bytes, or split the file by document.record");
    }

    /** @param what is broken, such as "the file" */
    static Fault of(String what, IOException broken) {
        if (broken instanceof CharacterCodingException) {
            return Fault.of(
                    FaultCode.ENCODING,
                    "the bytes here are no character of the encoding that the text declares; correct one of them");
        }
        if (broken instanceof Expansion.Exceeded) {
            return Fault.of(FaultCode.ARCHIVE_LIMIT, String.valueOf(broken.getMessage()));
        }
        return Fault.of(FaultCode.UNREADABLE, what + " cannot be read: " + reason(broken));
    }

    /** The fault of a file whose name cannot be written as text, so that it would have no key. */
    static Fault namedStrangely() {
        String encoding = System.getProperty("sun.jnu.encoding", "");
        return Fault.of(
                FaultCode.UNREADABLE,
                encoding.equalsIgnoreCase("UTF-8")
                        ? "the file's name is not UTF-8; rename it"
                        : "the file's name holds characters that " + encoding
                                + ", the encoding of this locale, does not"
                                + " have; start Millrace in a UTF-8 locale, such as LC_ALL=C.UTF-8");
    }

    /** The fault of an entry of a folder, or a match of a pattern, that is no file. */
    static Fault noFile() {
        return Fault.of(
                FaultCode.UNREADABLE,
                "it is a pipe, a socket or a device, no file; if it is to be read, name it by itself");
    }

    /** In words: the messages of some of these exceptions are bare paths. */
    static String reason(IOException broken) {
        if (broken instanceof NoSuchFileException) {
            return "it is not there any more";
        }
        if (broken instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (broken instanceof EOFException) {
            return "it is cut off";
        }
        return String.valueOf(broken.getMessage());
    }
}
