package dev.millrace.xml;

import dev.millrace.document.FaultException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An XML text of any size as UTF-8, whatever encoding it comes in: without byte order mark, and with the encoding
 * declaration blanked if it names another one. Other encodings are decoded strictly: {@link CharacterCodingException} where
 * bytes are no character. UTF-8 itself is passed on as it is, unchecked. Not thread-safe.
 */
public final class Utf8Stream extends InputStream {

    private static final int CHUNK = 8192;

    private final InputStream in;
    private final boolean version11;
    /** Null when the bytes are UTF-8 already. */
    private final @Nullable CharsetDecoder decoder;

    private final CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
    private final ByteBuffer raw;
    private final CharBuffer characters;
    /** Decoded, to be read next. */
    private ByteBuffer ready = ByteBuffer.allocate(0);

    private boolean rawEnded;
    private boolean ended;
    private @Nullable CharacterCodingException failure;

    /** Where a stream broke before its text could be handed out. */
    private static final class Broken extends InputStream {

        private final IOException cause;

        Broken(IOException cause) {
            this.cause = cause;
        }

        @Override
        public int read() throws IOException {
            throw cause;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            throw cause;
        }
    }

    /** @throws FaultException when the encoding is unknown, or the declaration contradicts the bytes */
    public Utf8Stream(InputStream in) throws IOException, FaultException {
        byte[] head = new byte[XmlEncoding.HEAD];
        InputStream rest = in;
        int length = 0;
        try {
            for (int read = 0; read >= 0 && length < head.length; length += Math.max(0, read)) {
                read = in.read(head, length, head.length - length);
            }
        } catch (IOException e) {
            // What came before it still counts.
            rest = new Broken(e);
        }
        head = Arrays.copyOf(head, length);
        XmlEncoding encoding = XmlEncoding.of(head);
        int skipped = encoding.skipped();
        XmlDeclaration declaration = XmlDeclaration.of(head, skipped);
        if (encoding.isUtf8()) {
            // It may be declared by another name of UTF-8, which not every tokenizer knows.
            head = declaration.withoutForeignEncoding(head);
        }
        this.in = new SequenceInputStream(new ByteArrayInputStream(head, skipped, head.length - skipped), rest);
        // Most texts are UTF-8 and need no room to be decoded in.
        int room = encoding.isUtf8() ? 0 : CHUNK;
        raw = ByteBuffer.allocate(room).limit(0);
        characters = CharBuffer.allocate(room);
        if (encoding.isUtf8()) {
            decoder = null;
            version11 = declaration.version11();
        } else {
            decoder = encoding.charset()
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT);
            byte[] decoded = new byte[XmlDeclaration.LONGEST];
            int known = 0;
            while (known < decoded.length && fill()) {
                int some = Math.min(decoded.length - known, ready.remaining());
                ready.get(decoded, known, some);
                known += some;
            }
            version11 = pushBack(decoded, known);
        }
    }

    /** Whether the text declares XML 1.1. */
    public boolean isVersion11() {
        return version11;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (decoder == null) {
            return in.read(bytes, offset, length);
        }
        if (!fill()) {
            if (failure != null) {
                throw failure;
            }
            return -1;
        }
        int some = Math.min(length, ready.remaining());
        ready.get(bytes, offset, some);
        return some;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Puts the beginning back in front, its foreign declaration blanked; returns whether it says XML 1.1. */
    private boolean pushBack(byte[] decoded, int length) throws FaultException {
        ByteBuffer whole = ByteBuffer.allocate(length + ready.remaining());
        whole.put(decoded, 0, length).put(ready).flip();
        XmlDeclaration declaration = XmlDeclaration.of(whole.array(), 0);
        ready = ByteBuffer.wrap(declaration.withoutForeignEncoding(whole.array()));
        return declaration.version11();
    }

    /** Sees to it that something is ready; false at the end, and where the bytes are no character. */
    private boolean fill() throws IOException {
        while (!ready.hasRemaining()) {
            if (ended || failure != null) {
                return false;
            }
            if (ready.capacity() < CHUNK * 3) {
                ready = ByteBuffer.allocate(CHUNK * 3);
            }
            decode();
        }
        return true;
    }

    private void decode() throws IOException {
        CharsetDecoder from = Objects.requireNonNull(decoder);
        if (!rawEnded) {
            raw.compact();
            int read = in.read(raw.array(), raw.position(), raw.remaining());
            rawEnded = read < 0;
            raw.position(raw.position() + Math.max(0, read)).flip();
        }
        CoderResult result = from.decode(raw, characters, rawEnded);
        boolean last =
                rawEnded && result.isUnderflow() && from.flush(characters).isUnderflow();
        characters.flip();
        ready.clear();
        CoderResult encoded = encoder.encode(characters, ready, last);
        characters.compact();
        ready.flip();
        ended = last;
        if (result.isError() || encoded.isError()) {
            failure = new CharacterCodingException();
        }
    }
}
