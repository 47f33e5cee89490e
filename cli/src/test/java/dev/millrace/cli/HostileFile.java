package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Files that somebody may have made to do harm, or that are in a folder by mistake. A further one is a further constant: what is
 * written, how many good orders are in it, and by what code and words the rest is rejected.
 */
enum HostileFile {
    PIPE("pipe.xml", 0, "unreadable", "a pipe, a socket or a device") {
        @Override
        void write(Path file, int size) throws IOException, InterruptedException {
            shell(file, "mkfifo \"$0\"");
        }
    },
    DEVICE("zero.xml", 0, "unreadable", "a pipe, a socket or a device") {
        @Override
        void write(Path file, int size) throws IOException {
            Files.createSymbolicLink(file, Path.of("/dev/zero"));
        }
    },
    NAME_OF_OTHER_BYTES("caf%E9.xml", 0, "unreadable", "name") {
        @Override
        void write(Path file, int size) throws IOException, InterruptedException {
            shell(file, "printf '<orders/>' >\"$(dirname \"$0\")/$(printf 'caf\\351.xml')\"");
        }
    },
    DECLARATION_WITHOUT_END("far.xml", 0, "encoding", "does not end within 512 bytes") {
        @Override
        void write(Path file, int size) throws IOException {
            String blanks = " ".repeat(600 * size);
            Files.writeString(
                    file,
                    "<?xml version=\"1.0\"" + blanks + "encoding=\"ISO-8859-1\"?><orders>" + good(1) + "</orders>",
                    ISO_8859_1);
        }
    },
    NAMESPACES("namespaces.xml", 0, "too-many-attributes", "an element has") {
        @Override
        void write(Path file, int size) throws IOException {
            StringBuilder text = new StringBuilder("<orders");
            for (int i = 0; i < 10_001 * size; i++) {
                text.append(" xmlns:p").append(i).append("='u'");
            }
            Files.writeString(file, text + ">" + good(1) + "</orders>");
        }
    },
    LARGE_START_TAG("header.xml", -1, "value-too-large", "too many to be read again") {
        @Override
        void write(Path file, int size) throws IOException {
            Files.writeString(file, "<orders x='" + "v".repeat(4 << 20) + "'>" + good(100 * size) + "</orders>");
        }
    },
    NEVER_ENDED("comments.xml", 1, "not-well-formed", "cut off") {
        @Override
        void write(Path file, int size) throws IOException {
            Files.writeString(
                    file, "<orders>" + "<order id='1'><!-- x</order>".repeat(300 * size) + good(1) + "</orders>");
        }
    },
    ENTRIES_THAT_SHARE_THEIR_BYTES("shared.zip", 0, "archive-limit", "--max-expansion") {
        @Override
        void write(Path file, int size) throws IOException {
            Files.write(file, zipOfOneContent(5 * size));
        }
    },
    LONG_NAME("named.tar", 2, "unreadable", "more than 65536 bytes") {
        @Override
        void write(Path file, int size) throws IOException {
            try (OutputStream out = Files.newOutputStream(file);
                    TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
                put(tar, "before.xml", "<orders>" + good(1) + "</orders>");
                TarArchiveEntry name = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
                put(tar, name, "n".repeat(70_000 * size) + ".xml\0");
                put(tar, "named.xml", "<orders>" + good(1) + "</orders>");
                put(tar, "behind.xml", "<orders>" + good(1) + "</orders>");
            }
        }
    },
    LINKS("links.tar", 1, "unreadable", "hard link|symbolic link|device or a pipe") {
        @Override
        void write(Path file, int size) throws IOException {
            try (OutputStream out = Files.newOutputStream(file);
                    TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
                for (byte type : new byte[] {
                    TarConstants.LF_LINK, TarConstants.LF_SYMLINK, TarConstants.LF_CHR, TarConstants.LF_FIFO
                }) {
                    TarArchiveEntry entry = new TarArchiveEntry("link" + (char) type + ".xml", type);
                    entry.setLinkName("good.xml");
                    tar.putArchiveEntry(entry);
                    tar.closeArchiveEntry();
                }
                put(tar, "good.xml", "<orders>" + good(1) + "</orders>");
            }
        }
    },
    WINDOW("window.xml.zst", 0, "unreadable", "without --long") {
        @Override
        void write(Path file, int size) throws IOException {
            // A frame of 2^27 bytes window with one compressed block.
            Files.write(file, new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) 0x88, 0x1D, 0, 0, 0, 0, 0});
        }
    };

    /** The file's name, or the key that its reject has. */
    final String name;

    /** Orders in it that are loaded; -1 if it does not say which. */
    final int loaded;

    final String code;
    final String[] words;

    HostileFile(String name, int loaded, String code, String words) {
        this.name = name;
        this.loaded = loaded;
        this.code = code;
        this.words = words.split("\\|");
    }

    /** @param size 1 for an ordinary build, more for more of it */
    abstract void write(Path file, int size) throws IOException, InterruptedException;

    private static int next = 100;

    /** Orders that no other file holds. */
    static synchronized String good(int count) {
        StringBuilder orders = new StringBuilder();
        for (int i = 0; i < count; i++) {
            orders.append(SmallContract.document(next++));
        }
        return orders.toString();
    }

    private static void shell(Path file, String command) throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", command, file.toString())
                .inheritIO()
                .start()
                .waitFor();
    }

    private static void put(TarArchiveOutputStream tar, String name, String text) throws IOException {
        put(tar, new TarArchiveEntry(name, true), text);
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, String text) throws IOException {
        byte[] content = text.getBytes(UTF_8);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    /** A zip file in whose directory many names stand for one and the same compressed content, of 16 MB. */
    private static byte[] zipOfOneContent(int names) throws IOException {
        byte[] content = new byte[16 << 20];
        Arrays.fill(content, (byte) ' ');
        byte[] begin = "<orders>".getBytes(UTF_8);
        System.arraycopy(begin, 0, content, 0, begin.length);
        CRC32 checksum = new CRC32();
        checksum.update(content);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed, new Deflater(9, true))) {
            out.write(content);
        }
        ByteBuffer zip = ByteBuffer.allocate(packed.size() + 200 + names * 100).order(ByteOrder.LITTLE_ENDIAN);
        zip.putInt(0x04034b50)
                .putShort((short) 20)
                .putShort((short) 0)
                .putShort((short) 8)
                .putInt(0);
        zip.putInt((int) checksum.getValue()).putInt(packed.size()).putInt(content.length);
        zip.putShort((short) 6)
                .putShort((short) 0)
                .put("00.xml".getBytes(UTF_8))
                .put(packed.toByteArray());
        int directory = zip.position();
        for (int i = 0; i < names; i++) {
            byte[] name = "%03d.xml".formatted(i).getBytes(UTF_8);
            zip.putInt(0x02014b50)
                    .putShort((short) 20)
                    .putShort((short) 20)
                    .putShort((short) 0)
                    .putShort((short) 8);
            zip.putInt(0)
                    .putInt((int) checksum.getValue())
                    .putInt(packed.size())
                    .putInt(content.length);
            zip.putShort((short) name.length)
                    .putShort((short) 0)
                    .putShort((short) 0)
                    .putShort((short) 0);
            zip.putShort((short) 0).putInt(0).putInt(0).put(name);
        }
        int length = zip.position() - directory;
        zip.putInt(0x06054b50)
                .putInt(0)
                .putShort((short) names)
                .putShort((short) names)
                .putInt(length);
        zip.putInt(directory).putShort((short) 0);
        return Arrays.copyOf(zip.array(), zip.position());
    }
}
