package dev.millrace.summary;

import dev.millrace.xml.Name;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The parts of a summary's form as bytes that are the same everywhere in it. */
final class Bytes {

    private Bytes() {}

    /** Of any length, which {@link DataOutput#writeUTF} does not take; or null. */
    static void writeText(DataOutput out, @Nullable String text) throws IOException {
        if (text == null) {
            out.writeInt(-1);
            return;
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    static @Nullable String readTextOrNull(DataInput in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            return null;
        }
        byte[] utf8 = new byte[length];
        in.readFully(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    static String readText(DataInput in) throws IOException {
        String text = readTextOrNull(in);
        if (text == null) {
            throw new IOException("a text is missing");
        }
        return text;
    }

    static void writeName(DataOutput out, Name name) throws IOException {
        writeText(out, name.namespace());
        writeText(out, name.prefix());
        writeText(out, name.local());
    }

    static Name readName(DataInput in) throws IOException {
        return new Name(readText(in), readText(in), readText(in));
    }

    static void writePlace(DataOutput out, @Nullable Place place) throws IOException {
        writeText(out, place == null ? null : place.document());
        if (place != null) {
            out.writeInt(place.element());
        }
    }

    static @Nullable Place readPlace(DataInput in) throws IOException {
        String document = readTextOrNull(in);
        return document == null ? null : new Place(document, in.readInt());
    }
}
