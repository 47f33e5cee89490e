package dev.millrace.document;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Texts of any length among data, such as {@link DataOutput#writeUTF} does not take: its texts end at 64 KiB. */
public final class DataText {

    private DataText() {}

    public static void write(DataOutput out, @Nullable String text) throws IOException {
        out.writeInt(text == null ? -1 : text.length());
        if (text != null) {
            out.writeChars(text);
        }
    }

    /** A text that was written; that of none is empty. */
    public static String read(DataInput in) throws IOException {
        String text = readOrNull(in);
        return text == null ? "" : text;
    }

    public static @Nullable String readOrNull(DataInput in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            return null;
        }
        char[] characters = new char[length];
        for (int i = 0; i < length; i++) {
            characters[i] = in.readChar();
        }
        return new String(characters);
    }
}
